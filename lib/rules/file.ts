import { hashText } from '#lib/model/fingerprint.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { fileKeys, shapeProblems } from './rule-keys.ts';
import type { GroupKeys, Report, RuleKeys } from './rule-keys.ts';
import type { Rule, RuleGroup, RuleSource } from './rule.ts';
import { checkTemplate } from './template/alert-template.ts';
import { readYaml } from './yaml-place.ts';
import type { Place, PlacedYaml, YamlPath } from './yaml-place.ts';

/** One thing wrong in a rule file: what, where, and how to mend it. */
export interface RuleProblem extends Place {
  readonly file: string;
  readonly message: string;
}

export const ruleProblemText = ({ file, line, column, message }: RuleProblem): string =>
  `${file}:${line}:${column}: ${message}`;

export type RulesRead =
  | { readonly ok: true; readonly groups: readonly RuleGroup[] }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/** What is wrong with an expression: Prometheus's words with their position, and its offset in the text; null: nothing. */
export type CheckExpr = (expr: string) => { readonly text: string; readonly offset: number } | null;

export interface ReadOptions {
  readonly source: RuleSource;
  /** The interval of groups that name none. */
  readonly intervalMs: Ms;
  readonly checkExpr: CheckExpr;
}

const checkNames = (path: YamlPath, texts: Labels, what: 'label' | 'annotation', report: Report): void => {
  for (const [name, value] of Object.entries(texts)) {
    if (name === '' || !name.isWellFormed() || (what === 'label' && name === '__name__'))
      report([...path, name], `invalid ${what} name: ${name}; rename it`);
    if (!value.isWellFormed()) report([...path, name], `invalid ${what} value: it is no valid UTF-8`);
  }
};

const checkTemplates = (
  path: YamlPath,
  texts: Labels,
  what: 'label' | 'annotation',
  alert: string,
  report: Report,
): void => {
  for (const [name, text] of Object.entries(texts)) {
    const error = checkTemplate(text, alert);
    if (error !== null) report([...path, name], `${what} "${name}": ${error}`);
  }
};

/** A metric's name as every Prometheus takes it; newer ones take any text. */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

const checkRecord = (path: YamlPath, rule: RuleKeys, source: RuleSource, report: Report): void => {
  if (Object.keys(rule.annotations).length > 0)
    report([...path, 'annotations'], "invalid field 'annotations' in recording rule; remove it");
  if (rule.for !== 0) report([...path, 'for'], "invalid field 'for' in recording rule; remove it");
  if (rule.keep_firing_for !== 0)
    report([...path, 'keep_firing_for'], "invalid field 'keep_firing_for' in recording rule; remove it");
  if (/[{}]/.test(rule.record))
    report([...path, 'record'], `invalid recording rule name: ${rule.record}; braces belong into labels`);
  else if (source === 'ui' ? !METRIC_NAME.test(rule.record) : !rule.record.isWellFormed())
    report(
      [...path, 'record'],
      `invalid recording rule name: ${rule.record}; write letters, digits, _ and :`,
    );
};

const checkAlert = (path: YamlPath, rule: RuleKeys, report: Report): void => {
  checkTemplates([...path, 'labels'], rule.labels, 'label', rule.alert, report);
  checkTemplates([...path, 'annotations'], rule.annotations, 'annotation', rule.alert, report);
};

const checkRule = (
  path: YamlPath,
  rule: RuleKeys,
  yaml: PlacedYaml,
  { checkExpr, source }: ReadOptions,
  report: Report,
  reportAt: (place: Place, message: string) => void,
): void => {
  if (rule.record !== '' && rule.alert !== '')
    report(path, "only one of 'record' and 'alert' must be set; remove one");
  else if (rule.record === '' && rule.alert === '') report(path, "one of 'record' or 'alert' must be set");
  if (rule.expr.trim() === '') report(path, "field 'expr' must be set in rule");
  else {
    const wrong = checkExpr(rule.expr);
    if (wrong !== null)
      reportAt(
        yaml.placeInText([...path, 'expr'], wrong.offset),
        `could not parse expression: ${wrong.text}`,
      );
  }
  if (rule.record !== '') checkRecord(path, rule, source, report);
  else checkAlert(path, rule, report);
  checkNames([...path, 'labels'], rule.labels, 'label', report);
  checkNames([...path, 'annotations'], rule.annotations, 'annotation', report);
};

/** Ids are made of what people see; of several rules with one name in a group, the place among them. */
const createIds = (file: string): ((group: string, kind: string, name: string) => string) => {
  const seen = new Map<string, number>();
  return (group, kind, name) => {
    const key = JSON.stringify([file, group, kind, name]);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return hashText(nth === 0 ? key : `${key}${nth}`);
  };
};

const toGroups = (groups: readonly GroupKeys[], file: string, options: ReadOptions): RuleGroup[] => {
  const idOf = createIds(file);
  const { source } = options;
  const place = { source, file: source === 'file' ? file : null };
  return groups.map((group) => ({
    name: group.name,
    ...place,
    intervalMs: group.interval === undefined || group.interval === 0 ? options.intervalMs : group.interval,
    limit: group.limit,
    queryOffsetMs: group.query_offset,
    labels: group.labels,
    rules: group.rules.map((rule): Rule => {
      const kind = rule.record === '' ? 'alert' : 'record';
      const name = rule.record === '' ? rule.alert : rule.record;
      return {
        id: idOf(group.name, kind, name),
        ...place,
        version: 1,
        group: group.name,
        kind,
        name,
        expr: rule.expr.trim(),
        forMs: rule.for,
        keepFiringForMs: rule.keep_firing_for,
        labels: rule.labels,
        annotations: rule.annotations,
        enabled: true,
      };
    }),
  }));
};

/**
 * Reads a rule file as Prometheus does: a key nobody knows, a name twice, an expression or a template that is wrong refuse the
 * whole file, each with line and column (Prometheus documentation, "Recording rules", "Alerting rules").
 * @param file its name in messages, and part of the rules' ids
 */
export const readRuleFile = (text: string, file: string, options: ReadOptions): RulesRead => {
  const yaml = readYaml(text);
  const problems: RuleProblem[] = [];
  const reportAt = ({ line, column }: Place, message: string): void =>
    void problems.push({ file, line, column, message });
  const report: Report = (path, message) => reportAt(yaml.placeOf(path), message);
  if (yaml.errors.length > 0) {
    for (const error of yaml.errors) reportAt(error, `this is no YAML: ${error.message}`);
    return { ok: false, problems };
  }
  const parsed = fileKeys.safeParse(yaml.value === null || yaml.value === '' ? {} : yaml.value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) shapeProblems(issue, report);
    return { ok: false, problems };
  }
  const names = new Set<string>();
  parsed.data.groups.forEach((group, index) => {
    const path = ['groups', index];
    if (group.name === '') report(path, 'Groupname must not be empty; give the group a name');
    else if (names.has(group.name))
      report([...path, 'name'], `groupname: "${group.name}" is repeated in the same file; rename one`);
    names.add(group.name);
    checkNames([...path, 'labels'], group.labels, 'label', report);
    group.rules.forEach((rule, at) =>
      checkRule([...path, 'rules', at], rule, yaml, options, report, reportAt),
    );
  });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, groups: toGroups(parsed.data.groups, file, options) };
};
