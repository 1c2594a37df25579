import { z } from 'zod';
import { SEVERITIES } from './alert.ts';
import { alertsSchema } from './config/alerts.ts';
import { httpSchema } from './config/http.ts';
import { kafkaSchema, topicsRead } from './config/kafka.ts';
import { endpoint, env, name, positive } from './config/words.ts';
import { mappingSchema } from './gateways/lib/mapping-schema.ts';

/** The configuration, whole: every key optional, snake_case, checked at start. `overreach config schema` prints it as JSON Schema. */

const storeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chdb') }).strict(),
  z
    .object({
      kind: z.literal('clickhouse'),
      url: endpoint,
      username: z.string().default('default'),
      password_env: env.optional(),
      database: name.default('overreach'),
      request_timeout_ms: positive.default(30_000),
      compression: z.boolean().default(true),
    })
    .strict(),
]);

/** The engine counts the seconds of an end in 32 bits, to the year 2106: what was to end beyond it ended at once. */
const days = z.number().int().positive().max(20_000);

const detectorSchema = z
  .looseObject({
    enabled: z.boolean().default(true),
    threshold: positive.optional().describe('-log10 of a tail probability from which on it alerts.'),
    severity: z.enum(SEVERITIES).optional(),
    cooldown_minutes: positive.optional(),
    warm_up: z
      .object({ count: z.number().int().min(0).optional(), days: z.number().min(0).optional() })
      .strict()
      .optional(),
  })
  .describe("The engine's keys, and the detector's own beside them (see detectors/README.md).");

export const configSchema = z
  .object({
    data_dir: z.string().min(1, 'the name of a folder is expected').default('./data'),
    store: storeSchema.default({ kind: 'chdb' }),
    sources: z.object({ kafka: kafkaSchema.optional() }).strict().prefault({}),
    http: httpSchema,
    agents: z
      .array(z.object({ match: z.string(), id: z.string() }).strict())
      .default([])
      .describe('Folds ephemeral ids together: `{ match: "^(.+)-[0-9a-f]{8}$", id: "$1" }`.'),
    mappings: z
      .array(mappingSchema)
      .default([])
      .describe(
        'Formats of your own: where each field of an event stands in a record (see examples/gateways/README.md).',
      ),
    catalogue: z.array(z.string()).default([]).describe('Files that say what class a tool is.'),
    grants: z.array(z.string()).default([]).describe('Files that say who may do what.'),
    capture: z
      .array(
        z
          .object({
            server: z.string(),
            args: z.enum(['full', 'keys', 'none']).default('full'),
            result: z.enum(['full', 'keys', 'none']).default('none'),
          })
          .strict(),
      )
      .default([])
      .describe('Per server pattern, first match wins; by default arguments are kept (redacted) and results are not.'),
    redaction: z
      .object({
        key_env: env.default('OVERREACH_HASH_KEY'),
        accept_new_key: z
          .boolean()
          .default(false)
          .describe(
            'Start under another hash key than the record was written under. For one start: nothing seen before is known again.',
          ),
        keys: z.array(z.string()).default([]).describe('Further key names whose values are secret.'),
        patterns: z.array(z.string()).default([]).describe('Further regular expressions of secret values.'),
        entropy: z.boolean().default(true),
      })
      .strict()
      .prefault({}),
    detectors: z.record(z.string(), detectorSchema).default({}),
    alerts: alertsSchema,
    checkpoint: z
      .object({
        every_seconds: positive.default(10),
        every_events: z.number().int().positive().default(200_000),
        dedupe_window: z
          .number()
          .int()
          .positive()
          .default(200_000)
          .describe('Records of a partition among which the fold tells duplicates; about 90 bytes each.'),
        max_agents_in_memory: z
          .number()
          .int()
          .positive()
          .optional()
          .describe(
            'Over all partitions; others wait in the store and come back before their next event. What silence brings ' +
              'about is told of those in memory. Absent: as many as half of the heap holds, at 200 kB each.',
          ),
      })
      .strict()
      .prefault({}),
    peers: z
      .object({
        shared: z
          .boolean()
          .default(true)
          .describe(
            'With Kafka: what peers in all partitions did counts from the next day on; else those of the own one.',
          ),
      })
      .strict()
      .prefault({}),
    retention: z
      .object({
        events_days: days.default(400),
        alerts_days: days.default(800),
      })
      .strict()
      .prefault({}),
    query: z
      .object({
        max_seconds: positive.default(30),
        max_rows: z.number().int().positive().default(10_000),
        max_memory_mb: positive.default(2048),
      })
      .strict()
      .prefault({}),
    log: z
      .object({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info') })
      .strict()
      .prefault({}),
  })
  .strict()
  .superRefine(({ alerts, sources: { kafka } }, context) => {
    const read = kafka === undefined ? [] : topicsRead(kafka);
    alerts.channels.forEach((channel, index) => {
      if (channel.kind !== 'kafka' || !read.includes(channel.topic)) return;
      const message = 'is also read: each alert would come back as a record';
      context.addIssue({ code: 'custom', path: ['alerts', 'channels', index, 'topic'], message });
    });
  });

/** The configuration after defaults. */
export type Config = z.output<typeof configSchema>;
/** What a user may write. */
export type ConfigInput = z.input<typeof configSchema>;
