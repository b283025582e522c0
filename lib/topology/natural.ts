/** A key by which names sort as people count: `n-2` before `n-10`. Compared with `<`, which is far cheaper than a collator for thousands. */
export const naturalKey = (name: string): string =>
  name.replace(/\d+/g, (digits) => digits.padStart(12, '0'));

/** Items in the natural order of their names; equal names by their order as text. */
export const naturally = <T>(items: readonly T[], nameOf: (item: T) => string): T[] =>
  items
    .map((item) => ({ item, name: nameOf(item), key: naturalKey(nameOf(item)) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ item }) => item);
