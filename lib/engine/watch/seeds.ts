import { z } from 'zod';

import { clientAddress, isLocal, peerHost } from '#lib/consensus/addresses.ts';
import { listsMembers } from '#lib/consensus/adapter.ts';
import { ADAPTERS, adapterOf } from '#lib/consensus/adapters/registry.ts';
import { groupMeant } from '#lib/consensus/standing.ts';
import type { MemberSeen } from '#lib/model/reading.ts';
import type { Clock } from '#lib/model/time.ts';
import { askByProbe, askSeed } from '#lib/sources/seeds.ts';
import type { SeedAnswer } from '#lib/sources/seeds.ts';

import type { ClusterConfig, Config } from '../config/config.ts';

const foundShape = z.object({
  system: z.string().nullable(),
  members: z
    .array(
      z.object({
        id: z.string(),
        otherId: z.string().nullable(),
        name: z.string().nullable(),
        /** `host:port`; null: it has not begun to serve. */
        address: z.string().nullable(),
      }),
    )
    .nullable(),
  errors: z.record(z.string(), z.string()),
});
/** What asking the addresses of a cluster gave: its system, its members, and what those said that could not be read. */
export type Found = Readonly<z.infer<typeof foundShape>>;

/** Finds out what a configuration leaves open: the system of `auto`, and the members that seeds list. */
export interface Seeds {
  /** Begins to ask for what is open now; what is no longer configured is forgotten. */
  sync(config: Config): void;
  /** Null: nothing is known yet. */
  found(cluster: string): Found | null;
  /** Whether every open cluster was asked once. */
  isReady(): boolean;
  /** The members of a cluster as its members list them now. @returns whether they are others than before */
  follow(cluster: string, members: readonly MemberSeen[]): boolean;
  /** What was found before our own restart, and what is to be kept over the next. */
  restore(saved: Readonly<Record<string, string>>): void;
  save(): Readonly<Record<string, string>>;
  close(): void;
}

const foundIn = (text: string): Found | null => {
  try {
    return foundShape.parse(JSON.parse(text));
  } catch {
    return null; // an older version wrote it: the seeds are asked anyway
  }
};

const RETRY_MS = 2000;
const SAVED = 'seeds ';

interface Open {
  readonly cluster: ClusterConfig;
  readonly key: string;
  found: Found | null;
  /** Addresses at which a member, by its id, answered. */
  readonly answered: Map<string, string>;
  wasAsked: boolean;
  timer: NodeJS.Timeout | null;
  closed: boolean;
}

const isOpen = (cluster: ClusterConfig): boolean => cluster.seeds.length > 0 || cluster.system === 'auto';

type Good = Extract<SeedAnswer, { ok: true }>;
const groupOf = ({ fields }: Good): string | null =>
  typeof fields.groupId === 'string' ? fields.groupId : null;

export interface SeedsOptions {
  readonly clock: Clock;
  /** Something was found out: the plan is another one. */
  readonly onFound: () => void;
  /** A seed is a member of another cluster than the others. */
  readonly onStranger: (cluster: string, address: string, error: string) => void;
}

export const createSeeds = ({ clock, onFound, onStranger }: SeedsOptions): Seeds => {
  const open = new Map<string, Open>();
  let saved = new Map<string, Found>();

  /** Members on the hosts of those that answered at a loopback seed are on our machine. */
  const isHere = (entry: Open, members: readonly MemberSeen[]): ((member: MemberSeen) => boolean) => {
    const hosts = new Set(
      members.filter(({ id }) => isLocal(entry.answered.get(id) ?? '')).map((member) => peerHost(member)),
    );
    return (member) => hosts.has(peerHost(member));
  };
  const membersOf = (entry: Open, members: readonly MemberSeen[]): Found['members'] => {
    const isOurs = isHere(entry, members);
    return members.map((member) => ({
      id: member.id,
      otherId: member.otherId,
      name: member.name,
      // The seed that answered as this member is known to be reachable.
      address: entry.answered.get(member.id) ?? clientAddress(member, entry.cluster.scheme, isOurs(member)),
    }));
  };
  const put = (entry: Open, found: Found): boolean => {
    const isOther = JSON.stringify(found) !== JSON.stringify(entry.found);
    entry.found = found;
    if (isOther) onFound();
    return isOther;
  };

  const askAll = (cluster: ClusterConfig): Promise<(readonly [string, SeedAnswer])[]> => {
    const known = adapterOf(cluster.system);
    const addresses =
      cluster.seeds.length > 0 ? cluster.seeds : cluster.members.map((member) => member.address);
    return Promise.all(
      addresses.map(async (address): Promise<readonly [string, SeedAnswer]> => [
        address,
        await askSeed({
          origin: `${cluster.scheme}://${address}`,
          adapters: known === null ? ADAPTERS : [known],
          ask: askByProbe(`${cluster.scheme}://${address}`, cluster.access, clock),
        }),
      ]),
    );
  };

  const ask = async (entry: Open): Promise<void> => {
    const { cluster } = entry;
    const answers = await askAll(cluster);
    if (entry.closed) return;
    entry.wasAsked = true;
    const errors = Object.fromEntries(
      answers.flatMap(([address, answer]) => (answer.ok ? [] : [[address, answer.error] as const])),
    );
    const good = answers.flatMap(([address, answer]) => (answer.ok ? [{ address, answer }] : []));
    const meant = groupMeant(
      good.flatMap(({ answer }) => groupOf(answer) ?? []),
      null,
    );
    const own = good.filter(({ answer }) => groupOf(answer) === meant);
    for (const { address, answer } of own) if (answer.self !== null) entry.answered.set(answer.self, address);
    const best = (own.find(({ answer }) => answer.members !== null) ?? own[0])?.answer;
    const isComplete =
      best !== undefined &&
      (cluster.seeds.length === 0 || best.members !== null || !listsMembers(best.adapter));
    if (isComplete) {
      for (const { address, answer } of good)
        if (groupOf(answer) !== meant)
          onStranger(cluster.name, address, `it is of group ${groupOf(answer)}, the others are of ${meant}`);
      put(entry, {
        system: best.adapter.id,
        members: best.members === null || cluster.seeds.length === 0 ? null : membersOf(entry, best.members),
        errors: {},
      });
    } else {
      if (entry.found?.members == null) {
        const system = best?.adapter.id ?? adapterOf(cluster.system)?.id ?? null;
        put(entry, { system, members: null, errors });
      }
      entry.timer = setTimeout(() => void ask(entry), RETRY_MS);
    }
  };

  const forget = (name: string, entry: Open): void => {
    entry.closed = true;
    if (entry.timer !== null) clearTimeout(entry.timer);
    open.delete(name);
  };

  return {
    sync: (config) => {
      const wanted = new Map(config.clusters.filter(isOpen).map((cluster) => [cluster.name, cluster]));
      for (const [name, entry] of open)
        if (JSON.stringify(wanted.get(name)) !== entry.key) forget(name, entry);
      for (const [name, cluster] of wanted) {
        if (open.has(name)) continue;
        const entry: Open = {
          cluster,
          key: JSON.stringify(cluster),
          found: saved.get(name) ?? null,
          answered: new Map(),
          wasAsked: false,
          timer: null,
          closed: false,
        };
        open.set(name, entry);
        void ask(entry);
      }
    },
    found: (cluster) => open.get(cluster)?.found ?? null,
    isReady: () => [...open.values()].every((entry) => entry.wasAsked),
    follow: (name, members) => {
      const entry = open.get(name);
      if (entry?.found?.members == null) return false;
      return put(entry, { ...entry.found, members: membersOf(entry, members) });
    },
    restore: (texts) => {
      saved = new Map(
        Object.entries(texts).flatMap(([key, text]) => {
          const found = key.startsWith(SAVED) ? foundIn(text) : null;
          return found === null ? [] : [[key.slice(SAVED.length), found] as const];
        }),
      );
      for (const [name, entry] of open)
        if (entry.found?.members == null) entry.found = saved.get(name) ?? entry.found;
    },
    save: () =>
      Object.fromEntries(
        [...open].flatMap(([name, { found }]) =>
          found?.members == null ? [] : [[`${SAVED}${name}`, JSON.stringify(found)]],
        ),
      ),
    close: () => {
      for (const [name, entry] of open) forget(name, entry);
    },
  };
};
