import type { RuleDraftDto, RuleDto } from '#lib/api/schema-rules.ts';
import type { UiCode } from '#components/words.tsx';
import { formatDuration, parseDuration } from '#lib/model/time.ts';

/** A rule as it stands in the form: spans and label sets are text until they are checked. */
export interface RuleForm {
  readonly group: string;
  readonly kind: 'alert' | 'record';
  readonly name: string;
  readonly expr: string;
  readonly forText: string;
  readonly keepText: string;
  readonly severity: string;
  readonly summary: string;
  /** Labels beside `severity`, and annotations beside `summary`: `name: value` to a line. */
  readonly labels: string;
  readonly annotations: string;
  readonly enabled: boolean;
}

export const EMPTY_FORM: RuleForm = {
  group: 'own',
  kind: 'alert',
  name: '',
  expr: '',
  forText: '0s',
  keepText: '0s',
  severity: 'warning',
  summary: '',
  labels: '',
  annotations: '',
  enabled: true,
};

const toLines = (labels: Readonly<Record<string, string>>, without: string): string =>
  Object.entries(labels)
    .filter(([name]) => name !== without)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

export const formOf = (rule: RuleDto | RuleDraftDto): RuleForm => ({
  group: rule.group,
  kind: rule.kind,
  name: rule.name,
  expr: rule.expr,
  forText: formatDuration(rule.forMs),
  keepText: formatDuration(rule.keepFiringForMs),
  severity: rule.labels.severity ?? '',
  summary: rule.annotations.summary ?? '',
  labels: toLines(rule.labels, 'severity'),
  annotations: toLines(rule.annotations, 'summary'),
  enabled: rule.enabled,
});

const LINE = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)$/;

/** `name: value` lines as a label set; null when a line is none. */
const fromLines = (text: string): Record<string, string> | null => {
  const set: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const parts = LINE.exec(line.trim());
    if (parts?.[1] === undefined) return null;
    set[parts[1]] = parts[2] ?? '';
  }
  return set;
};

/** What is wrong in a form besides its expression, by field. */
export const faultsOf = (form: RuleForm): Partial<Record<keyof RuleForm, UiCode>> => ({
  ...(form.name.trim() === '' ? { name: 'ui.rules.name-wrong' } : {}),
  ...(parseDuration(form.forText.trim()) === null ? { forText: 'ui.rules.span-wrong' } : {}),
  ...(parseDuration(form.keepText.trim()) === null ? { keepText: 'ui.rules.span-wrong' } : {}),
  ...(fromLines(form.labels) === null ? { labels: 'ui.rules.label-wrong' } : {}),
  ...(fromLines(form.annotations) === null ? { annotations: 'ui.rules.label-wrong' } : {}),
});

/** The draft that a form describes; fields that are wrong count as empty. */
export const draftOf = (form: RuleForm): RuleDraftDto => ({
  group: form.group.trim(),
  kind: form.kind,
  name: form.name.trim(),
  expr: form.expr,
  forMs: parseDuration(form.forText.trim()) ?? 0,
  keepFiringForMs: parseDuration(form.keepText.trim()) ?? 0,
  labels: {
    ...(form.severity === '' ? {} : { severity: form.severity }),
    ...fromLines(form.labels),
  },
  annotations: {
    ...(form.summary === '' ? {} : { summary: form.summary }),
    ...fromLines(form.annotations),
  },
  enabled: form.enabled,
});
