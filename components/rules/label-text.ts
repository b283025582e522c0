/** A label set as PromQL writes it, without the name of the alert: `{cluster="orders", node="o-1"}`. */
export const labelText = (labels: Readonly<Record<string, string>>): string => {
  const { __name__: name = '', alertname: _alertname, ...rest } = labels;
  const pairs = Object.keys(rest)
    .sort()
    .map((label) => `${label}=${JSON.stringify(rest[label])}`);
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`;
};
