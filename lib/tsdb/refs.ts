import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** The references of a block's series, in rising order: their distances, compressed. */
export const encodeRefs = (refs: readonly number[]): Uint8Array => {
  const steps = Int32Array.from(refs, (ref, i) => ref - (refs[i - 1] ?? 0));
  return zstdCompressSync(new Uint8Array(steps.buffer));
};

export const decodeRefs = (data: Uint8Array): Int32Array => {
  const bytes = new Uint8Array(zstdDecompressSync(data)); // a copy that begins where its memory begins
  const refs = new Int32Array(bytes.buffer);
  for (let i = 1; i < refs.length; i += 1) refs[i] = (refs[i] ?? 0) + (refs[i - 1] ?? 0);
  return refs;
};
