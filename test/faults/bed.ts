import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Alert } from '../../schemas/alert.ts';
import type { ConfigInput } from '../../schemas/config.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { OPERATIONAL } from '../../src/alerts/own.ts';
import { loadConfig } from '../../src/config.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { fresh, producerOf } from '../kafka/support.ts';
import { freePorts, type TestBroker } from '../support/kafka-broker.ts';
import { ROOT } from '../support/program.ts';
import { type Child, createHome, type Home, startChild } from '../support/service.ts';

const LIMITS = { maxRows: 1_000_000, maxSeconds: 60, maxBytes: 2e9 };

/** The store as a server in a process of its own: it can be killed, stopped for a while, and started on the same data. */
export interface StoreServer {
  readonly url: string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  remove(): Promise<void>;
}

export async function startStoreServer(): Promise<StoreServer> {
  const path = await mkdtemp(join(tmpdir(), 'overreach-store-'));
  const [port] = await freePorts(1);
  let child: ChildProcess | null = null;
  async function start(): Promise<void> {
    const args = ['--import', 'tsx', 'test/support/chdb-http-front.ts', '--path', path, '--port', String(port)];
    const begun = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    child = begun;
    const ended = once(begun, 'exit').then(([code, signal]) => {
      if (begun === child) throw new Error(`the store ended by itself (${signal ?? code})`);
    });
    await Promise.race([once(createInterface({ input: begun.stdout! }), 'line'), ended]);
    // A run that fails for that says so: what it was asked last says no more than that nobody answered.
    ended.catch((error: Error) => console.error(error.message));
  }
  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const killed = child;
    child = null;
    const gone = once(killed, 'exit');
    killed.kill(signal);
    await gone;
  }
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    async remove() {
      await kill();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** A broker's topic with events in it, a store of its own, and processes of the program that read one into the other. */
export interface Bed {
  readonly broker: TestBroker;
  readonly topic: string;
  readonly store: Store;
  readonly server: StoreServer;
  up(): Promise<Child>;
  /** Rows stored so far, those that a restart wrote again among them: cheap. Null while the store does not answer. */
  rows(): Promise<number | null>;
  /** Distinct events stored so far; null while the store does not answer. */
  stored(): Promise<number | null>;
  left(partitions: number): Promise<Left>;
  remove(): Promise<void>;
}

export interface Left {
  rows: number;
  keys: number;
  rejects: number;
  /** Partitions of which not all that was counted is stored, in words. */
  unequal: string[];
  /** Sum over the partitions: where each one's newest manifest stands. */
  nextOffset: number;
  /** About agents. */
  alerts: Alert[];
  /** About itself and what feeds it: of trouble, and of none in peace. */
  ownAlerts: Alert[];
  /** Partition and agent -> its state, as stored. */
  states: Map<string, string>;
}

export interface BedOptions {
  broker: TestBroker;
  topic: string;
  grants: GrantsFile;
  keyed?: boolean;
  config?: ConfigInput;
}

const SESSION_MS = 3_000;

export async function makeBed({ broker, topic, grants, keyed = true, config = {} }: BedOptions): Promise<Bed> {
  const server = await startStoreServer();
  const group = fresh('group');
  const internal = fresh('internal');
  const home: Home = await createHome(
    {
      checkpoint: { every_events: 4_000, every_seconds: 2 },
      // Peers are shared by the clock on the wall: two runs would learn of them at different places of the log.
      peers: { shared: false },
      ...config,
      store: { kind: 'clickhouse', url: server.url, database: 'overreach' },
      sources: {
        kafka: {
          brokers: broker.brokers,
          group_id: group,
          session_timeout_ms: SESSION_MS,
          internal_topic: internal,
          internal_partitions: 6,
          topics: [{ name: topic, keyed_by_agent: keyed }],
        },
      },
    },
    grants,
  );
  const children: Child[] = [];
  const store = await openStore(loadConfig(home.config, {}).config);
  await store.migrate();
  const foldTopic = keyed ? topic : internal;

  async function countOf(sql: string): Promise<number> {
    return Number((await store.query(sql, LIMITS)).rows[0]!.n);
  }

  return {
    broker,
    topic: foldTopic,
    store,
    server,
    async up() {
      // One process a folder; what they share is the store, the group and the hash key.
      const folder = join(home.folder, `data-${children.length}`);
      const child = await startChild(home, { OVERREACH_DATA_DIR: folder });
      children.push(child);
      return child;
    },
    rows: () => countOf('SELECT count() AS n FROM events').catch(() => null),
    stored: () => countOf('SELECT uniqExact(event_key) AS n FROM events').catch(() => null),
    async left(partitions) {
      const states = new Map<string, string>();
      let nextOffset = 0;
      for (let partition = 0; partition < partitions; partition += 1) {
        const manifest = await store.newestManifest(`kafka:${foldTopic}/${partition}`);
        if (manifest === null) continue;
        nextOffset += manifest.nextOffset;
        for await (const some of store.allStates(manifest))
          for (const [agent, state] of some) states.set(`${partition} ${agent}`, state);
      }
      const { rows } = await store.query('SELECT alert FROM alerts FINAL ORDER BY alert_id, revision', LIMITS);
      const told = rows.map(({ alert }) => JSON.parse(String(alert)) as Alert);
      return {
        rows: await countOf('SELECT count() AS n FROM v_events'),
        keys: await countOf('SELECT uniqExact(event_key) AS n FROM v_events'),
        rejects: await countOf('SELECT count() AS n FROM v_rejects'),
        unequal: (await reconcile(store))
          .filter(({ missing }) => missing !== 0)
          .map(
            ({ partition, missing, folded, stored }) =>
              `${partition}: ${missing} of ${folded} missing, ${stored} stored`,
          ),
        nextOffset,
        alerts: told.filter(({ detector }) => detector !== OPERATIONAL),
        ownAlerts: told.filter(({ detector }) => detector === OPERATIONAL),
        states: new Map([...states].sort(([a], [b]) => (a < b ? -1 : 1))),
      };
    },
    async remove() {
      for (const child of children) await child.kill('SIGKILL');
      await store.close().catch(() => {});
      await server.remove();
      await home.remove();
    },
  };
}

/** Events under their agents' keys at their own times, so that every run on the topic sees the same. */
export async function fill(broker: TestBroker, topic: string, events: readonly NativeEvent[]): Promise<void> {
  const producer = producerOf(broker.brokers, topic);
  for (let from = 0; from < events.length; from += 2_000)
    await producer.send(
      topic,
      events.slice(from, from + 2_000).map((event) => ({
        key: event.agent.id,
        value: JSON.stringify(event),
        timestamp: Date.parse(event.occurred_at),
      })),
    );
  await producer.close();
}

/** A topic that keeps what it gets, however old its events are. */
export async function topicOf(broker: TestBroker, partitions: number): Promise<string> {
  const topic = fresh('events');
  await broker.topic(topic, partitions, { 'retention.ms': '-1' });
  return topic;
}
