import type { MessagePort } from 'node:worker_threads';

import { createLatenessPool } from '#lib/detector/lateness-pool.ts';
import type { LatenessPool } from '#lib/detector/lateness-pool.ts';
import type { EventDraft, JsonObject } from '#lib/events/event.ts';
import { worldFromJson } from '#lib/events/world.ts';
import type { WorldJson } from '#lib/events/world.ts';
import { labelsKey } from '#lib/model/labels.ts';
import type { NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import type { Config, TargetGroup } from '../config/config.ts';
import type {
  HeartbeatTarget,
  LiveChanges,
  LiveCluster,
  LiveNode,
  NodeDetail,
  ProbeRecord,
} from '../live.ts';
import { createOutbox } from '../outbox.ts';
import type { Delivery } from '../outbox.ts';
import type { ThreadName } from '../pulse.ts';
import { link } from '../rpc.ts';
import type { Link } from '../rpc.ts';
import type { ArrivedHeartbeat, MainEvent, PushAnswer } from '../slot.ts';
import type { ThreadContent } from '../thread.ts';
import { createVersions } from '../versions.ts';
import { createConclusions } from './conclusions.ts';
import { createGroup } from './groups.ts';
import type { Group } from './groups.ts';
import { createWatchMetrics } from './metrics.ts';
import { nodeStory } from './node-story.ts';
import { createNodeRuntime, HISTORY_STEP_MS } from './node-runtime.ts';
import { createOwnHealth } from './own-health.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { createProbes } from './probes.ts';
import type { ProbeSpec } from './probes.ts';
import { createPushes } from './pushes.ts';
import { watchedOf } from './watched.ts';
import type { Watched } from './watched.ts';

export interface WatchOptions {
  readonly monitor: string;
  /** Unique for this start. */
  readonly boot: string;
  readonly config: Config;
  readonly found: readonly (readonly [string, readonly TargetGroup[]])[];
  readonly pulses: SharedArrayBuffer;
}

/** What `data` offers to `watch`. */
export interface DataPeer {
  ingest(delivery: Delivery): Promise<void>;
  putPools(pools: Readonly<Record<string, string>>): Promise<void>;
}

/** What is known from before this start. */
export interface Past {
  readonly world: WorldJson;
  readonly pools: Readonly<Record<string, string>>;
  /** When this monitor last wrote anything; null: never before. */
  readonly lastAliveAt: Ms | null;
}

/** What `watch` offers to `data`. */
export interface WatchPeer {
  /**
   * The world as the store knows it: what was down before our restart stays down until it is heard.
   */
  restore(past: Past): void;
}

const TICK_MS = 50;
const LOOK_MS = 100;
const FULL_LOOK_MS = 1000;
const SERIES_MS = 15_000;
const RESTORE_WAIT_MS = 5000;
const FIRST_PICTURE_MS = 3000;
const CONFIRM_MS = 250;
const HOST_ANSWERS_MS = 3000;
const POOLS_MS = 3_600_000;
const ELECTING_POLL_MS = 200;

/**
 * The content of thread `watch`: probes, detectors, verdicts and consensus views. Nothing here waits for anybody: what it concludes
 * goes to `data` when `data` can take it.
 */
export const createWatch = (options: WatchOptions, clock: Clock, random: () => number) => {
  const outbox = createOutbox(options.boot, options.monitor);
  const versions = createVersions();
  const pools = new Map<string, LatenessPool>();
  const watched = new Map<NodeId, Watched>();
  const groups = new Map<string, Group>();
  let config = options.config;
  let found = new Map(options.found);
  let plan: Plan = { nodes: new Map(), clusters: new Map(), probes: [] };
  let savedPools: Readonly<Record<string, string>> = {};
  let begunAt: Ms | null = null;
  let data: Link<DataPeer> | null = null;
  let answeredAt = 0;
  let toldAt = 0;
  let replan = false;
  const dirty = new Set<Group>();
  /** How the last probe of each endpoint went that is no heartbeat. */
  const lastRead = new Map<string, ProbeRecord>();
  /** Keys of probes whose endpoint a member does not have. */
  const without = new Set<string>();

  /** The instant of the next event: later than every picture already given, so that asking for that instant gives that picture. */
  const instant = (): Ms => {
    toldAt = Math.max(clock.wall(), toldAt, answeredAt + 1);
    return toldAt;
  };
  const tell = (drafts: readonly EventDraft[]): void => {
    for (const draft of drafts) outbox.make(draft, instant());
  };
  const health = createOwnHealth(TICK_MS, clock, options.pulses, tell);
  const conclusions = createConclusions(options.monitor, instant, outbox.addSeries);
  const tellMonitor = (
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    title: Text,
    detail: JsonObject = {},
  ): void =>
    tell([{ kind, severity, cluster: null, node: null, title, detail: { ...detail, ...title.params } }]);
  const tellNode = (
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    node: NodeId,
    title: Text,
    detail: JsonObject,
  ): void => tell([{ kind, severity, cluster: null, node, title, detail: { ...title.params, ...detail } }]);

  const metrics = createWatchMetrics();
  const probes = createProbes({
    clock,
    random,
    onAnswer: (spec, answer) => onAnswer(spec, answer),
    onReset: (spec) => {
      const liveness = plan.nodes.get(spec.node)?.liveness;
      watched.get(spec.node)?.runtime.reset();
      if (liveness != null) probes.now(liveness, true);
    },
  });
  const pushes = createPushes(() => {
    replan = true;
    if (begunAt !== null) sync();
  });

  const poolOf = (name: string): LatenessPool => {
    const pool = pools.get(name) ?? createLatenessPool(clock.wall(), savedPools[name] ?? null);
    pools.set(name, pool);
    return pool;
  };

  /** Brings what is watched in line with the configuration; everything that stays keeps what it learned. */
  const sync = (): void => {
    replan = false;
    const world = outbox.world();
    const before = plan;
    plan = planOf(config, found, pushes.nodes(), without);
    for (const id of [...watched.keys()].filter((id) => !plan.nodes.has(id))) watched.delete(id);
    for (const id of world.nodes.keys())
      if (!plan.nodes.has(id)) tellNode('node.removed', 'info', id, say('node.removed', { node: id }), {});
    for (const id of world.clusters.keys())
      if (!plan.clusters.has(id))
        tell([
          {
            kind: 'cluster.level',
            severity: 'info',
            cluster: id,
            node: null,
            title: say('cluster.gone', { cluster: id }),
            detail: { words: null },
          },
        ]);
    for (const [id, node] of plan.nodes) {
      const old = before.nodes.get(id);
      const known = outbox.world().nodes.get(id) ?? null;
      if (known === null || labelsKey(known.labels) !== labelsKey(node.labels))
        tellNode('node.added', 'info', id, say('node.added', { node: node.name }), {
          name: node.name,
          labels: node.labels,
        });
      if (watched.has(id) && JSON.stringify(old) === JSON.stringify(node)) continue;
      const isPushed = node.liveness === null;
      const runtime = createNodeRuntime({
        plan: node,
        detection: config.detection,
        pool: poolOf(node.pool),
        restored: known,
        silence: (last, now) => health.silence(last, now, isPushed),
        now: clock.mono(),
      });
      watched.set(id, watchedOf(runtime, known));
    }
    for (const id of [...groups.keys()].filter((id) => !plan.clusters.has(id))) groups.delete(id);
    for (const [id, cluster] of plan.clusters)
      if (JSON.stringify(groups.get(id)?.plan) !== JSON.stringify(cluster))
        groups.set(id, createGroup(cluster, outbox.world().clusters.get(id) ?? null));
    probes.sync(plan.probes);
    const planned = new Set(plan.probes.map((probe) => probe.key));
    lastRead.forEach((_record, key) => planned.has(key) || lastRead.delete(key));
    for (const entry of watched.values())
      entry.groups = [...groups.values()].filter((group) =>
        group.plan.members.some(({ node }) => node === entry.runtime.plan.id),
      );
    for (const id of before.nodes.keys()) if (!plan.nodes.has(id)) versions.remove(`n:${id}`);
    for (const id of before.clusters.keys()) if (!plan.clusters.has(id)) versions.remove(`c:${id}`);
    for (const id of plan.nodes.keys()) versions.touch(`n:${id}`);
    for (const group of groups.values()) dirty.add(group);
  };

  const begin = (past: Past | null): void => {
    if (begunAt !== null) return;
    begunAt = clock.mono();
    savedPools = past?.pools ?? {};
    if (past !== null) outbox.restore(worldFromJson(past.world));
    tellMonitor('monitor.started', 'info', say('monitor.started'), {
      boot: options.boot,
      lastAliveAt: past?.lastAliveAt ?? null,
    });
    sync();
  };

  const setConfig = (
    next: Config,
    nextFound: readonly (readonly [string, readonly TargetGroup[]])[],
  ): void => {
    const isOther = JSON.stringify(next.detection) !== JSON.stringify(config.detection);
    config = next;
    found = new Map(nextFound);
    if (begunAt === null) return;
    if (isOther) watched.clear();
    sync();
  };

  const hostAnswers = (entry: Watched, at: Ms): boolean => {
    const { host, id } = entry.runtime.plan;
    for (const other of watched.values())
      if (
        other.runtime.plan.host === host &&
        other.runtime.plan.id !== id &&
        other.decision.state !== 'down'
      ) {
        const heard = other.runtime.lastHeard();
        if (heard !== null && at - heard <= HOST_ANSWERS_MS && other.runtime.last()?.outcome === 'ok')
          return true;
      }
    return false;
  };

  const incarnationOf = (answer: ProbeAnswer): { id: string | null; startedAt: Ms | null } | null => {
    if (answer.body === null || answer.body[0] !== 0x7b) return null;
    try {
      const json: unknown = JSON.parse(new TextDecoder().decode(answer.body));
      if (typeof json !== 'object' || json === null) return null;
      const id =
        'incarnation' in json &&
        (typeof json.incarnation === 'string' || typeof json.incarnation === 'number')
          ? String(json.incarnation)
          : null;
      const started =
        'startedAt' in json && typeof json.startedAt === 'string' ? Date.parse(json.startedAt) : Number.NaN;
      return { id, startedAt: Number.isNaN(started) ? null : started };
    } catch {
      return null; // a heartbeat all the same: its body is its own affair
    }
  };

  const onHeard = (
    entry: Watched,
    at: Ms,
    incarnation: { id: string | null; startedAt: Ms | null } | null,
  ): void => {
    const restarted = entry.runtime.heard(at, incarnation, !entry.withheld);
    const { id, name } = entry.runtime.plan;
    const known = outbox.world().nodes.get(id)?.incarnation;
    const told = entry.runtime.incarnation();
    if (restarted)
      tellNode('node.restarted', 'warning', id, say('node.restarted', { node: name }), {
        incarnation: { ...told },
      });
    else if (known?.id !== told.id && told.id !== null)
      tellNode('node.flag', 'info', id, say('node.incarnation', { node: name }), {
        incarnation: { ...told },
      });
    look(entry, at);
  };

  const onAnswer = (spec: ProbeSpec, answer: ProbeAnswer): void => {
    const entry = watched.get(spec.node);
    if (entry === undefined) return;
    metrics.probe(answer.outcome, answer.rttMs);
    if (spec.endpoint !== 'liveness') {
      lastRead.set(spec.key, {
        at: answer.at,
        outcome: answer.outcome,
        rttMs: answer.rttMs,
        error: answer.error,
      });
      const group = groups.get(spec.job);
      group?.read(spec, answer);
      if (group !== undefined) dirty.add(group);
      if (answer.outcome === 'http-status' && !without.has(spec.key)) {
        without.add(spec.key);
        replan = true;
      }
      if (answer.outcome === 'refused' || answer.outcome === 'reset') {
        const { liveness } = entry.runtime.plan;
        if (liveness !== null && entry.decision.state !== 'down') probes.soon(liveness, 1, true);
      }
      if (group?.isElecting() === true) probes.soon(spec.key, ELECTING_POLL_MS, false);
      return;
    }
    entry.runtime.record({
      at: answer.at,
      outcome: answer.outcome,
      rttMs: answer.rttMs,
      error: answer.error,
    });
    if (answer.outcome === 'ok') {
      onHeard(entry, answer.monoAt, incarnationOf(answer));
      return;
    }
    const wasDown = entry.decision.state === 'down';
    const proved = entry.runtime.failed(answer, hostAnswers(entry, answer.monoAt));
    if (answer.outcome === 'reset' && !wasDown) probes.soon(spec.key, 10, true);
    else if (answer.outcome === 'refused' && !proved && !wasDown) probes.soon(spec.key, CONFIRM_MS, true);
    if (proved) look(entry, answer.monoAt);
  };

  /** Judges one node and tells what changed. */
  const look = (entry: Watched, at: Ms): void => {
    const { runtime } = entry;
    const { id } = runtime.plan;
    const level = runtime.phi(at);
    entry.peakPhi = level === null ? entry.peakPhi : Math.max(entry.peakPhi ?? 0, level);
    entry.withheld =
      level !== null &&
      level >= config.detection.suspectAt &&
      entry.groups.some((group) => group.peersHear(id, clock.wall()));
    const before = entry.decision;
    const decision = runtime.look(at, entry.withheld, health.holds(at));
    metrics.evaluations += 1;
    const story = nodeStory(runtime.plan, before, decision, {
      silentMs: Math.round(runtime.silenceMs(at) ?? 0),
      phi: level,
      downLimit: runtime.downLimit(),
    });
    if (story === null) return;
    entry.decision = decision;
    tell([story]);
    versions.touch(`n:${id}`);
    for (const group of entry.groups) dirty.add(group);
    if (decision.state !== before.state) writeNode(entry, at);
  };

  const evaluateGroup = (group: Group): void => {
    const drafts = group.evaluate(clock.wall(), (node) => {
      const entry = watched.get(node);
      return entry === undefined
        ? { state: 'unknown', withheld: false }
        : { state: entry.decision.state, withheld: entry.decision.flags.includes('withheld') };
    });
    tell(drafts);
    versions.touch(`c:${group.plan.id}`);
    if (drafts.length === 0) return;
    for (const { node } of group.plan.members) {
      refreshMemberships(node);
      versions.touch(`n:${node}`);
    }
    conclusions.writeGroup(group);
  };
  const refreshMemberships = (node: NodeId): void => {
    const entry = watched.get(node);
    if (entry === undefined) return;
    entry.clusters = entry.groups.flatMap((group) => {
      const member = group.words()?.members.find((each) => each.node === node);
      return member === undefined
        ? []
        : [{ id: group.plan.id, membership: member.membership, role: member.role }];
    });
  };

  // Series

  const nodeOf = (entry: Watched, at: Ms): LiveNode | null => {
    const words = outbox.world().nodes.get(entry.runtime.plan.id);
    if (words === undefined) return null;
    return {
      words,
      clusters: entry.clusters,
      fused: entry.runtime.phi(at),
      downLimit: entry.runtime.downLimit(),
    };
  };
  const writeNode = (entry: Watched, at: Ms): void => {
    const node = nodeOf(entry, at);
    if (node !== null) conclusions.writeNode(entry, node, at);
  };

  // The turn

  let lastLook = 0;
  let lastFull = 0;
  let lastSeries = -Infinity; // rules look at the first series at once
  let toldStallSeconds = 0;
  let lastHistory = 0;
  let lastPools = clock.mono();

  const turn = (): void => {
    const asleep = health.tick();
    probes.turn();
    if (begunAt === null || asleep) return; // answers that lie in the sockets are read first
    const at = clock.mono();
    if (replan) sync();
    const isFull = at - lastFull >= FULL_LOOK_MS;
    if (isFull) {
      lastFull = at;
      health.compare(at, watched.values(), watched.size);
    }
    if (at - lastLook >= LOOK_MS) {
      lastLook = at;
      const keep = at - lastHistory >= HISTORY_STEP_MS;
      if (keep) lastHistory = at;
      for (const [id, entry] of watched) {
        const { runtime } = entry;
        const silent = runtime.silenceMs(at);
        const quiet = silent !== null && silent > runtime.plan.etaMs;
        const level = runtime.phi(at);
        entry.peakHistory = level === null ? entry.peakHistory : Math.max(entry.peakHistory ?? 0, level);
        if (keep) {
          runtime.keepHistory(clock.wall(), entry.peakHistory);
          entry.peakHistory = null;
        }
        if (!isFull && !quiet && entry.decision.state === 'up') continue;
        look(entry, at);
        const tenths = level === null ? null : Math.round(level * 10);
        if (isFull && tenths !== entry.shownPhi) {
          entry.shownPhi = tenths;
          versions.touch(`n:${id}`);
        }
        if (isFull && level !== null && level >= 1 && at - entry.seriesAt >= 1000) writeNode(entry, at);
      }
    }
    const first = begunAt + FIRST_PICTURE_MS > at;
    for (const group of isFull ? groups.values() : [...dirty]) {
      if (health.isDazed(at) || (first && !group.isComplete())) continue;
      dirty.delete(group);
      evaluateGroup(group);
    }
    const stallSeconds = health.stallSeconds();
    if (stallSeconds !== toldStallSeconds || at - lastSeries >= SERIES_MS) {
      toldStallSeconds = stallSeconds;
      conclusions.writeMonitor(stallSeconds);
    }
    if (at - lastSeries >= SERIES_MS) {
      lastSeries = at;
      for (const entry of watched.values()) if (at - entry.seriesAt >= 1000) writeNode(entry, at);
      for (const group of groups.values()) conclusions.writeGroup(group);
    }
    if (at - lastPools >= POOLS_MS) {
      lastPools = at;
      for (const pool of pools.values()) pool.decay(clock.wall());
      void savePools();
    }
    void deliver();
  };

  const savePools = async (): Promise<void> => {
    await data?.remote
      .putPools(Object.fromEntries([...pools].map(([name, pool]) => [name, pool.save()])))
      .catch(() => undefined);
  };

  let delivering = false;
  const deliver = async (): Promise<void> => {
    if (delivering || data === null) return;
    const delivery = outbox.next();
    if (delivery === null) return;
    delivering = true;
    try {
      await data.remote.ingest(delivery);
      outbox.delivered(delivery);
    } catch {
      // `data` was restarted or its disk is full: the next turn delivers it again, stored once by its keys
      await new Promise((resolve) => setTimeout(resolve, 1000));
    } finally {
      delivering = false;
    }
  };

  // What others ask

  const liveCluster = (group: Group): LiveCluster | null => {
    const words = outbox.world().clusters.get(group.plan.id);
    if (words === undefined) return null;
    let strongest: LiveCluster['strongest'] = null;
    let most = -1;
    for (const { node } of group.plan.members) {
      const runtime = watched.get(node)?.runtime;
      const fused = runtime?.phi(clock.mono()) ?? null;
      if (runtime === undefined || fused === null || fused / runtime.downLimit() <= most) continue;
      most = fused / runtime.downLimit();
      strongest = { node, fused, downLimit: runtime.downLimit(), spark: runtime.spark() };
    }
    return { words, ...group.numbers(), strongest };
  };

  const reads = {
    changesSince: (version: number): LiveChanges => {
      const { changed, gone } = versions.since(version);
      const at = clock.mono();
      answeredAt = Math.max(answeredAt, clock.wall(), toldAt);
      const idsOf = (ids: readonly string[], kind: string): string[] =>
        ids.filter((id) => id.startsWith(kind)).map((id) => id.slice(2));
      const world = outbox.world();
      return {
        at: answeredAt,
        version: versions.current(),
        nodes: idsOf(changed, 'n:').flatMap((id) => {
          const entry = watched.get(id);
          const node = entry === undefined ? null : nodeOf(entry, at);
          return node === null ? [] : [node];
        }),
        goneNodes: idsOf(gone, 'n:'),
        clusters: idsOf(changed, 'c:').flatMap((id) => {
          const group = groups.get(id);
          const cluster = group === undefined ? null : liveCluster(group);
          return cluster === null ? [] : [cluster];
        }),
        goneClusters: idsOf(gone, 'c:'),
        monitor: { ...world.monitor, name: options.monitor, stallSeconds: health.stallSeconds() },
      };
    },
    node: (id: NodeId): NodeDetail | null => {
      const entry = watched.get(id);
      return entry === undefined ? null : entry.runtime.detail(clock.mono(), clock.wall(), entry.withheld);
    },
    heartbeatTargets: (): HeartbeatTarget[] => [
      ...probes.specs().map((spec): HeartbeatTarget => ({
        node: spec.node,
        job: spec.job,
        kind: spec.endpoint === 'liveness' ? spec.target.kind : 'status',
        url: spec.url,
        intervalMs: spec.intervalMs,
        last:
          (spec.endpoint === 'liveness' ? watched.get(spec.node)?.runtime.last() : lastRead.get(spec.key)) ??
          null,
      })),
      ...[...watched.values()]
        .filter(({ runtime }) => runtime.plan.liveness === null)
        .map(({ runtime }): HeartbeatTarget => ({
          node: runtime.plan.id,
          job: runtime.plan.pool,
          kind: 'push',
          url: `/api/heartbeats/${runtime.plan.id}`,
          intervalMs: runtime.plan.etaMs,
          last: runtime.last(),
        })),
    ],
    push: (beats: readonly ArrivedHeartbeat[]): PushAnswer =>
      pushes.take(
        config,
        beats,
        (id) => watched.has(id),
        (id, beat) => {
          const entry = watched.get(id);
          if (entry === undefined) return;
          entry.runtime.record({ at: beat.arrivedAt, outcome: 'ok', rttMs: null, error: null });
          onHeard(entry, clock.mono(), { id: beat.incarnation, startedAt: null });
        },
      ),
    record: (event: MainEvent): void => {
      outbox.make(
        {
          kind: event.kind,
          severity: event.severity,
          cluster: null,
          node: event.node,
          title: event.title,
          detail: event.detail,
        },
        instant(),
        event.actor,
      );
    },
    configure: (next: Config, nextFound: readonly (readonly [string, readonly TargetGroup[]])[]): void =>
      setConfig(next, nextFound),
    metrics: (): Promise<string> =>
      metrics.text({
        probes: probes.counters,
        nodes: watched.size,
        pending: outbox.pending(),
        stallSeconds: health.stallSeconds(),
      }),
  };

  const content: ThreadContent = {
    reads,
    attach: (peer: ThreadName, port: MessagePort) => {
      if (peer !== 'data') return;
      data?.fail(new Error('data was restarted'));
      const target: WatchPeer = { restore: begin };
      data = link<DataPeer>(port, target);
    },
    run: (signal) =>
      new Promise((resolve) => {
        const wait = setTimeout(() => begin(null), RESTORE_WAIT_MS);
        const timer = setInterval(turn, TICK_MS);
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(wait);
            clearInterval(timer);
            probes.close();
            void (async () => {
              await Promise.race([savePools().then(deliver), new Promise((done) => setTimeout(done, 1000))]);
              resolve();
            })();
          },
          { once: true },
        );
      }),
  };
  return content;
};
