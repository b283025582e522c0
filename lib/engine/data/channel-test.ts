import { randomUUID } from 'node:crypto';

import { say } from '#lib/model/text.ts';
import type { Clock } from '#lib/model/time.ts';
import { webhookPayload } from '#lib/notify/payload.ts';
import type { Receiver, Webhook } from '#lib/notify/route.ts';
import type { WebhookSender } from '#lib/send/webhook.ts';

import type { ChannelTested } from './alerting-reads.ts';
import type { StateLog } from './state-log.ts';

const ALERT_NAME = 'QuorateTest';
const NEVER_STOPS = new AbortController().signal;

/** The body of a test message: one alert that fires now. */
const testBody = (receiver: string, key: string, at: number, externalUrl: string): string => {
  const alert = {
    id: key,
    labels: { alertname: ALERT_NAME, severity: 'info' },
    annotations: { summary: 'A test message: this channel works.' },
    startsAt: at,
    endsAt: null,
    changedAt: at,
    generatorUrl: externalUrl,
  };
  const group = {
    id: key,
    receiver,
    webhook: 0,
    key: `{}:{alertname="${ALERT_NAME}"}`,
    labels: { alertname: ALERT_NAME },
    nextFlushAt: at,
    told: null,
    underway: [],
  };
  return JSON.stringify(webhookPayload({ key, group, at, alerts: [alert] }, receiver, externalUrl, 0));
};

/** Sends a test message to a webhook at once, past the outbox; the attempt is told in the log. */
export const testWebhook = async (
  receiver: Receiver,
  { url, authorization, timeoutMs }: Webhook,
  around: {
    readonly clock: Clock;
    readonly log: StateLog;
    readonly sender: WebhookSender;
    readonly externalUrl: string;
  },
  actor: string,
): Promise<ChannelTested> => {
  const { clock, log, sender, externalUrl } = around;
  const key = `test-${randomUUID()}`;
  const body = testBody(receiver.name, key, clock.wall(), externalUrl);
  const began = clock.mono();
  const posted = await sender.post({ url, body, key, authorization, timeoutMs }, NEVER_STOPS);
  const elapsedMs = clock.mono() - began;
  const isSent = posted.error === null;
  const kind = isSent ? 'notification.sent' : 'notification.failed';
  await log.apply((_at, event) => {
    const draft = {
      kind,
      severity: isSent ? 'info' : 'warning',
      cluster: null,
      node: null,
      title: say(
        `${kind}.test`,
        isSent ? { receiver: receiver.name } : { receiver: receiver.name, error: posted.error },
      ),
      detail: { key, receiver: receiver.name, status: posted.status, error: posted.error, isTest: true },
    } as const;
    return { change: { events: [event(draft, actor)] }, result: undefined };
  });
  return { status: posted.status, error: posted.error, elapsedMs };
};
