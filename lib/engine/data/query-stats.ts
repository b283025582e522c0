import type { Clock, Ms } from '#lib/model/time.ts';
import { formatInstant } from '#lib/promql/format-value.ts';
import type { WorkDone } from '#lib/promql/work.ts';

type Mark = 'asked' | 'begin' | 'evaluate' | 'sort' | 'end';

/** When the parts of a query began. */
export interface Timings {
  mark(begun: Mark): void;
  secondsBetween(from: Mark, to: Mark): number;
}

export const createTimings = (clock: Pick<Clock, 'mono'>): Timings => {
  const marks = new Map<Mark, Ms>([['asked', clock.mono()]]);
  return {
    mark: (begun) => void marks.set(begun, clock.mono()),
    secondsBetween: (from, to) => ((marks.get(to) ?? 0) - (marks.get(from) ?? 0)) / 1000,
  };
};

type Instants = { readonly at: Ms } | { readonly from: Ms; readonly to: Ms; readonly stepMs: Ms };

const stepsOf = (asked: Instants): Ms[] =>
  'at' in asked
    ? [asked.at]
    : Array.from(
        { length: Math.floor((asked.to - asked.from) / asked.stepMs) + 1 },
        (_, i) => asked.from + i * asked.stepMs,
      );

/**
 * What a query cost, as Prometheus says it (its documentation, "HTTP API": query statistics). Times are by the clock: they hold what ran in between.
 * @param asked the instants, to count the samples of each; null: only all together
 */
export const statsJson = (
  { queryable, peak, perStep }: WorkDone,
  timings: Timings,
  asked: Instants | null,
): string => {
  const steps =
    asked === null
      ? ''
      : `"totalQueryableSamplesPerStep":[${stepsOf(asked)
          .map((at) => `[${formatInstant(at)},${perStep.get(at) ?? 0}]`)
          .join(',')}],`;
  const times = {
    evalTotalTime: timings.secondsBetween('begin', 'end'),
    resultSortTime: timings.secondsBetween('sort', 'end'),
    queryPreparationTime: timings.secondsBetween('begin', 'evaluate'),
    innerEvalTime: timings.secondsBetween('evaluate', 'sort'),
    execQueueTime: timings.secondsBetween('asked', 'begin'),
    execTotalTime: timings.secondsBetween('asked', 'end'),
  };
  return `{"timings":${JSON.stringify(times)},"samples":{${steps}"totalQueryableSamples":${queryable},"peakSamples":${peak}}}`;
};
