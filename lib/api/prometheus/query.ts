import 'server-only';

import type { QueryAnswer } from '#lib/engine/data/queries.ts';
import type { Engine } from '#lib/engine/slot.ts';
import type { Ms } from '#lib/model/time.ts';
import { parsePromql, printExpr, PromqlError } from '#lib/promql/promql.ts';
import type { QueryResult, QueryValue } from '#lib/promql/value.ts';

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
  truncate,
} from './params.ts';
import { queryJson } from './render.ts';
import { syntaxTree } from './syntax-tree.ts';

const MOST_POINTS = 11_000;
/** An answer of thread `data` that comes later than a call's deadline would reach nobody. */
const LONGEST_MS = 9000;

const resultOf = (answer: QueryAnswer): QueryResult => {
  if (answer.ok) return answer.result;
  throw answer.kind === 'bad_data'
    ? invalidParameter('query', answer.message)
    : new ApiError(answer.kind, answer.message);
};

const truncated = (value: QueryValue, limit: number): { value: QueryValue; warnings: string[] } => {
  if (value.type === 'vector') {
    const { items, warnings } = truncate(value.samples, limit);
    return { value: { ...value, samples: items }, warnings };
  }
  if (value.type === 'matrix') {
    const { items, warnings } = truncate(value.series, limit);
    return { value: { ...value, series: items }, warnings };
  }
  return { value, warnings: [] };
};

/** The common end of both kinds of query. */
const answerOf = async (
  parameters: URLSearchParams,
  limit: number,
  ask: (
    engine: Engine,
    settings: { text: string; lookbackMs: Ms | null; timeoutMs: Ms },
  ) => Promise<QueryAnswer>,
): Promise<Answer> => {
  const timeoutMs = Math.min(optionalDuration(parameters, 'timeout') ?? LONGEST_MS, LONGEST_MS);
  const settings = { text: parameters.get('query') ?? '', lookbackMs: lookbackOf(parameters), timeoutMs };
  const result = resultOf(await ask(await live(), settings));
  const { value, warnings } = truncated(result.value, limit);
  return { data: queryJson(value), warnings: [...result.warnings, ...warnings], infos: result.infos };
};

/** `/api/v1/query` */
export const instantQuery = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const limit = limitOf(parameters);
  const at = optionalTime(parameters, 'time', Date.now());
  return answerOf(parameters, limit, (engine, settings) => engine.data().queryInstant({ ...settings, at }));
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
  const stepMs = Math.max(1, Math.trunc(step));
  return answerOf(parameters, limit, (engine, settings) =>
    engine.data().queryRange({ ...settings, from, to, stepMs }),
  );
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
