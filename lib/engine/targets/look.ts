import { createTextCache } from '#lib/exposition/text.ts';
import type { Ms } from '#lib/model/time.ts';
import { askOnce } from '#lib/network/ask-once.ts';
import type { Answer, Question } from '#lib/network/ask-once.ts';
import { createGuardedAgent } from '#lib/network/guarded-agent.ts';

import { recognisePrometheus } from './prometheus.ts';
import type { SeenPrometheus } from './prometheus.ts';
import type { Recognised } from './recognise.ts';
import { recognise } from './recognise.ts';
import type { WatchedTarget } from './watched-targets.ts';

/** What an address can be watched as. */
export interface Finding {
  readonly kind: WatchedTarget['kind'];
  readonly path: string;
  /** What it said, for a person: versions, counts, times. Facts, not a sentence. */
  readonly what: string;
  readonly members: readonly { readonly node: string; readonly address: string }[];
}

export interface Look {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly found: readonly Finding[];
  readonly error: string | null;
  readonly elapsedMs: Ms;
}

const TIMEOUT_MS = 3000;
const MAX_BYTES = 8 * 1024 * 1024;
const NO_LIMITS = { samples: 0, labels: 0, labelNameBytes: 0, labelValueBytes: 0 } as const;
/** Where services commonly say that they live, tried when no path was given. */
const LIVENESS_PATHS = ['/heartbeat', '/healthz', '/health', '/livez', '/-/healthy', '/'] as const;

/** `10.0.0.1:2379`, `http://host:9100/metrics`, `[::1]:8080`: as a URL; null when it is none. */
export const parseAddress = (text: string): URL | null => {
  const trimmed = text.trim();
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  return url === null || url.hostname === '' || url.username !== '' || url.password !== '' ? null : url;
};

/** How many samples and metrics an exposition holds; null: it is none. */
const countSamples = (answer: Extract<Answer, { ok: true }>): { samples: number; metrics: number } | null => {
  if (answer.status !== 200 || /html|json/.test(answer.contentType)) return null;
  const names = new Set<string>();
  let count = 0;
  const cache = createTextCache(
    {
      add: (labels) => {
        names.add(labels.__name__ ?? '');
        return (count += 1);
      },
    },
    NO_LIMITS,
  );
  const parsed = cache.scrape(answer.body);
  return parsed.ok && count > 0 ? { samples: count, metrics: names.size } : null;
};

/**
 * Looks what answers at an address, in all the ways we can watch: a consensus system, an exporter, an HTTP heartbeat,
 * or at least an open port. Asks a handful of small requests, each once.
 */
export const look = async (url: URL, now: () => Ms): Promise<Look> => {
  const began = now();
  const agent = createGuardedAgent();
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const address = `${url.hostname}:${url.port === '' ? (scheme === 'https' ? '443' : '80') : url.port}`;
  const base = `${scheme}://${address}`;
  const ask = (question: Pick<Question, 'method' | 'body'> & { path: string }): Promise<Answer> =>
    askOnce(
      { ...question, url: `${base}${question.path}`, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
      agent,
      now,
    );
  const get = (path: string): Promise<Answer> => ask({ method: 'GET', body: null, path });
  const given = `${url.pathname}${url.search}`;
  const metricsPath = given === '/' ? '/metrics' : given;
  const livenessPaths = given === '/' ? LIVENESS_PATHS : [given];
  try {
    const first = await get(given);
    if (!first.ok) return { address, scheme, found: [], error: first.error, elapsedMs: now() - began };
    const [systems, prometheus, metrics, ...alive] = await Promise.all([
      recognise(ask, base, scheme),
      recognisePrometheus(get, url.hostname, prefixesOf(url)),
      given === metricsPath ? first : get(metricsPath),
      ...livenessPaths.map((path) => (path === given ? first : get(path))),
    ]);
    const found = [
      ...systems.map(systemFinding),
      ...prometheusFinding(prometheus),
      ...exporterFinding(metrics, metricsPath),
      ...livenessFinding(alive, livenessPaths),
      { kind: 'tcp' as const, path: '/', what: address, members: [] },
    ];
    return { address, scheme, found, error: null, elapsedMs: now() - began };
  } finally {
    void agent.destroy();
  }
};

const systemFinding = ({ system, facts, members }: Recognised): Finding => ({
  kind: system,
  path: '/',
  what: facts,
  members,
});

/** What its paths may begin with: nothing, or what the address says. */
const prefixesOf = (url: URL): string[] => [...new Set(['', url.pathname.replace(/\/+$/, '')])];

const prometheusFinding = (seen: SeenPrometheus | null): Finding[] =>
  seen === null
    ? []
    : [
        {
          kind: 'prometheus',
          path: seen.prefix === '' ? '/' : seen.prefix,
          what: `Prometheus ${seen.version}`,
          members: seen.targets.map(({ pool, address }) => ({ node: pool, address })),
        },
      ];

const exporterFinding = (answer: Answer, path: string): Finding[] => {
  const counted = answer.ok ? countSamples(answer) : null;
  return counted === null
    ? []
    : [
        {
          kind: 'exporter',
          path,
          what: `${counted.samples} samples, ${counted.metrics} metrics`,
          members: [],
        },
      ];
};

const livenessFinding = (answers: readonly Answer[], paths: readonly string[]): Finding[] => {
  for (const [i, answer] of answers.entries())
    if (answer.ok && answer.status === 200)
      return [
        {
          kind: 'heartbeat',
          path: paths[i] ?? '/',
          what: `200, ${Math.max(1, Math.round(answer.rttMs))} ms`,
          members: [],
        },
      ];
  return [];
};
