import { z } from 'zod';
import { SEVERITIES } from './alert.ts';
import { mappingSchema } from './gateways/lib/mapping-schema.ts';
import { operationalSchema, stormSchema } from './watch.ts';

/** The configuration, whole: every key optional, snake_case, checked at start. `overreach config schema` prints it as JSON Schema. */

const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, dot, dash and underscore only');
const env = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'name of an environment variable, e.g. SOC_SECRET');
const port = z.number().int().min(0).max(65535);
const positive = z.number().positive();

const storeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chdb') }).strict(),
  z
    .object({
      kind: z.literal('clickhouse'),
      url: z.url(),
      username: z.string().default('default'),
      password_env: env.optional(),
      database: name.default('overreach'),
      request_timeout_ms: positive.default(30_000),
      compression: z.boolean().default(true),
    })
    .strict(),
]);

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

const kafkaSchema = z
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
    ({ topics, schema_registry: registry }) =>
      registry !== undefined || topics.every(({ values }) => values === 'plain'),
    { path: ['schema_registry'], message: 'topics whose values are confluent need it' },
  );

export const ROLES = ['ingest', 'read', 'respond', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const tokenSchema = z
  .object({
    name,
    token_env: env.describe('Variable that holds the token; at least 16 characters.'),
    roles: z.array(z.enum(ROLES)).min(1).default(['ingest']),
    agents: z.array(z.string()).default(['*']).describe('Patterns of agent ids that this token may speak for.'),
  })
  .strict();

const channelBase = {
  name,
  min_severity: z.enum(SEVERITIES).default('low'),
};
const secretEnv = env
  .optional()
  .describe('Variable with one or more whsec_ secrets, space separated: the first signs, all are sent.');
const caFile = z
  .string()
  .optional()
  .describe(
    "PEM file of the certificates to trust instead of the system's, for a receiver with an authority of its own.",
  );
const channelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('console'), ...channelBase }).strict(),
  z.object({ kind: z.literal('file'), ...channelBase, path: z.string() }).strict(),
  z
    .object({
      kind: z.literal('webhook'),
      ...channelBase,
      url: z.url(),
      secret_env: secretEnv,
      secret: z.string().optional(),
      ca_file: caFile,
      format: z.enum(['standard', 'ocsf']).default('standard'),
    })
    .strict(),
  z.object({ kind: z.literal('slack'), ...channelBase, url: z.url().optional(), url_env: env.optional() }).strict(),
  z
    .object({
      kind: z.literal('pagerduty'),
      ...channelBase,
      routing_key_env: env,
      url: z.url().default('https://events.pagerduty.com/v2/enqueue'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('syslog'),
      ...channelBase,
      host: z.string(),
      port: port.default(6514),
      tls: z.boolean().default(true),
      ca_file: caFile,
    })
    .strict(),
  z.object({ kind: z.literal('kafka'), ...channelBase, topic: z.string() }).strict(),
]);
export type ChannelConfig = z.output<typeof channelSchema>;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, e.g. 22:00');
const quietSchema = z
  .object({
    from: clock,
    to: clock,
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .optional()
      .describe('Days on which it begins; every day by default.'),
    time_zone: z.string().refine(isTimeZone, 'an IANA time zone, e.g. Europe/Berlin').default('UTC'),
    below: z
      .enum(SEVERITIES)
      .default('high')
      .describe('Alerts below this severity wait for the end; the others go at once.'),
  })
  .strict();
export type QuietHours = z.output<typeof quietSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const globs = z.array(z.string().min(1)).min(1).optional();
const routeSchema = z
  .object({
    channels: z.array(name).describe('Where to; none keeps the alert in the store alone.'),
    min_severity: z.enum(SEVERITIES).optional(),
    detectors: globs,
    agents: globs,
    owners: globs,
    servers: globs,
    quiet: quietSchema.optional(),
  })
  .strict();
export type Route = z.output<typeof routeSchema>;

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
    data_dir: z.string().default('./data'),
    store: storeSchema.default({ kind: 'chdb' }),
    sources: z.object({ kafka: kafkaSchema.optional() }).strict().prefault({}),
    http: z
      .object({
        host: z.string().default('127.0.0.1'),
        port: port.default(8410),
        tokens: z.array(tokenSchema).default([]),
        allowed_hosts: z.array(z.string()).default([]).describe('Host header values beyond the address listened on.'),
        allowed_origins: z.array(z.string()).default([]),
        body_limit_mb: positive.default(32),
        max_pending_events: z
          .number()
          .int()
          .positive()
          .default(200_000)
          .describe('Beyond it an ingest is answered 429.'),
      })
      .strict()
      .prefault({}),
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
        keys: z.array(z.string()).default([]).describe('Further key names whose values are secret.'),
        patterns: z.array(z.string()).default([]).describe('Further regular expressions of secret values.'),
        entropy: z.boolean().default(true),
      })
      .strict()
      .prefault({}),
    detectors: z.record(z.string(), detectorSchema).default({}),
    alerts: z
      .object({
        allow_networks: z
          .array(z.string())
          .default([])
          .describe('CIDRs beyond the public Internet that channels may reach.'),
        allow_http: z.boolean().default(false).describe('Plain http to those networks.'),
        page: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe('Address of the page as people reach it: messages to them link to their alert there.'),
        channels: z.array(channelSchema).default([{ kind: 'console', name: 'console', min_severity: 'low' }]),
        routes: z
          .array(routeSchema)
          .default([])
          .describe('The first that matches decides; channels keep their own min_severity.'),
        default: z.array(name).optional().describe('Channels of alerts that no route takes; all of them where absent.'),
        operational: operationalSchema.prefault({}).describe('When Overreach alerts about itself and what feeds it.'),
        storm: stormSchema
          .prefault({})
          .describe('One cause that befalls many agents is told once; the single alerts are kept and not sent.'),
      })
      .strict()
      .prefault({}),
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
          .default(20_000)
          .describe(
            'Over all partitions; others wait in the store and come back before their next event. What silence brings ' +
              'about is told of those in memory.',
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
        events_days: z.number().int().positive().default(400),
        alerts_days: z.number().int().positive().default(800),
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
  .strict();

/** The configuration after defaults. */
export type Config = z.output<typeof configSchema>;
/** What a user may write. */
export type ConfigInput = z.input<typeof configSchema>;
