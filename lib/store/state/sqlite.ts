import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';

import { Kysely, sql, SqliteDialect } from 'kysely';
import type { Selectable, SelectQueryBuilder, SqliteDatabase } from 'kysely';
import { z } from 'zod';

import { EVENT_KINDS, SEVERITIES } from '#lib/events/event.ts';
import type { Event, JsonObject, NewEvent } from '#lib/events/event.ts';
import type { WorldJson } from '#lib/events/world.ts';

import { migrate } from './schema.ts';
import type { Schema } from './schema.ts';
import type { Checkpoint, EventFilter, StateReader, StateWriter } from './state-store.ts';

const compress = promisify(zstdCompress);
const READ_LIMIT = 1_000_000;

/** `node:sqlite` in the shape that Kysely expects of a driver. */
const asKysely = (db: DatabaseSync): SqliteDatabase => ({
  close: () => db.close(),
  prepare: (text) => {
    const statement = db.prepare(text);
    const bound = (given: readonly unknown[]): SQLInputValue[] => given as SQLInputValue[]; // Kysely hands on what our typed queries gave it
    return {
      reader: statement.columns().length > 0,
      all: (given) => statement.all(...bound(given)),
      // A full disk has already rolled back by itself; that must not hide the error that said so.
      run: (given) =>
        text === 'rollback' && !db.isTransaction
          ? { changes: 0, lastInsertRowid: 0 }
          : statement.run(...bound(given)),
      iterate: (given) => statement.iterate(...bound(given)),
    };
  },
});

const connect = (db: DatabaseSync): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database: asKysely(db) }) });

const kinds = z.enum(EVENT_KINDS);
const severities = z.enum(SEVERITIES);

const toEvent = (row: Selectable<Schema['event']>): Event => ({
  id: String(row.id),
  key: row.key,
  at: row.at,
  kind: kinds.parse(row.kind),
  severity: severities.parse(row.severity),
  monitor: row.monitor,
  actor: row.actor,
  cluster: row.cluster,
  node: row.node,
  title: JSON.parse(row.title) as Event['title'], // written by toRow below
  detail: JSON.parse(row.detail) as JsonObject,
});

const toRow = (event: NewEvent) => ({
  key: event.key,
  at: event.at,
  kind: event.kind,
  severity: event.severity,
  monitor: event.monitor,
  actor: event.actor,
  cluster: event.cluster,
  node: event.node,
  title: JSON.stringify(event.title),
  detail: JSON.stringify(event.detail),
});

const filtered = <O>(
  query: SelectQueryBuilder<Schema, 'event', O>,
  filter: EventFilter,
): SelectQueryBuilder<Schema, 'event', O> => {
  let narrowed = query;
  if (filter.from !== null) narrowed = narrowed.where('at', '>=', filter.from);
  if (filter.to !== null) narrowed = narrowed.where('at', '<=', filter.to);
  if (filter.kinds.length > 0) narrowed = narrowed.where('kind', 'in', filter.kinds);
  if (filter.cluster !== null) narrowed = narrowed.where('cluster', '=', filter.cluster);
  if (filter.node !== null) narrowed = narrowed.where('node', '=', filter.node);
  return narrowed;
};

const INSERT_ROWS = 500;

/** Opens `state.db` of a data folder for writing, creates or migrates it. One writer per folder. */
export const openStateWriter = async (folder: string): Promise<StateWriter> => {
  const file = new DatabaseSync(path.join(folder, 'state.db'));
  file.exec(
    'PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA foreign_keys=on; PRAGMA busy_timeout=5000',
  );
  const db = connect(file);
  await migrate(db);
  file.exec('PRAGMA wal_checkpoint(truncate)'); // the schema must not sit in the journal alone: a torn journal would lose it
  return {
    appendEvents: (events) =>
      db.transaction().execute(async (transaction) => {
        const stored: Event[] = [];
        for (let from = 0; from < events.length; from += INSERT_ROWS) {
          const part = events.slice(from, from + INSERT_ROWS);
          await transaction
            .insertInto('event')
            .values(part.map(toRow))
            .onConflict((conflict) => conflict.column('key').doNothing())
            .execute();
          const rows = await transaction
            .selectFrom('event')
            .selectAll()
            .where(
              'key',
              'in',
              part.map((event) => event.key),
            )
            .orderBy('id')
            .execute();
          stored.push(...rows.map(toEvent));
        }
        return stored;
      }),
    putSetting: async (key, value) => {
      const text = JSON.stringify(value);
      await db
        .insertInto('setting')
        .values({ key, value: text })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
        .execute();
    },
    putCheckpoint: async (checkpoint) => {
      const world = await compress(JSON.stringify(checkpoint.world));
      await db
        .insertInto('checkpoint')
        .values({ event_id: Number(checkpoint.eventId), at: checkpoint.at, world })
        .onConflict((conflict) => conflict.column('event_id').doUpdateSet({ at: checkpoint.at, world }))
        .execute();
    },
    putPools: (pools) =>
      db.transaction().execute(async (transaction) => {
        for (const [name, state] of Object.entries(pools))
          await transaction
            .insertInto('pool')
            .values({ name, state })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({ state }))
            .execute();
      }),
    retain: (before) =>
      db.transaction().execute(async (transaction) => {
        const edge = await transaction
          .selectFrom('checkpoint')
          .select(['event_id', 'at'])
          .where('at', '<=', before)
          .orderBy('event_id', 'desc')
          .executeTakeFirst();
        if (edge === undefined) return; // without a checkpoint at the edge nothing before it could be told
        await transaction.deleteFrom('event').where('id', '<=', edge.event_id).execute();
        await transaction.deleteFrom('checkpoint').where('event_id', '<', edge.event_id).execute();
      }),
    close: async () => {
      file.exec('PRAGMA wal_checkpoint(truncate)');
      await db.destroy();
    },
  };
};

/** Opens `state.db` for reading only, in any thread, while another thread writes. The file must exist. */
export const openStateReader = (folder: string): StateReader => {
  const file = new DatabaseSync(path.join(folder, 'state.db'), { readOnly: true });
  file.exec('PRAGMA busy_timeout=5000');
  const db = connect(file);
  return {
    readEvents: async (filter, limit, cursor, order = 'newest') => {
      let query = filtered(db.selectFrom('event').selectAll(), filter);
      if (cursor !== null) query = query.where('id', order === 'newest' ? '<' : '>', Number(cursor));
      const rows = await query
        .orderBy('id', order === 'newest' ? 'desc' : 'asc')
        .limit(limit + 1)
        .execute();
      const events = rows.slice(0, limit).map(toEvent);
      return { events, next: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
    },
    eventDensity: async (from, to, steps) => {
      const rows = await db
        .selectFrom('event')
        .select((column) => [
          sql<number>`cast((at - ${from}) * ${steps} / ${to - from} as integer)`.as('step'),
          'severity',
          column.fn.countAll<number>().as('count'),
        ])
        .where('at', '>=', from)
        .where('at', '<', to)
        .groupBy(['step', 'severity'])
        .execute();
      const density = Array.from({ length: steps }, () => ({ info: 0, warning: 0, critical: 0 }));
      for (const { step, severity, count } of rows) {
        const counts = density[step];
        if (counts !== undefined) counts[severities.parse(severity)] = count;
      }
      return density;
    },
    eventsAfter: async (id, limit) => {
      const rows = await db
        .selectFrom('event')
        .selectAll()
        .where('id', '>', Number(id))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
    eventsUntil: async (id, to) => {
      const rows = await db
        .selectFrom('event')
        .selectAll()
        .where('id', '>', Number(id))
        .where('at', '<=', to)
        .orderBy('id')
        .limit(READ_LIMIT)
        .execute();
      return rows.map(toEvent);
    },
    lastEventId: async () => {
      const row = await db.selectFrom('event').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
      return String(row?.id ?? 0);
    },
    checkpointBefore: async (at): Promise<Checkpoint | null> => {
      const row = await db
        .selectFrom('checkpoint')
        .selectAll()
        .where('at', '<=', at)
        .orderBy('event_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return null;
      const world = JSON.parse(zstdDecompressSync(row.world).toString()) as WorldJson; // written by putCheckpoint
      return { eventId: String(row.event_id), at: row.at, world };
    },
    setting: async (key) => {
      const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.value) as JsonObject);
    },
    pools: async () => {
      const rows = await db.selectFrom('pool').selectAll().execute();
      return Object.fromEntries(rows.map((row) => [row.name, row.state]));
    },
    close: () => db.destroy(),
  };
};
