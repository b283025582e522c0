import { createCrashEvidence } from '#lib/detector/crash-evidence.ts';
import type { Detector } from '#lib/detector/detector.ts';
import type { LatenessPool } from '#lib/detector/lateness-pool.ts';
import { createPhiNormal, PHI_NORMAL_LIMIT } from '#lib/detector/phi-normal.ts';
import { createQPhi } from '#lib/detector/q-phi.ts';
import { downLimit, limitedByEvidence } from '#lib/detector/threshold.ts';
import { createVerdict } from '#lib/detector/verdict.ts';
import type { Decision } from '#lib/detector/verdict.ts';
import type { NodeWords } from '#lib/events/world.ts';
import { createTrace } from '#lib/heartbeat/trace.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import type { DetectionConfig } from '../config/config.ts';
import type { NodeDetail, ProbeRecord } from '../live.ts';
import type { NodePlan } from './plan.ts';

const RECENT = 60;
/** Five minutes, a point a second. */
const HISTORY = 300;
export const HISTORY_STEP_MS = 1000;
const SPARK = 60;
const FUSED_CRASHED = 99;
/** An incarnation known by its process's start only. */
const BEGAN = 'began ';
/** The start of a process is told in whole seconds of the machine's start: a corrected clock moves it by one. */
const SAME_START_MS = 1500;

export interface RuntimeOptions {
  readonly plan: NodePlan;
  readonly detection: DetectionConfig;
  readonly pool: LatenessPool;
  /** What stood before our own restart, or before the node's plan changed. */
  readonly restored: NodeWords | null;
  /** Silence of a node heard last at `last`, without our own stalls. */
  readonly silence: (last: Ms, now: Ms) => Ms;
  /** Monotonic. */
  readonly now: Ms;
}

/** One node: what was heard of it, how suspect it is, and what it counts as. Instants are monotonic unless they end in `Wall`. */
export interface NodeRuntime {
  readonly plan: NodePlan;
  /** A heartbeat arrived. @returns whether its incarnation is a new one */
  heard(
    at: Ms,
    incarnation: { readonly id: string | null; readonly startedAt: Ms | null } | null,
    learn: boolean,
  ): boolean;
  /** Another endpoint told when the process began. @returns whether it is another process than before */
  began(startedAt: Ms, at: Ms): boolean;
  record(record: ProbeRecord): void;
  reset(): void;
  /** @returns whether the outcome proves that the process is gone */
  failed(answer: ProbeAnswer, hostAnswers: boolean): boolean;
  look(at: Ms, withheld: boolean, hold: boolean): Decision;
  /** Null: never heard. */
  silenceMs(at: Ms): Ms | null;
  /** Null: never heard. */
  phi(at: Ms): number | null;
  suspectLimit(): number;
  downLimit(): number;
  timeToDownMs(at: Ms): Ms | null;
  lastHeard(): Ms | null;
  last(): ProbeRecord | null;
  incarnation(): { readonly id: string | null; readonly startedAt: Ms | null };
  keepHistory(atWall: Ms, phi: number | null): void;
  /** Five minutes in 60 steps, each the largest φ in it. */
  spark(): readonly (number | null)[];
  detail(at: Ms, atWall: Ms, withheld: boolean): NodeDetail;
}

const HISTOGRAM_STEPS = 12;

const histogramOf = (intervals: readonly Ms[]): { leMs: number; count: number }[] => {
  if (intervals.length === 0) return [];
  const sorted = [...intervals].sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 0;
  const width = Math.max(1, (high - low) / HISTOGRAM_STEPS);
  const counts = Array.from({ length: HISTOGRAM_STEPS }, () => 0);
  for (const interval of sorted) {
    const bin = Math.min(HISTOGRAM_STEPS - 1, Math.floor((interval - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, i) => ({ leMs: Math.round(low + (i + 1) * width), count }));
};

export const createNodeRuntime = ({
  plan,
  detection,
  pool,
  restored,
  silence,
  now,
}: RuntimeOptions): NodeRuntime => {
  const isNormal = detection.preset === 'phi-normal';
  const limit = isNormal ? PHI_NORMAL_LIMIT : downLimit(detection.budget, plan.etaMs);
  const detector: Detector = isNormal ? createPhiNormal(plan.etaMs) : createQPhi(plan.etaMs, pool);
  const verdict = createVerdict(
    {
      etaMs: plan.etaMs,
      suspectAt: detection.suspectAt,
      downAt: limit,
      maxSilenceMs: detection.maxSilenceMs,
      tolerateMs: detection.tolerateMs,
    },
    restored?.state,
  );
  const evidence = createCrashEvidence();
  let state = restored?.state ?? 'unknown';
  /** What was alive before our restart counts as heard when we came back; what was down stays so until it is heard. */
  let lastHeard: Ms | null = restored === null || state === 'unknown' ? null : now;
  let learned = false;
  let crashed = state === 'down' && restored?.certainty.kind === 'certain';
  let incarnation = restored?.incarnation ?? { id: null, startedAt: null };
  const recent: ProbeRecord[] = [];
  const history = createTrace(HISTORY);

  const silenceMs = (at: Ms): Ms | null => (lastHeard === null ? null : silence(lastHeard, at));
  const phi = (at: Ms): number | null => {
    if (crashed) return FUSED_CRASHED;
    const silent = silenceMs(at);
    return silent === null ? null : Math.min(FUSED_CRASHED, detector.phi(silent));
  };
  const timeTo = (at: Ms, silentAtMs: Ms): Ms | null => {
    const silent = silenceMs(at);
    return silent === null || state === 'down' ? null : Math.max(0, silentAtMs - silent);
  };
  const explain = (at: Ms, withheld: boolean): Text => {
    const silent = silenceMs(at);
    const level = phi(at);
    if (crashed) return say('suspicion.crashed');
    if (silent === null || level === null) return say('suspicion.never');
    if (withheld) return say('suspicion.withheld', { silentMs: silent });
    const mean = detector.describe().meanMs ?? plan.etaMs;
    if (silent <= mean) return say('suspicion.on-time', { silentMs: silent });
    if (isNormal) return say('suspicion.normal', { silentMs: silent, phi: level });
    return say('suspicion.pooled', {
      silentMs: silent,
      count: Math.round(pool.count()),
      class: plan.pool,
      late: Math.round(pool.atLeast(silent - mean)),
      phi: level,
    });
  };

  return {
    plan,
    heard: (at, told, learn) => {
      const restarted =
        told !== null && told.id !== null && incarnation.id !== null && told.id !== incarnation.id;
      if (
        learn &&
        learned &&
        lastHeard !== null &&
        !restarted &&
        state !== 'down' &&
        state !== 'recovering'
      ) {
        const interval = silence(lastHeard, at);
        // A confirmation between two ticks is no heartbeat period.
        if (interval >= plan.etaMs / 2) detector.learn(interval);
      }
      lastHeard = Math.max(lastHeard ?? at, at);
      learned = true;
      crashed = false;
      if (told !== null && (told.id !== null || told.startedAt !== null)) incarnation = told;
      evidence.outcome(at, 'ok', true);
      verdict.heard(at, restarted);
      return restarted;
    },
    began: (startedAt, at) => {
      const id = `${BEGAN}${Math.round(startedAt)}`;
      const isKnownOtherwise = incarnation.id !== null && !incarnation.id.startsWith(BEGAN);
      const isSame = Math.abs(startedAt - (incarnation.startedAt ?? -Infinity)) <= SAME_START_MS;
      if (isKnownOtherwise || isSame) return false;
      const restarted = incarnation.id !== null;
      incarnation = { id, startedAt };
      if (restarted) verdict.restarted(at);
      return restarted;
    },
    record: (record) => {
      recent.push(record);
      if (recent.length > RECENT) recent.shift();
    },
    reset: () => evidence.reset(),
    failed: (answer, hostAnswers) => {
      const proof = evidence.outcome(answer.monoAt, answer.outcome, hostAnswers);
      if (!proof) return false;
      crashed = true;
      verdict.crashed(answer.monoAt);
      return true;
    },
    look: (at, withheld, hold) => {
      const silent = silenceMs(at);
      const decision = verdict.look({
        at,
        silenceMs: silent,
        phi: silent === null ? 0 : detector.phi(silent),
        withheld,
        hold,
      });
      state = decision.state;
      return decision;
    },
    silenceMs,
    phi,
    suspectLimit: () => detection.suspectAt,
    downLimit: () => limit,
    timeToDownMs: (at) => timeTo(at, verdict.downAfter(detector.timeToPhi(limit)).silenceMs),
    lastHeard: () => lastHeard,
    last: () => recent.at(-1) ?? null,
    incarnation: () => incarnation,
    keepHistory: (atWall, level) => history.push(atWall, level),
    spark: () => {
      const step = HISTORY / SPARK;
      const points = history.points();
      const missing = HISTORY - points.length;
      return Array.from({ length: SPARK }, (_, i) => {
        const from = Math.max(0, i * step - missing);
        const known = points
          .slice(from, Math.max(from, (i + 1) * step - missing))
          .flatMap((point) => point.value ?? []);
        return known.length === 0 ? null : Math.max(...known);
      });
    },
    detail: (at, atWall, withheld) => {
      const described = detector.describe();
      const down = verdict.downAfter(detector.timeToPhi(limit));
      const level = phi(at);
      const farthest = Math.max(down.silenceMs, detection.maxSilenceMs);
      return {
        at: atWall,
        phi: level,
        suspectLimit: detection.suspectAt,
        downLimit: limit,
        silentMs: silenceMs(at),
        timeToSuspectMs: timeTo(at, detector.timeToPhi(detection.suspectAt)),
        timeToDownMs: timeTo(at, down.silenceMs),
        downBy: down.by,
        maxSilenceMs: detection.maxSilenceMs,
        detector: detection.preset,
        explain: explain(at, withheld),
        limitedBy:
          !isNormal && limitedByEvidence(pool, limit)
            ? say('suspicion.limited', { count: Math.round(pool.count()), limit })
            : null,
        recent: [...recent],
        phiHistory: [
          ...history.points().map((point) => ({ at: point.at, phi: point.value })),
          { at: atWall, phi: level },
        ],
        samples: described.samples,
        meanMs: described.meanMs,
        stdDevMs: described.stdDevMs,
        poolSamples: Math.round(pool.count()),
        histogram: histogramOf(described.intervals),
        tail: Array.from({ length: 41 }, (_, i) => {
          const silentMs = Math.round((farthest * i) / 40);
          return { silentMs, phi: detector.phi(silentMs) };
        }),
      };
    },
  };
};
