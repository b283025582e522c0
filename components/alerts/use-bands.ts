'use client';

import { useMemo } from 'react';

import { openEnd, useStory } from '#components/charts/use-story.ts';
import type { Story } from '#components/charts/use-story.ts';
import type { EventDto } from '#lib/api/schema.ts';
import type { Ms } from '#lib/model/time.ts';

const MARK_KINDS = 'leader.elected,fault.injected,fault.healed,deploy,annotation';
const STATES = ['pending', 'firing', 'suppressed'] as const;

export interface Band {
  readonly from: Ms;
  /** Infinity: it stands. */
  readonly to: Ms;
  readonly state: (typeof STATES)[number];
}

export interface BandLane {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly labels: Record<string, string>;
  readonly bands: readonly Band[];
}

export interface Bands {
  readonly lanes: readonly BandLane[];
  readonly marks: readonly EventDto[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const labelsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
    : {};

const lanesOf = ({ timeline, to }: Story): BandLane[] =>
  timeline.lanes.flatMap(({ kind, subject, segments }) => {
    const last = segments.at(-1);
    if (kind !== 'alert' || last === undefined) return [];
    const severity = text(last.detail.severity);
    return [
      {
        id: subject,
        rule: text(last.detail.rule),
        severity: severity === 'critical' || severity === 'warning' ? severity : 'info',
        labels: labelsOf(last.detail.labels),
        bands: segments.flatMap((segment) => {
          const state = STATES.find((each) => each === segment.value);
          return state === undefined
            ? []
            : [{ from: Date.parse(segment.from), to: openEnd(segment.to, to), state }];
        }),
      },
    ];
  });

/** What stood when, over a span that ends at the instant of the page; read again when `changed` is another. */
export const useBands = (
  spanMs: Ms,
  changed: unknown,
): { data: Bands | undefined; error: Error | undefined } => {
  const { story, error } = useStory(
    spanMs,
    { lanes: { kinds: 'alert' }, events: { kind: MARK_KINDS } },
    changed,
  );
  const data = useMemo(
    () => (story === undefined ? undefined : { lanes: lanesOf(story), marks: story.events.events }),
    [story],
  );
  return { data, error };
};
