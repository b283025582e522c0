import type { Ms } from '#lib/model/time.ts';
import type { Version, VersionChange } from '#lib/store/state/state-store.ts';

/** An error with a place in the API: its code crosses threads. */
export const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** A change that somebody asks for. `expected` is the version that they saw; null: they need not have seen any. */
export interface Edit<Draft> {
  readonly id: string;
  readonly change: VersionChange;
  readonly draft: Draft;
  readonly expected: number | null;
  readonly actor: string | null;
}

/** Things that people edit, each in versions: the newest in memory, all on disk. */
export interface Book<Draft> {
  load(newest: Iterable<Version<Draft>>): void;
  all(): Version<Draft>[];
  get(id: string): Version<Draft> | undefined;
  /**
   * Writes the next version down; it must be stored in the same turn.
   * @param before the newest version when the thing is not in the book: a deleted one comes back above it
   * @throws when somebody else was faster
   */
  write(edit: Edit<Draft>, before: number, at: Ms): Version<Draft>;
}

export const createBook = <Draft>(what: string): Book<Draft> => {
  const newest = new Map<string, Version<Draft>>();
  return {
    load: (versions) => {
      newest.clear();
      for (const version of versions) newest.set(version.id, version);
    },
    all: () => [...newest.values()],
    get: (id) => newest.get(id),
    write: ({ id, change, draft, expected, actor }, before, at) => {
      const known = newest.get(id);
      if (expected !== null && known === undefined)
        throw refusal('not-found', `this ${what} is not there any more`);
      if (expected !== null && known?.version !== expected)
        throw refusal(
          'version-mismatch',
          `this ${what} is at version ${known?.version ?? 0}, not ${expected}: somebody changed it meanwhile; read it again`,
        );
      const version = { id, version: (known?.version ?? before) + 1, change, draft, at, actor };
      if (change === 'deleted') newest.delete(id);
      else newest.set(id, version);
      return version;
    },
  };
};
