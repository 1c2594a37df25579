import { z } from 'zod';
import { env, name, positive } from './words.ts';

/** `sources.kafka`: where records are read, and where they are keyed by agent. */

const topicSchema = z
  .object({
    name: z.string().min(1),
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
    url: z.url(),
    username: z.string().optional(),
    password_env: env.optional().describe('Password of the user name; without one a bearer token.'),
    timeout_ms: positive.default(10_000),
  })
  .strict();

export const kafkaSchema = z
  .object({
    brokers: z.array(z.string().min(1)).min(1),
    client_id: name.default('overreach'),
    group_id: z.string().min(1).default('overreach'),
    topics: z.array(topicSchema).min(1),
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
  .refine(
    ({ topics, internal_topic: inner }) =>
      (topics.length === 1 && topics[0]!.keyed_by_agent) || topics.every(({ name }) => name !== inner),
    {
      path: ['internal_topic'],
      message: 'is also read as a topic of gateways: each event would be written again for ever',
    },
  )
  .refine(
    ({ topics, schema_registry: registry }) =>
      registry !== undefined || topics.every(({ values }) => values === 'plain'),
    { path: ['schema_registry'], message: 'topics whose values are confluent need it' },
  );
