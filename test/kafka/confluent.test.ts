import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/commands/support/service.ts';
import { startKafka, type TestBroker } from '../support/kafka-broker.ts';
import { ADMIN_HTTP, BEARER, createHome, ENV, type Home, startHere } from '../support/service.ts';
import { call, EVENT, EVENT_TYPE, type Registry, startRegistry, wire } from './registry.ts';
import { fresh, until } from './support.ts';

/** A topic in the Confluent wire format, from a real broker into the record, with a registry that comes late. */
let broker: TestBroker;
let registry: Registry | undefined;
let home: Home;
let service: Service | undefined;

beforeAll(async () => {
  broker = await startKafka();
}, 180_000);
afterAll(async () => {
  await service?.stop();
  registry?.close();
  await broker.close();
  await home.remove();
}, 60_000);

const limits = { maxRows: 100, maxSeconds: 30, maxBytes: 1e6 };

it('its records wait for the registry, and only what it does not know is refused', async () => {
  const topic = fresh('confluent');
  await broker.topic(topic, 2);
  const producer = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: 0 }).producer();
  await producer.connect();
  const values = Array.from({ length: 50 }, (_, n) =>
    n % 2 === 0 ? wire(7, EVENT_TYPE.toBuffer(call(n))) : wire(8, JSON.stringify(call(n))),
  );
  await producer.send({ topic, messages: [...values, wire(99, 'x')].map((value, n) => ({ value, partition: n % 2 })) });
  await producer.disconnect();

  registry = await startRegistry();
  const { url } = registry;
  registry.close();
  home = await createHome({
    http: ADMIN_HTTP,
    sources: {
      kafka: {
        brokers: broker.brokers,
        group_id: fresh('group'),
        topics: [{ name: topic, keyed_by_agent: true, values: 'confluent' }],
        schema_registry: { url, username: 'overreach', password_env: 'ADMIN_TOKEN' },
      },
    },
  });
  service = await startHere(home);
  const warnings = async (): Promise<string[]> =>
    ((await (await fetch(`${service!.url}/v1/status`, { headers: BEARER })).json()) as { warnings: string[] }).warnings;
  await until('the warning', async () => (await warnings()).some((text) => text.includes('schema registry')));

  registry = await startRegistry(Number(new URL(url).port));
  registry.schemas.set('/schemas/ids/7', { schema: JSON.stringify(EVENT) });
  registry.schemas.set('/schemas/ids/8', { schema: '{}', schemaType: 'JSON' });
  const count = async (table: string): Promise<number> =>
    Number((await service!.store.query(`SELECT count() AS n FROM ${table}`, limits)).rows[0]!.n);
  await until('all events', async () => (await count('v_events')) === 50 && (await count('v_rejects')) === 1);
  const [reject] = (await service.store.query('SELECT reason, detail FROM v_rejects', limits)).rows;
  expect(reject).toEqual({ reason: 'unknown_format', detail: 'the schema registry knows no schema 99' });
  expect(await warnings()).toEqual([]);
  expect(registry.asked[0]!.authorization).toBe(
    `Basic ${Buffer.from(`overreach:${ENV.ADMIN_TOKEN}`).toString('base64')}`,
  );
}, 120_000);
