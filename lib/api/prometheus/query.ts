import 'server-only';

import type { Asked, Shown } from '#lib/engine/data/queries.ts';
import type { Ms } from '#lib/model/time.ts';
import { parsePromql, printExpr, PromqlError } from '#lib/promql/promql.ts';

import { live } from '../live.ts';

import type { Answer } from './envelope.ts';
import { ApiError, invalidParameter } from './envelope.ts';
import {
  durationParameter,
  limitOf,
  lookbackOf,
  optionalDuration,
  optionalTime,
  parametersOf,
  timeParameter,
  TRUNCATED,
} from './params.ts';
import { syntaxTree } from './syntax-tree.ts';

const MOST_POINTS = 11_000;
/** Prometheus's `--query.timeout`, which a request can only shorten. */
const TIMEOUT_MS = 120_000;

/** `stats=all` tells of every step, any other text of all together. */
const statsOf = (parameters: URLSearchParams): Shown['stats'] => {
  const text = parameters.get('stats') ?? '';
  return text === '' ? 'none' : text === 'all' ? 'steps' : 'totals';
};

type Instants = { readonly at: Ms } | { readonly from: Ms; readonly to: Ms; readonly stepMs: Ms };

/** The common end of both kinds of query. A client that goes away ends its query. */
const answerOf = async (
  request: Request,
  parameters: URLSearchParams,
  limit: number,
  instants: Instants,
): Promise<Answer> => {
  const asked: Asked = {
    ...instants,
    text: parameters.get('query') ?? '',
    lookbackMs: lookbackOf(parameters),
    timeoutMs: Math.min(optionalDuration(parameters, 'timeout') ?? TIMEOUT_MS, TIMEOUT_MS),
  };
  const shown = { limit, stats: statsOf(parameters) };
  const answer = await (await live()).data().query(asked, shown, request.signal);
  if (!answer.ok)
    throw answer.kind === 'bad_data'
      ? invalidParameter('query', answer.message)
      : new ApiError(answer.kind, answer.message);
  const { json, isTruncated, warnings, infos } = answer;
  return { data: json, warnings: isTruncated ? [...warnings, TRUNCATED] : warnings, infos };
};

/** `/api/v1/query` */
export const instantQuery = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const limit = limitOf(parameters);
  return answerOf(request, parameters, limit, { at: optionalTime(parameters, 'time', Date.now()) });
};

/** `/api/v1/query_range` */
export const rangeQuery = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const limit = limitOf(parameters);
  const from = timeParameter(parameters, 'start');
  const to = timeParameter(parameters, 'end');
  if (to < from) throw invalidParameter('end', 'end timestamp must not be before start time');
  const step = durationParameter(parameters, 'step');
  if (step <= 0)
    throw invalidParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if (Math.trunc((to - from) / step) > MOST_POINTS)
    throw new ApiError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  return answerOf(request, parameters, limit, { from, to, stepMs: Math.max(1, Math.trunc(step)) });
};

const parsed = async (request: Request): Promise<ReturnType<typeof parsePromql>> => {
  const parameters = await parametersOf(request);
  try {
    return parsePromql(parameters.get('query') ?? '');
  } catch (cause) {
    throw cause instanceof PromqlError ? invalidParameter('query', cause.text) : cause;
  }
};

/** `/api/v1/format_query` */
export const formatQuery = async (request: Request): Promise<Answer> => ({
  data: JSON.stringify(printExpr(await parsed(request))),
});

/** `/api/v1/parse_query` */
export const parseQuery = async (request: Request): Promise<Answer> => ({
  data: JSON.stringify(syntaxTree(await parsed(request))),
});
