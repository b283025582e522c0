import type { EventDraft } from '#lib/events/event.ts';
import { say } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { Receiver, Webhook } from '#lib/notify/route.ts';
import type { Posted, WebhookSender } from '#lib/send/webhook.ts';
import type { Attempt, OutboxRow, StateChange } from '#lib/store/state/state-store.ts';

import type { StateLog } from './state-log.ts';

/** Sends what lies in the outbox: one message at a time to each webhook, those of one group in their order. */
export interface OutboxSender {
  /** Messages that are stored already. */
  add(rows: readonly OutboxRow[]): void;
  /** Sends what is due and not on its way; returns at once. */
  turn(): void;
  waitingFor(receiver: string, webhook: number): number;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: StateLog;
  readonly sender: WebhookSender;
  readonly receivers: () => ReadonlyMap<string, Receiver>;
  readonly signal: AbortSignal;
  /** What follows from a message that was taken or given up; stored together with it. */
  readonly onEnd: (row: OutboxRow) => Pick<StateChange, 'alerts' | 'groups'>;
  /** Told of each message's newest state, after it is stored. */
  readonly onStored: (row: OutboxRow) => void;
}

const FIRST_BACK_OFF_MS = 1000;
const BACK_OFF_MS = 300_000;
const GIVE_UP_MS = 86_400_000;

/** How long to wait after a number of failed attempts: doubled each time, up to 5 min, and shortened by chance by up to a half. */
const backOffMs = (attempts: number, random: number): Ms =>
  Math.round(Math.min(BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(attempts - 1, 20)) * (1 - random / 2));

/** Whether a message may go out. One that would wait longer than anything does was made before the clock went back. */
const isDue = (row: OutboxRow, now: Ms): boolean =>
  row.attempts === 0 || row.nextAt <= now || row.nextAt - now > BACK_OFF_MS;

/** Where a message goes: a receiver, and which of its webhooks. */
export const laneOf = (receiver: string, webhook: number): string => `${receiver}#${webhook}`;

/**
 * Whether a message that failed so may be taken later (Alertmanager's `Retrier`): nobody answered, the receiver is out of order,
 * or it asks for patience. Every other answer is about the message or its address and would be the same again.
 */
const isPassing = ({ status }: Posted): boolean => status === null || status >= 500 || status === 429;

/** What became of an attempt. */
const attemptOf = (row: OutboxRow, posted: Posted, isLast: boolean, at: Ms, random: number): Attempt => {
  const attempts = row.attempts + 1;
  const base = { key: row.key, attempts, lastError: posted.error };
  if (posted.error === null) return { ...base, state: 'sent', nextAt: at, settledAt: at };
  if (isLast || !isPassing(posted) || at - row.createdAt >= GIVE_UP_MS)
    return { ...base, state: 'failed', nextAt: at, settledAt: at };
  const asked = Math.min(BACK_OFF_MS, posted.retryAfterMs ?? 0);
  const nextAt = at + Math.max(asked, backOffMs(attempts, random));
  return { ...base, state: 'waiting', nextAt, settledAt: null };
};

const attemptEvent = (row: OutboxRow, name: string, posted: Posted, attempt: Attempt, at: Ms): EventDraft => {
  const params = { receiver: name, alerts: row.alerts.length };
  const detail = {
    key: row.key,
    receiver: name,
    lane: laneOf(row.receiver, row.webhook),
    status: posted.status,
    attempts: attempt.attempts,
    alerts: row.alerts,
  };
  if (posted.error === null)
    return {
      kind: 'notification.sent',
      severity: 'info',
      cluster: null,
      node: null,
      title: say('notification.sent', params),
      detail,
    };
  const title =
    attempt.state === 'failed'
      ? say('notification.given-up', { ...params, error: posted.error })
      : say('notification.failed', { ...params, error: posted.error, againMs: attempt.nextAt - at });
  return {
    kind: 'notification.failed',
    severity: 'warning',
    cluster: null,
    node: null,
    title,
    detail: { ...detail, error: posted.error },
  };
};

export const createOutboxSender = (options: SenderOptions): OutboxSender => {
  const { clock, random, log, sender, receivers, signal, onEnd, onStored } = options;
  const rows = new Map<string, OutboxRow>();
  const busy = new Map<string, Promise<void>>();

  const settle = async (row: OutboxRow, name: string, posted: Posted, isLast: boolean): Promise<void> => {
    const after = await log.apply((_at, event) => {
      const now = clock.wall();
      const attempt = attemptOf(row, posted, isLast, now, random());
      const draft = attemptEvent(row, name, posted, attempt, now);
      const result: OutboxRow = { ...row, ...attempt };
      const end = attempt.state === 'waiting' ? {} : onEnd(result);
      return { change: { ...end, attempts: [attempt], events: [event(draft)] }, result };
    });
    if (after.state === 'waiting') rows.set(row.key, after);
    else rows.delete(row.key);
    onStored(after);
  };

  const removed: Posted = {
    status: null,
    error: 'its receiver was removed from the configuration',
    retryAfterMs: null,
  };

  const send = async (row: OutboxRow): Promise<void> => {
    const receiver = receivers().get(row.receiver);
    const hook: Webhook | undefined = receiver?.webhooks[row.webhook];
    const name = receiver?.name ?? row.receiver;
    if (hook === undefined) return settle(row, name, removed, true);
    const { url, authorization, timeoutMs } = hook;
    const posted = await sender.post(
      { url, body: row.payload, key: row.key, authorization, timeoutMs },
      signal,
    );
    if (signal.aborted && posted.error !== null) return undefined; // it stays in the outbox, for the next start
    return settle(row, name, posted, false);
  };

  return {
    add: (more) => {
      for (const row of more) rows.set(row.key, row);
    },
    turn: () => {
      const now = clock.wall();
      const first = new Map<string, OutboxRow>();
      for (const row of rows.values()) if (!first.has(row.groupId)) first.set(row.groupId, row);
      // Who waits longest goes first, so that a group that fails again and again does not hold up the others of its webhook.
      const due = [...first.values()].filter((row) => isDue(row, now)).sort((a, b) => a.nextAt - b.nextAt);
      for (const row of due) {
        const lane = laneOf(row.receiver, row.webhook);
        if (busy.has(lane) || signal.aborted) continue;
        const sending = send(row)
          .catch(() => undefined) // only when we stop: the message is in the outbox
          .finally(() => busy.delete(lane));
        busy.set(lane, sending);
      }
    },
    waitingFor: (receiver, webhook) =>
      [...rows.values()].filter((row) => row.receiver === receiver && row.webhook === webhook).length,
    idle: async () => {
      await Promise.all(busy.values());
    },
  };
};
