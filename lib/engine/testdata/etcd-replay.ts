import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mock } from 'node:test';

import { loadConfig } from '#lib/engine/config/load.ts';
import type { LiveCluster, LiveNode } from '#lib/engine/live.ts';
import { createPulses, THREADS } from '#lib/engine/pulse.ts';
import { createWatch } from '#lib/engine/watch/watch.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ProbeAnswer, Prober, ProberOptions, ProbeTarget } from '#lib/sources/probe.ts';

/** Recorded scenarios of a real etcd 3.4 of three members; instants count from the fault. */
const FOLDER = path.join(import.meta.dirname, '../../consensus/testdata/etcd');
export const MEMBERS = ['etcd1', 'etcd2', 'etcd3'];
const ADDRESS: Readonly<Record<string, string>> = { '10.77.0.1': 'etcd1', '10.77.0.2': 'etcd2', '10.77.0.3': 'etcd3' };
const ID: Readonly<Record<string, string>> = {
  etcd1: '14416085628150859872',
  etcd2: '1023325227458274048',
  etcd3: '7507853675836095262',
};
const nameOf = (id: string): string | null => MEMBERS.find((member) => ID[member] === id) ?? null;

interface Poll {
  readonly tMs: Ms;
  readonly member: string;
  readonly status: number;
  readonly error: string;
  readonly latencyMs: Ms;
  readonly term: string;
  readonly leader: string;
  readonly commit: string;
  readonly applied: string;
}
interface Recorded {
  readonly events: readonly { readonly tMs: Ms; readonly event: string }[];
  readonly polls: readonly string[];
  readonly bodies: readonly {
    readonly tMs: Ms;
    readonly member: string;
    readonly endpoint: string;
    readonly status: number;
    readonly error?: string;
    readonly body?: string;
  }[];
}

export interface Recording {
  readonly polls: ReadonlyMap<string, readonly Poll[]>;
  readonly bodies: Recorded['bodies'];
  readonly endMs: Ms;
  /** The member that at least two of three named in one term, at an instant, by their own answers then no older than 1.5 s. */
  majorityAt(tMs: Ms): string | null;
}

export const recording = (scenario: string): Recording => {
  const read = JSON.parse(readFileSync(path.join(FOLDER, `${scenario}.json`), 'utf8')) as Recorded;
  const all = read.polls.map((line): Poll => {
    const [tMs, member = '', status, error = '', latencyMs, term = '', leader = '', commit = '', applied = ''] =
      line.split(',');
    return {
      tMs: Number(tMs),
      member,
      status: Number(status),
      error,
      latencyMs: Number(latencyMs),
      term,
      leader,
      commit,
      applied,
    };
  });
  const polls = new Map(MEMBERS.map((member) => [member, all.filter((poll) => poll.member === member)]));
  return {
    polls,
    bodies: read.bodies,
    endMs: Math.max(...all.map((poll) => poll.tMs)),
    majorityAt: (tMs) => {
      const named = [...polls.values()].flatMap((own) => {
        const last = own.findLast((poll) => poll.status === 200 && poll.tMs + poll.latencyMs <= tMs);
        return last === undefined || tMs - last.tMs > 1500 ? [] : [`${last.leader} ${last.term}`];
      });
      const best = named.find((each) => named.filter((other) => other === each).length >= 2);
      return best === undefined ? null : nameOf(best.split(' ')[0] ?? '');
    },
  };
};

/** The sample taken before the first recorded poll is one from the quiet time before the fault. */
const QUIET_FROM = -900;
const QUIET_MS = 800;
const RECORDED_FROM = -1900;
/** A slow body stands for the seconds after it was taken; then the next one does. */
const SNAPSHOT_MS = 4000;
const quiet = (tMs: Ms): Ms =>
  tMs >= RECORDED_FROM ? tMs : QUIET_FROM + ((((tMs - QUIET_FROM) % QUIET_MS) + QUIET_MS) % QUIET_MS);

const pollAt = (own: readonly Poll[], tMs: Ms): Poll | undefined =>
  own.find((poll) => poll.tMs <= tMs && tMs < poll.tMs + poll.latencyMs && poll.latencyMs > 150) ??
  own.find((poll) => poll.tMs >= tMs) ??
  own.at(-1);

const shorter = (index: string, back: Ms): string =>
  index === '' ? '' : String(Math.max(1, Number(index) - Math.ceil(back / 400)));

/** @param back how much earlier than recorded it is told: the log was shorter then */
const bodyOf = (poll: Poll, back: Ms): string =>
  JSON.stringify({
    header: { cluster_id: '8167178165989251248', member_id: ID[poll.member], raft_term: poll.term },
    version: '3.4.23',
    ...(poll.leader === '' || poll.leader === '0' ? {} : { leader: poll.leader }),
    raftIndex: shorter(poll.commit, back),
    raftTerm: poll.term,
    raftAppliedIndex: shorter(poll.applied, back),
  });

const ENDPOINTS: Readonly<Record<string, string>> = {
  '/v3/cluster/member/list': 'members',
  '/metrics': 'metrics',
  '/health': 'health',
  '/v2/stats/leader': 'leaderstats',
};

export interface Moment {
  readonly tMs: Ms;
  readonly cluster: LiveCluster;
  readonly nodes: ReadonlyMap<string, LiveNode>;
}

const WARM_UP_MS = 30_000;
const STEP_MS = 10;
const LOOK_MS = 50;
const BASE = Date.UTC(2026, 0, 1);

const CONFIG = `clusters:
  - name: orders
    system: etcd
    members:
      - { node: etcd1, address: "10.77.0.1:2379", zone: a }
      - { node: etcd2, address: "10.77.0.2:2379", zone: b }
      - { node: etcd3, address: "10.77.0.3:2379", zone: c }
`;

/** Plays a recording to the real watch: only its clock and its network are replaced. One moment each 50 ms. */
export const replay = (
  scenario: string,
  /** When nobody answers us, although all live. */
  mute: { readonly from: Ms; readonly to: Ms } | null = null,
): { readonly recorded: Recording; readonly moments: readonly Moment[] } => {
  const recorded = recording(scenario);
  const loaded = loadConfig(CONFIG, 'q.yml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  let now = 0;
  const tMs = (): Ms => now - WARM_UP_MS;
  const clock = { wall: () => BASE + now, mono: () => now };
  let due: { at: Ms; run: () => void }[] = [];
  const resets: { member: string; run: () => void }[] = [];

  const answerOf = (member: string, endpoint: string, at: Ms) => {
    const poll = pollAt(recorded.polls.get(member) ?? [], quiet(at));
    if (poll === undefined || poll.status !== 200 || endpoint === 'status')
      return { poll, body: poll === undefined ? null : bodyOf(poll, Math.max(0, quiet(at) - at)), status: poll?.status ?? 0 };
    const taken = recorded.bodies.filter(
      (each) => each.member === member && each.endpoint === endpoint && each.status > 0,
    );
    const last = taken.findLast((each) => each.tMs <= at);
    const entry =
      last !== undefined && at - last.tMs <= SNAPSHOT_MS ? last : (taken.find((each) => each.tMs > at) ?? last);
    return { poll, body: entry?.body ?? '', status: entry?.status ?? 0 };
  };

  const proberOf = (target: ProbeTarget, options: ProberOptions): Prober => {
    if (target.kind !== 'http') throw new Error('etcd is asked by HTTP');
    const url = new URL(target.url);
    const member = ADDRESS[url.hostname] ?? '';
    const endpoint = ENDPOINTS[url.pathname] ?? 'status';
    resets.push({ member, run: options.onReset });
    return {
      probe: (_fresh, done) => {
        const sentAt = clock.wall();
        const sentMono = now;
        let landed = false;
        const land = (outcome: ProbeAnswer['outcome'], body: string | null, status: number | null): void => {
          if (landed) return;
          landed = true;
          done({
            sentAt,
            at: clock.wall(),
            monoAt: now,
            outcome,
            rttMs: outcome === 'timeout' ? null : now - sentMono,
            error: outcome === 'ok' ? null : `${member}: ${outcome}`,
            body: body === null ? null : Buffer.from(body),
            status,
          });
        };
        const { poll, body, status } = answerOf(member, endpoint, tMs());
        const isMuted = mute !== null && tMs() >= mute.from && tMs() < mute.to;
        if (poll !== undefined && poll.error !== 'timeout' && !isMuted) {
          const spent = Math.max(0, quiet(tMs()) - poll.tMs);
          const failure = poll.error === 'refused' ? 'refused' : 'reset';
          due.push({
            at: now + Math.max(1, poll.latencyMs - spent),
            run: () => {
              if (poll.status !== 200) land(failure, null, null);
              else if (target.status.includes(status)) land('ok', body, status);
              else land('http-status', null, status);
            },
          });
        }
        return { expire: () => land('timeout', null, null) };
      },
      close: () => undefined,
    };
  };

  const pulses = createPulses();
  const counters = new Int32Array(pulses);
  const killed = MEMBERS.flatMap((member) => {
    const at = recorded.polls.get(member)?.find((poll) => poll.error === 'refused' || poll.error === 'reset')?.tMs;
    return at === undefined ? [] : [{ member, at }];
  });
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const stopping = new AbortController();
  const moments: Moment[] = [];
  try {
    const watch = createWatch(
      { monitor: 'm', boot: 'b', config: loaded.config, found: [], pulses },
      clock,
      () => 0.37,
      proberOf,
    );
    void watch.run(stopping.signal);
    while (tMs() < recorded.endMs) {
      now += STEP_MS;
      THREADS.forEach((_name, i) => (counters[i] = (counters[i] ?? 0) + 1));
      for (const { member, at } of killed)
        if (tMs() >= at && tMs() < at + STEP_MS)
          for (const reset of resets) if (reset.member === member) reset.run();
      const landing = due.filter(({ at }) => at <= now);
      due = due.filter(({ at }) => at > now);
      for (const { run } of landing) run();
      mock.timers.tick(STEP_MS);
      if (now % LOOK_MS !== 0) continue;
      const { clusters, nodes } = watch.reads.changesSince(0);
      const [cluster] = clusters;
      if (cluster !== undefined)
        moments.push({ tMs: tMs(), cluster, nodes: new Map(nodes.map((node) => [node.words.id, node])) });
    }
  } finally {
    stopping.abort();
    mock.timers.reset();
  }
  return { recorded, moments };
};
