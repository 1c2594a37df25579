import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../schemas/config.ts';
import { createAlertStore } from './alerts.ts';
import { ask } from './ask.ts';
import { connectChdb } from './chdb.ts';
import { createCheckpointStore } from './checkpoints.ts';
import { type ClickHouseOptions, connectClickHouse } from './clickhouse.ts';
import type { Connection } from './connection.ts';
import { createCreepStore } from './creep.ts';
import { createDeliveryStore } from './deliveries.ts';
import { createEventStore } from './events.ts';
import { createInputStore } from './inputs.ts';
import { checkMigrated, migrate, readMigrations, retain } from './migrate.ts';
import { createRekeyedStore } from './rekeyed.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** Days that rows are kept, from when they were stored. */
  retention: { eventsDays: number; alertsDays: number };
  /** Memory that one analyst's query may take. */
  maxMemoryMb: number;
}

const DATABASE = 'overreach';

/** The record that the configuration names; `password` is the one of the server's user. Not migrated yet. */
export async function openStore({ store, data_dir, retention, query }: Config, password = ''): Promise<Store> {
  const options: StoreOptions = {
    retention: { eventsDays: retention.events_days, alertsDays: retention.alerts_days },
    maxMemoryMb: query.max_memory_mb,
  };
  if (store.kind === 'chdb') {
    const folder = join(data_dir, 'chdb');
    await mkdir(folder, { recursive: true });
    return await openChdb(folder, options);
  }
  const { url, username, database, compression, request_timeout_ms: requestTimeoutMs } = store;
  return await openClickHouse({ url, username, password, database, compression, requestTimeoutMs }, options);
}

/** The record on a data folder of this process: the engine is chDB, one process a folder. */
export async function openChdb(path: string, options: StoreOptions): Promise<Store> {
  return createSqlStore(await connectChdb({ path, database: DATABASE }), options);
}

/** The record on a ClickHouse server. */
export async function openClickHouse(server: ClickHouseOptions, options: StoreOptions): Promise<Store> {
  return createSqlStore(await connectClickHouse(server), options);
}

/** The one implementation: SQL over a connection to either engine. */
export function createSqlStore(connection: Connection, { retention, maxMemoryMb }: StoreOptions): Store {
  const { eventsDays, alertsDays } = retention;
  return {
    ...createEventStore(connection),
    ...createCheckpointStore(connection),
    ...createInputStore(connection),
    ...createAlertStore(connection),
    ...createDeliveryStore(connection),
    ...createCreepStore(connection),
    ...createRekeyedStore(connection),

    async migrate() {
      const applied = await migrate(connection, await readMigrations());
      await retain(connection, { events: eventsDays, rejects: eventsDays, alerts: alertsDays, deliveries: alertsDays });
      return applied;
    },
    check: async () => await checkMigrated(connection, await readMigrations()),
    query: (sql, limits, params = {}) =>
      ask(connection, sql, { limits, params, maxMemoryBytes: Math.ceil(maxMemoryMb * 1_048_576) }),
    async ping() {
      await connection.read('SELECT 1 AS one');
    },
    close: () => connection.close(),
  };
}
