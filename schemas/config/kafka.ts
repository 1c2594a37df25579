import { z } from 'zod';
import { address, env, name, positive, remotePort, topic } from './words.ts';

/** `sources.kafka`: where records are read, and where they are keyed by agent. */

const topicSchema = z
  .object({
    name: topic,
    keyed_by_agent: z
      .boolean()
      .default(false)
      .describe('Every event of an agent is in one partition. Said wrongly, baselines split.'),
    gateway: z.string().default('auto').describe('Adapter to force; auto recognises each record.'),
    values: z
      .enum(['plain', 'confluent'])
      .default('plain')
      .describe('confluent: a zero byte, a schema id, and the value in Avro or JSON; needs schema_registry.'),
  })
  .strict();

const registrySchema = z
  .object({
    url: address,
    username: z.string().optional(),
    password_env: env.optional().describe('Password of the user name; without one a bearer token.'),
    timeout_ms: positive.default(10_000),
  })
  .strict();

/** The client takes what stands before the first colon for the host. */
const broker = z
  .string()
  .refine(
    (text) => remotePort.safeParse(Number(/^[^\s/:]+:(\d{1,5})$/.exec(text)?.[1])).success,
    'host and port are expected, e.g. 127.0.0.1:9092',
  );

function eachOnce(topics: readonly { name: string }[], context: z.RefinementCtx): void {
  topics.forEach(({ name }, index) => {
    if (topics.findIndex((topic) => topic.name === name) < index)
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} is named twice` });
  });
}

interface Topics {
  topics: readonly { name: string; keyed_by_agent: boolean }[];
  internal_topic: string;
}

const isKeyed = ({ topics }: Topics): boolean => topics.length === 1 && topics[0]!.keyed_by_agent;

/** Of the gateways, and the one where events are keyed by agent where there is one. */
export const topicsRead = (kafka: Topics): string[] => [
  ...kafka.topics.map(({ name }) => name),
  ...(isKeyed(kafka) ? [] : [kafka.internal_topic]),
];

export const kafkaSchema = z
  .object({
    brokers: z.array(broker).min(1),
    client_id: name.default('overreach'),
    group_id: z.string().min(1).default('overreach'),
    topics: z.array(topicSchema).min(1).superRefine(eachOnce),
    internal_topic: name
      .default('overreach-events')
      .describe('Where events are keyed by agent, when no single keyed topic is given.'),
    internal_partitions: z.number().int().min(1).max(1024).default(48),
    ssl: z
      .union([
        z.boolean(),
        z
          .object({
            ca_file: z.string().optional(),
            cert_file: z.string().optional(),
            key_file: z.string().optional(),
            reject_unauthorized: z.boolean().default(true),
          })
          .strict(),
      ])
      .optional(),
    sasl: z
      .object({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        username: z.string(),
        password_env: env,
      })
      .strict()
      .optional(),
    session_timeout_ms: positive.default(30_000),
    schema_registry: registrySchema.optional(),
  })
  .strict()
  .refine((kafka) => isKeyed(kafka) || kafka.topics.every(({ name }) => name !== kafka.internal_topic), {
    path: ['internal_topic'],
    message: 'is also read as a topic of gateways: each event would be written again for ever',
  })
  .refine(
    ({ topics, schema_registry: registry }) =>
      registry !== undefined || topics.every(({ values }) => values === 'plain'),
    { path: ['schema_registry'], message: 'topics whose values are confluent need it' },
  );
