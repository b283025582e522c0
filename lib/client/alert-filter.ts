import type { AlertDto } from '#lib/api/schema-alerts.ts';

/** What a filter looks at: an alert of the list, or one of the past. */
export type Filtered = Pick<AlertDto, 'rule' | 'labels'> & { readonly state?: AlertDto['state'] };
export type AlertFilter = (alert: Filtered) => boolean;

const TERM =
  /(?<label>[A-Za-z_]\w*)\s*(?<sign>!?=)\s*(?:"(?<quoted>[^"]*)"|(?<bare>[^\s,{}"]+))|(?<word>[^\s,{}]+)/g;

const valueOf = (alert: Filtered, label: string): string =>
  label === 'alertname' ? alert.rule : label === 'state' ? (alert.state ?? '') : (alert.labels[label] ?? '');

const termOf = ({ label, sign, quoted, bare, word }: Record<string, string | undefined>): AlertFilter => {
  if (label !== undefined) {
    const wanted = quoted ?? bare ?? '';
    return (alert) => (valueOf(alert, label) === wanted) === (sign === '=');
  }
  const part = (word ?? '').toLowerCase();
  return ({ rule, labels }) =>
    rule.toLowerCase().includes(part) ||
    Object.values(labels).some((value) => value.toLowerCase().includes(part));
};

/**
 * What a reader writes to find alerts: words that name or any label must contain, and `label="value"` or `label!="value"`
 * as Prometheus writes its selectors. All must hold; an empty text takes everything.
 */
export const alertFilter = (text: string): AlertFilter => {
  const terms = [...text.matchAll(TERM)].map((match) => termOf(match.groups ?? {}));
  return (alert) => terms.every((term) => term(alert));
};
