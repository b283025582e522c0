import { z } from 'zod';

import { duration, positive } from './schema-values.ts';

/** What Alertmanager knows and has no effect here yet: accepted, and told by a warning. */
const inert = z.unknown();

const inertKeys = <const Names extends readonly string[]>(names: Names) =>
  Object.fromEntries(names.map((name) => [name, inert.optional()])) as Record<
    Names[number],
    z.ZodOptional<z.ZodUnknown>
  >;

const ROUTE_INERT = ['mute_time_intervals', 'active_time_intervals'] as const;
const HTTP_INERT = [
  'oauth2',
  'tls_config',
  'proxy_url',
  'no_proxy',
  'proxy_from_environment',
  'proxy_connect_header',
  'follow_redirects',
  'enable_http2',
  'http_headers',
] as const;
const RECEIVER_INERT = [
  'discord_configs',
  'email_configs',
  'incidentio_configs',
  'jira_configs',
  'mattermost_configs',
  'msteams_configs',
  'msteamsv2_configs',
  'opsgenie_configs',
  'pagerduty_configs',
  'pushover_configs',
  'rocketchat_configs',
  'slack_configs',
  'sns_configs',
  'telegram_configs',
  'victorops_configs',
  'webex_configs',
  'wechat_configs',
] as const;
const NOTIFY_INERT = [
  'global',
  'templates',
  'inhibit_rules',
  'mute_time_intervals',
  'time_intervals',
] as const;

const texts = z.record(z.string(), z.string());

const routeFields = z.strictObject({
  receiver: z.string().min(1).optional(),
  matchers: z.array(z.string()).default([]),
  match: texts.default({}),
  match_re: texts.default({}),
  group_by: z.array(z.string().min(1)).optional(),
  group_wait: duration.optional(),
  group_interval: positive.optional(),
  repeat_interval: positive.optional(),
  continue: z.boolean().default(false),
  ...inertKeys(ROUTE_INERT),
});
export interface RouteKeys extends z.infer<typeof routeFields> {
  readonly routes?: readonly RouteKeys[] | undefined;
}
const routeShape: z.ZodType<RouteKeys> = z.lazy(() =>
  routeFields.extend({ routes: z.array(routeShape).optional() }),
);

const httpShape = z.strictObject({
  authorization: z
    .strictObject({
      type: z.string().default('Bearer'),
      credentials: z.string(),
      ...inertKeys(['credentials_file']),
    })
    .optional(),
  basic_auth: z
    .strictObject({
      username: z.string(),
      password: z.string().default(''),
      ...inertKeys(['username_file', 'password_file']),
    })
    .optional(),
  bearer_token: z.string().optional(),
  ...inertKeys(HTTP_INERT),
});

const webhookShape = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'is no URL; write for example http://127.0.0.1:8080/hook' }),
  send_resolved: z.boolean().default(true),
  max_alerts: z.int().min(0).default(0),
  timeout: duration.default(0),
  http_config: httpShape.optional(),
});
export type WebhookKeys = z.infer<typeof webhookShape>;

export const notifyKeys = z.strictObject({
  route: routeShape,
  receivers: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        webhook_configs: z.array(webhookShape).default([]),
        ...inertKeys(RECEIVER_INERT),
      }),
    )
    .default([]),
  ...inertKeys(NOTIFY_INERT),
});
export type NotifyKeys = z.infer<typeof notifyKeys>;

/** Names of every key above that has no effect yet. */
export const NOTIFY_WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...ROUTE_INERT,
  ...HTTP_INERT,
  ...RECEIVER_INERT,
  ...NOTIFY_INERT,
  'credentials_file',
  'username_file',
  'password_file',
]);
