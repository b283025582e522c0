import type { ProbeOutcome } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

/**
 * When probe outcomes prove that a process is gone: (a) two refusals at least 200 ms apart while another process of the
 * same host answers, or (b) the held connection was reset and the next probe is refused. Silence proves nothing.
 */
export interface CrashEvidence {
  /** The held connection ended. */
  reset(): void;
  /** @returns whether the outcome, with what came before, is proof */
  outcome(at: Ms, outcome: ProbeOutcome, hostAnswers: boolean): boolean;
}

const APART_MS = 200;

export const createCrashEvidence = (): CrashEvidence => {
  let wasReset = false;
  let refusedAt: Ms | null = null;
  return {
    reset: () => {
      wasReset = true;
    },
    outcome: (at, outcome, hostAnswers) => {
      if (outcome === 'reset') wasReset = true;
      else if (outcome !== 'refused') {
        wasReset = false;
        refusedAt = null;
      }
      if (outcome !== 'refused') return false;
      const proof = wasReset || (refusedAt !== null && at - refusedAt >= APART_MS && hostAnswers);
      refusedAt ??= at;
      return proof;
    },
  };
};
