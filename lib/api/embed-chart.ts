import 'server-only';

import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { MatrixSeries, QueryValue } from '#lib/promql/value.ts';

import { iso } from './dto.ts';
import { embedProblem, frameOf } from './embed-options.ts';
import type { EmbedOptions } from './embed-options.ts';
import { live } from './live.ts';
import type { EmbedOf } from './schema-embed.ts';

const MOST_SERIES = 12;
const POINTS = 300;
const LEAST_STEP_MS = 1000;
/** An answer of thread `data` that comes later than a call's deadline would reach nobody. */
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

const seriesOf = (value: QueryValue): readonly MatrixSeries[] =>
  value.type === 'matrix' ? value.series : [];

/** One value for each step, or null where the series has no sample. JSON knows no infinity, so that it is a gap too. */
const valuesOn = ({ from, to, stepMs }: Grid, series: MatrixSeries): (number | null)[] => {
  const values: (number | null)[] = Array.from({ length: Math.round((to - from) / stepMs) + 1 }, () => null);
  for (const { at, value } of series.points)
    if (Number.isFinite(value)) values[Math.round((at - from) / stepMs)] = value;
  return values;
};

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

/** A PromQL expression over the range of the panel: at most 12 series, in the order of their labels. */
export const readChart = async (options: EmbedOptions): Promise<EmbedOf<'chart'>> => {
  const { query, lang } = options;
  if (query === null) throw embedProblem('bad-request', 'name-query', {}, lang, 'query');
  const at = options.at ?? Date.now();
  const grid = gridOf(at, options.rangeMs);
  const answer = await (
    await live()
  )
    .data()
    .queryRange({ text: query, lookbackMs: null, timeoutMs: TIMEOUT_MS, ...grid });
  if (!answer.ok) throw embedProblem('bad-request', 'bad-query', { error: answer.message }, lang, 'query');
  const series = seriesOf(answer.result.value).toSorted((a, b) =>
    keyOf(a.labels).localeCompare(keyOf(b.labels), 'en', { numeric: true }),
  );
  const steps = Math.round((grid.to - grid.from) / grid.stepMs) + 1;
  return {
    panel: 'chart',
    ...frameOf(options, iso(at)),
    query,
    stepMs: grid.stepMs,
    instants: Array.from({ length: steps }, (_, i) => iso(grid.from + i * grid.stepMs)),
    series: series.slice(0, MOST_SERIES).map((each) => ({
      labels: { ...each.labels },
      values: valuesOn(grid, each),
    })),
    total: series.length,
    warnings: [...answer.result.warnings],
  };
};
