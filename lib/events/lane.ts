import type { Ms } from '#lib/model/time.ts';

import type { JsonObject } from './event.ts';

export const LANE_KINDS = ['level', 'state', 'role', 'alert'] as const;
export type LaneKind = (typeof LANE_KINDS)[number];

export interface Segment {
  readonly from: Ms;
  readonly to: Ms;
  readonly value: string;
  readonly detail: JsonObject;
}

export interface Lane {
  readonly kind: LaneKind;
  readonly subject: string;
  readonly segments: readonly Segment[];
}
