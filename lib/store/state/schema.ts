import type { Generated, Kysely } from 'kysely';

/** Every version of the things of one kind. */
interface VersionTable {
  id: string;
  version: number;
  change: string;
  draft: string;
  at: number;
  actor: string | null;
}

/** The tables of `state.db`. JSON is text; instants are milliseconds since the epoch. */
export interface Schema {
  event: {
    id: Generated<number>;
    key: string;
    at: number;
    kind: string;
    severity: string;
    monitor: string;
    actor: string | null;
    cluster: string | null;
    node: string | null;
    title: string;
    detail: string;
  };
  checkpoint: { event_id: number; at: number; world: Uint8Array };
  setting: { key: string; value: string };
  pool: { name: string; state: string };
  rule_version: VersionTable;
  rule_group_version: VersionTable;
  rule_file_version: VersionTable;
  alert: { id: string; rule_id: string; alert: string };
  channel_version: VersionTable;
  notification_group: { id: string; receiver: string; memory: string };
  outbox: {
    key: string;
    receiver: string;
    webhook: number;
    group_id: string;
    payload: string;
    alerts: string;
    state: string;
    attempts: number;
    next_at: number;
    created_at: number;
    settled_at: number | null;
    last_error: string | null;
  };
  schema_version: { version: number };
}

const createVersionTable = (db: Kysely<Schema>, table: string): Promise<void> =>
  db.schema
    .createTable(table)
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('change', 'text', (column) => column.notNull())
    .addColumn('draft', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('actor', 'text')
    .addPrimaryKeyConstraint(`${table}_key`, ['id', 'version'])
    .execute();

/** Numbered and forward only; each runs once, in order. */
const MIGRATIONS: readonly ((db: Kysely<Schema>) => Promise<void>)[] = [
  async (db) => {
    await db.schema
      .createTable('event')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('severity', 'text', (column) => column.notNull())
      .addColumn('monitor', 'text', (column) => column.notNull())
      .addColumn('actor', 'text')
      .addColumn('cluster', 'text')
      .addColumn('node', 'text')
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('event_at').on('event').columns(['at']).execute();
    await db.schema.createIndex('event_cluster').on('event').columns(['cluster', 'id']).execute();
    await db.schema.createIndex('event_node').on('event').columns(['node', 'id']).execute();
    await db.schema
      .createTable('checkpoint')
      .addColumn('event_id', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('world', 'blob', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('setting')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('pool')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
  },
  async (db) => {
    for (const table of ['rule_version', 'channel_version']) await createVersionTable(db, table);
    await db.schema
      .createTable('alert')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('rule_id', 'text', (column) => column.notNull())
      .addColumn('alert', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('notification_group')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('receiver', 'text', (column) => column.notNull())
      .addColumn('memory', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('outbox')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('receiver', 'text', (column) => column.notNull())
      .addColumn('webhook', 'integer', (column) => column.notNull())
      .addColumn('group_id', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('alerts', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('next_at', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('settled_at', 'integer')
      .addColumn('last_error', 'text')
      .execute();
    await db.schema.createIndex('outbox_state').on('outbox').columns(['state', 'next_at']).execute();
    await db.schema.createIndex('outbox_created').on('outbox').columns(['created_at']).execute();
  },
  async (db) => {
    for (const table of ['rule_group_version', 'rule_file_version']) await createVersionTable(db, table);
  },
];

/** Brings a database to the newest schema. @throws when it was written by a newer version of Quorate */
export const migrate = async (db: Kysely<Schema>): Promise<void> => {
  await db.schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const row = await db.selectFrom('schema_version').select('version').executeTakeFirst();
  const version = row?.version ?? 0;
  if (version > MIGRATIONS.length)
    throw new Error(
      `this data folder was written by a newer Quorate (schema ${version}, this one knows ${MIGRATIONS.length}); start that version or another folder`,
    );
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    await db.transaction().execute(async (transaction) => {
      await migration(transaction);
      await transaction.deleteFrom('schema_version').execute();
      await transaction
        .insertInto('schema_version')
        .values({ version: index + 1 })
        .execute();
    });
  }
};
