import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { RuleGroupView } from './alerting-reads.ts';
import { evaluationSamples } from './group-evaluations.ts';

const HELP = {
  quorate_rule_group_last_evaluation_timestamp_seconds: 'When a rule group was evaluated last.',
  quorate_rule_group_last_duration_seconds: 'How long its last evaluation took.',
  quorate_rule_group_last_failed_rules: 'How many of its rules the last evaluation could not evaluate.',
} as const;

/** The evaluations of rule groups at `/metrics`: the newest values of their own series. */
export const createRuleMetrics = (registry: Registry, groups: () => readonly RuleGroupView[]): void => {
  for (const [name, help] of Object.entries(HELP))
    new Gauge({
      name,
      help,
      labelNames: ['rule_group'],
      registers: [registry],
      collect() {
        this.reset();
        for (const group of groups())
          if (group.evaluation !== null)
            for (const { labels, value } of evaluationSamples(group, group.evaluation))
              if (labels.__name__ === name) this.set({ rule_group: labels.rule_group ?? '' }, value);
      },
    });
};
