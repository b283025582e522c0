/** Remembers in which version each thing last changed, so that a reader can ask for what changed since it last looked. */
export interface Versions {
  /** The newest version; grows by one per `touch` batch that `seal` closes. */
  current(): number;
  touch(id: string): void;
  remove(id: string): void;
  /** Ids changed after a version (0: all that exist), and ids gone after it. */
  since(version: number): { readonly changed: readonly string[]; readonly gone: readonly string[] };
}

const GONE_KEPT = 10_000;

/** Asked several times a second, over everything there is. */
const idsAfter = (versions: ReadonlyMap<string, number>, asked: number): string[] => {
  const ids: string[] = [];
  for (const [id, at] of versions) if (at > asked) ids.push(id);
  return ids;
};

export const createVersions = (): Versions => {
  let version = 1;
  // Insertion order is order of change: touching moves an id to the end.
  const changedIn = new Map<string, number>();
  const goneIn = new Map<string, number>();
  return {
    current: () => version,
    touch: (id) => {
      version += 1;
      goneIn.delete(id);
      changedIn.delete(id);
      changedIn.set(id, version);
    },
    remove: (id) => {
      if (!changedIn.delete(id)) return;
      version += 1;
      goneIn.set(id, version);
      for (const oldest of goneIn.keys()) {
        if (goneIn.size <= GONE_KEPT) break;
        goneIn.delete(oldest);
      }
    },
    since: (asked) => ({ changed: idsAfter(changedIn, asked), gone: idsAfter(goneIn, asked) }),
  };
};
