import { z } from 'zod';

import type { Operation } from './operation.ts';
import {
  AlertsSchema,
  ChannelDraftSchema,
  ChannelSchema,
  ChannelsSchema,
  ChannelTestSchema,
} from './schema-alerts.ts';
import {
  GroupSettingsSchema,
  PreviewRequestSchema,
  PreviewSchema,
  RuleDraftSchema,
  RuleGroupSchema,
  RuleGroupVersionsSchema,
  RuleRestoreSchema,
  RuleSchema,
  RulesImportedSchema,
  RulesSchema,
  RuleSwitchSchema,
  RuleTestSchema,
  RuleTestsSchema,
  RuleVersionsSchema,
  RuleYamlSchema,
} from './schema-rules.ts';

const AT = { at: 'a past instant (RFC 3339): what was in force then; absent: now' };
const texts = z.record(z.string(), z.string());
const prometheusAlert = z.object({
  labels: texts,
  annotations: texts,
  state: z.string(),
  activeAt: z.string(),
  value: z.string(),
});
const envelope = (data: z.ZodType): z.ZodType => z.object({ status: z.literal('success'), data });

/** Rules, alerts and channels: what the routes take and answer. */
export const alertingOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts, the most urgent first',
    query: {
      lang: 'en or zh; absent: Accept-Language',
      at: 'a past instant (RFC 3339); absent: now',
      state:
        'firing, pending, suppressed, resolved (of the last 24 h), joined by commas; absent: all but resolved',
      cluster: 'only those that name this cluster or one of its members',
      limit: 'how many at most',
      cursor: '`next` of the page before',
    },
    answer: AlertsSchema,
  },
  {
    method: 'get',
    path: '/api/rules',
    summary: 'Rules by group, and rule files that were refused',
    query: AT,
    answer: RulesSchema,
  },
  { method: 'post', path: '/api/rules', summary: 'A new rule', body: RuleDraftSchema, answer: RuleSchema },
  { method: 'get', path: '/api/rules/{rule}', summary: 'One rule', query: AT, answer: RuleSchema },
  {
    method: 'put',
    path: '/api/rules/{rule}',
    summary: 'Edit a rule; If-Match carries the version that was read',
    body: RuleDraftSchema,
    answer: RuleSchema,
  },
  {
    method: 'delete',
    path: '/api/rules/{rule}',
    summary: 'Delete a rule; If-Match carries the version that was read',
    answer: null,
  },
  {
    method: 'post',
    path: '/api/rules/{rule}/enabled',
    summary: 'Switch a rule on or off, a ready one, too',
    body: RuleSwitchSchema,
    answer: RuleSchema,
  },
  {
    method: 'get',
    path: '/api/rules/{rule}/versions',
    summary: 'What a rule was before',
    query: { at: 'only versions up to this instant' },
    answer: RuleVersionsSchema,
  },
  {
    method: 'post',
    path: '/api/rules/{rule}/restore',
    summary: 'Bring an earlier version back',
    body: RuleRestoreSchema,
    answer: RuleSchema,
  },
  {
    method: 'get',
    path: '/api/rules/{rule}/yaml',
    summary: 'A rule as a rule file',
    query: AT,
    answer: RuleYamlSchema,
  },
  {
    method: 'get',
    path: '/api/rules/groups/{group}',
    summary: 'What a group of rules made here says for all of them',
    answer: RuleGroupSchema,
  },
  {
    method: 'put',
    path: '/api/rules/groups/{group}',
    summary:
      'Say something else for a group; If-Match carries the version that was read, 0 when nobody said anything',
    body: GroupSettingsSchema,
    answer: RuleGroupSchema,
  },
  {
    method: 'get',
    path: '/api/rules/groups/{group}/versions',
    summary: 'What a group said before',
    query: { at: 'only versions up to this instant' },
    answer: RuleGroupVersionsSchema,
  },
  {
    method: 'post',
    path: '/api/rules/groups/{group}/restore',
    summary: 'Bring back what a group said before; If-Match carries the version that was read',
    body: RuleRestoreSchema,
    answer: RuleGroupSchema,
  },
  {
    method: 'post',
    path: '/api/rules/yaml',
    summary: 'Take over the rules of a rule file',
    body: RuleYamlSchema,
    answer: RulesImportedSchema,
  },
  {
    method: 'post',
    path: '/api/rules/render',
    summary: 'A draft as it would stand in a rule file',
    body: RuleDraftSchema,
    answer: RuleYamlSchema,
  },
  {
    method: 'post',
    path: '/api/rules/test',
    summary: "What a draft's unit tests come to in its group as it would be once the draft was saved",
    body: RuleTestSchema,
    answer: RuleTestsSchema,
  },
  {
    method: 'post',
    path: '/api/rules/preview',
    summary: 'What a draft says now, and what it would have said over a span',
    body: PreviewRequestSchema,
    answer: PreviewSchema,
  },
  {
    method: 'get',
    path: '/api/channels',
    summary: 'Where notifications go, and how the last one on each way went',
    query: AT,
    answer: ChannelsSchema,
  },
  {
    method: 'post',
    path: '/api/channels',
    summary: 'A new channel',
    body: ChannelDraftSchema,
    answer: ChannelSchema,
  },
  {
    method: 'put',
    path: '/api/channels/{channel}',
    summary: 'Edit a channel; If-Match carries the version that was read',
    body: ChannelDraftSchema,
    answer: ChannelSchema,
  },
  {
    method: 'delete',
    path: '/api/channels/{channel}',
    summary: 'Delete a channel; If-Match carries the version that was read',
    answer: null,
  },
  {
    method: 'post',
    path: '/api/channels/{channel}/test',
    summary: 'Send a test message to a channel',
    body: z.object({}),
    answer: ChannelTestSchema,
  },
  {
    method: 'post',
    path: '/api/channels/test',
    summary: 'Send a test message to a draft',
    body: ChannelDraftSchema,
    answer: ChannelTestSchema,
  },
  {
    method: 'get',
    path: '/api/v1/rules',
    summary: 'Rules, in the Prometheus shape',
    query: {
      type: 'alert or record',
      'rule_name[]': 'only of this name; may come several times',
      'rule_group[]': 'only of this group; may come several times',
      'file[]': 'only of this file; may come several times',
      'match[]': 'only with labels that this selector takes; may come several times',
      exclude_alerts: 'true: without the alerts of each rule',
      group_limit: 'at most so many groups; the answer names where the next page begins',
      group_next_token: 'from this group on: groupNextToken of the page before',
    },
    answer: envelope(
      z.object({
        groups: z.array(z.object({ name: z.string(), file: z.string() }).loose()),
        groupNextToken: z.string().optional(),
      }),
    ),
  },
  {
    method: 'get',
    path: '/api/v1/alerts',
    summary: 'Alerts, in the Prometheus shape',
    answer: envelope(z.object({ alerts: z.array(prometheusAlert) })),
  },
  {
    method: 'get',
    path: '/api/v1/alertmanagers',
    summary: 'Alertmanagers, in the Prometheus shape: none',
    answer: envelope(
      z.object({ activeAlertmanagers: z.array(z.object({})), droppedAlertmanagers: z.array(z.object({})) }),
    ),
  },
];
