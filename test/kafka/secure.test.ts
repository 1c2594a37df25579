import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../schemas/api.ts';
import { configSchema } from '../../schemas/config.ts';
import { createKafkaSource } from '../../src/sources/kafka.ts';
import { createKafkaProducer } from '../../src/sources/kafka-producer.ts';
import { CA_FILE, startKafka, type TestBroker, USER } from '../support/kafka-broker.ts';
import { whyNoBroker } from '../support/kafka-jars.ts';
import { createHome, startHere } from '../support/service.ts';
import { countOf, fresh, messages, read, silent, until } from './support.ts';

const notOurs = process.env.KAFKA_BROKERS !== undefined;

describe.skipIf(notOurs || whyNoBroker() !== null)('TLS and SASL, on a real broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startKafka({ secure: true });
  }, 120_000);
  afterAll(() => broker?.close());

  const settingsOf = (topic: string, mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', ssl: object | boolean) =>
    configSchema.parse({
      sources: {
        kafka: {
          brokers: broker.secure,
          topics: [{ name: topic, keyed_by_agent: true }],
          session_timeout_ms: 6_000,
          ssl,
          sasl: { mechanism, username: USER.username, password_env: 'KAFKA_PASSWORD' },
        },
      },
    }).sources.kafka!;

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    '%s: writes, joins a group and reads',
    async (mechanism) => {
      const topic = fresh('secure');
      await broker.topic(topic, 2);
      const client = {
        settings: settingsOf(topic, mechanism, { ca_file: CA_FILE }),
        password: USER.password,
        log: silent,
      };
      const producer = createKafkaProducer(client);
      await producer.send(topic, messages(200));
      const source = createKafkaSource({
        ...client,
        topics: [{ name: topic, gateway: 'auto' }],
        groupId: fresh('group'),
      });
      const reader = read(source);
      await until('all came', () => countOf(reader) === 200);
      await source.close();
      await Promise.all([reader.done, producer.close()]);
    },
  );

  const refusal = async (password: string, ssl: object | boolean, mechanism: 'plain' | 'scram-sha-512') => {
    const topic = fresh('secure');
    const producer = createKafkaProducer({ settings: settingsOf(topic, mechanism, ssl), password, log: silent });
    const error = await producer.send(topic, messages(1)).then(
      () => null,
      (refused: Error) => refused,
    );
    await producer.close();
    return error?.message ?? 'it was let in';
  };

  it('says it where the password is wrong, and where the authority is unknown', async () => {
    expect(await refusal('not-it', { ca_file: CA_FILE }, 'plain')).toMatch(/SASL.*authentication failed/i);
    expect(await refusal('not-it', { ca_file: CA_FILE }, 'scram-sha-512')).toMatch(/SASL.*authentication failed/i);
    expect(await refusal(USER.password, true, 'plain')).toMatch(/self-signed certificate/);
  });

  it('a CA file that is not there is a mistake of the configuration, with the path of its value', () => {
    const settings = settingsOf('any', 'plain', { ca_file: 'gone.pem' });
    expect(() => createKafkaProducer({ settings, log: silent })).toThrow(
      'sources.kafka.ssl.ca_file: gone.pem cannot be read (ENOENT)',
    );
  });

  it('up: a wrong password is among the warnings of the status', async () => {
    const topic = fresh('secure');
    await broker.topic(topic, 1);
    const sasl = { mechanism: 'plain' as const, username: USER.username, password_env: 'ADMIN_TOKEN' };
    const topics = [{ name: topic, keyed_by_agent: true }];
    const home = await createHome({
      sources: { kafka: { brokers: broker.secure, topics, ssl: { ca_file: CA_FILE }, sasl } },
    });
    const service = await startHere(home);
    try {
      const warnings = async () => ((await (await fetch(`${service.url}/v1/status`)).json()) as Status).warnings;
      await until('it is said', async () => /Kafka is not read: .*auth/i.test((await warnings()).join()));
    } finally {
      await service.stop();
      await home.remove();
    }
  });
});
