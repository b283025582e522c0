/** A label set as PromQL writes it, without the name of the alert: `{cluster="orders", node="o-1"}`. */
export const labelText = (labels: Readonly<Record<string, string>>): string => {
  const { __name__: name = '', alertname: _alertname, ...rest } = labels;
  const pairs = Object.keys(rest)
    .sort()
    .map((label) => `${label}=${JSON.stringify(rest[label])}`);
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`;
};

/** A label set for a field: `name: value` to a line. @param without a label that has a field of its own */
export const toLines = (labels: Readonly<Record<string, string>>, without = ''): string =>
  Object.entries(labels)
    .filter(([name]) => name !== without)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

const LINE = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)$/;

/** `name: value` lines as a label set; null when a line is none. */
export const fromLines = (text: string): Record<string, string> | null => {
  const set: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const parts = LINE.exec(line.trim());
    if (parts?.[1] === undefined) return null;
    set[parts[1]] = parts[2] ?? '';
  }
  return set;
};
