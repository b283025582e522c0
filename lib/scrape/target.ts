import { metadataOf } from '#lib/exposition/metadata.ts';
import type { MetricMetadata } from '#lib/exposition/metadata.ts';
import { acceptHeader, chooseParser } from '#lib/exposition/negotiate.ts';
import { createTextCache } from '#lib/exposition/text.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import type { HttpResult } from './client.ts';

/** One thing to scrape, after discovery. */
export interface ScrapeTarget {
  readonly job: string;
  readonly url: string;
  /** With `job` and `instance`. */
  readonly labels: Labels;
  readonly discoveredLabels: Labels;
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
  readonly honorLabels: boolean;
  readonly compression: boolean;
  readonly fallbackProtocol: 'PrometheusText0.0.4' | null;
  readonly limits: {
    readonly bodyBytes: number;
    readonly samples: number;
    readonly labels: number;
    readonly labelName: number;
    readonly labelValue: number;
  };
}

/** Where a target's samples go. */
export interface TargetSink {
  /** @param labels with `__name__` */
  series(labels: Labels): number;
  /** A good scrape: values that changed, and series that are gone. */
  good(at: Ms, refs: readonly number[], values: readonly number[], gone: readonly number[]): void;
  /** A failed scrape: every series of the one before becomes stale. */
  failed(at: Ms): void;
  /** A sample that carries its own instant. */
  stamped(ref: number, at: Ms, value: number): void;
  /** Series about the scrape itself, written whether it worked or not. */
  report(at: Ms, refs: readonly number[], values: readonly number[]): void;
  /** The target is gone: everything it had becomes stale. */
  gone(at: Ms): void;
}

const REPORT = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const;

/**
 * The labels of a sample: the target's, and its own where they do not clash. A clash keeps the target's under the name
 * and the sample's under `exported_<name>`; `honor_labels` turns that round (Prometheus documentation, "Configuration").
 */
const mergeLabels = (sample: Labels, target: Labels, honor: boolean): Labels => {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(sample)) {
    if (name === '__name__' || target[name] === undefined) merged[name] = value;
    else if (honor) merged[name] = value;
    else merged[`exported_${name}`] = value;
  }
  for (const [name, value] of Object.entries(target))
    if (merged[name] === undefined || !honor) merged[name] = value;
  for (const [name, value] of Object.entries(merged)) if (value === '') delete merged[name];
  return merged;
};

export interface Ingested {
  readonly error: string | null;
  readonly samples: number;
}

/** Turns one target's answers into samples. */
export interface TargetIngest {
  readonly headers: Readonly<Record<string, string>>;
  accept(result: HttpResult, at: Ms, durationSeconds: number): Ingested;
  gone(at: Ms): void;
  /** What the last good scrape says of its metrics. */
  metadata(): MetricMetadata[];
}

export const createTargetIngest = (target: ScrapeTarget, sink: TargetSink): TargetIngest => {
  const cache = createTextCache(
    { add: (labels) => sink.series(mergeLabels(labels, target.labels, target.honorLabels)) },
    {
      samples: target.limits.samples,
      labels: target.limits.labels,
      labelNameBytes: target.limits.labelName,
      labelValueBytes: target.limits.labelValue,
    },
  );
  const reportRefs = REPORT.map((name) => sink.series({ ...target.labels, __name__: name }));

  const parse = (
    result: HttpResult,
    at: Ms,
  ): { error: string | null; scraped: number; kept: number; added: number } => {
    const failed = (error: string) => ({ error, scraped: 0, kept: 0, added: 0 });
    if (!result.ok) return failed(result.error);
    if (result.status !== 200) return failed(`server returned HTTP status ${result.status}`);
    const format = chooseParser(result.contentType, target.fallbackProtocol);
    if (!format.ok) return failed(format.what);
    const accepted = cache.scrape(result.body);
    if (!accepted.ok) {
      const { line, column, what, text } = accepted.issue;
      return failed(`line ${line}, column ${column}: ${what}: ${text}`);
    }
    sink.good(at, accepted.changed.refs, accepted.changed.values, accepted.gone);
    for (const sample of accepted.stamped) sink.stamped(sample.ref, sample.atMs, sample.value);
    return { error: null, scraped: accepted.scraped, kept: accepted.kept, added: accepted.added };
  };

  return {
    headers: {
      'user-agent': 'Prometheus/3.0 (Quorate)',
      accept: acceptHeader(),
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
      ...(target.compression ? { 'accept-encoding': 'gzip' } : {}),
    },
    accept: (result, at, durationSeconds) => {
      const { error, scraped, kept, added } = parse(result, at);
      if (error !== null) sink.failed(at);
      sink.report(at, reportRefs, [error === null ? 1 : 0, durationSeconds, scraped, kept, added]);
      return { error, samples: scraped };
    },
    gone: (at) => sink.gone(at),
    metadata: () => metadataOf(cache.body()),
  };
};
