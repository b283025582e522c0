import type { Clock, Ms } from '#lib/model/time.ts';

import type { Versions } from '../versions.ts';
import type { Conclusions } from './conclusions.ts';
import type { Group } from './groups.ts';
import type { createWatchMetrics } from './metrics.ts';
import { HISTORY_STEP_MS } from './node-runtime.ts';
import { nodeStory } from './node-story.ts';
import type { OwnHealth } from './own-health.ts';
import { probeKey } from './plan.ts';
import type { Probes } from './probes.ts';
import type { Subjects } from './subjects.ts';
import type { Telling } from './telling.ts';
import { heardBeforeSilence } from './watched.ts';
import type { Watched } from './watched.ts';

/** Judges nodes by their silence, and tells what changed. */
export interface NodeLooks {
  look(entry: Watched, at: Ms): void;
  /** Looks at every node that may have changed since the last round; when `isFull`, at all. */
  round(at: Ms, isFull: boolean): void;
}

export interface NodeLooksOptions {
  readonly clock: Clock;
  readonly subjects: Subjects;
  readonly health: OwnHealth;
  readonly metrics: ReturnType<typeof createWatchMetrics>;
  readonly probes: Probes;
  readonly conclusions: Conclusions;
  readonly telling: Telling;
  readonly versions: Versions;
  /** A member of a group is judged otherwise now. */
  readonly onChange: (group: Group) => void;
}

const SERIES_LEAST_MS = 1000;

export const createNodeLooks = (options: NodeLooksOptions): NodeLooks => {
  const { clock, subjects, health, metrics, probes, conclusions, telling, versions, onChange } = options;
  let lastHistory = 0;

  /** The other members are asked before their next tick. */
  const askOthers = (entry: Watched, endpointsOf: (group: Group) => readonly string[]): void => {
    for (const group of entry.groups)
      for (const { node } of group.plan.members)
        if (node !== entry.runtime.plan.id)
          for (const endpoint of endpointsOf(group))
            probes.now(probeKey(group.plan.id, node, endpoint), false);
  };

  const look = (entry: Watched, at: Ms): void => {
    const { runtime } = entry;
    const { id } = runtime.plan;
    const level = runtime.phi(at);
    entry.peakPhi = level === null ? entry.peakPhi : Math.max(entry.peakPhi ?? 0, level);
    entry.withheld =
      level !== null &&
      level >= runtime.suspectLimit() &&
      entry.groups.some((group) => group.peersHear(id, clock.wall(), runtime.silenceMs(at) ?? Infinity));
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
    telling.tell([story]);
    versions.touch(`n:${id}`);
    for (const group of entry.groups) onChange(group);
    if (decision.state === before.state) return;
    conclusions.writeNode(entry, at);
    // A member that was removed ends as one that died does: only the others know.
    if (decision.state === 'down') askOthers(entry, (group) => group.asks.lists);
  };

  const keepHistory = (entry: Watched, level: number | null, isDue: boolean): void => {
    entry.peakHistory = level === null ? entry.peakHistory : Math.max(entry.peakHistory ?? 0, level);
    if (!isDue) return;
    entry.runtime.keepHistory(clock.wall(), entry.peakHistory);
    entry.peakHistory = null;
  };

  /** What a second of silence changes without changing the verdict. */
  const show = (entry: Watched, level: number | null, at: Ms): void => {
    // Others may hear a node that we do not.
    if (entry.decision.state === 'suspect') askOthers(entry, (group) => group.asks.peers);
    const tenths = level === null ? null : Math.round(level * 10);
    const heard = heardBeforeSilence(entry.runtime, at);
    if (tenths !== entry.shownPhi || heard !== entry.shownHeard) {
      entry.shownPhi = tenths;
      entry.shownHeard = heard;
      versions.touch(`n:${entry.runtime.plan.id}`);
    }
    if (level !== null && level >= 1 && at - entry.seriesAt >= SERIES_LEAST_MS)
      conclusions.writeNode(entry, at);
  };

  return {
    look,
    round: (at, isFull) => {
      const isHistoryDue = at - lastHistory >= HISTORY_STEP_MS;
      if (isHistoryDue) lastHistory = at;
      for (const entry of subjects.nodes.values()) {
        const { runtime } = entry;
        const silent = runtime.silenceMs(at);
        const isQuiet = silent !== null && silent > runtime.plan.etaMs;
        const level = runtime.phi(at);
        keepHistory(entry, level, isHistoryDue);
        if (!isFull && !isQuiet && entry.decision.state === 'up') continue;
        look(entry, at);
        if (isFull) show(entry, level, at);
      }
    },
  };
};
