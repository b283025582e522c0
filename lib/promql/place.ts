import type { Place } from './ast.ts';

/** How many bytes in UTF-8 stand before each character; null: as many as characters. */
const bytesBefore = (text: string): Uint32Array | null => {
  if (!/[^\0-\x7f]/.test(text)) return null;
  const before = new Uint32Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // The two halves of a pair are two bytes each.
    const bytes = unit < 0x80 ? 1 : unit < 0x8_00 || (unit >= 0xd8_00 && unit < 0xe0_00) ? 2 : 3;
    before[at + 1] = (before[at] ?? 0) + bytes;
  }
  return before;
};

/** Makes places of one query: offsets to line and column. Columns count bytes, as Prometheus's do. */
export const createPlacer = (text: string): ((from: number, to: number) => Place) => {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const bytes = bytesBefore(text);
  const byteAt = (at: number): number => bytes?.[at] ?? at;
  return (from, to) => {
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? 0) <= from) low = middle;
      else high = middle;
    }
    return { from, to, line: low + 1, column: byteAt(from) - byteAt(lineStarts[low] ?? 0) + 1 };
  };
};
