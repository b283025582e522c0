import type { Ms } from '#lib/model/time.ts';
import type { ChannelJson, Version } from '#lib/store/state/state-store.ts';

import type { NotifyConfig } from '../config/config.ts';
import { createBook } from './book.ts';
import type { ChannelDraft } from './channels.ts';
import { fileChannels } from './file-channels.ts';
import type { StateLog } from './state-log.ts';

/** What is kept of a channel of the configuration file. */
export interface FileChannelDraft extends ChannelDraft {
  /** The receiver's id, and which of its webhooks. */
  readonly receiver: string;
  readonly webhook: number;
}

/** What the configuration file says of channels, in versions: so that any past instant can tell what was in force. */
export interface FileChannelVersions {
  /** Goes on from what is stored. */
  load(newest: readonly Version<FileChannelDraft>[]): void;
  /** Stores what differs from the newest versions. */
  follow(notify: NotifyConfig | null): Promise<void>;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const createFileChannelVersions = (log: StateLog): FileChannelVersions => {
  const book = createBook<FileChannelDraft>('channel');
  /** The newest version of each, also of those that are gone. */
  const versions = new Map<string, number>();

  const writeVersion = (id: string, draft: FileChannelDraft | null, at: Ms): Version<ChannelJson>[] => {
    const known = book.get(id);
    const kept = draft ?? known?.draft;
    if (kept === undefined || same(draft, known?.draft)) return [];
    const change = draft === null ? 'deleted' : known === undefined ? 'created' : 'edited';
    const edit = { id, change, draft: kept, expected: null, actor: null } as const;
    const version = book.write(edit, versions.get(id) ?? 0, at);
    versions.set(id, version.version);
    return [{ ...version, draft: { ...version.draft } }];
  };

  return {
    load: (newest) => {
      book.load(newest.filter(({ change }) => change !== 'deleted'));
      for (const { id, version } of newest) versions.set(id, version);
    },
    follow: (notify) => {
      const now = new Map(
        fileChannels(notify).map(({ id, draft, receiver, webhook }) => [id, { ...draft, receiver, webhook }]),
      );
      return log.apply((at) => {
        const ids = new Set([...now.keys(), ...book.all().map(({ id }) => id)]);
        const channels = [...ids].flatMap((id) => writeVersion(id, now.get(id) ?? null, at));
        return { change: { channels }, result: undefined };
      });
    },
  };
};
