import 'server-only';

import { live } from '../live.ts';

import { ApiError } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { parametersOf } from './params.ts';

const countOf = (parameters: URLSearchParams, name: string): number => {
  const text = parameters.get(name) ?? '';
  if (text === '') return -1;
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError('bad_data', `${name} must be a number`);
  return Number(text);
};

/** `/api/v1/metadata` */
export const metadata = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const limit = countOf(parameters, 'limit');
  const perMetric = countOf(parameters, 'limit_per_metric');
  const metric = parameters.get('metric') ?? '';
  const found = new Map<string, { type: string; help: string; unit: string }[]>();
  for (const { metric: name, type, help, unit } of await (await live()).data().metadata(metric)) {
    const known = found.get(name);
    if (known !== undefined && perMetric > 0 && known.length >= perMetric) continue;
    if (known !== undefined) known.push({ type, help, unit });
    else if (limit < 0 || found.size < limit) found.set(name, [{ type, help, unit }]);
  }
  return { data: JSON.stringify(Object.fromEntries(found)) };
};

/** `/api/v1/status/buildinfo`. Clients choose features by the version: the first whose query semantics are ours. */
export const buildInfo = async (): Promise<Answer> => {
  const { version } = await live();
  return {
    data: JSON.stringify({
      version: '3.0.0',
      revision: `quorate-${version}`,
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }),
  };
};
