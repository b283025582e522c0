import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { hashOf } from './fingerprint.ts';
import { groupKeyOf, groupLabelsOf, routesFor } from './route.ts';
import type { Receiver, Route } from './route.ts';

/** An alert as notifications tell it: firing, or resolved at an instant. */
export interface ToldAlert {
  readonly id: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Ms;
  /** Null while it fires. */
  readonly endsAt: Ms | null;
  /** When it last changed between firing and resolved. */
  readonly changedAt: Ms;
  readonly generatorUrl: string;
}

/** What one message tells a webhook of a group, by the ids of alerts. */
interface Told {
  readonly at: Ms;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

/** A message that the webhook neither took nor refused for good yet. */
interface Underway {
  readonly key: string;
  readonly told: Told;
}

/** What must be remembered of a group of alerts on its way to one webhook of a receiver, over restarts too. */
export interface GroupMemory {
  readonly id: string;
  /** The receiver's id, and which of its webhooks. */
  readonly receiver: string;
  readonly webhook: number;
  readonly key: string;
  readonly labels: Labels;
  readonly nextFlushAt: Ms;
  /** The last that it took. */
  readonly told: Told | null;
  /** Oldest first. */
  readonly underway: readonly Underway[];
}

/** A message that is due. The key is the same whenever the same state change is told again. */
export interface Notification {
  readonly key: string;
  readonly group: GroupMemory;
  readonly at: Ms;
  /** Firing and resolved, as the receiver wants them. */
  readonly alerts: readonly ToldAlert[];
}

/** What a flush of due groups gives: messages, groups to remember, groups to forget. */
export interface Flush {
  readonly notifications: readonly Notification[];
  readonly remembered: readonly GroupMemory[];
  readonly forgotten: readonly string[];
}

interface Group {
  memory: GroupMemory;
  readonly route: Route;
  readonly alerts: Map<string, ToldAlert>;
}

/** A group that would wait longer than its route says was made before the clock went back, or the interval was shortened. */
const isDue = ({ memory: { nextFlushAt }, route }: Group, now: Ms): boolean =>
  nextFlushAt <= now || nextFlushAt - now > Math.max(route.groupWaitMs, route.groupIntervalMs);

const NOTHING: Flush = { notifications: [], remembered: [], forgotten: [] };

/** Of an alert that is resolved for so long nobody is told any more, even if no message about it was taken. */
const FORGET_MS = 86_400_000;

/** What the webhook will know once it took all that is on its way. */
const toldSoon = ({ told, underway }: GroupMemory): Told | null => underway.at(-1)?.told ?? told;

/** Which message a group owes its webhook now; null: none (Alertmanager, "notification log": what was told is not told again before `repeat_interval`). */
const owed = (group: Group, sendResolved: boolean, at: Ms): ToldAlert[] | null => {
  const told = toldSoon(group.memory);
  const alerts = [...group.alerts.values()];
  const firing = alerts.filter((alert) => alert.endsAt === null);
  const resolved = alerts.filter((alert) => alert.endsAt !== null);
  const message = sendResolved ? alerts : firing;
  if (told === null) return firing.length > 0 ? message : null;
  const wasFiring = new Set(told.firing);
  if (firing.some((alert) => !wasFiring.has(alert.id))) return message;
  if (firing.length === 0)
    return sendResolved && told.firing.length > 0 && resolved.length > 0 ? message : null;
  const wasResolved = new Set(told.resolved);
  if (sendResolved && resolved.some((alert) => !wasResolved.has(alert.id))) return message;
  return at - told.at >= group.route.repeatIntervalMs ? message : null;
};

/** Whether what a webhook took last was said when an alert had ended already. */
const knowsEnd = (told: Told | null, { id, endsAt, changedAt }: ToldAlert): boolean => {
  if (endsAt === null || told === null || changedAt > told.at) return false;
  return told.resolved.includes(id) || (changedAt < told.at && !told.firing.includes(id));
};

const notificationKey = (memory: GroupMemory, alerts: readonly ToldAlert[]): string => {
  const changedAt = Math.max(toldSoon(memory)?.at ?? 0, ...alerts.map((alert) => alert.changedAt));
  const states = alerts.map((alert) => `${alert.id} ${alert.endsAt === null ? 'firing' : 'resolved'}`).sort();
  return `${hashOf([memory.receiver, String(memory.webhook), memory.key, ...states])}-${changedAt.toString(36)}`;
};

/** Groups alerts by the routes they take and says which messages are due. Time comes in; nothing is sent here. */
export interface Dispatcher {
  /** An alert that began to fire or resolved. A group that this begins needs no memory before it was looked at. */
  update(alert: ToldAlert, at: Ms): void;
  /** Looks after every group that is due. What it says must be stored as a whole. */
  flush(at: Ms): Flush;
  /** A message was taken, or given up for good: then the group owes again what only that message told. */
  settled(groupId: string, key: string, isTaken: boolean): Flush;
  /** Whether a flush has anything to look after. */
  isDue(at: Ms): boolean;
  /** Whether any group still has to tell of an alert. */
  holds(alertId: string): boolean;
  /** The receiver that will be told that an alert fires and was not told yet; null: none. */
  owedTo(alertId: string): string | null;
}

/**
 * Alertmanager's grouping: the first message of a group after `group_wait`, changes at the next `group_interval`,
 * repeats after `repeat_interval`. What a receiver refuses is owed again at the next `group_interval`. A resolved alert leaves
 * its group once the webhook took what was said of it, and if nothing has to be said, once the group was looked at.
 * @param routes independent trees: an alert goes through each
 * @param remembered groups from before a restart or a reload; the ones that no alert needs any more are forgotten at the first flush
 * @param alerts every alert that fires, and the resolved ones that some group may still have to tell of
 */
export const createDispatcher = (
  routes: readonly Route[],
  receivers: ReadonlyMap<string, Receiver>,
  remembered: Iterable<GroupMemory>,
  alerts: Iterable<ToldAlert>,
  at: Ms,
): Dispatcher => {
  const before = new Map([...remembered].map((memory) => [memory.id, memory]));
  const groups = new Map<string, Group>();
  const groupsOf = new Map<string, Set<Group>>();

  const placesOf = (alert: ToldAlert) =>
    routes.flatMap((root) =>
      routesFor(root, alert.labels).flatMap(({ route, key }) => {
        const labels = groupLabelsOf(route, alert.labels);
        const webhooks = receivers.get(route.receiver)?.webhooks ?? [];
        return webhooks.map((_hook, webhook) => ({ route, webhook, labels, key: groupKeyOf(key, labels) }));
      }),
    );

  /** @param isStored from before: another webhook may be the one that it is remembered for */
  const update = (alert: ToldAlert, now: Ms, isStored = false): void => {
    for (const { route, webhook, labels, key } of placesOf(alert)) {
      const id = hashOf([route.receiver, String(webhook), key]);
      let group = groups.get(id);
      const memoryBefore = group?.memory ?? before.get(id);
      if (isStored && knowsEnd(memoryBefore?.told ?? null, alert)) continue;
      if (group === undefined) {
        const known = before.get(id);
        if (known === undefined && alert.endsAt !== null) continue; // nobody was told that it fired
        before.delete(id);
        const memory = known ?? {
          id,
          receiver: route.receiver,
          webhook,
          key,
          labels,
          nextFlushAt: Math.max(now, alert.startsAt + route.groupWaitMs),
          told: null,
          underway: [],
        };
        group = { memory, route, alerts: new Map() };
        groups.set(id, group);
      }
      group.alerts.set(alert.id, alert);
      const holders = groupsOf.get(alert.id) ?? new Set();
      groupsOf.set(alert.id, holders.add(group));
    }
  };

  const letGo = (group: Group, alertId: string): void => {
    group.alerts.delete(alertId);
    const holders = groupsOf.get(alertId);
    holders?.delete(group);
    if (holders?.size === 0) groupsOf.delete(alertId);
  };

  /** What must be stored of a group; one that has nothing more to tell is let go. */
  const kept = (group: Group): Omit<Flush, 'notifications'> => {
    if (group.alerts.size > 0 || group.memory.underway.length > 0)
      return { remembered: [group.memory], forgotten: [] };
    groups.delete(group.memory.id);
    return { remembered: [], forgotten: [group.memory.id] };
  };

  const look = (group: Group, now: Ms): Flush => {
    const { receiver, webhook } = group.memory;
    const hook = receivers.get(receiver)?.webhooks[webhook];
    const message = hook === undefined ? null : owed(group, hook.sendResolved, now);
    const inGroup = [...group.alerts.values()];
    const idsOf = (isFiring: boolean): string[] =>
      inGroup.filter((alert) => (alert.endsAt === null) === isFiring).map((alert) => alert.id);
    const notifications =
      message === null
        ? []
        : [{ key: notificationKey(group.memory, message), group: group.memory, at: now, alerts: message }];
    const told = { at: now, firing: idsOf(true), resolved: idsOf(false) };
    const { groupIntervalMs } = group.route;
    const missed = Math.floor((now - group.memory.nextFlushAt) / groupIntervalMs);
    group.memory = {
      ...group.memory,
      nextFlushAt: group.memory.nextFlushAt + (missed + 1) * groupIntervalMs,
      underway: [...group.memory.underway, ...notifications.map(({ key }) => ({ key, told }))],
    };
    const isQuiet = group.memory.underway.length === 0;
    for (const { id, endsAt } of inGroup)
      if (endsAt !== null && (isQuiet || now - endsAt >= FORGET_MS)) letGo(group, id);
    return { notifications, ...kept(group) };
  };

  const settled = (groupId: string, key: string, isTaken: boolean): Flush => {
    const group = groups.get(groupId);
    const message = group?.memory.underway.find((each) => each.key === key);
    if (group === undefined || message === undefined) return NOTHING;
    const underway = group.memory.underway.filter((each) => each !== message);
    group.memory = { ...group.memory, underway, told: isTaken ? message.told : group.memory.told };
    const resolved = new Set(isTaken ? message.told.resolved : []);
    for (const { id, endsAt, changedAt } of group.alerts.values())
      if (endsAt !== null && resolved.has(id) && changedAt <= message.told.at) letGo(group, id);
    return { notifications: [], ...kept(group) };
  };

  for (const alert of [...alerts].sort((a, b) => a.startsAt - b.startsAt)) update(alert, at, true);

  return {
    update: (alert, now) => update(alert, now),
    flush: (now) => {
      const due = [...groups.values()].filter((group) => isDue(group, now));
      const orphans = [...before.keys()];
      before.clear();
      if (due.length === 0 && orphans.length === 0) return NOTHING;
      const parts = due.map((group) => look(group, now));
      return {
        notifications: parts.flatMap((part) => part.notifications),
        remembered: parts.flatMap((part) => part.remembered),
        forgotten: [...orphans, ...parts.flatMap((part) => part.forgotten)],
      };
    },
    settled,
    isDue: (now) => before.size > 0 || groups.values().some((group) => isDue(group, now)),
    holds: (alertId) => groupsOf.has(alertId),
    owedTo: (alertId) => {
      const owing = groupsOf
        .get(alertId)
        ?.values()
        .find(({ memory }) => toldSoon(memory)?.firing.includes(alertId) !== true);
      return owing?.memory.receiver ?? null;
    },
  };
};
