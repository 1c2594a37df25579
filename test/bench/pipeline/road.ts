import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@clickhouse/client';
import chdb from 'chdb/connection';
import { Kafka, logLevel } from 'kafkajs';
import { eventSchema, type NativeEvent } from '../../../schemas/event.ts';
import { until } from '../../kafka/support.ts';
import { ADMIN_HTTP, BEARER, createHome, ENV } from '../../support/service.ts';

/** What one way of reading the topic took: from its first record to its last. */
export interface Took {
  seconds: number;
  /** Bytes of memory at most. */
  peak: number;
  /** Seconds of processor time, all threads; and of the clock, by what the program says it did. */
  spent: Record<string, number>;
}

export interface Topic {
  brokers: string[];
  name: string;
  events: number;
}

const PATIENCE = 1_800_000;

/** kafkajs alone, or with what a plain copy does: parse, check, insert; no redaction and no detection. */
export async function readPlainly({ brokers, name, events }: Topic, copies: boolean): Promise<Took> {
  const folder = await mkdtemp(join(tmpdir(), 'overreach-bench-'));
  const connection = chdb.createChdbConnection({ path: join(folder, 'chdb') });
  const client = createClient({ connection: connection as never });
  await client.command({
    query:
      "CREATE TABLE plain (id String, at DateTime64(3, 'UTC'), agent LowCardinality(String), server LowCardinality(String), target LowCardinality(String), event String) ENGINE = MergeTree ORDER BY (agent, at)",
  });
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `plain-${process.pid}-${copies}`, maxBytesPerPartition: 4 << 20 });
  await consumer.connect();
  await consumer.subscribe({ topic: name, fromBeginning: true });
  const before = process.cpuUsage();
  let seen = 0;
  let started = 0;
  let ended = 0;
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    async eachBatch({ batch, resolveOffset, heartbeat }) {
      if (started === 0) started = performance.now();
      if (copies) {
        const values = batch.messages.map(({ value }) => {
          const event = JSON.parse(value!.toString('utf8')) as NativeEvent;
          eventSchema.safeParse(event);
          const { event_id: id, occurred_at: at, agent, server, target } = event;
          return { id, at, agent: agent.id, server: server?.id, target: target?.name, event: JSON.stringify(event) };
        });
        await client.insert({
          table: 'plain',
          values,
          format: 'JSONEachRow',
          clickhouse_settings: { date_time_input_format: 'best_effort' },
        });
      }
      resolveOffset(batch.lastOffset());
      await heartbeat();
      seen += batch.messages.length;
      if (seen >= events) ended = performance.now();
    },
  });
  await until(`${events} are read`, () => ended > 0, PATIENCE);
  await consumer.disconnect();
  await client.close();
  await rm(folder, { recursive: true, force: true });
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (ended - started) / 1000,
    peak: await peakOf(process.pid),
    spent: { processor: (user + system) / 1e6 },
  };
}

/** Overreach whole, as its image starts it, with every detector. */
export async function readWhole({ brokers, name, events }: Topic, keyed: boolean): Promise<Took> {
  const home = await createHome({
    sources: {
      kafka: {
        brokers,
        group_id: `bench-${process.pid}-${keyed}`,
        internal_topic: `internal-${process.pid}`,
        internal_partitions: 6,
        topics: [{ name, keyed_by_agent: keyed }],
      },
    },
    http: ADMIN_HTTP,
  });
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=64', 'dist/src/cli.js', 'up', '--config', home.config],
    {
      env: { PATH: process.env.PATH, ...ENV },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  try {
    let url = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      url ||= /listens on (\S+)/.exec(line)?.[1] ?? '';
    });
    await until('it listens', () => url !== '', 60_000);
    let started = 0;
    let ended = 0;
    // Its counters are asked for, and seldom: a status asks the store, ten answers a second were 2 % of what is measured.
    await until(
      `${events} are stored`,
      async () => {
        const stored = await counted(url, 'overreach_inserted_rows_total');
        const now = performance.now();
        if (started === 0 && (await counted(url, 'overreach_fold_seconds_count')) > 0) started = now;
        if (stored >= events) ended = now;
        return ended > 0;
      },
      PATIENCE,
      500,
    );
    return { seconds: (ended - started) / 1000, peak: await peakOf(child.pid!), spent: await spentBy(url) };
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    await home.remove();
  }
}

async function peakOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
}

/** One of its metrics; 0 where it has not come about. */
async function counted(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: BEARER })).text();
  return Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)`, 'm').exec(text)?.[1] ?? 0);
}

/** What its metrics say that a run cost. */
async function spentBy(url: string): Promise<Record<string, number>> {
  return {
    processor: await counted(url, 'process_cpu_seconds_total'),
    fold: await counted(url, 'overreach_fold_seconds_sum'),
    insert: await counted(url, 'overreach_insert_seconds_sum'),
    'decode and wait for it': await counted(url, 'overreach_decode_seconds_sum'),
  };
}
