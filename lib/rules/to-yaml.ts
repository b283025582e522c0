import { Document, visit } from 'yaml';

import { formatDuration } from '#lib/model/time.ts';

import type { RuleDraft, RuleGroup } from './rule.ts';

/** Long lines are not folded; what YAML 1.1 would take for something else than a text is quoted, as Prometheus reads 1.1. */
const STYLE = { lineWidth: 0 } as const;

/** Line breaks and marks of YAML 1.1, and characters that no YAML prints: they stand escaped, in double quotes. */
const UNPRINTED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const write = (value: unknown): string => {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && node.value.search(UNPRINTED) >= 0) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString(STYLE)
    .replace(UNPRINTED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

const isFilled = (texts: Readonly<Record<string, string>>): boolean => Object.keys(texts).length > 0;

const ruleObject = (
  rule: Omit<RuleDraft, 'group' | 'enabled' | 'tests'>,
): Readonly<Record<string, unknown>> => ({
  [rule.kind]: rule.name,
  expr: rule.expr,
  ...(rule.forMs > 0 ? { for: formatDuration(rule.forMs) } : {}),
  ...(rule.keepFiringForMs > 0 ? { keep_firing_for: formatDuration(rule.keepFiringForMs) } : {}),
  ...(isFilled(rule.labels) ? { labels: rule.labels } : {}),
  ...(isFilled(rule.annotations) ? { annotations: rule.annotations } : {}),
});

/** One rule as an item of a rule file's `rules`; the same rule gives the same bytes. */
export const ruleToYaml = (rule: Omit<RuleDraft, 'group' | 'enabled'>): string => write([ruleObject(rule)]);

/** Groups as a rule file; the same groups give the same bytes. Disabled rules are left out: a rule file has no way to say so. */
export const toYaml = (groups: readonly RuleGroup[]): string =>
  write({
    groups: groups.map((group) => ({
      name: group.name,
      interval: formatDuration(group.intervalMs),
      ...(group.limit > 0 ? { limit: group.limit } : {}),
      ...(group.queryOffsetMs > 0 ? { query_offset: formatDuration(group.queryOffsetMs) } : {}),
      ...(isFilled(group.labels) ? { labels: group.labels } : {}),
      rules: group.rules.filter((rule) => rule.enabled).map(ruleObject),
    })),
  });
