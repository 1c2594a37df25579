import { z } from 'zod';
import { EFFECTS, OUTCOMES, PHASES } from '../../event.ts';

/**
 * A format told as data: where in a flat or nested record each canonical field stands. What the ready mappings are
 * made of, and what a user writes for a gateway of his own. A path is dotted; a key may hold dots itself. Where several
 * paths are given, the first that is there counts.
 */
const paths = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const literal = z.union([z.string(), z.number(), z.boolean()]);
const conditions = z
  .record(z.string(), z.union([literal, z.array(literal).min(1)]))
  .describe('Path to the value, or one of the values, that must stand there; true: anything must.');

export const mappingSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and dashes are expected'),
    title: z.string().optional(),
    claims: conditions.refine((value) => Object.keys(value).length > 0, 'at least one condition'),
    drop: z.array(conditions).default([]).describe('Records of this format that are no MCP call: any of these holds.'),
    occurred_at: paths,
    event_id: paths.optional(),
    instance: paths.optional(),
    agent: z
      .array(
        z
          .object({
            basis: z.enum(['actor', 'bot', 'service_account', 'consumer', 'api_key', 'subject', 'cert', 'client_name']),
            from: paths,
          })
          .strict(),
      )
      .default([])
      .describe('Who acted: the first that is there.'),
    agent_name: paths.optional(),
    agent_version: paths.optional(),
    client: z.object({ name: paths.optional(), version: paths.optional() }).strict().default({}),
    user: z.object({ id: paths.optional(), email: paths.optional() }).strict().default({}),
    caller: z
      .object({ scopes: paths.optional(), groups: paths.optional(), roles: paths.optional() })
      .strict()
      .default({}),
    credential: z
      .object({
        id: paths.describe('A fingerprint of it, never the secret.'),
        kind: z.string().min(1).optional().describe('What all of this gateway are: `api_key`.'),
      })
      .strict()
      .optional(),
    session_id: paths.optional(),
    server: paths.optional(),
    server_name: paths.optional(),
    server_url: paths.optional(),
    method: z
      .object({
        from: paths.optional(),
        map: z.record(z.string(), z.string()).default({}),
        otherwise: z.string().optional(),
      })
      .strict()
      .refine(({ from, otherwise }) => from !== undefined || otherwise !== undefined, 'from or otherwise is expected'),
    target: paths.optional(),
    raw_target: paths.optional().describe('The same with the prefix that the gateway put on it.'),
    args: paths.optional(),
    result: paths.optional(),
    outcome: z
      .object({
        from: paths.optional(),
        map: z.record(z.string(), z.enum(OUTCOMES)).default({}),
        otherwise: z.enum(OUTCOMES).optional().describe('Where nothing else is said.'),
        http_status: paths.optional(),
        code: paths.optional(),
        reason: paths.optional(),
        denied: z.array(conditions).default([]).describe('Any of these makes it denied, whatever else is said.'),
      })
      .strict()
      .prefault({}),
    phase: z.enum(PHASES).default('complete'),
    decision: z
      .object({ from: paths, map: z.record(z.string(), z.enum(EFFECTS)) })
      .strict()
      .optional()
      .describe('What the policy said, where that is told beside how it went.'),
    policy: paths.optional(),
    duration: z
      .object({ from: paths, unit: z.enum(['ns', 'us', 'ms', 's']).default('ms') })
      .strict()
      .optional(),
    bytes_in: paths.optional(),
    bytes_out: paths.optional(),
    trace_id: paths.optional(),
    span_id: paths.optional(),
    jsonrpc_id: paths.optional(),
    request_id: paths.optional(),
    ip: paths.optional(),
    user_agent: paths.optional(),
  })
  .strict();

export type Mapping = z.output<typeof mappingSchema>;
export type MappingInput = z.input<typeof mappingSchema>;
