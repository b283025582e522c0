import 'server-only';

import type { Ms } from '#lib/model/time.ts';
import { labelsJson } from '#lib/promql/json.ts';

import { live } from '../live.ts';

import type { Answer } from './envelope.ts';
import { ApiError } from './envelope.ts';
import { limitOf, optionalTime, parametersOf, truncate } from './params.ts';
import { selectorsOf, selectorsParameter } from './selectors.ts';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const spanOf = (parameters: URLSearchParams): { from: Ms; to: Ms } => ({
  from: optionalTime(parameters, 'start', Number.MIN_SAFE_INTEGER),
  to: optionalTime(parameters, 'end', Number.MAX_SAFE_INTEGER),
});

/** `/api/v1/series` */
export const series = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  if (parameters.getAll('match[]').length === 0)
    throw new ApiError('bad_data', 'no match[] parameter provided');
  const limit = limitOf(parameters);
  const { from, to } = spanOf(parameters);
  const found = await (await live()).data().series(selectorsParameter(parameters), from, to);
  const { items, warnings } = truncate(found, limit);
  return { data: `[${items.map(labelsJson).join(',')}]`, warnings };
};

/** `/api/v1/labels` */
export const labelNames = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const limit = limitOf(parameters);
  const { from, to } = spanOf(parameters);
  const found = await (await live()).data().labelNames(selectorsOf(parameters), from, to);
  const { items, warnings } = truncate(found, limit);
  return { data: JSON.stringify(items), warnings };
};

/** A name in an address may be escaped: `U__` in front, `__` for `_`, `_<hex>_` for any other character (Prometheus documentation, "UTF-8 support"). */
const unescapeName = (name: string): string =>
  name.startsWith('U__')
    ? name
        .slice('U__'.length)
        .replace(/__|_([0-9a-fA-F]{1,6})_/g, (all, hex: string | undefined) =>
          hex === undefined || Number.parseInt(hex, 16) > 0x10ffff
            ? all.slice(0, 1)
            : String.fromCodePoint(Number.parseInt(hex, 16)),
        )
    : name;

/** `/api/v1/label/<name>/values` */
export const labelValues = async (request: Request, inPath: string): Promise<Answer> => {
  const name = unescapeName(inPath);
  if (name === '' || (inPath === name && !LABEL_NAME.test(name)))
    throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(inPath)}`);
  const parameters = await parametersOf(request);
  const limit = limitOf(parameters);
  const { from, to } = spanOf(parameters);
  const found = await (await live()).data().labelValues(name, selectorsOf(parameters), from, to);
  const { items, warnings } = truncate(found, limit);
  return { data: JSON.stringify(items), warnings };
};
