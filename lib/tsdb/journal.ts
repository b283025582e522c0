import type { Changes } from './head.ts';

const CLOCK_BYTES = 13;
const LOG_BYTES = 16;
const OWN_BYTES = 21;

/** What one journal row holds: raw columns, no encoding, so that writing costs nothing and replay is a copy. */
export const encodeChanges = (changes: Changes): Uint8Array => {
  const { clocks, log, own, anchors } = changes;
  const size =
    17 +
    clocks.length * CLOCK_BYTES +
    log.ref.length * LOG_BYTES +
    own.ref.length * OWN_BYTES +
    anchors.ref.length * 12;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const int = (value: number): void => {
    view.setInt32(at, value, true);
    at += 4;
  };
  const float = (value: number): void => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  const byte = (value: number): void => view.setUint8(at++, value);
  for (const count of [clocks.length, log.ref.length, own.ref.length, anchors.ref.length]) int(count);
  byte(changes.fresh ? 1 : 0);
  for (const { clock, at: instant, down } of clocks) {
    int(clock);
    float(instant);
    byte(down ? 1 : 0);
  }
  for (let i = 0; i < log.ref.length; i += 1) {
    int(log.ref[i] ?? 0);
    int(log.ordinal[i] ?? 0);
    float(log.value[i] ?? 0);
  }
  for (let i = 0; i < own.ref.length; i += 1) {
    int(own.ref[i] ?? 0);
    float(own.at[i] ?? 0);
    float(own.value[i] ?? 0);
    byte(own.stale[i] ?? 0);
  }
  for (let i = 0; i < anchors.ref.length; i += 1) {
    int(anchors.ref[i] ?? 0);
    float(anchors.value[i] ?? 0);
  }
  return bytes;
};

/** @throws RangeError when the row is shorter than it says */
export const decodeChanges = (bytes: Uint8Array): Changes => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const int = (): number => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const float = (): number => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  const byte = (): number => view.getUint8(at++);
  const [clockCount, logCount, ownCount, anchorCount] = [int(), int(), int(), int()];
  const fresh = byte() === 1;
  if (
    at + clockCount * CLOCK_BYTES + logCount * LOG_BYTES + ownCount * OWN_BYTES + anchorCount * 12 !==
    bytes.length
  )
    throw new RangeError('a journal row is not as long as it says');
  const clocks = Array.from({ length: clockCount }, () => ({
    clock: int(),
    at: float(),
    down: byte() === 1,
  }));
  const log = {
    ref: new Int32Array(logCount),
    ordinal: new Int32Array(logCount),
    value: new Float64Array(logCount),
  };
  for (let i = 0; i < logCount; i += 1) {
    log.ref[i] = int();
    log.ordinal[i] = int();
    log.value[i] = float();
  }
  const own = {
    ref: new Int32Array(ownCount),
    at: new Float64Array(ownCount),
    value: new Float64Array(ownCount),
    stale: new Uint8Array(ownCount),
  };
  for (let i = 0; i < ownCount; i += 1) {
    own.ref[i] = int();
    own.at[i] = float();
    own.value[i] = float();
    own.stale[i] = byte();
  }
  const anchors = { ref: new Int32Array(anchorCount), value: new Float64Array(anchorCount) };
  for (let i = 0; i < anchorCount; i += 1) {
    anchors.ref[i] = int();
    anchors.value[i] = float();
  }
  return { fresh, clocks, log, own, anchors };
};
