import type { RuleGroupView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import type { RuleDraft } from '#lib/rules/rule.ts';

import { iso } from './dto.ts';
import { settingsDto } from './rule-groups.ts';
import type { RuleDraftDto, RuleDto } from './schema-rules.ts';

const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const draftDto = (draft: RuleDraft): RuleDraftDto => ({
  group: draft.group,
  kind: draft.kind,
  name: draft.name,
  expr: draft.expr,
  forMs: draft.forMs,
  keepFiringForMs: draft.keepFiringForMs,
  labels: { ...draft.labels },
  annotations: { ...draft.annotations },
  enabled: draft.enabled,
  tests: draft.tests ?? '',
});

/** A rule in the API's shape. */
export const ruleDto = (
  group: RuleGroupView,
  { rule, alerts, evaluatedAt, changedAt, ...view }: RuleView,
): RuleDto => ({
  ...draftDto(rule),
  id: rule.id,
  source: rule.source,
  file: rule.file,
  version: rule.version,
  health: view.health,
  error: view.error,
  evaluatedAt: isoOrNull(evaluatedAt),
  evaluationMs: view.evaluationMs,
  alerts: {
    pending: alerts.filter((alert) => alert.state === 'pending').length,
    firing: alerts.filter((alert) => alert.state === 'firing').length,
  },
  changedAt: isoOrNull(changedAt),
  actor: view.actor,
  settings: settingsDto(group),
});
