import type { Labels } from '#lib/model/labels.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { RuleGroup } from '#lib/rules/rule.ts';
import type { RuleSample } from '#lib/rules/series.ts';

import type { Samples } from './samples.ts';

/** How the last evaluation of a rule group went. */
export interface GroupEvaluation {
  readonly at: Ms;
  readonly durationMs: Ms;
  /** Rules that could not be evaluated. */
  readonly failed: number;
}

type Named = Pick<RuleGroup, 'file' | 'source' | 'name'>;

/** Three series a group, after Prometheus's of the same names; which rules failed is told by the log. */
const LAST_AT = 'quorate_rule_group_last_evaluation_timestamp_seconds';
const LAST_DURATION = 'quorate_rule_group_last_duration_seconds';
const LAST_FAILED = 'quorate_rule_group_last_failed_rules';

/** What a group is called in series: `<file>;<name>`, as in Prometheus; without a file, where it comes from. */
export const groupLabel = ({ file, source, name }: Named): string => `${file ?? source};${name}`;

const named = (name: string, group: Named): Labels => ({ __name__: name, rule_group: groupLabel(group) });

export const evaluationSamples = (
  group: Named,
  { at, durationMs, failed }: GroupEvaluation,
): RuleSample[] => [
  { labels: named(LAST_AT, group), value: at / 1000 },
  { labels: named(LAST_DURATION, group), value: durationMs / 1000 },
  { labels: named(LAST_FAILED, group), value: failed },
];

/** The series that end when a group is there no more. */
export const evaluationSeries = (group: RuleGroup): Labels[] =>
  [LAST_AT, LAST_DURATION, LAST_FAILED].map((name) => named(name, group));

/** Two intervals, and as long as a sample speaks for its series in PromQL. */
const lookBackMs = (group: RuleGroup): Ms => 2 * group.intervalMs + 300_000;

/** The last evaluation of each group up to an instant, by `groupLabel`, as its series tell it. */
export const evaluationsAt = (
  samples: Pick<Samples, 'select'>,
  groups: readonly RuleGroup[],
  at: Ms,
): ReadonlyMap<string, GroupEvaluation> => {
  const longestMs = Math.max(0, ...groups.map(lookBackMs));
  const newestOf = (name: string): ReadonlyMap<string, Sample> =>
    new Map(
      samples
        .select(name, () => true, at - longestMs, at)
        .flatMap((series) => {
          const newest = series.samples.at(-1);
          return newest === undefined || newest.stale
            ? []
            : [[series.labels.rule_group ?? '', newest] as const];
        }),
    );
  const lastAt = newestOf(LAST_AT);
  const lastDuration = newestOf(LAST_DURATION);
  const lastFailed = newestOf(LAST_FAILED);
  return new Map(
    groups.flatMap((group) => {
      const label = groupLabel(group);
      const [evaluated, duration, failed] = [
        lastAt.get(label),
        lastDuration.get(label),
        lastFailed.get(label),
      ];
      return evaluated === undefined ||
        duration === undefined ||
        failed === undefined ||
        evaluated.at < at - lookBackMs(group)
        ? []
        : [
            [
              label,
              {
                at: Math.round(evaluated.value * 1000),
                durationMs: duration.value * 1000,
                failed: failed.value,
              },
            ] as const,
          ];
    }),
  );
};
