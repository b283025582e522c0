import 'server-only';

import type { Point } from '#lib/model/points.ts';
import type { Ms } from '#lib/model/time.ts';

import { iso } from './dto.ts';
import { embedProblem, frameOf } from './embed-options.ts';
import type { EmbedOptions } from './embed-options.ts';
import { live } from './live.ts';
import type { EmbedOf } from './schema-embed.ts';

const MOST_SERIES = 12;
const POINTS = 300;
const LEAST_STEP_MS = 1000;
const TIMEOUT_MS = 8000;

interface Grid {
  readonly from: Ms;
  readonly to: Ms;
  readonly stepMs: Ms;
}

/** Steps stand on multiples of themselves, so that points keep their places while the range moves on. */
const gridOf = (at: Ms, rangeMs: Ms): Grid => {
  const stepMs = Math.max(LEAST_STEP_MS, Math.ceil(rangeMs / POINTS / LEAST_STEP_MS) * LEAST_STEP_MS);
  const to = Math.floor(at / stepMs) * stepMs;
  return { from: to - Math.floor(rangeMs / stepMs) * stepMs, to, stepMs };
};

/** One value for each step, or null where the series has no sample. JSON knows no infinity, so that it is a gap too. */
const valuesOn = ({ from, to, stepMs }: Grid, points: Iterable<Point>): (number | null)[] => {
  const values: (number | null)[] = Array.from({ length: Math.round((to - from) / stepMs) + 1 }, () => null);
  for (const { at, value } of points)
    if (Number.isFinite(value)) values[Math.round((at - from) / stepMs)] = value;
  return values;
};

/** A PromQL expression over the range of the panel: at most 12 series, in the order of their labels. */
export const readChart = async (options: EmbedOptions): Promise<EmbedOf<'chart'>> => {
  const { query, lang } = options;
  if (query === null) throw embedProblem('bad-request', 'name-query', {}, lang, 'query');
  const at = options.at ?? Date.now();
  const grid = gridOf(at, options.rangeMs);
  const asked = { text: query, lookbackMs: null, timeoutMs: TIMEOUT_MS, ...grid };
  const answer = await (await live()).data().chart(asked, MOST_SERIES, AbortSignal.timeout(TIMEOUT_MS));
  if (!answer.ok) throw embedProblem('bad-request', 'bad-query', { error: answer.message }, lang, 'query');
  const steps = Math.round((grid.to - grid.from) / grid.stepMs) + 1;
  return {
    panel: 'chart',
    ...frameOf(options, iso(at)),
    query,
    stepMs: grid.stepMs,
    instants: Array.from({ length: steps }, (_, i) => iso(grid.from + i * grid.stepMs)),
    series: answer.series.map(({ labels, points }) => ({
      labels: { ...labels },
      values: valuesOn(grid, points),
    })),
    total: answer.total,
    warnings: [...answer.warnings],
  };
};
