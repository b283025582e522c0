import type { Ms } from '#lib/model/time.ts';

import type { Annotations } from './annotations.ts';
import type { Call } from './ast.ts';
import type { Window } from './selection.ts';
import type { VectorSample } from './value.ts';

/** A call with its arguments worked out at one instant, each kind in the order it was written. */
export interface CallInput {
  readonly call: Call;
  readonly at: Ms;
  readonly scalars: readonly number[];
  readonly strings: readonly string[];
  readonly vectors: readonly (readonly VectorSample[])[];
  readonly windows: readonly Window[];
  readonly notes: Annotations;
}

export type CallFunction = (input: CallInput) => readonly VectorSample[];

/** The samples of the first instant vector. */
export const vectorOf = (input: CallInput): readonly VectorSample[] => input.vectors[0] ?? [];
