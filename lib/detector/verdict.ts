import type { NodeFlag, NodeState } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

export interface VerdictOptions {
  /** Nominal period of the heartbeats. */
  readonly etaMs: Ms;
  readonly suspectAt: number;
  readonly downAt: number;
  /** A silence this long is DOWN whatever φ says: completeness must not depend on learning. */
  readonly maxSilenceMs: Ms;
  /** Shorter silences are never DOWN. */
  readonly tolerateMs: Ms;
}

/** What is known of a node at one look. Instants are monotonic. */
export interface Look {
  readonly at: Ms;
  /** Corrected by our own stalls; null: never heard. */
  readonly silenceMs: Ms | null;
  readonly phi: number;
  /** Fresh statements of a majority of voters hear the node, we do not: our path is at fault. */
  readonly withheld: boolean;
  /** Our own health forbids new verdicts by silence. */
  readonly hold: boolean;
}

export interface Certainty {
  readonly kind: 'certain' | 'inferred';
  readonly confidence: number;
}

export interface Decision {
  readonly state: NodeState;
  readonly flags: readonly NodeFlag[];
  readonly certainty: Certainty;
}

/** The decision layer of one node: UNKNOWN → UP ⇄ SUSPECT → DOWN → RECOVERING → UP, with hysteresis. */
export interface Verdict {
  /** A heartbeat arrived. */
  heard(at: Ms, restarted: boolean): void;
  /** It is another process than before, as was learned beside its heartbeats. */
  restarted(at: Ms): void;
  /** Decisive evidence that the process is gone: it refuses while its host answers, or reset and then refused. */
  crashed(at: Ms): void;
  look(look: Look): Decision;
  /** When a silence becomes DOWN, and by which of the two limits. */
  downAfter(timeToDownPhi: Ms): { readonly silenceMs: Ms; readonly by: 'phi' | 'max-silence' };
}

const RECOVERY_SUCCESSES = 3;
const RECOVERY_MS = 5000;
const RESTARTED_SHOWN_MS = 60_000;
const FLAP_WINDOW_MS = 600_000;
const FLAP_CYCLES = 3;

/** @param restored the state before our own restart: what was down stays down until it is heard */
export const createVerdict = (options: VerdictOptions, restored: NodeState = 'unknown'): Verdict => {
  const { etaMs, suspectAt, downAt, maxSilenceMs, tolerateMs } = options;
  const floorMs = Math.max(2 * etaMs, tolerateMs);
  let state: NodeState = restored;
  let certain = false;
  let restartedUntil = Number.NEGATIVE_INFINITY;
  let recovery: { readonly from: Ms; count: number } | null = null;
  /** Ends of silences of one and the same incarnation: a restart is no flap. */
  let cycles: Ms[] = [];

  const isFlapping = (at: Ms): boolean => {
    cycles = cycles.filter((cycle) => cycle > at - FLAP_WINDOW_MS);
    return cycles.length >= FLAP_CYCLES;
  };
  const isSilent = (look: Look, silenceMs: Ms): boolean =>
    silenceMs >= floorMs && (silenceMs >= maxSilenceMs || look.phi >= downAt);

  /** How sure the verdict was when it was made; it stays until the next one. */
  let confidence = 1;
  const certaintyOf = (): Certainty =>
    state === 'suspect' || (state === 'down' && !certain)
      ? { kind: 'inferred', confidence }
      : { kind: 'certain', confidence: 1 };
  const becomes = (next: NodeState, phi: number): void => {
    if (next === state) return;
    state = next;
    confidence = Number(Math.min(0.999_999, 1 - 10 ** -Math.max(phi, 1)).toFixed(6));
  };

  const judgeSilence = (look: Look): void => {
    if (look.silenceMs === null || state === 'down' || state === 'unknown') return;
    if (isSilent(look, look.silenceMs)) {
      // A flapping node and one that its peers hear stay suspect: see the flags.
      if (look.hold) return;
      const spared = look.withheld || isFlapping(look.at);
      becomes(spared ? 'suspect' : 'down', look.phi);
      certain = false;
      recovery = null;
    } else if (state === 'up' && look.phi >= suspectAt && !look.hold) becomes('suspect', look.phi);
  };

  return {
    heard: (at, restarted) => {
      if (restarted) restartedUntil = at + RESTARTED_SHOWN_MS;
      if (state === 'down') {
        if (!restarted) cycles.push(at);
        state = restarted ? 'up' : 'recovering';
        recovery = restarted ? null : { from: at, count: 1 };
      } else if (state === 'recovering' && recovery !== null) {
        recovery.count += 1;
        const span = at - recovery.from;
        if ((recovery.count >= RECOVERY_SUCCESSES && span >= 2 * etaMs) || span >= RECOVERY_MS || restarted)
          state = 'up';
      } else state = 'up';
      certain = false;
    },
    restarted: (at) => {
      restartedUntil = at + RESTARTED_SHOWN_MS;
    },
    crashed: () => {
      state = 'down';
      certain = true;
      recovery = null;
    },
    look: (look) => {
      judgeSilence(look);
      const flags: NodeFlag[] = [];
      if (look.at < restartedUntil) flags.push('restarted');
      const silent = look.silenceMs !== null && look.phi >= suspectAt;
      if (look.withheld && silent && state === 'suspect') flags.push('withheld');
      if (isFlapping(look.at)) flags.push('flapping');
      return {
        state,
        flags,
        certainty: certaintyOf(),
      };
    },
    downAfter: (timeToDownPhi) => {
      const byPhi = Math.max(floorMs, timeToDownPhi);
      return byPhi <= Math.max(floorMs, maxSilenceMs)
        ? { silenceMs: byPhi, by: 'phi' }
        : { silenceMs: Math.max(floorMs, maxSilenceMs), by: 'max-silence' };
    },
  };
};
