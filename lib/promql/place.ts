import type { Place } from './ast.ts';

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** Makes places of one query: offsets to line and column. Columns count bytes, as Prometheus's do. */
export const createPlacer = (text: string): ((from: number, to: number) => Place) => {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return (from, to) => {
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? 0) <= from) low = middle;
      else high = middle;
    }
    return { from, to, line: low + 1, column: utf8Length(text.slice(lineStarts[low] ?? 0, from)) + 1 };
  };
};
