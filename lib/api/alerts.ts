import 'server-only';

import { clusterOf } from '#lib/engine/data/alert-states.ts';
import type { LiveAlert } from '#lib/engine/data/alerting-reads.ts';
import type { Engine } from '#lib/engine/slot.ts';
import type { Event } from '#lib/events/event.ts';
import { alertOf } from '#lib/events/reduce.ts';
import { worldFromJson } from '#lib/events/world.ts';
import type { AlertWords, ClusterWords } from '#lib/events/world.ts';
import type { Lang, Tense } from '#lib/i18n/lang.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import { isAbout } from './alert-places.ts';
import { iso, textDto } from './dto.ts';
import { live } from './live.ts';
import { mirror } from './mirror.ts';
import { parsePast } from './past.ts';
import { Problem } from './problem.ts';
import type { AlertDto, AlertsDto } from './schema-alerts.ts';

const DAY_MS = 86_400_000;
const MOST_EVENTS = 5000;
const STATES = ['firing', 'pending', 'suppressed', 'resolved'] as const;
const ACTIVE: readonly string[] = ['firing', 'pending', 'suppressed'];

/** An alert as it is listed: of now, or over. */
interface Shown {
  readonly words: AlertWords;
  readonly state: AlertDto['state'];
  readonly resolvedAt: Ms | null;
  readonly notification: LiveAlert['notification'];
}

interface Standing {
  readonly at: Ms;
  readonly tense: Tense;
  readonly alerts: readonly Shown[];
  readonly clusters: ReadonlyMap<string, Pick<ClusterWords, 'id' | 'members'>>;
}

const standingNow = async (engine: Engine): Promise<Standing> => {
  const { at, clusters } = await mirror(engine);
  const words = new Map([...clusters].map(([id, cluster]) => [id, cluster.words]));
  const alerts = await engine.data().alertsNow(at);
  return {
    at,
    tense: 'present',
    alerts: alerts.map((alert) => ({ ...alert, state: alert.words.state, resolvedAt: null })),
    clusters: words,
  };
};

/** Events of some kinds of the day before an instant, newest first. */
const lastDay = async (engine: Engine, at: Ms, ...kinds: string[]): Promise<Event[]> => {
  const { events } = await engine.data().readEvents({
    from: at - DAY_MS,
    to: at,
    kinds,
    cluster: null,
    node: null,
    limit: MOST_EVENTS,
    order: 'newest',
    cursor: null,
  });
  return events;
};

/** What was told by then that an alert fires, as the newest of the attempts says. */
const toldBy = (attempts: readonly Event[], { id, firedAt }: AlertWords): LiveAlert['notification'] => {
  const last = attempts.find(
    ({ at, detail }) =>
      Array.isArray(detail.alerts) && detail.alerts.includes(id) && firedAt !== null && at >= firedAt,
  );
  if (last === undefined) return null;
  const { receiver, error } = last.detail;
  return {
    state:
      last.kind === 'notification.sent'
        ? 'sent'
        : last.title.code === 'notification.given-up'
          ? 'failed'
          : 'waiting',
    receiver: typeof receiver === 'string' ? receiver : '',
    at: last.at,
    error: typeof error === 'string' ? error : null,
  };
};

const standingAt = async (engine: Engine, at: Ms): Promise<Standing> => {
  const world = worldFromJson(await engine.data().worldAt(at));
  const attempts = await lastDay(engine, at, 'notification.sent', 'notification.failed');
  return {
    at,
    tense: 'past',
    alerts: [...world.alerts.values()].map((words) => ({
      words,
      state: words.state,
      resolvedAt: null,
      notification: toldBy(attempts, words),
    })),
    clusters: world.clusters,
  };
};

const resolvedOf = (events: readonly Event[]): Shown[] =>
  events.flatMap((event) => {
    const words = alertOf(event);
    if (words === null || words.firedAt === null) return []; // it never fired: nothing was resolved
    return [{ words, state: 'resolved' as const, resolvedAt: event.at, notification: null }];
  });

const firedCounts = (events: readonly Event[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const event of events) {
    const id = alertOf(event)?.id;
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};

/** Why an alert is as it is. */
const explain = ({ words, state, resolvedAt }: Shown, at: Ms): Text => {
  const params = {
    expr: words.expr ?? words.rule,
    value: words.value,
    bound: words.limit,
    sinceAt: iso(words.since),
  };
  const limited = words.limit === null ? '' : '.limit';
  if (state === 'resolved')
    return say('alert.explain.resolved', { ...params, resolvedAt: iso(resolvedAt ?? at) });
  if (state === 'suppressed') return say('alert.explain.suppressed', params);
  if (state === 'pending')
    return say(`alert.explain.pending${limited}`, {
      ...params,
      forMs: words.forMs,
      leftMs: Math.max(0, words.since + words.forMs - at),
    });
  if (words.keptSince != null) return say('alert.explain.kept', { ...params, keptAt: iso(words.keptSince) });
  return say(`alert.explain.firing${limited}`, { ...params, firedAt: iso(words.firedAt ?? words.since) });
};

const alertDto = (
  shown: Shown,
  { at, tense }: Standing,
  fired: ReadonlyMap<string, number>,
  lang: Lang,
): AlertDto => {
  const { words, state, resolvedAt, notification } = shown;
  return {
    id: words.id,
    ruleId: words.ruleId,
    rule: words.rule,
    labels: { ...words.labels },
    annotations: { ...words.annotations },
    severity: words.severity,
    cluster: clusterOf(words.labels),
    node: words.labels.node ?? null,
    state,
    since: iso(words.since),
    firedAt: words.firedAt === null ? null : iso(words.firedAt),
    resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
    value: words.value,
    limit: words.limit,
    forMs: words.forMs,
    incident: null,
    explain: textDto(explain(shown, at), lang, tense),
    fired24h: fired.get(words.id) ?? 0,
    notification:
      notification === null
        ? null
        : { ...notification, at: notification.at === null ? null : iso(notification.at) },
  };
};

const STATE_RANK = { firing: 0, suppressed: 1, pending: 2, resolved: 3 } as const;
const SEVERITY_RANK = { critical: 0, warning: 1, info: 2 } as const;
const newest = ({ words, resolvedAt }: Shown): Ms => resolvedAt ?? words.firedAt ?? words.since;

const byUrgency = (a: Shown, b: Shown): number =>
  STATE_RANK[a.state] - STATE_RANK[b.state] ||
  SEVERITY_RANK[a.words.severity] - SEVERITY_RANK[b.words.severity] ||
  newest(b) - newest(a) ||
  a.words.id.localeCompare(b.words.id);

const statesOf = (text: string | null): ReadonlySet<string> => {
  const asked = text === null ? ACTIVE : text.split(',');
  const wrong = asked.find((state) => !STATES.some((known) => known === state));
  if (wrong !== undefined)
    throw new Problem('bad-request', `state: "${wrong}" is not one of ${STATES.join(', ')}`, 'state');
  return new Set(asked);
};

const countsOf = (alerts: readonly Shown[], resolved: number): AlertsDto['counts'] => {
  const count = (test: (shown: Shown) => boolean): number => alerts.filter(test).length;
  return {
    critical: count(({ state, words }) => state === 'firing' && words.severity === 'critical'),
    warning: count(({ state, words }) => state === 'firing' && words.severity !== 'critical'),
    pending: count(({ state }) => state === 'pending'),
    suppressed: count(({ state }) => state === 'suppressed'),
    resolved,
  };
};

export interface AlertsQuery {
  readonly state: string | null;
  readonly cluster: string | null;
  readonly limit: number;
  readonly cursor: string | null;
  readonly at: string | null;
  readonly lang: Lang;
}

/** Alerts of now, or of a past instant as the log tells it; by default those that are not resolved. */
export const readAlerts = async (query: AlertsQuery): Promise<AlertsDto> => {
  const engine = await live();
  const states = statesOf(query.state);
  const standing =
    query.at === null ? await standingNow(engine) : await standingAt(engine, parsePast(query.at));
  const [resolvedEvents, firedEvents] = await Promise.all([
    lastDay(engine, standing.at, 'alert.resolved'),
    lastDay(engine, standing.at, 'alert.firing'),
  ]);
  const cluster =
    query.cluster === null
      ? null
      : (standing.clusters.get(query.cluster) ?? { id: query.cluster, members: [] });
  const isAsked = ({ words }: Shown): boolean =>
    cluster === null ||
    isAbout({ cluster: clusterOf(words.labels), node: words.labels.node ?? null }, cluster);
  const active = standing.alerts.filter(isAsked);
  const over = resolvedOf(resolvedEvents).filter(isAsked);
  const matching = [...active, ...over].filter(({ state }) => states.has(state)).sort(byUrgency);
  const start = Number.parseInt(query.cursor ?? '0', 10) || 0;
  const end = start + query.limit;
  const fired = firedCounts(firedEvents);
  return {
    at: iso(standing.at),
    counts: countsOf(active, over.length),
    alerts: matching.slice(start, end).map((shown) => alertDto(shown, standing, fired, query.lang)),
    next: end < matching.length ? String(end) : null,
  };
};
