import type { MessagePort } from 'node:worker_threads';

import { worldFromJson } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { createProber } from '#lib/sources/probe.ts';

import type { Config, TargetGroup } from '../config/config.ts';
import type { HeartbeatTarget, LiveChanges, NodeDetail } from '../live.ts';
import { createOutbox } from '../outbox.ts';
import type { ThreadName } from '../pulse.ts';
import type { MainEvent } from '../main-event.ts';
import type { ArrivedHeartbeat, PushAnswer } from '../slot.ts';
import type { ThreadContent } from '../thread.ts';
import { createVersions } from '../versions.ts';
import { createAnswers } from './answers.ts';
import { createConclusions } from './conclusions.ts';
import { createDeliveryWay } from './delivery.ts';
import { createGroupLooks } from './group-looks.ts';
import { createWatchMetrics } from './metrics.ts';
import { createNodeLooks } from './node-looks.ts';
import { createOwnHealth } from './own-health.ts';
import type { Past } from './peers.ts';
import { createPictures } from './pictures.ts';
import { planOf } from './plan.ts';
import { createPools } from './pools.ts';
import { createProbes } from './probes.ts';
import { createPushes } from './pushes.ts';
import { createSeeds } from './seeds.ts';
import { createSubjects } from './subjects.ts';
import { createTelling } from './telling.ts';

export interface WatchOptions {
  readonly monitor: string;
  /** Unique for this start. */
  readonly boot: string;
  readonly config: Config;
  readonly found: readonly (readonly [string, readonly TargetGroup[]])[];
  readonly pulses: SharedArrayBuffer;
}

const TICK_MS = 50;
const LOOK_MS = 100;
const FULL_LOOK_MS = 1000;
const SERIES_MS = 15_000;
const SERIES_LEAST_MS = 1000;
const RESTORE_WAIT_MS = 5000;
const POOLS_MS = 3_600_000;
const SEEDS_WAIT_MS = 2500;
const STOP_MS = 1000;

/**
 * The content of thread `watch`, wired in the order in which an answer travels: probes, what answers mean, looks at nodes, looks
 * at groups, series and events. Nothing here waits for anybody: what it concludes goes to `data` when `data` can take it.
 */
export const createWatch = (
  options: WatchOptions,
  clock: Clock,
  random: () => number,
  proberOf: typeof createProber = createProber,
) => {
  let config = options.config;
  let found = new Map(options.found);
  let begunAt: Ms | null = null;
  /** Nothing is planned before the seeds were asked: what they list is not to be told twice. */
  let isPlanned = false;
  let replan = false;
  const planAnew = (): void => {
    replan = true;
  };
  /** Keys of probes whose endpoint a member does not have. */
  const without = new Set<string>();

  const outbox = createOutbox(options.boot, options.monitor);
  const versions = createVersions();
  const metrics = createWatchMetrics();
  const pools = createPools(clock);
  const telling = createTelling(clock, outbox);
  const health = createOwnHealth(TICK_MS, clock, options.pulses, telling.tell);
  const conclusions = createConclusions(options.monitor, telling.instant, outbox);
  const subjects = createSubjects({
    clock,
    outbox,
    versions,
    pools,
    telling,
    conclusions,
    silence: health.silence,
  });
  const { nodes, groups } = subjects;
  const delivery = createDeliveryWay(outbox, { restore: (past) => begin(past) });
  const seeds = createSeeds({
    clock,
    onFound: planAnew,
    onStranger: (cluster, address, error) => {
      const title = say('member.unreadable', { cluster, node: address, error });
      const detail = { ...title.params };
      telling.tell([{ kind: 'member.unreadable', severity: 'warning', cluster, node: null, title, detail }]);
    },
  });
  const pushes = createPushes(planAnew);

  const probes = createProbes({
    clock,
    random,
    proberOf,
    onAnswer: (spec, answer) => answers.take(spec, answer),
    onReset: (spec) => answers.reset(spec.node),
  });
  const answers = createAnswers({
    clock,
    watched: nodes,
    groups,
    probes,
    metrics,
    told: (node) => outbox.world().nodes.get(node)?.incarnation ?? null,
    tellNode: telling.tellNode,
    look: (entry, at) => nodeLooks.look(entry, at),
    onRead: (group) => groupLooks.mark(group),
    onAbsent: (key) => {
      if (without.has(key)) return;
      without.add(key);
      planAnew();
    },
  });
  const groupLooks = createGroupLooks({
    clock,
    subjects,
    health,
    conclusions,
    telling,
    versions,
    onElected: planAnew,
    onListed: (group, members) => {
      if (seeds.follow(group.plan.id, members)) void keepLearned();
    },
  });
  const nodeLooks = createNodeLooks({
    clock,
    subjects,
    health,
    metrics,
    probes,
    conclusions,
    telling,
    versions,
    onChange: groupLooks.mark,
  });
  const pictures = createPictures({
    monitor: options.monitor,
    clock,
    outbox,
    versions,
    subjects,
    telling,
    health,
    probes,
    answers,
  });
  const keepLearned = (): Promise<void> => delivery.keep({ ...pools.save(), ...seeds.save() });

  // What is watched

  /** Brings everything in line with the configuration and what was found out. */
  const sync = (): void => {
    replan = false;
    const plan = planOf(config, {
      discovered: found,
      pushed: pushes.nodes(),
      without,
      found: seeds.found,
      leader: (cluster) => groups.get(cluster)?.words()?.leader?.node ?? null,
    });
    subjects.sync(plan, config.detection);
    probes.sync(plan.probes);
    answers.keep(new Set(plan.probes.map((probe) => probe.key)));
    for (const group of groups.values()) groupLooks.mark(group);
    pushes.admit(answers.pushed);
  };
  const planFirst = (): void => {
    if (begunAt === null || (!seeds.isReady() && clock.mono() - begunAt < SEEDS_WAIT_MS)) return;
    isPlanned = true;
    sync();
  };
  const begin = (past: Past | null): void => {
    if (begunAt !== null) return;
    begunAt = clock.mono();
    if (past !== null) outbox.restore(worldFromJson(past.world));
    telling.tellMonitor('monitor.started', 'info', say('monitor.started'), {
      boot: options.boot,
      lastAliveAt: past?.lastAliveAt ?? null,
    });
    pools.restore(past?.pools ?? {});
    seeds.restore(past?.pools ?? {});
    planFirst();
  };
  const configure = (
    next: Config,
    nextFound: readonly (readonly [string, readonly TargetGroup[]])[],
  ): void => {
    config = next;
    found = new Map(nextFound);
    seeds.sync(config);
    without.clear();
    if (isPlanned) sync();
  };

  // The turn

  let lastLook = 0;
  let lastFull = 0;
  let lastSeries = -Infinity; // rules look at the first series at once
  let toldStallSeconds = 0;
  let lastPools = clock.mono();

  const writeSeries = (at: Ms): void => {
    const isDue = at - lastSeries >= SERIES_MS;
    const stallSeconds = health.stallSeconds();
    if (isDue || stallSeconds !== toldStallSeconds) {
      toldStallSeconds = stallSeconds;
      conclusions.writeMonitor(stallSeconds);
    }
    if (!isDue) return;
    lastSeries = at;
    for (const entry of nodes.values())
      if (at - entry.seriesAt >= SERIES_LEAST_MS) conclusions.writeNode(entry, at);
    for (const group of groups.values()) conclusions.writeGroup(group);
  };
  const keepPools = (at: Ms): void => {
    if (at - lastPools < POOLS_MS) return;
    lastPools = at;
    pools.decay();
    void keepLearned();
  };
  const turn = (): void => {
    const asleep = health.tick();
    probes.turn();
    if (!isPlanned) planFirst();
    if (begunAt === null || !isPlanned || asleep) return; // answers that lie in the sockets are read first
    const at = clock.mono();
    if (replan) sync();
    const isFull = at - lastFull >= FULL_LOOK_MS;
    if (isFull) {
      lastFull = at;
      health.compare(at, nodes.values(), nodes.size);
    }
    if (at - lastLook >= LOOK_MS) {
      lastLook = at;
      nodeLooks.round(at, isFull);
    }
    groupLooks.round(at, isFull);
    writeSeries(at);
    keepPools(at);
    void delivery.deliver();
  };

  // What others ask

  const reads = {
    changesSince: (version: number): LiveChanges => pictures.changesSince(version),
    node: (id: NodeId): NodeDetail | null => pictures.node(id),
    heartbeatTargets: (): HeartbeatTarget[] => pictures.heartbeatTargets(config),
    push: (beats: readonly ArrivedHeartbeat[]): PushAnswer =>
      pushes.take(config, beats, (id) => nodes.has(id), answers.pushed),
    record: ({ actor, ...event }: MainEvent): void => {
      outbox.make({ ...event, cluster: null }, telling.instant(), actor);
    },
    configure,
    metrics: (): Promise<string> =>
      metrics.text({
        probes: probes.counters,
        nodes: nodes.size,
        pending: outbox.pending(),
        stallSeconds: health.stallSeconds(),
      }),
  };

  const stop = async (): Promise<void> => {
    probes.close();
    seeds.close();
    await Promise.race([
      keepLearned().then(delivery.deliver),
      new Promise((done) => setTimeout(done, STOP_MS)),
    ]);
  };
  return {
    reads,
    attach: (peer: ThreadName, port: MessagePort) => {
      if (peer === 'data') delivery.attach(port);
    },
    run: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        seeds.sync(config);
        const wait = setTimeout(() => begin(null), RESTORE_WAIT_MS);
        const timer = setInterval(turn, TICK_MS);
        const end = (): void => {
          clearTimeout(wait);
          clearInterval(timer);
          void stop().then(resolve);
        };
        signal.addEventListener('abort', end, { once: true });
      }),
  } satisfies ThreadContent;
};
