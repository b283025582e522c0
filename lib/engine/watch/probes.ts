import { createWheel } from '#lib/heartbeat/wheel.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { createProber, Flight, ProbeAnswer, Prober, ProbeTarget } from '#lib/sources/probe.ts';

/** One endpoint that is probed on its own interval. */
export interface ProbeSpec {
  /** Unique; the same key with the same target keeps its connection over a reload. */
  readonly key: string;
  readonly node: NodeId;
  /** `liveness` feeds the detector; every other name only says something. */
  readonly endpoint: string;
  /** The adapter's endpoint whose rules read the answer; null: nobody reads it. */
  readonly reads: string | null;
  readonly target: ProbeTarget;
  readonly url: string;
  readonly job: string;
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
}

export interface ProbeCounters {
  probes: number;
  failed: number;
  skipped: number;
  late: number;
}

export interface ProbesOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1): spreads first probes over the interval. */
  readonly random: () => number;
  readonly onAnswer: (spec: ProbeSpec, answer: ProbeAnswer) => void;
  /** The held connection of an endpoint ended between probes. */
  readonly onReset: (spec: ProbeSpec) => void;
  readonly proberOf: typeof createProber;
}

/** All probes of this monitor. */
export interface Probes {
  sync(specs: readonly ProbeSpec[]): void;
  /** Probes an endpoint now, over a new connection when `fresh`; ignored while one is on its way. */
  now(key: string, fresh: boolean): void;
  /** Probes an endpoint after a delay instead of at its next tick. */
  soon(key: string, afterMs: Ms, fresh: boolean): void;
  specs(): ProbeSpec[];
  readonly counters: Readonly<ProbeCounters>;
  /** Acts on every timer that is due. */
  turn(): void;
  close(): void;
}

const LATE_MS = 100;
const DRAIN_MS = 100;

interface Running {
  readonly spec: ProbeSpec;
  readonly prober: Prober;
  nextAt: Ms;
  flight: { readonly flight: Flight; readonly deadline: Ms; drained: boolean } | null;
  freshNext: boolean;
}

const sameSpec = (a: ProbeSpec, b: ProbeSpec): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Probes every endpoint on its interval over a connection that is held. One wheel serves starts and deadlines. A deadline
 * that fires late was our own stall: pending reads are drained before it counts, so that a stall is no timeout.
 */
export const createProbes = (options: ProbesOptions): Probes => {
  const { clock } = options;
  const wheel = createWheel();
  const running = new Map<string, Running>();
  const counters: ProbeCounters = { probes: 0, failed: 0, skipped: 0, late: 0 };

  const start = (key: string, entry: Running, fresh: boolean): void => {
    if (entry.flight !== null) {
      counters.skipped += 1;
      return;
    }
    const { spec } = entry;
    counters.probes += 1;
    let landed = false;
    const flight = entry.prober.probe(fresh, (answer) => {
      landed = true;
      entry.flight = null;
      wheel.cancel(`d${key}`);
      if (answer.outcome !== 'ok') counters.failed += 1;
      if (running.get(key) === entry) options.onAnswer(spec, answer);
    });
    if (landed) return;
    const deadline = clock.mono() + spec.timeoutMs;
    entry.flight = { flight, deadline, drained: false };
    wheel.schedule(deadline, `d${key}`);
  };

  const tick = (key: string, entry: Running): void => {
    const now = clock.mono();
    if (now - entry.nextAt > LATE_MS) counters.late += 1;
    const fresh = entry.freshNext;
    entry.freshNext = false;
    // The next tick stays on the grid; after a stall the missed ones are not made up for.
    const missed = Math.max(0, Math.floor((now - entry.nextAt) / entry.spec.intervalMs));
    entry.nextAt += (missed + 1) * entry.spec.intervalMs;
    wheel.schedule(entry.nextAt, `s${key}`);
    start(key, entry, fresh);
  };

  const deadline = (key: string, entry: Running): void => {
    const { flight } = entry;
    if (flight === null) return;
    if (clock.mono() - flight.deadline > LATE_MS && !flight.drained) {
      flight.drained = true;
      wheel.schedule(clock.mono() + DRAIN_MS, `d${key}`);
      return;
    }
    flight.flight.expire();
  };

  const remove = (key: string): void => {
    const entry = running.get(key);
    if (entry === undefined) return;
    running.delete(key);
    for (const kind of ['s', 'd', 'x']) wheel.cancel(`${kind}${key}`);
    entry.prober.close();
  };

  return {
    counters,
    sync: (specs) => {
      const wanted = new Map(specs.map((spec) => [spec.key, spec]));
      for (const [key, entry] of running) {
        const spec = wanted.get(key);
        if (spec === undefined || !sameSpec(spec, entry.spec)) remove(key);
      }
      for (const [key, spec] of wanted) {
        if (running.has(key)) continue;
        const prober = options.proberOf(spec.target, { clock, onReset: () => options.onReset(spec) });
        const nextAt = clock.mono() + options.random() * Math.min(spec.intervalMs, 1000);
        running.set(key, { spec, prober, nextAt, flight: null, freshNext: false });
        wheel.schedule(nextAt, `s${key}`);
      }
    },
    now: (key, fresh) => {
      const entry = running.get(key);
      if (entry !== undefined && entry.flight === null) start(key, entry, fresh);
    },
    soon: (key, afterMs, fresh) => {
      const entry = running.get(key);
      if (entry === undefined) return;
      entry.freshNext ||= fresh;
      wheel.schedule(clock.mono() + afterMs, `x${key}`);
    },
    specs: () => [...running.values()].map((entry) => entry.spec),
    turn: () => {
      for (const due of wheel.due(clock.mono())) {
        const key = due.slice(1);
        const entry = running.get(key);
        if (entry === undefined) continue;
        if (due.startsWith('s')) tick(key, entry);
        else if (due.startsWith('d')) deadline(key, entry);
        else if (entry.flight === null) {
          const fresh = entry.freshNext;
          entry.freshNext = false;
          start(key, entry, fresh);
        }
      }
    },
    close: () => {
      running.forEach((_entry, key) => remove(key));
    },
  };
};
