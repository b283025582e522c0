const NAME_END = /[{ ]/;

/**
 * The lines of an exposition whose series bear one of these names, without comments. Of a large body the parser then
 * sees the few lines that somebody reads. Knows nothing of quoted names: a line that begins otherwise is left out.
 */
export const onlyNames = (body: Uint8Array, names: ReadonlySet<string>): Uint8Array => {
  const kept: string[] = [];
  for (const line of new TextDecoder().decode(body).split('\n')) {
    if (line.startsWith('#')) continue;
    const end = line.search(NAME_END);
    if (end > 0 && names.has(line.slice(0, end))) kept.push(line);
  }
  return new TextEncoder().encode(kept.map((line) => `${line}\n`).join(''));
};
