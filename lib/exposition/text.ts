import type { Labels } from '#lib/model/labels.ts';

import { parseNumber } from './number.ts';

/** Where new series are made known; called once per key, not once per sample. */
export interface SeriesSink {
  /** @returns the series' reference; two keys of one label set get one reference */
  add(labels: Labels): number;
}

export interface TextLimits {
  /** 0 is no limit, for each of them. */
  readonly samples: number;
  readonly labels: number;
  readonly labelNameBytes: number;
  readonly labelValueBytes: number;
}

export interface ParseIssue {
  readonly line: number;
  readonly column: number;
  readonly what: string;
  /** The line, cut at 120 bytes. */
  readonly text: string;
}

export interface AcceptedScrape {
  readonly ok: true;
  /** Series whose value differs from the body before, parallel. */
  readonly changed: { readonly refs: readonly number[]; readonly values: readonly number[] };
  /** Samples that carry their own instant. */
  readonly stamped: readonly { readonly ref: number; readonly atMs: number; readonly value: number }[];
  /** Series of the body before that this one has not. */
  readonly gone: readonly number[];
  readonly scraped: number;
  readonly kept: number;
  readonly added: number;
}

/** Turns a target's bodies into changes, remembering the one before. */
export interface TextCache {
  /** A body that is refused changes nothing: the next good one goes on from the last good one. */
  scrape(body: Uint8Array): AcceptedScrape | { readonly ok: false; readonly issue: ParseIssue };
  /** The last accepted body; empty before the first. */
  body(): Uint8Array;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped', 'unknown']);
const MAX_LINE_BYTES = 1024 * 1024;
/** A segment that the delta must not touch: it carries a timestamp. */
const NO_VALUE = 0x7fffffff;

const isNameStart = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte === 0x3a;
const isName = (byte: number): boolean => isNameStart(byte) || (byte >= 0x30 && byte <= 0x39);

class Refused extends Error {
  readonly at: number;
  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}

/** The lines of one accepted body. A segment runs from the end of the value line before, so that comments belong to the line after them. */
class Lines {
  count = 0;
  length = new Int32Array(64);
  keyAt = new Int32Array(64);
  keyLength = new Int32Array(64);
  valueAt = new Int32Array(64);
  local = new Int32Array(64);

  push(length: number, keyAt: number, keyLength: number, valueAt: number, local: number): void {
    if (this.count === this.length.length) this.#grow();
    this.length[this.count] = length;
    this.keyAt[this.count] = keyAt;
    this.keyLength[this.count] = keyLength;
    this.valueAt[this.count] = valueAt;
    this.local[this.count] = local;
    this.count += 1;
  }

  #grow(): void {
    for (const column of ['length', 'keyAt', 'keyLength', 'valueAt', 'local'] as const) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this[column]);
      this[column] = larger;
    }
  }
}

interface Held {
  readonly body: Uint8Array;
  readonly lines: Lines;
  readonly samples: number;
}

/** How many bytes are equal from here on, compared four words at a time. */
const equalRun = (a: DataView, aAt: number, b: DataView, bAt: number): number => {
  const most = Math.min(a.byteLength - aAt, b.byteLength - bAt);
  let n = 0;
  while (
    n + 16 <= most &&
    ((a.getInt32(aAt + n) ^ b.getInt32(bAt + n)) |
      (a.getInt32(aAt + n + 4) ^ b.getInt32(bAt + n + 4)) |
      (a.getInt32(aAt + n + 8) ^ b.getInt32(bAt + n + 8)) |
      (a.getInt32(aAt + n + 12) ^ b.getInt32(bAt + n + 12))) ===
      0
  )
    n += 16;
  while (n < most && a.getUint8(aAt + n) === b.getUint8(bAt + n)) n += 1;
  return n;
};

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array, from: number, to: number): string => {
  try {
    return utf8.decode(bytes.subarray(from, to));
  } catch {
    throw new Refused('invalid UTF-8', from);
  }
};

/** Walks over `name{label="value",…}`. @returns the offset after it */
const keyEnd = (body: Uint8Array, start: number): number => {
  let at = start;
  if (!isNameStart(body[at] ?? 0)) throw new Refused('expected a metric name', at);
  while (isName(body[at] ?? 0)) at += 1;
  let brace = at;
  while (body[brace] === SPACE || body[brace] === TAB) brace += 1;
  if (body[brace] !== OPEN) {
    if (brace === at)
      throw new Refused(
        at >= body.length || body[at] === LF || body[at] === CR
          ? 'expected a value'
          : 'unexpected byte in a metric name',
        at,
      );
    return at;
  }
  let quoted = false;
  for (at = brace + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === LF)
      throw new Refused(quoted ? 'a label value is not closed' : 'the labels are not closed', at);
    if (quoted && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) quoted = !quoted;
    else if (byte === CLOSE && !quoted) return at + 1;
  }
  throw new Refused(
    quoted ? 'a label value is not closed' : 'the labels are not closed',
    Math.min(at, body.length),
  );
};

const unescape = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([\\"n])/g, (_all, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    : text;

/** The labels of a key, `__name__` with them (Prometheus documentation, "Exposition formats"). */
const parseKey = (body: Uint8Array, from: number, to: number, limits: TextLimits): Labels => {
  let at = from;
  while (at < to && isName(body[at] ?? 0)) at += 1;
  const labels: Record<string, string> = { __name__: latin1(body, from, at) };
  let count = 0;
  const skip = (): void => {
    while (body[at] === SPACE || body[at] === TAB) at += 1;
  };
  skip();
  if (at >= to) return labels;
  at += 1;
  for (;;) {
    skip();
    if (body[at] === CLOSE) return labels;
    const nameAt = at;
    if (!isNameStart(body[at] ?? 0) || body[at] === 0x3a) throw new Refused('expected a label name', at);
    while (isName(body[at] ?? 0) && body[at] !== 0x3a) at += 1;
    const name = latin1(body, nameAt, at);
    skip();
    if (body[at] !== 0x3d) throw new Refused('expected = after the label name', at);
    at += 1;
    skip();
    if (body[at] !== QUOTE) throw new Refused('expected a quoted label value', at);
    const valueAt = at + 1;
    for (at = valueAt; body[at] !== QUOTE; at += 1) if (body[at] === BACKSLASH) at += 1;
    const value = unescape(decode(body, valueAt, at));
    at += 1;
    if (Object.hasOwn(labels, name)) throw new Refused(`label ${name} is there twice`, nameAt);
    labels[name] = value;
    count += 1;
    if (limits.labels > 0 && count > limits.labels)
      throw new Refused(`more than label_limit ${limits.labels} labels`, nameAt);
    if (limits.labelNameBytes > 0 && name.length > limits.labelNameBytes)
      throw new Refused(
        `a label name is longer than label_name_length_limit ${limits.labelNameBytes}`,
        nameAt,
      );
    if (limits.labelValueBytes > 0 && at - 1 - valueAt > limits.labelValueBytes)
      throw new Refused(
        `a label value is longer than label_value_length_limit ${limits.labelValueBytes}`,
        valueAt,
      );
    skip();
    if (body[at] === 0x2c) at += 1;
    else if (body[at] !== CLOSE) throw new Refused('expected , or } after a label', at);
  }
};

const checkComment = (body: Uint8Array, from: number, to: number): void => {
  const words = latin1(body, from, Math.min(to, from + 300))
    .trimEnd()
    .split(/[ \t]+/, 4);
  if (words[0] !== '#' || words[1] !== 'TYPE') return;
  if (words[2] === undefined || words[3] === undefined || !TYPES.has(words[3]))
    throw new Refused('expected "# TYPE <name> <counter|gauge|histogram|summary|untyped>"', from);
};

const issueOf = (body: Uint8Array, refused: Refused): ParseIssue => {
  let line = 1;
  let start = 0;
  const at = Math.min(refused.at, body.length);
  for (let i = 0; i < at; i += 1)
    if (body[i] === LF) {
      line += 1;
      start = i + 1;
    }
  const end = body.indexOf(LF, start);
  const cut = Math.min(end === -1 ? body.length : end, start + 120);
  return {
    line,
    column: at - start + 1,
    what: refused.message,
    text: Buffer.from(body.subarray(start, cut)).toString().replaceAll('\u0000', '\u2400'),
  };
};

/**
 * Text format 0.0.4 by what changed since the body before: equal stretches are skipped unread, a changed value is one number; only when
 * lines, order or comments differ is the whole body read. Both ways give the same answer for every sequence of bodies.
 */
export const createTextCache = (sink: SeriesSink, limits: TextLimits): TextCache => {
  let held: Held | null = null;
  let keys = new Map<string, number>();
  /** By local id: the series, its value in the last accepted body, and in which full read it was last seen. */
  const refs: number[] = [];
  const values: number[] = [];
  const seenIn: number[] = [];
  const free: number[] = [];
  const localOfRef = new Map<number, number>();
  let reads = 0;

  const delta = (before: Held, body: Uint8Array): AcceptedScrape | null => {
    const old = viewOf(before.body);
    const fresh = viewOf(body);
    const { lines } = before;
    const changedLocals: number[] = [];
    const changedValues: number[] = [];
    const lengths: { readonly line: number; readonly length: number }[] = [];
    let was = 0;
    let at = 0;
    let line = 0;
    while (line < lines.count) {
      let run = equalRun(old, was, fresh, at);
      while (line < lines.count && (lines.length[line] ?? 0) <= run) {
        const length = lines.length[line] ?? 0;
        was += length;
        at += length;
        run -= length;
        line += 1;
      }
      if (line === lines.count) break;
      const valueAt = lines.valueAt[line] ?? NO_VALUE;
      if (run < valueAt) return null;
      const from = at + valueAt;
      let end = from;
      while (end < body.length && (body[end] ?? 0) > SPACE) end += 1;
      if (end < body.length && body[end] !== LF) return null;
      const value = parseNumber(body, from, end);
      if (value === null) return null; // the full read says what is wrong
      const local = lines.local[line] ?? -1;
      if (local >= 0 && !Object.is(values[local], value)) {
        changedLocals.push(local);
        changedValues.push(value);
      }
      const next = Math.min(end + 1, body.length);
      if (next - at !== lines.length[line]) lengths.push({ line, length: next - at });
      was += lines.length[line] ?? 0;
      at = next;
      line += 1;
    }
    if (
      old.byteLength - was !== fresh.byteLength - at ||
      equalRun(old, was, fresh, at) !== fresh.byteLength - at
    )
      return null;
    for (const change of lengths) lines.length[change.line] = change.length;
    changedLocals.forEach((local, i) => (values[local] = changedValues[i] ?? 0));
    held = { ...before, body };
    return {
      ok: true,
      changed: { refs: changedLocals.map((local) => refs[local] ?? 0), values: changedValues },
      stamped: [],
      gone: [],
      scraped: before.samples,
      kept: before.samples,
      added: 0,
    };
  };

  const full = (before: Held | null, body: Uint8Array): AcceptedScrape => {
    reads += 1;
    const lines = new Lines();
    const found = new Map<string, Labels>();
    const order: {
      readonly key: string | null;
      readonly local: number;
      readonly value: number;
      readonly stampMs: number | null;
    }[] = [];
    const nextKeys = new Map<string, number>();
    let expected = 0;
    let expectedStart = 0;
    let at = 0;
    let segment = 0;
    if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf)
      throw new Refused('the body begins with a byte order mark', 0);
    while (at < body.length) {
      while (body[at] === SPACE || body[at] === TAB || body[at] === CR) at += 1;
      if (at >= body.length) break;
      if (body[at] === LF) {
        at += 1;
        continue;
      }
      const newline = body.indexOf(LF, at);
      const lineEnd = newline === -1 ? body.length : newline;
      if (lineEnd - at > MAX_LINE_BYTES)
        throw new Refused(`a line is longer than ${MAX_LINE_BYTES} bytes`, at);
      if (body[at] === HASH) {
        checkComment(body, at, lineEnd);
        at = Math.min(body.length, lineEnd + 1);
        continue;
      }
      const keyAt = at;
      const end = keyEnd(body, at);
      const isExpected =
        before !== null &&
        expected < before.lines.count &&
        sameKey(before, expected, expectedStart, body, keyAt, end);
      const key = latin1(body, keyAt, end);
      let local =
        isExpected && before !== null ? (before.lines.local[expected] ?? -1) : (keys.get(key) ?? -1);
      if (local < 0) {
        local = -1;
        if (!found.has(key)) found.set(key, parseKey(body, keyAt, end, limits));
      }
      if (before !== null && expected < before.lines.count) {
        expectedStart += before.lines.length[expected] ?? 0;
        expected += 1;
      }
      at = end;
      while (body[at] === SPACE || body[at] === TAB) at += 1;
      const valueAt = at;
      while (at < lineEnd && (body[at] ?? 0) > SPACE) at += 1;
      if (at === valueAt) throw new Refused('expected a value', at);
      const value = parseNumber(body, valueAt, at);
      if (value === null)
        throw new Refused(`"${latin1(body, valueAt, Math.min(at, valueAt + 40))}" is no number`, valueAt);
      const valueEnd = at;
      while (body[at] === SPACE || body[at] === TAB || body[at] === CR) at += 1;
      let stampMs: number | null = null;
      if (at < lineEnd) {
        const stampAt = at;
        while (at < lineEnd && (body[at] ?? 0) > SPACE) at += 1;
        const stamp = latin1(body, stampAt, at);
        if (!/^-?\d{1,16}$/.test(stamp))
          throw new Refused('expected a timestamp in milliseconds or the end of the line', stampAt);
        stampMs = Number(stamp);
        while (body[at] === SPACE || body[at] === TAB || body[at] === CR) at += 1;
        if (at < lineEnd) throw new Refused('expected the end of the line', at);
      }
      at = Math.min(body.length, lineEnd + 1);
      const plain = stampMs === null && valueEnd === lineEnd;
      lines.push(at - segment, keyAt - segment, end - keyAt, plain ? valueAt - segment : NO_VALUE, local);
      segment = at;
      order.push({ key: local === -1 ? key : null, local, value, stampMs });
      if (local !== -1) nextKeys.set(key, local);
      if (limits.samples > 0 && order.length > limits.samples)
        throw new Refused(`more than sample_limit ${limits.samples} samples`, keyAt);
    }
    return accept(body, lines, order, found, nextKeys);
  };

  /** Everything was read: only now does anything change. */
  const accept = (
    body: Uint8Array,
    lines: Lines,
    order: readonly {
      readonly key: string | null;
      readonly local: number;
      readonly value: number;
      readonly stampMs: number | null;
    }[],
    found: ReadonlyMap<string, Labels>,
    nextKeys: Map<string, number>,
  ): AcceptedScrape => {
    let added = 0;
    for (const [key, labels] of found) {
      const ref = sink.add(labels);
      let local = localOfRef.get(ref);
      if (local === undefined) {
        local = free.pop() ?? refs.length;
        refs[local] = ref;
        values[local] = Number.NaN;
        seenIn[local] = 0;
        localOfRef.set(ref, local);
        added += 1;
      }
      nextKeys.set(key, local);
    }
    const changed = { refs: [] as number[], values: [] as number[] };
    const stamped: AcceptedScrape['stamped'][number][] = [];
    let kept = 0;
    order.forEach((sample, line) => {
      const local = sample.key === null ? sample.local : (nextKeys.get(sample.key) ?? -1);
      const isNew = seenIn[local] === 0;
      if (sample.stampMs !== null) {
        stamped.push({ ref: refs[local] ?? 0, atMs: sample.stampMs, value: sample.value });
        if (isNew) seenIn[local] = -1;
        lines.local[line] = local;
        kept += 1;
        return;
      }
      if (seenIn[local] === reads) {
        lines.local[line] = -2; // the same series again: the first wins
        return;
      }
      lines.local[line] = local;
      kept += 1;
      if (isNew || (seenIn[local] ?? 0) < 0 || !Object.is(values[local], sample.value)) {
        changed.refs.push(refs[local] ?? 0);
        changed.values.push(sample.value);
        values[local] = sample.value;
      }
      seenIn[local] = reads;
    });
    const gone: number[] = [];
    const stampedRefs = new Set(stamped.map((sample) => sample.ref));
    for (const [ref, local] of localOfRef) {
      if (seenIn[local] === reads || stampedRefs.has(ref)) continue;
      if ((seenIn[local] ?? 0) > 0) gone.push(ref);
      localOfRef.delete(ref);
      free.push(local);
    }
    for (let line = 0; line < lines.count; line += 1)
      if (lines.local[line] === -2) lines.valueAt[line] = NO_VALUE;
    keys = nextKeys;
    held = { body, lines, samples: order.length };
    return { ok: true, changed, stamped, gone, scraped: order.length, kept, added };
  };

  return {
    body: () => held?.body ?? new Uint8Array(),
    scrape: (body) => {
      const quick = held === null ? null : delta(held, body);
      if (quick !== null) return quick;
      try {
        return full(held, body);
      } catch (cause) {
        if (cause instanceof Refused) return { ok: false, issue: issueOf(body, cause) };
        throw cause;
      }
    },
  };
};

const sameKey = (
  before: Held,
  line: number,
  start: number,
  body: Uint8Array,
  keyAt: number,
  keyEndAt: number,
): boolean => {
  const length = before.lines.keyLength[line] ?? 0;
  if (length !== keyEndAt - keyAt || (before.lines.local[line] ?? -1) < 0) return false;
  const from = start + (before.lines.keyAt[line] ?? 0);
  for (let i = length - 1; i >= 0; i -= 1) if (before.body[from + i] !== body[keyAt + i]) return false;
  return true;
};
