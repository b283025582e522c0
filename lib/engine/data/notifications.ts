import type { Labels } from '#lib/model/labels.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { createDispatcher } from '#lib/notify/dispatch.ts';
import type { Dispatcher, Flush, GroupMemory, Notification, ToldAlert } from '#lib/notify/dispatch.ts';
import { webhookPayload } from '#lib/notify/payload.ts';
import type { Receiver, Route } from '#lib/notify/route.ts';
import type { AlertTransition } from '#lib/rules/alerting.ts';
import type { Alert } from '#lib/rules/rule.ts';
import type { WebhookSender } from '#lib/send/webhook.ts';
import type { OutboxRow, StateChange, StateReader } from '#lib/store/state/state-store.ts';

import { createOutboxSender } from './outbox-sender.ts';
import type { StateLog } from './state-log.ts';

/** The last word on the way to a receiver: of an alert, or of a receiver as a whole. */
export interface LastTold {
  readonly state: OutboxRow['state'];
  readonly receiver: string;
  /** When it was taken or given up; of one that failed so far, since when it waits. Null: it was not tried yet. */
  readonly at: Ms | null;
  readonly error: string | null;
}

/** Who is told of what: the routing of alerts, what receivers know already, and the outbox. */
export interface Notifications {
  /** Reads what is stored. @returns the stored alerts */
  restore(reader: StateReader): Promise<Alert[]>;
  /** The routing from now on. */
  configure(routing: Routing): void;
  /**
   * What transitions of alerts change on disk: the alerts' rows, and messages that are due at once.
   * @param touched alerts of which nothing is told, and yet their row changes
   */
  changeFor(transitions: readonly AlertTransition[], touched: readonly Alert[], at: Ms): StateChange;
  /** A change is on disk: its messages may go out. */
  stored(change: StateChange): void;
  lastOf(alertId: string): LastTold | null;
  receiverState(
    receiver: string,
    webhook: number,
  ): { readonly waiting: number; readonly last: LastTold | null };
  /** Looks after groups and the outbox until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface Routing {
  readonly routes: readonly Route[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly externalUrl: string;
  readonly externalLabels: Labels;
}

export interface NotificationOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: StateLog;
  readonly sender: WebhookSender;
  /** The alert as it is now: its annotations may say more than when it began to fire. */
  readonly current: (alertId: string) => Alert | null;
  readonly pause: (ms: Ms, signal: AbortSignal) => Promise<void>;
}

const TURN_MS = 100;
const REMEMBERED_ROWS = 5000;
const WAITING_ROWS = 1_000_000;
const NOWHERE: Routing = { routes: [], receivers: new Map(), externalUrl: '', externalLabels: {} };

export const createNotifications = (options: NotificationOptions): Notifications => {
  const { clock, random, log, sender, current, pause } = options;
  const stopping = new AbortController();
  const memories = new Map<string, GroupMemory>();
  /** Alerts that fire, and resolved ones that somebody has still to be told of. */
  const alerts = new Map<string, Alert>();
  const lastOfAlert = new Map<string, OutboxRow>();
  const lastOfReceiver = new Map<string, OutboxRow>();
  let routing = NOWHERE;

  const toldOf = (alert: Alert): ToldAlert => ({
    id: alert.id,
    labels: { ...routing.externalLabels, ...alert.labels },
    annotations: alert.annotations,
    startsAt: alert.firedAt ?? alert.activeAt,
    endsAt: alert.resolvedAt,
    changedAt: alert.resolvedAt ?? alert.firedAt ?? alert.activeAt,
    generatorUrl: `${routing.externalUrl}/rules/${encodeURIComponent(alert.ruleId)}`,
  });
  const build = (): Dispatcher =>
    createDispatcher(
      routing.routes,
      routing.receivers,
      memories.values(),
      [...alerts.values()].map(toldOf),
      clock.wall(),
    );
  let dispatcher = build();

  const nameOf = (receiver: string): string => routing.receivers.get(receiver)?.name ?? receiver;
  const lastTold = (row: OutboxRow | undefined): LastTold | null =>
    row === undefined
      ? null
      : {
          state: row.state,
          receiver: nameOf(row.receiver),
          at: row.settledAt ?? (row.attempts > 0 ? row.createdAt : null),
          error: row.lastError,
        };
  /** An alert that waits for its group's turn has no message yet. */
  const owed = (alertId: string): LastTold | null => {
    const receiver = dispatcher.owedTo(alertId);
    return receiver === null ? null : { state: 'waiting', receiver: nameOf(receiver), at: null, error: null };
  };

  const keep = (row: OutboxRow): void => {
    for (const id of row.alerts) {
      const alert = alerts.get(id);
      if (alert === undefined || row.createdAt < (alert.firedAt ?? 0)) continue; // it tells of an earlier time that it fired
      const known = lastOfAlert.get(id);
      if (known === undefined || known.createdAt <= row.createdAt) lastOfAlert.set(id, row);
    }
    if (row.attempts > 0) lastOfReceiver.set(`${row.receiver}#${row.webhook}`, row);
  };
  const freshen = (alert: ToldAlert): ToldAlert => {
    const now = alert.endsAt === null ? current(alert.id) : null;
    return now === null ? alert : { ...alert, annotations: now.annotations };
  };
  const rowOf = (notification: Notification): OutboxRow[] => {
    const { group, alerts: told, at, key } = notification;
    const receiver = routing.receivers.get(group.receiver);
    const hook = receiver?.webhooks[group.webhook];
    if (receiver === undefined || hook === undefined) return [];
    const message = { ...notification, alerts: told.map(freshen) };
    return [
      {
        key,
        receiver: group.receiver,
        webhook: group.webhook,
        groupId: group.id,
        payload: JSON.stringify(webhookPayload(message, receiver.name, routing.externalUrl, hook.maxAlerts)),
        alerts: told.map((alert) => alert.id),
        state: 'waiting',
        attempts: 0,
        nextAt: at,
        createdAt: at,
        settledAt: null,
        lastError: null,
      },
    ];
  };

  /** Lets go of resolved alerts that nobody has to be told of any more. @returns those whose row may go: one that is pending anew keeps it */
  const release = (): string[] => {
    const done = [...alerts.values()].filter(
      (alert) => alert.state === 'resolved' && !dispatcher.holds(alert.id),
    );
    for (const { id } of done) {
      alerts.delete(id);
      lastOfAlert.delete(id);
    }
    return done.map(({ id }) => id).filter((id) => current(id)?.state !== 'pending');
  };

  const changeOf = (flush: Flush): { change: StateChange; rows: OutboxRow[] } => {
    for (const memory of flush.remembered) memories.set(memory.id, memory);
    for (const id of flush.forgotten) memories.delete(id);
    const rows = flush.notifications.flatMap(rowOf);
    return { change: { groups: { put: flush.remembered, remove: flush.forgotten }, outbox: rows }, rows };
  };

  const outbox = createOutboxSender({
    clock,
    random,
    log,
    sender,
    receivers: () => routing.receivers,
    signal: stopping.signal,
    onEnd: ({ groupId, key, state }) => {
      const { change } = changeOf(dispatcher.settled(groupId, key, state === 'sent'));
      return { ...change, alerts: { put: [], remove: release() } };
    },
    onStored: keep,
  });

  const flushNow = (at: Ms): StateChange => {
    const { change, rows } = changeOf(dispatcher.flush(at));
    for (const row of rows) keep(row);
    return change;
  };

  return {
    restore: async (reader) => {
      for (const memory of await reader.groups()) memories.set(memory.id, memory);
      const stored = await reader.alerts();
      for (const alert of stored) if (alert.state !== 'pending') alerts.set(alert.id, alert);
      for (const row of (await reader.recentOutbox(REMEMBERED_ROWS)).reverse()) keep(row);
      outbox.add(await reader.outbox('waiting', WAITING_ROWS));
      return stored;
    },
    configure: (next) => {
      routing = next;
      dispatcher = build();
    },
    changeFor: (transitions, touched, at) => {
      const now = Math.min(at, clock.wall()); // instants of the log never go back, the clock may
      const put = new Map(touched.map((alert) => [alert.id, alert]));
      const remove = new Set<string>();
      for (const { alert, from, to } of transitions) {
        if (to === 'inactive') {
          if (from !== 'resolved') remove.add(alert.id);
          continue;
        }
        put.set(alert.id, alert);
        remove.delete(alert.id);
        if (to === 'pending') continue;
        alerts.set(alert.id, alert);
        dispatcher.update(toldOf(alert), now);
      }
      const { groups, outbox: rows } = flushNow(now);
      for (const id of release()) {
        put.delete(id);
        remove.add(id);
      }
      return {
        alerts: { put: [...put.values()], remove: [...remove] },
        ...(groups === undefined ? {} : { groups }),
        ...(rows === undefined ? {} : { outbox: rows }),
      };
    },
    stored: (change) => outbox.add(change.outbox ?? []),
    lastOf: (alertId) => lastTold(lastOfAlert.get(alertId)) ?? owed(alertId),
    receiverState: (receiver, webhook) => ({
      waiting: outbox.waitingFor(receiver, webhook),
      last: lastTold(lastOfReceiver.get(`${receiver}#${webhook}`)),
    }),
    run: async (signal) => {
      signal.addEventListener('abort', () => stopping.abort(), { once: true });
      while (!signal.aborted) {
        if (dispatcher.isDue(clock.wall()))
          await log
            .apply(() => {
              const change = flushNow(clock.wall());
              return { change: { ...change, alerts: { put: [], remove: release() } }, result: undefined };
            })
            .catch(() => undefined); // only when we stop
        outbox.turn();
        await pause(TURN_MS, signal);
      }
      await outbox.idle();
      await sender.close();
    },
  };
};
