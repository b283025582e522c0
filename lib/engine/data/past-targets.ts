import type { Event } from '#lib/events/event.ts';
import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { StateReader } from '#lib/store/state/state-store.ts';

import type { PastScrapeTarget } from '../slot.ts';
import type { Samples } from './samples.ts';

/** As long as a sample speaks for its series in PromQL. */
const LOOK_BACK_MS = 300_000;
/** Intervals are told to a tenth of a second: a scrape may be stamped a little late. */
const INTERVAL_STEP_MS = 100;
const MOST_EVENTS = 2000;

type TargetLabels = Omit<Labels, '__name__'>;

const targetOf = ({ __name__, ...labels }: Labels): TargetLabels => labels;

/** How long lay between two scrapes, by the median; null: there was one only. */
const intervalOf = (samples: readonly Sample[]): Ms | null => {
  const gaps = samples
    .slice(1)
    .map(({ at }, i) => at - (samples[i]?.at ?? at))
    .sort((a, b) => a - b);
  const median = gaps[Math.floor(gaps.length / 2)];
  return median === undefined ? null : Math.round(median / INTERVAL_STEP_MS) * INTERVAL_STEP_MS;
};

/** What the log tells a target by: the job of its labels, and its name in titles. */
const storyKey = (job: string, name: string): string => `${job}\u0000${name}`;

/** The newest word of the log on each target up to an instant. */
const stories = async (
  reader: Pick<StateReader, 'readEvents'>,
  at: Ms,
): Promise<ReadonlyMap<string, Event>> => {
  const filter = {
    from: null,
    to: at,
    kinds: ['scrape.failed', 'scrape.recovered'],
    cluster: null,
    node: null,
  };
  const { events } = await reader.readEvents(filter, MOST_EVENTS, null);
  const newest = new Map<string, Event>();
  for (const event of events) {
    const key = storyKey(String(event.detail.job), String(event.detail.target));
    if (!newest.has(key)) newest.set(key, event);
  }
  return newest;
};

/**
 * The scrape targets of a past instant: whatever has an `up` of the five minutes before, unless it had ended. The log adds
 * the error with which a target began to fail and the address it was told with; of the others only the labels are known.
 */
export const targetsAt = async (
  at: Ms,
  samples: Pick<Samples, 'select'>,
  reader: Pick<StateReader, 'readEvents'>,
): Promise<PastScrapeTarget[]> => {
  const standing = (name: string) =>
    samples
      .select(name, () => true, at - LOOK_BACK_MS, at)
      .flatMap(({ labels, samples: points }) => {
        const newest = points.at(-1);
        return newest === undefined || newest.stale
          ? []
          : [{ labels: targetOf(labels), newest, scrapes: points.filter(({ stale }) => !stale) }];
      });
  const valueOf = (name: string): ReadonlyMap<string, number> =>
    new Map(standing(name).map(({ labels, newest }) => [labelsKey(labels), newest.value]));
  const tookSeconds = valueOf('scrape_duration_seconds');
  const scraped = valueOf('scrape_samples_scraped');
  const told = await stories(reader, at);
  return standing('up').flatMap(({ labels, newest, scrapes }) => {
    const key = labelsKey(labels);
    const seconds = tookSeconds.get(key);
    if (seconds === undefined) return []; // a metric that somebody calls `up`, too
    const job = labels.job ?? '';
    const story = told.get(storyKey(job, labels.node ?? labels.instance ?? ''));
    const isUp = newest.value === 1;
    return [
      {
        labels,
        scrapePool: job,
        scrapeUrl: typeof story?.detail.url === 'string' ? story.detail.url : null,
        health: isUp ? 'up' : 'down',
        firstError: isUp || story?.kind !== 'scrape.failed' ? null : String(story.detail.error),
        lastScrapeAt: newest.at,
        lastScrapeDurationMs: seconds * 1000,
        samples: scraped.get(key) ?? null,
        scrapeIntervalMs: intervalOf(scrapes),
      } satisfies PastScrapeTarget,
    ];
  });
};
