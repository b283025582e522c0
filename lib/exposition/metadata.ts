/** What an exposition says of a metric beside its samples. */
export interface MetricMetadata {
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

const COMMENT = /^#[ \t]+(TYPE|HELP|UNIT)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]?(.*)$/;
const LF = 0x0a;

const unescapeHelp = (text: string): string =>
  text.replace(/\\([\\n])/g, (_all, escaped: string) => (escaped === 'n' ? '\n' : '\\'));

/**
 * The TYPE, HELP and UNIT comments of an accepted body (Prometheus documentation, "Exposition formats"). A metric without a
 * TYPE is `unknown`, and so is `untyped`.
 */
export const metadataOf = (body: Uint8Array): MetricMetadata[] => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = new Map<string, MetricMetadata>();
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(LF, at);
    const end = newline === -1 ? bytes.length : newline;
    const isComment = bytes[at] === 0x23 || bytes[at] === 0x20 || bytes[at] === 0x09;
    const parts = isComment ? COMMENT.exec(bytes.toString('utf8', at, end).trim()) : null;
    at = end + 1;
    const [, kind = '', metric = '', rest = ''] = parts ?? [];
    if (metric === '') continue;
    const before = found.get(metric) ?? { metric, type: 'unknown', help: '', unit: '' };
    const type = rest.trim() === 'untyped' ? 'unknown' : rest.trim();
    if (kind === 'TYPE') found.set(metric, { ...before, type });
    else if (kind === 'HELP') found.set(metric, { ...before, help: unescapeHelp(rest) });
    else found.set(metric, { ...before, unit: rest.trim() });
  }
  return [...found.values()];
};
