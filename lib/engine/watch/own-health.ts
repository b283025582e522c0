import { createMonitorHealth } from '#lib/detector/monitor-health.ts';
import type { EventDraft, JsonObject } from '#lib/events/event.ts';
import { createStallLedger } from '#lib/heartbeat/stall-ledger.ts';
import { say } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';

import { createStallWatch, PULSE_MS, pulseOf } from '../pulse.ts';
import type { ThreadName } from '../pulse.ts';
import type { Watched } from './watched.ts';

/** This monitor's doubts of itself: stalls of its threads, suspension, clock jumps, silence of many at once. */
export interface OwnHealth {
  /** One look at ourselves. @returns true after a long sleep: what lies in the sockets must be read before anybody is judged */
  tick(): boolean;
  /** Whether our own recent trouble forbids new verdicts by silence. */
  holds(at: Ms): boolean;
  /** Whether no cluster may be judged for now. */
  isDazed(at: Ms): boolean;
  /** Silence of a node heard last at `last`, without the time in which we could not listen. A pushed heartbeat also waits for the main thread. */
  silence(last: Ms, now: Ms, isPushed: boolean): Ms;
  /** Looks whether many nodes of several zones fell silent together, which is more likely our own network. */
  compare(at: Ms, nodes: Iterable<Watched>, count: number): void;
  stallSeconds(): number;
}

const STALL_TOLD_MS = 1000;
const UNWELL_MULTIPLIER = 3;
const CORRELATED_SHARE = 0.3;
const CORRELATED_LEAST = 3;
const OTHERS: readonly ThreadName[] = ['main', 'data', 'store'];

/** @param tickMs how often `tick` is called */
export const createOwnHealth = (
  tickMs: Ms,
  clock: Clock,
  pulses: SharedArrayBuffer,
  tell: (drafts: readonly EventDraft[]) => void,
): OwnHealth => {
  const health = createMonitorHealth(tickMs, PULSE_MS);
  const ledger = createStallLedger();
  const mainStalls = createStallLedger();
  const otherStalls = createStallWatch(OTHERS, STALL_TOLD_MS);
  let degraded = false;
  let before = OTHERS.map(() => 0);

  const tellOf = (
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    title: EventDraft['title'],
    detail: JsonObject = {},
  ): void =>
    tell([{ kind, severity, cluster: null, node: null, title, detail: { ...title.params, ...detail } }]);

  const tellStall = (
    kind: 'monitor.stall' | 'monitor.suspended',
    from: Ms,
    to: Ms,
    thread: ThreadName,
  ): void => tellOf(kind, 'warning', say(kind, { stallMs: Math.round(to - from), thread }));

  const tellDegraded = (): void => {
    const unwell = health.multiplier() >= UNWELL_MULTIPLIER;
    if (unwell === degraded) return;
    degraded = unwell;
    const title = say(unwell ? 'monitor.degraded' : 'monitor.healthy');
    tellOf('monitor.degraded', unwell ? 'warning' : 'info', title, {
      degraded: unwell,
      reasons: unwell ? [{ ...title }] : [],
    });
  };

  return {
    tick: () => {
      const mono = clock.mono();
      const counts = OTHERS.map((name) => pulseOf(pulses, name));
      const othersAdvanced = Math.max(...counts.map((count, i) => count - (before[i] ?? 0)));
      before = counts;
      const { stall, clockJumpMs } = health.tick({ mono, wall: clock.wall(), othersAdvanced });
      if (stall !== null) {
        ledger.add(stall.from, stall.to);
        if (stall.to - stall.from >= STALL_TOLD_MS) {
          tellStall(
            stall.kind === 'suspended' ? 'monitor.suspended' : 'monitor.stall',
            stall.from,
            stall.to,
            'watch',
          );
          otherStalls.reset(mono);
          mainStalls.add(stall.from, stall.to);
          return true;
        }
      } else if (clockJumpMs !== null)
        tellOf(
          'monitor.clock-jump',
          'warning',
          say('monitor.clock-jump', { jumpMs: Math.round(clockJumpMs) }),
        );
      const named = Object.fromEntries(OTHERS.map((name, i) => [name, counts[i] ?? 0]));
      for (const other of otherStalls.look(named, mono)) {
        if (other.thread === 'main') mainStalls.add(other.from, other.to);
        tellStall('monitor.stall', other.from, other.to, other.thread);
      }
      tellDegraded();
      return false;
    },
    holds: (at) => at < health.holdUntil() || health.multiplier() >= UNWELL_MULTIPLIER,
    isDazed: (at) => at < health.holdUntil(),
    silence: (last, now, isPushed) => {
      const heard = ledger.silence(last, now);
      return Math.max(0, isPushed ? heard - mainStalls.overlap(last, now) : heard);
    },
    compare: (at, nodes, count) => {
      const zones = new Set<string>();
      let silent = 0;
      for (const { runtime, decision } of nodes) {
        const quiet = runtime.silenceMs(at);
        if (quiet === null || decision.state === 'down' || decision.flags.includes('withheld')) continue;
        if (quiet <= 2 * runtime.plan.etaMs || quiet >= 4 * runtime.plan.etaMs) continue;
        silent += 1;
        zones.add(runtime.plan.labels.zone ?? '');
      }
      if (silent >= CORRELATED_LEAST && silent >= CORRELATED_SHARE * count && zones.size >= 2)
        health.correlatedSilence(at);
    },
    stallSeconds: () => health.stallSeconds(),
  };
};
