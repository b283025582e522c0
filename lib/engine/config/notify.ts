import { MatcherError, parseMatchers } from '#lib/notify/matcher.ts';
import type { LabelMatcher } from '#lib/notify/matcher.ts';
import type { Receiver, Route, Webhook } from '#lib/notify/route.ts';
import type { Ms } from '#lib/model/time.ts';

import type { NotifyConfig } from './config.ts';
import { NOTIFY_WITHOUT_EFFECT } from './notify-keys.ts';
import type { NotifyKeys, RouteKeys, WebhookKeys } from './notify-keys.ts';

type Path = readonly PropertyKey[];
/** Tells a problem at a place of the file. */
type Tell = (path: Path, message: string) => void;

const GROUP_WAIT_MS = 30_000;
const GROUP_INTERVAL_MS = 300_000;
const REPEAT_INTERVAL_MS = 14_400_000;
/** A message takes at most this long; Alertmanager's own bound is the group's interval. */
export const SEND_TIMEOUT_MS: Ms = 10_000;
const ALL_LABELS = '...';

const fileReceiverId = (name: string): string => `file:${name}`;

const authorizationOf = (http: WebhookKeys['http_config']): string | null => {
  if (http?.authorization !== undefined)
    return `${http.authorization.type} ${http.authorization.credentials}`;
  if (http?.bearer_token !== undefined) return `Bearer ${http.bearer_token}`;
  if (http?.basic_auth === undefined) return null;
  const { username, password } = http.basic_auth;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
};

const webhookOf = (keys: WebhookKeys): Webhook => ({
  url: keys.url,
  sendResolved: keys.send_resolved,
  maxAlerts: keys.max_alerts,
  authorization: authorizationOf(keys.http_config),
  timeoutMs: keys.timeout === 0 ? SEND_TIMEOUT_MS : keys.timeout,
});

const OPERATORS = ['=', '!=', '=~', '!~'];
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Alertmanager's order, which the keys of groups show. */
const compareMatchers = (a: LabelMatcher, b: LabelMatcher): number =>
  compareText(a.name, b.name) ||
  compareText(a.value, b.value) ||
  OPERATORS.indexOf(a.op) - OPERATORS.indexOf(b.op);

const matchersOf = (keys: RouteKeys, path: Path, tell: Tell): LabelMatcher[] => {
  const read = (at: Path, text: string): LabelMatcher[] => {
    try {
      return parseMatchers(text);
    } catch (cause) {
      if (!(cause instanceof MatcherError)) throw cause;
      tell(at, `${cause.message}; write for example severity="critical"`);
      return [];
    }
  };
  const quoted = (op: '=' | '=~', name: string, value: string): string =>
    `"${name}"${op}"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  const matchers = [
    ...Object.entries(keys.match).flatMap(([name, value]) =>
      read([...path, 'match', name], quoted('=', name, value)),
    ),
    ...Object.entries(keys.match_re).flatMap(([name, value]) =>
      read([...path, 'match_re', name], quoted('=~', name, value)),
    ),
    ...keys.matchers.flatMap((text, index) => read([...path, 'matchers', index], text)),
  ];
  return matchers.sort(compareMatchers);
};

const groupByOf = (names: readonly string[], path: Path, tell: Tell): readonly string[] | null => {
  if (new Set(names).size < names.length)
    tell([...path, 'group_by'], 'group_by names a label twice; remove one');
  if (!names.includes(ALL_LABELS)) return names;
  if (names.length > 1)
    tell([...path, 'group_by'], "group_by: '...' stands for every label; remove the others");
  return null;
};

type Inherited = Omit<Route, 'matchers' | 'continue' | 'routes'>;

const routeOf = (
  keys: RouteKeys,
  inherited: Inherited,
  known: ReadonlySet<string>,
  path: Path,
  tell: Tell,
): Route => {
  if (keys.receiver !== undefined && !known.has(keys.receiver))
    tell([...path, 'receiver'], `no receiver is called ${keys.receiver}; name one of receivers`);
  const own: Inherited = {
    receiver: keys.receiver === undefined ? inherited.receiver : fileReceiverId(keys.receiver),
    // An empty list is none, as in Alertmanager.
    groupBy:
      (keys.group_by ?? []).length === 0 ? inherited.groupBy : groupByOf(keys.group_by ?? [], path, tell),
    groupWaitMs: keys.group_wait ?? inherited.groupWaitMs,
    groupIntervalMs: keys.group_interval ?? inherited.groupIntervalMs,
    repeatIntervalMs: keys.repeat_interval ?? inherited.repeatIntervalMs,
  };
  return {
    ...own,
    matchers: matchersOf(keys, path, tell),
    continue: keys.continue,
    routes: (keys.routes ?? []).map((child, index) =>
      routeOf(child, own, known, [...path, 'routes', index], tell),
    ),
  };
};

const tellWithoutEffect = (keys: unknown, path: Path, tell: Tell): void => {
  if (typeof keys !== 'object' || keys === null) return;
  for (const [name, value] of Object.entries(keys)) {
    const at = [...path, Array.isArray(keys) ? Number(name) : name];
    if (NOTIFY_WITHOUT_EFFECT.has(name) && value !== undefined && !Array.isArray(keys))
      tell(at, `${name} is a setting of Alertmanager that has no effect here yet`);
    else tellWithoutEffect(value, at, tell);
  }
};

/** The routing tree and the receivers of the block `notify` (Alertmanager documentation, "Configuration"). */
export const notifyConfig = (keys: NotifyKeys, problem: Tell, warn: Tell): NotifyConfig => {
  const { route, receivers } = keys;
  const names = new Set<string>();
  receivers.forEach(({ name }, index) => {
    if (names.has(name))
      problem(['notify', 'receivers', index], `receiver ${name} is defined twice; give each its own name`);
    names.add(name);
  });
  const root = ['notify', 'route'];
  if (route.receiver === undefined) problem(root, 'the root route needs a receiver');
  if (route.matchers.length + Object.keys(route.match).length + Object.keys(route.match_re).length > 0)
    problem(root, 'the root route takes every alert; move its matchers to a route of its routes');
  if (route.continue) problem([...root, 'continue'], 'the root route has no next one; remove continue');
  tellWithoutEffect(keys, ['notify'], warn);
  return {
    route: routeOf(
      route,
      {
        receiver: '',
        groupBy: [],
        groupWaitMs: GROUP_WAIT_MS,
        groupIntervalMs: GROUP_INTERVAL_MS,
        repeatIntervalMs: REPEAT_INTERVAL_MS,
      },
      names,
      root,
      problem,
    ),
    receivers: receivers.map((receiver): Receiver => ({
      id: fileReceiverId(receiver.name),
      name: receiver.name,
      webhooks: receiver.webhook_configs.map(webhookOf),
    })),
  };
};
