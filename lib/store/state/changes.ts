import type { Kysely, Selectable, Transaction } from 'kysely';
import { z } from 'zod';

import type { Event, NewEvent } from '#lib/events/event.ts';
import type { Ms } from '#lib/model/time.ts';
import type { GroupMemory } from '#lib/notify/dispatch.ts';
import type { Alert, GroupSettings, RuleDraft } from '#lib/rules/rule.ts';

import { eventToRow, rowToEvent } from './event-rows.ts';
import type { Schema } from './schema.ts';
import { OUTBOX_STATES, VERSION_CHANGES } from './state-store.ts';
import type {
  ChannelJson,
  OutboxRow,
  RuleFileDraft,
  StateChange,
  StateReader,
  Version,
} from './state-store.ts';

/** Rules, alerts, channels and messages in the tables of `state.db`. JSON that is read here was written here. */

const INSERT_ROWS = 500;
const IDS = 500;

const changes = z.enum(VERSION_CHANGES);
const states = z.enum(OUTBOX_STATES);

/** Stores events in their order; one whose key is there already comes back as it was stored. */
export const insertEvents = async (
  db: Transaction<Schema>,
  events: readonly NewEvent[],
): Promise<Event[]> => {
  const stored: Event[] = [];
  for (let from = 0; from < events.length; from += INSERT_ROWS) {
    const part = events.slice(from, from + INSERT_ROWS);
    await db
      .insertInto('event')
      .values(part.map(eventToRow))
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where(
        'key',
        'in',
        part.map((event) => event.key),
      )
      .orderBy('id')
      .execute();
    stored.push(...rows.map(rowToEvent));
  }
  return stored;
};

const slices = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / IDS) }, (_, i) => ids.slice(i * IDS, (i + 1) * IDS));

const applyAlerts = async (
  db: Transaction<Schema>,
  edits: NonNullable<StateChange['alerts']>,
): Promise<void> => {
  for (const ids of slices(edits.remove)) await db.deleteFrom('alert').where('id', 'in', ids).execute();
  for (const alert of edits.put) {
    const text = JSON.stringify(alert);
    await db
      .insertInto('alert')
      .values({ id: alert.id, rule_id: alert.ruleId, alert: text })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ alert: text }))
      .execute();
  }
};

/** Before messages on their way were remembered they were taken for told. */
type StoredMemory = Omit<GroupMemory, 'underway'> & Partial<GroupMemory>;

const applyGroups = async (
  db: Transaction<Schema>,
  edits: NonNullable<StateChange['groups']>,
): Promise<void> => {
  for (const ids of slices(edits.remove))
    await db.deleteFrom('notification_group').where('id', 'in', ids).execute();
  for (const group of edits.put) {
    const memory = JSON.stringify(group);
    await db
      .insertInto('notification_group')
      .values({ id: group.id, receiver: group.receiver, memory })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ memory }))
      .execute();
  }
};

const applyOutbox = async (db: Transaction<Schema>, change: StateChange): Promise<void> => {
  for (const row of change.outbox ?? []) {
    const values = {
      receiver: row.receiver,
      webhook: row.webhook,
      group_id: row.groupId,
      payload: row.payload,
      alerts: JSON.stringify(row.alerts),
      state: row.state,
      attempts: row.attempts,
      next_at: row.nextAt,
      created_at: row.createdAt,
      settled_at: row.settledAt,
      last_error: row.lastError,
    };
    await db
      .insertInto('outbox')
      .values({ key: row.key, ...values })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(values).where('outbox.state', '=', 'failed'),
      )
      .execute();
  }
  for (const attempt of change.attempts ?? [])
    await db
      .updateTable('outbox')
      .set({
        state: attempt.state,
        attempts: attempt.attempts,
        next_at: attempt.nextAt,
        settled_at: attempt.settledAt,
        last_error: attempt.lastError,
      })
      .where('key', '=', attempt.key)
      .execute();
};

type Versioned = 'rule_version' | 'rule_group_version' | 'rule_file_version' | 'channel_version';

const applyVersions = async <Draft>(
  db: Transaction<Schema>,
  table: Versioned,
  versions: readonly Version<Draft>[] = [],
): Promise<void> => {
  for (const { draft, ...version } of versions)
    await db
      .insertInto(table)
      .values({ ...version, draft: JSON.stringify(draft) })
      .onConflict((conflict) => conflict.columns(['id', 'version']).doNothing())
      .execute();
};

/** Everything of a change, within the caller's transaction. */
export const applyWithin = async (db: Transaction<Schema>, change: StateChange): Promise<Event[]> => {
  const events = await insertEvents(db, change.events ?? []);
  if (change.alerts !== undefined) await applyAlerts(db, change.alerts);
  if (change.groups !== undefined) await applyGroups(db, change.groups);
  await applyOutbox(db, change);
  await applyVersions(db, 'rule_version', change.rules);
  await applyVersions(db, 'rule_group_version', change.ruleGroups);
  await applyVersions(db, 'rule_file_version', change.ruleFiles);
  await applyVersions(db, 'channel_version', change.channels);
  return events;
};

const toVersion = <Draft>(row: Selectable<Schema[Versioned]>): Version<Draft> => ({
  ...row,
  change: changes.parse(row.change),
  draft: JSON.parse(row.draft) as Draft, // written by applyVersions
});

const toOutboxRow = (row: Selectable<Schema['outbox']>): OutboxRow => ({
  key: row.key,
  receiver: row.receiver,
  webhook: row.webhook,
  groupId: row.group_id,
  payload: row.payload,
  alerts: JSON.parse(row.alerts) as string[], // written by applyOutbox
  state: states.parse(row.state),
  attempts: row.attempts,
  nextAt: row.next_at,
  createdAt: row.created_at,
  settledAt: row.settled_at,
  lastError: row.last_error,
});

type ChangeReads = Pick<
  StateReader,
  | 'rules'
  | 'ruleGroups'
  | 'ruleFiles'
  | 'ruleVersions'
  | 'ruleGroupVersions'
  | 'channels'
  | 'alerts'
  | 'groups'
  | 'outbox'
  | 'waitingAt'
  | 'recentOutbox'
>;

/** The reading half. */
export const changeReads = (db: Kysely<Schema>): ChangeReads => {
  const newest = async <Draft>(
    table: Versioned,
    until: Ms = Number.MAX_SAFE_INTEGER,
  ): Promise<Version<Draft>[]> => {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('at', '<=', until)
      .orderBy('id')
      .orderBy('version', 'desc')
      .execute();
    return rows.filter((row, i) => row.id !== rows[i - 1]?.id).map((row) => toVersion<Draft>(row));
  };
  const versionsOf = async <Draft>(table: Versioned, id: string): Promise<Version<Draft>[]> => {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('id', '=', id)
      .orderBy('version', 'desc')
      .execute();
    return rows.map((row) => toVersion<Draft>(row));
  };
  const standing = async <Draft>(table: Versioned, until?: Ms): Promise<Version<Draft>[]> =>
    (await newest<Draft>(table, until)).filter(({ change }) => change !== 'deleted');
  return {
    rules: (until) => standing<RuleDraft>('rule_version', until),
    ruleGroups: (until) => standing<GroupSettings>('rule_group_version', until),
    ruleFiles: (until) => newest<RuleFileDraft>('rule_file_version', until),
    ruleVersions: (id) => versionsOf<RuleDraft>('rule_version', id),
    ruleGroupVersions: (name) => versionsOf<GroupSettings>('rule_group_version', name),
    channels: (until) => newest<ChannelJson>('channel_version', until),
    alerts: async () => {
      const rows = await db.selectFrom('alert').select('alert').orderBy('id').execute();
      return rows.map((row) => JSON.parse(row.alert) as Alert); // written by applyAlerts
    },
    groups: async () => {
      const rows = await db.selectFrom('notification_group').select('memory').orderBy('id').execute();
      return rows.map((row) => {
        const memory = JSON.parse(row.memory) as StoredMemory; // written by applyGroups
        return { ...memory, underway: memory.underway ?? [] };
      });
    },
    outbox: async (state, limit) => {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('state', '=', state)
        .orderBy('created_at')
        .limit(limit)
        .execute();
      return rows.map(toOutboxRow);
    },
    waitingAt: (at) =>
      db
        .selectFrom('outbox')
        .select((column) => ['receiver', 'webhook', column.fn.countAll<number>().as('count')])
        .where('created_at', '<=', at)
        .where((column) => column.or([column('settled_at', 'is', null), column('settled_at', '>', at)]))
        .groupBy(['receiver', 'webhook'])
        .execute(),
    recentOutbox: async (limit) => {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toOutboxRow);
    },
  };
};
