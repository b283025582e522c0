import { z } from 'zod';

import { formatDuration, parseDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';
import { askOnce } from '#lib/network/ask-once.ts';
import type { Answer } from '#lib/network/ask-once.ts';
import { createGuardedAgent, isForbiddenHost } from '#lib/network/guarded-agent.ts';

import { LABEL_NAME } from '../config/schema.ts';

/** A target that a Prometheus scrapes, as we would scrape it. */
export const prometheusTarget = z.object({
  pool: z.string(),
  scheme: z.enum(['http', 'https']),
  /** `host:port`; the port may be the scheme's own. */
  address: z.string(),
  path: z.string(),
  params: z.record(z.string(), z.array(z.string())),
  /** After relabelling, with `job` and `instance`. */
  labels: z.record(z.string(), z.string()),
  intervalMs: z.number(),
  timeoutMs: z.number(),
});
export type PrometheusTarget = z.infer<typeof prometheusTarget>;

/** What a running Prometheus says of itself. */
export interface SeenPrometheus {
  /** What its paths begin with: empty, or as in `/prometheus`. */
  readonly prefix: string;
  readonly version: string;
  readonly targets: readonly PrometheusTarget[];
}

const BUILD = '/api/v1/status/buildinfo';
const TARGETS = '/api/v1/targets?state=active';
const TIMEOUT_MS = 5000;
const MAX_BYTES = 32 * 1024 * 1024;
const INTERVAL_MS = 60_000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Prometheus documentation, "HTTP API": build information, targets. Intervals are told since 2.31. */
const buildAnswer = z.object({ status: z.literal('success'), data: z.object({ version: z.string() }) });
const targetsAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    activeTargets: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        scrapePool: z.string().default(''),
        scrapeUrl: z.string(),
        scrapeInterval: z.string().default(''),
        scrapeTimeout: z.string().default(''),
      }),
    ),
  }),
});

type Listed = z.infer<typeof targetsAnswer>['data']['activeTargets'][number];

/** What it reaches at its own loopback address is reached from here at its host. */
const seenFromHere = (url: URL, prometheusHost: string): string => {
  if (!LOOPBACK.test(url.hostname) || LOOPBACK.test(prometheusHost)) return url.host;
  return url.port === '' ? prometheusHost : `${prometheusHost}:${url.port}`;
};

/** A target as it is listed; none when its address is no URL or one that nobody may send us to, or a label has a name that is none here. */
const targetOf = (listed: Listed, prometheusHost: string): PrometheusTarget[] => {
  const url = URL.parse(listed.scrapeUrl);
  if (url === null || isForbiddenHost(url.hostname)) return [];
  if (!Object.keys(listed.labels).every((name) => LABEL_NAME.test(name))) return [];
  const intervalMs = parseDuration(listed.scrapeInterval) ?? INTERVAL_MS;
  const names = [...new Set(url.searchParams.keys())];
  return [
    {
      pool: listed.scrapePool === '' ? (listed.labels.job ?? '') : listed.scrapePool,
      scheme: url.protocol === 'https:' ? 'https' : 'http',
      address: seenFromHere(url, prometheusHost),
      path: url.pathname,
      params: Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)])),
      labels: listed.labels,
      intervalMs,
      timeoutMs: Math.min(intervalMs, parseDuration(listed.scrapeTimeout) ?? 10_000),
    },
  ];
};

/** Always in one order, so that an unchanged list is seen to be one. */
const byPlace = (a: PrometheusTarget, b: PrometheusTarget): number =>
  a.pool.localeCompare(b.pool) ||
  a.address.localeCompare(b.address) ||
  JSON.stringify(a).localeCompare(JSON.stringify(b));

const jsonOf = (answer: Answer): unknown => {
  if (!answer.ok || answer.status !== 200) return null;
  try {
    return JSON.parse(new TextDecoder().decode(answer.body));
  } catch {
    return null;
  }
};

/**
 * Asks whether a Prometheus answers, and what it scrapes.
 * @param prefixes what its paths may begin with, tried in this order
 * @returns null when none does
 */
export const recognisePrometheus = async (
  get: (path: string) => Promise<Answer>,
  host: string,
  prefixes: readonly string[],
): Promise<SeenPrometheus | null> => {
  for (const prefix of prefixes) {
    const build = buildAnswer.safeParse(jsonOf(await get(`${prefix}${BUILD}`)));
    if (!build.success) continue;
    const listed = targetsAnswer.safeParse(jsonOf(await get(`${prefix}${TARGETS}`)));
    if (!listed.success) continue;
    const targets = listed.data.data.activeTargets.flatMap((target) => targetOf(target, host));
    return { prefix, version: build.data.data.version, targets: targets.toSorted(byPlace) };
  }
  return null;
};

/** Asks one that is known to be there; over an agent that keeps to addresses which may be asked. */
export const readPrometheus = async (
  { scheme, address, path }: { readonly scheme: string; readonly address: string; readonly path: string },
  now: () => Ms,
): Promise<SeenPrometheus | null> => {
  const agent = createGuardedAgent();
  const base = `${scheme}://${address}`;
  const get = (asked: string): Promise<Answer> =>
    askOnce(
      { method: 'GET', body: null, url: base + asked, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
      agent,
      now,
    );
  try {
    return await recognisePrometheus(get, new URL(base).hostname, [path === '/' ? '' : path]);
  } finally {
    void agent.destroy();
  }
};

/** What stands in `scrape_configs` for targets of a Prometheus: one job for all that are asked alike. */
export const scrapeConfigs = (name: string, targets: readonly PrometheusTarget[]): object[] => {
  const alike = Map.groupBy(targets, ({ pool, scheme, path, params, intervalMs, timeoutMs }) =>
    JSON.stringify([pool, scheme, path, params, intervalMs, timeoutMs]),
  );
  const used = new Map<string, number>();
  return [...alike.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    const job = `${name}/${first.pool}`;
    const count = (used.get(job) ?? 0) + 1;
    used.set(job, count);
    return [
      {
        job_name: count === 1 ? job : `${job} ${count}`,
        scheme: first.scheme,
        metrics_path: first.path,
        params: first.params,
        scrape_interval: formatDuration(first.intervalMs),
        scrape_timeout: formatDuration(first.timeoutMs),
        // It was understood there, whatever its type was called.
        fallback_scrape_protocol: 'PrometheusText0.0.4',
        static_configs: list.map(({ address, labels }) => ({ targets: [address], labels })),
      },
    ];
  });
};
