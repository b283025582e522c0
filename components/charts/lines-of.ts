type Labels = Readonly<Record<string, string>>;

/** One line of a chart of times. */
export interface TimeLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly dashed: boolean;
}

const COLOURS = 6;

/** A series as Prometheus writes it, without the labels that all of the series share. */
const nameOf = (labels: Labels, shared: ReadonlySet<string>): string => {
  const { __name__: metric = '', ...rest } = labels;
  const pairs = Object.entries(rest)
    .filter(([name]) => !shared.has(name))
    .sort(([a], [b]) => a.localeCompare(b));
  if (pairs.length === 0) return metric === '' ? '{}' : metric;
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
};

const sharedLabels = (all: readonly Labels[]): ReadonlySet<string> => {
  const [first = {}, ...rest] = all;
  if (rest.length === 0) return new Set();
  return new Set(
    Object.entries(first)
      .filter(([name, value]) => rest.every((labels) => labels[name] === value))
      .map(([name]) => name),
  );
};

/** Series as lines: named by what tells them apart, in six colours and then the same ones dashed. */
export const linesOf = (
  series: readonly { readonly labels: Labels; readonly values: readonly (number | null)[] }[],
): TimeLine[] => {
  const shared = sharedLabels(series.map(({ labels }) => labels));
  return series.map(({ labels, values }, i) => ({
    name: nameOf(labels, shared),
    values,
    colour: `var(--series-${(i % COLOURS) + 1})`,
    dashed: i >= COLOURS,
  }));
};
