'use client';

import { EventMarks } from '#components/charts/event-marks.tsx';
import { LaneBar } from '#components/charts/lane-bar.tsx';
import { TimeAxis } from '#components/charts/time-axis.tsx';
import { timeScale } from '#components/charts/time-scale.ts';
import type { TimeScale } from '#components/charts/time-scale.ts';
import { openEnd, useStory } from '#components/charts/use-story.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useInstant } from '#components/shell/instant.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { EventDto, TimelineDto } from '#lib/api/schema.ts';
import type { Ms } from '#lib/model/time.ts';

const LEFT = 110;
const ROW = 38;
const BASE = 28;
const ROWS = ['ui.leaders', 'ui.nodes', 'alerts.title', 'ui.faults-notes'] as const;
const BARS = [
  { row: 1, kind: 'state' },
  { row: 2, kind: 'alert' },
] as const;
const MARK_KINDS = 'leader.elected,fault.injected,deploy,annotation';

/** How bad the worst of many was, and how many of them. */
const Bars = ({
  segments,
  readTo,
  scale,
  base,
}: {
  segments: TimelineDto['lanes'][number]['segments'];
  readTo: Ms;
  scale: TimeScale;
  base: number;
}) => {
  const t = useWords();
  return segments.map(({ from, to, value, detail }) => {
    const end = openEnd(to, readTo);
    if (Date.parse(from) > scale.to || end < scale.from) return null; // of another instant, while this one is read
    return (
      <LaneBar
        key={from}
        word={value}
        from={scale.x(Date.parse(from))}
        to={scale.x(end)}
        base={base}
        title={`${String(detail.count)} ${t(wordCode(value))}`}
      />
    );
  });
};

const STATE_WORDS = ['up', 'suspect', 'down', 'recovering', 'unknown'] as const;
const ALERT_WORDS = ['critical', 'warning', 'info', 'pending', 'suppressed'] as const;
const wordCode = (word: string): UiCode => {
  const state = STATE_WORDS.find((each) => each === word);
  if (state !== undefined) return `ui.state.${state}`;
  return `alerts.${ALERT_WORDS.find((each) => each === word) ?? 'info'}`;
};

/** Leaders, nodes, alerts and faults over a span that ends at the instant of the page, all on one axis. */
export const ChangeLanes = ({ spanMs }: { spanMs: Ms }) => {
  const t = useWords();
  const now = useNow();
  const [box, width] = useWidth<HTMLDivElement>();
  const { isPast } = useInstant();
  const { events } = usePicture();
  const { story, error } = useStory(
    spanMs,
    { lanes: { kinds: 'state,alert', merge: 'worst' }, events: { kind: MARK_KINDS } },
    events[0]?.id,
  );
  if (error !== undefined && story === undefined) return <p className="text-down-ink">{error.message}</p>;
  if (story === undefined || now === 0) return <div className="skeleton" style={{ height: ROW * 4 }} />;
  const bottom = ROW * ROWS.length;
  const scale = timeScale(now - spanMs, now, LEFT, Math.max(LEFT + 1, width - 1));
  const isLeader = ({ kind }: EventDto): boolean => kind === 'leader.elected';
  return (
    <div ref={box} className="w-full min-w-0">
      {width > LEFT && (
        <svg
          width={width}
          height={bottom + 24}
          className="block"
          role="img"
          aria-label={t('ui.what-changed')}
          data-testid="change-lanes"
        >
          <TimeAxis scale={scale} top={0} bottom={bottom} isNow={!isPast} hasRoom={false} />
          {ROWS.map((code, row) => (
            <g key={code}>
              <text x="0" y={row * ROW + 24} fontSize="12" fill="var(--ink-2)">
                {t(code)}
              </text>
              <path d={`M0 ${(row + 1) * ROW - 0.5}H${width}`} stroke="var(--line)" />
            </g>
          ))}
          {BARS.map(({ row, kind }) => (
            <g key={kind} data-lane={kind}>
              <Bars
                segments={story.timeline.lanes.find((lane) => lane.kind === kind)?.segments ?? []}
                readTo={story.to}
                scale={scale}
                base={row * ROW + BASE}
              />
            </g>
          ))}
          <EventMarks
            events={story.events.events.filter(isLeader)}
            labelOf={({ cluster, title }) => cluster ?? title.text}
            scale={scale}
            y={ROW / 2}
            line={[ROW / 2 + 8, bottom]}
          />
          <EventMarks
            events={story.events.events.filter((event) => !isLeader(event))}
            labelOf={({ title }) => title.text}
            scale={scale}
            y={ROW * 3.5}
          />
        </svg>
      )}
    </div>
  );
};
