import type { Difference } from './differential.ts';

/** Differences that a version of the peer accounts for, each with why. */
const REASONS: readonly { readonly why: string; readonly applies: (difference: Difference) => boolean }[] =
  [];

/** @returns why a difference is none of ours; null when it cannot be told */
export const explain = (difference: Difference): string | null =>
  REASONS.find((reason) => reason.applies(difference))?.why ?? null;
