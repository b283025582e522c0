import type { UiCode } from '#components/words.tsx';
import type { RuleDraftDto, RuleDto } from '#lib/api/schema-rules.ts';
import { formatDuration, parseDuration } from '#lib/model/time.ts';

import { fromLines, toLines } from './label-text.ts';

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
  /** A file of unit tests. */
  readonly tests: string;
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
  tests: '',
};

export const formOf = (rule: RuleDto | RuleDraftDto): RuleForm => ({
  group: rule.group,
  kind: rule.kind,
  name: rule.name,
  expr: rule.expr,
  forText: formatDuration(rule.forMs),
  keepText: formatDuration(rule.keepFiringForMs),
  // A recording rule has no field for its severity: the label stands among the others.
  severity: rule.kind === 'record' ? '' : (rule.labels.severity ?? ''),
  summary: rule.annotations.summary ?? '',
  labels: toLines(rule.labels, rule.kind === 'record' ? '' : 'severity'),
  annotations: toLines(rule.annotations, 'summary'),
  enabled: rule.enabled,
  tests: rule.tests,
});

/** What every Prometheus takes as a metric's name. */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

const nameFault = ({ kind, name }: RuleForm): UiCode | null => {
  if (name.trim() === '') return 'ui.rules.name-wrong';
  return kind === 'record' && !METRIC_NAME.test(name.trim()) ? 'ui.rules.record-wrong' : null;
};

const alertFaults = (form: RuleForm): Partial<Record<keyof RuleForm, UiCode>> => ({
  ...(parseDuration(form.forText.trim()) === null ? { forText: 'ui.rules.span-wrong' } : {}),
  ...(parseDuration(form.keepText.trim()) === null ? { keepText: 'ui.rules.span-wrong' } : {}),
  ...(fromLines(form.annotations) === null ? { annotations: 'ui.rules.label-wrong' } : {}),
});

/** What is wrong in a form besides its expression, by field. */
export const faultsOf = (form: RuleForm): Partial<Record<keyof RuleForm, UiCode>> => {
  const name = nameFault(form);
  return {
    ...(name === null ? {} : { name }),
    ...(form.group.trim() === '' ? { group: 'ui.rules.group-wrong' } : {}),
    ...(fromLines(form.labels) === null ? { labels: 'ui.rules.label-wrong' } : {}),
    ...(form.kind === 'alert' ? alertFaults(form) : {}),
  };
};

/** The draft that a form describes; fields that are wrong count as empty, and a recording rule has those of an alert not. */
export const draftOf = (form: RuleForm): RuleDraftDto => {
  const isAlert = form.kind === 'alert';
  return {
    group: form.group.trim(),
    kind: form.kind,
    name: form.name.trim(),
    expr: form.expr,
    forMs: isAlert ? (parseDuration(form.forText.trim()) ?? 0) : 0,
    keepFiringForMs: isAlert ? (parseDuration(form.keepText.trim()) ?? 0) : 0,
    labels: {
      ...(isAlert && form.severity !== '' ? { severity: form.severity } : {}),
      ...fromLines(form.labels),
    },
    annotations: isAlert
      ? { ...(form.summary === '' ? {} : { summary: form.summary }), ...fromLines(form.annotations) }
      : {},
    enabled: form.enabled,
    tests: form.tests.trim() === '' ? '' : form.tests,
  };
};
