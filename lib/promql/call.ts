import type { Ms } from '#lib/model/time.ts';

import type { Annotations } from './annotations.ts';
import type { Call } from './ast.ts';
import type { Window } from './selection.ts';
import type { VectorSample } from './value.ts';
import type { Sliced, Work } from './work.ts';

/** A call with its arguments worked out at one instant: numbers and texts in the order they were written, and the vector of either kind. */
export interface CallInput {
  readonly call: Call;
  readonly at: Ms;
  readonly scalars: readonly number[];
  readonly strings: readonly string[];
  readonly vector: readonly VectorSample[];
  readonly windows: readonly Window[];
  readonly notes: Annotations;
}

/** What each sample, or each window, becomes by itself: a call over many may be made piece by piece. */
export type SampleFunction = (input: CallInput) => readonly VectorSample[];

/** What needs all samples at once. */
export type WholeFunction = (input: CallInput, work: Work) => Sliced<readonly VectorSample[]>;

/** Of windows, and of the samples in them: less than a few milliseconds' work for the slowest function. */
const PIECE = 200;
const PIECE_SAMPLES = 10_000;

/** Calls a function with some of the samples at a time. */
export function* inPieces(input: CallInput, calculate: SampleFunction, work: Work): Sliced<VectorSample[]> {
  const { vector, windows } = input;
  const most = Math.max(vector.length, windows.length);
  const samples = windows.reduce((sum, { values }) => sum + values.length, vector.length);
  const size = Math.max(1, Math.min(PIECE, Math.floor((PIECE_SAMPLES * most) / Math.max(1, samples))));
  if (work.touch(Math.min(samples, PIECE_SAMPLES))) yield;
  if (most <= size) return [...calculate(input)];
  const made: VectorSample[] = [];
  for (let i = 0; i < most; i += size) {
    const piece = { vector: vector.slice(i, i + size), windows: windows.slice(i, i + size) };
    for (const sample of calculate({ ...input, ...piece })) made.push(sample);
    yield;
  }
  return made;
}
