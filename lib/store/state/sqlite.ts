import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';

import { Kysely, sql, SqliteDialect } from 'kysely';
import type { SelectQueryBuilder, SqliteDatabase } from 'kysely';

import type { JsonObject } from '#lib/events/event.ts';
import type { WorldJson } from '#lib/events/world.ts';

import { applyWithin, changeReads, insertEvents } from './changes.ts';
import { rowToEvent, severityOf } from './event-rows.ts';
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
    appendEvents: (events) => db.transaction().execute((transaction) => insertEvents(transaction, events)),
    applyChange: (change) => db.transaction().execute((transaction) => applyWithin(transaction, change)),
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
        await transaction.deleteFrom('outbox').where('settled_at', '<', before).execute();
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
      const events = rows.slice(0, limit).map(rowToEvent);
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
        if (counts !== undefined) counts[severityOf(severity)] = count;
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
      return rows.map(rowToEvent);
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
      return rows.map(rowToEvent);
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
    ...changeReads(db),
    close: () => db.destroy(),
  };
};
