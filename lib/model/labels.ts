/** Label names to values. The identity of a series is the set, not the order. */
export type Labels = Readonly<Record<string, string>>;

/** One string per label set: equal exactly when the sets are equal. */
export const labelsKey = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0001${labels[name] ?? ''}`)
    .join('\u0002');
