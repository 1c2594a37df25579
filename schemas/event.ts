import { z } from 'zod';

/**
 * The canonical event: one MCP call (or one piece of it), as every gateway's record is told to the rest of the house.
 * JSON, snake_case, the same inside and outside. In the canonical form an absent value is absent: no nulls, no empty
 * strings, no empty objects, so that a stored row and the event it came from are the same thing.
 */

/** Longest identifier that is kept as it is; a longer one is a mistake or an attack, and rejected as such. */
export const MAX_ID = 1024;

const id = z.string().min(1).max(MAX_ID);
const text = z.string().max(16_384);
const count = z.number().finite().nonnegative();
const list = z.array(z.string().max(MAX_ID)).max(256);

/** RFC 3339 with an offset, any precision; canonical form is UTC with milliseconds. */
const time = z.iso.datetime({ offset: true });

export const ID_BASES = [
  'actor',
  'bot',
  'service_account',
  'consumer',
  'api_key',
  'subject',
  'cert',
  'client_name',
  'none',
] as const;
export const TARGET_TYPES = ['tool', 'resource', 'prompt', 'task', 'none'] as const;
export const OUTCOMES = [
  'ok',
  'tool_error',
  'protocol_error',
  'transport_error',
  'denied',
  'timeout',
  'unknown',
] as const;
export const ARGS_STATES = ['full', 'redacted', 'keys_only', 'absent'] as const;
export const PHASES = ['decision', 'request', 'response', 'complete'] as const;
export const EFFECTS = ['allow', 'deny', 'unknown'] as const;

/** Methods that say nothing without the name of what they touch. */
export const TARGETED_METHODS: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);

export const eventSchema = z
  .object({
    event_id: id.optional().describe("The gateway's own id of this call, if it has one."),
    occurred_at: time.describe('When the call was made (RFC 3339).'),
    received_at: time.optional().describe('When Overreach or its broker received the record; filled in on receipt.'),
    source: z
      .object({ kind: id.optional(), instance: id.optional(), schema_version: id.optional() })
      .optional()
      .describe('Which kind of gateway this came from and which one of them.'),
    agent: z
      .object({
        id: id,
        id_basis: z.enum(ID_BASES).optional().describe('What the id rests on; client_name and none are self-asserted.'),
        name: id
          .optional()
          .describe(
            'Role or blueprint; agents of one name are peers. Of agents without one, those are whose ids differ in their number alone.',
          ),
        version: id.optional(),
      })
      .describe('The agent that acted: the key of every baseline.'),
    client: z
      .object({ name: id.optional(), version: id.optional() })
      .optional()
      .describe('Self-reported MCP clientInfo: never an identity by itself.'),
    user: z.object({ id: id.optional(), email: id.optional() }).optional().describe('The human behind the agent.'),
    delegation: z
      .array(z.object({ iss: id.optional(), sub: id }))
      .max(64)
      .optional()
      .describe('On whose behalf, outermost (current actor) first.'),
    caller: z.object({ scopes: list.optional(), groups: list.optional(), roles: list.optional() }).optional(),
    credential: z
      .object({ id: id.optional(), kind: id.optional(), issued_at: time.optional(), expires_at: time.optional() })
      .optional()
      .describe('A fingerprint of the credential, never the secret.'),
    session_id: id.optional(),
    task: z.object({ id: id.optional(), intent: text.optional() }).optional(),
    server: z
      .object({ id: id, name: id.optional(), url: id.optional() })
      .describe('The MCP server behind the gateway.'),
    method: id.describe('JSON-RPC method, e.g. tools/call.'),
    target: z
      .object({ type: z.enum(TARGET_TYPES).optional(), name: id.optional(), raw_name: id.optional() })
      .optional()
      .describe('The tool, resource or prompt, as far as it is named; raw_name keeps a prefix the gateway put on it.'),
    annotations: z
      .object({
        read_only: z.boolean().optional(),
        destructive: z.boolean().optional(),
        idempotent: z.boolean().optional(),
        open_world: z.boolean().optional(),
      })
      .optional()
      .describe("The server's own hints about the tool: untrusted."),
    args: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Arguments of the call; redacted before anything is written.'),
    args_state: z.enum(ARGS_STATES).optional(),
    outcome: z
      .object({
        status: z.enum(OUTCOMES).optional(),
        code: z.union([id, z.number().transform(String)]).optional(),
        reason: text.optional(),
        http_status: z.number().int().optional(),
      })
      .optional(),
    decision: z
      .object({ effect: z.enum(EFFECTS).optional(), policy: id.optional() })
      .optional()
      .describe('Where its effect is not deny, a call was let through, whatever its outcome.'),
    phase: z.enum(PHASES).optional().describe('Which piece of the call this record is; default complete.'),
    duration_ms: count.optional(),
    bytes_in: count.optional(),
    bytes_out: count.optional(),
    trace_id: id.optional(),
    span_id: id.optional(),
    jsonrpc_id: z.union([id, z.number().transform(String)]).optional(),
    request_id: id.optional(),
    src: z.object({ ip: id.optional(), user_agent: id.optional() }).optional(),
    result: z.unknown().optional().describe('What the tool returned; stored only where capture is on.'),
    raw: z
      .unknown()
      .optional()
      .describe('The original record without its result, redacted, where it says more than this event.'),
  })
  .superRefine(({ method, target, source: { kind = 'native' } = {} }, context) => {
    // Some gateways write that a resource was read or a prompt fetched, and not which; tools are named by all of them.
    const mayBeUnnamed = kind !== 'native' && method !== 'tools/call';
    if (TARGETED_METHODS.has(method) && target?.name === undefined && !mayBeUnnamed)
      context.addIssue({ code: 'custom', path: ['target', 'name'], message: `${method} needs target.name` });
  });

/** What a gateway may send in the native format. */
export type NativeEvent = z.input<typeof eventSchema>;
/** The native format after zod: types right, nothing filled in yet. */
export type ParsedEvent = z.output<typeof eventSchema>;

export type IdBasis = (typeof ID_BASES)[number];
export type TargetType = (typeof TARGET_TYPES)[number];
export type OutcomeStatus = (typeof OUTCOMES)[number];
type ArgsState = (typeof ARGS_STATES)[number];
export type Phase = (typeof PHASES)[number];
/** Pieces of one call, in the order in which they supersede each other. */
export const PHASE_RANK: Record<Phase, number> = { decision: 0, request: 1, response: 2, complete: 3 };
export type Effect = (typeof EFFECTS)[number];

/** The canonical event: defaults filled in, times in UTC milliseconds form, arguments redacted. Printed by `overreach normalize`. */
export interface CanonicalEvent {
  event_id: string;
  occurred_at: string;
  received_at: string;
  source: { kind: string; instance: string; schema_version?: string };
  agent: { id: string; id_basis: IdBasis; name?: string; version?: string };
  client?: { name?: string; version?: string };
  user?: { id?: string; email?: string };
  delegation?: { iss?: string; sub: string }[];
  caller?: { scopes?: string[]; groups?: string[]; roles?: string[] };
  credential?: { id?: string; kind?: string; issued_at?: string; expires_at?: string };
  session_id?: string;
  task?: { id?: string; intent?: string };
  server: { id: string; name?: string; url?: string };
  method: string;
  target: { type: TargetType; name?: string; raw_name?: string };
  annotations?: { read_only?: boolean; destructive?: boolean; idempotent?: boolean; open_world?: boolean };
  args?: Record<string, unknown>;
  args_state: ArgsState;
  outcome: { status: OutcomeStatus; code?: string; reason?: string; http_status?: number };
  decision?: { effect?: Effect; policy?: string };
  phase: Phase;
  duration_ms?: number;
  bytes_in?: number;
  bytes_out?: number;
  trace_id?: string;
  span_id?: string;
  jsonrpc_id?: string;
  request_id?: string;
  src?: { ip?: string; user_agent?: string };
  result?: unknown;
  raw?: unknown;
}

/** General shapes that values have; never the words of any one data set. */
export const FACT_KINDS = [
  'email',
  'domain',
  'url',
  'ip',
  'host',
  'iban',
  'account',
  'repository',
  'path',
  'handle',
  'uuid',
  'id',
  'secret',
  'number',
  'boolean',
  'time',
  'word',
  'text',
  'rest', // Of a result, last and without a hash: there was more of it than is looked at.
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** Kinds that name a thing in the world (a recipient, a place, an account), as opposed to plain values and prose. */
export const ENTITY_KINDS: ReadonlySet<FactKind> = new Set<FactKind>([
  'email',
  'domain',
  'url',
  'ip',
  'host',
  'iban',
  'account',
  'repository',
  'path',
  'handle',
  'uuid',
  'id',
]);

/** One value met in arguments or a result, known only by its keyed hash. */
export interface Fact {
  /** Path of the field in the arguments, array indices as `[]` (`to[]`, `options.path`); `` in a result, or SENDER_FIELD. */
  field: string;
  kind: FactKind;
  /** Keyed hash of the canonical value: 16 lower-case hex digits; of a `rest` none. */
  hash: string;
}

/** What may be kept of content beyond the arguments themselves: rule R1, the fold sees only what the store keeps. */
export interface Facts {
  /** Entities and values in the arguments, in order of their fields, bounded (MAX_ARG_FACTS). */
  args: Fact[];
  /** Entities in the result, bounded (MAX_RESULT_FACTS); only to tell where a later argument came from. */
  result: Fact[];
  /** Fields in which something was redacted, e.g. `args.password`; sorted. */
  redacted: string[];
  /** Tools the server declared in a tools/list result: name, hash of its whole definition, its hints. */
  tools: DeclaredTool[];
}

export interface DeclaredTool {
  name: string;
  /** Keyed hash of name, description, input schema and annotations. */
  hash: string;
  /** Of description, input schema and annotations each, four digits: which of them changed. Absent in what was stored before. */
  parts?: string;
  read_only?: boolean;
  destructive?: boolean;
  /** Where its text tells the model to hide something, or to take a hidden file along: those words, at most 160 characters. */
  instructs?: string;
}

/** Of a value that stands in a result where it says whom a message is from. */
export const SENDER_FIELD = 'from';
export const MAX_ARG_FACTS = 64;
export const MAX_RESULT_FACTS = 256;

/** Where a record stands in its source. Replay is per partition in (offset, index) order. */
export interface Position {
  /** Stable name of the source, e.g. `http` or `kafka:mcp-events`. */
  source: string;
  partition: number;
  /** Epoch in which the log began, where its topic was made anew; absent for the first one of that name. */
  epoch?: number;
  offset: number;
  /** Ordinal of the event within its record. */
  index: number;
}

/**
 * One event as the fold sees it, live and in replay alike: the canonical event, what was extracted from it, where it
 * stands, and its times in epoch milliseconds.
 */
export interface Event {
  /** The table's key: 32 hex digits, a function of content (rule R4). Twice the same key is the same event. */
  key: string;
  /** Hash of the content, to tell a duplicate from an id that was used twice. 16 hex digits. */
  contentHash: string;
  position: Position;
  occurredAt: number;
  receivedAt: number;
  /** occurredAt clamped to receivedAt +-10 minutes (rule R7): the clock that windows and cooldowns run on. */
  effectiveAt: number;
  body: CanonicalEvent;
  facts: Facts;
}

/** The closed list of why a record may be refused. */
export const REJECT_REASONS = [
  'empty',
  'too_large',
  'too_deep',
  'not_utf8',
  'not_json',
  'not_an_object',
  'unknown_format',
  'invalid_event',
  'bad_time',
  'forbidden_agent',
  'internal_error',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export const MAX_REJECT_CHARS = 65_536;

/** A record (or one event of it) that could not be understood: kept, with its place and one reason. */
export interface Reject {
  position: Position;
  receivedAt: number;
  reason: RejectReason;
  /** One line for a person: which field, what was expected. No argument value in it. */
  detail: string;
  /** Format that was recognised, or ''. */
  gateway: string;
  /** Who sent it, as source.instance of its events would say; absent where that is not known. */
  instance?: string;
  /** The record as it came, redacted, cut at MAX_REJECT_CHARS; bytes that are not UTF-8 are escaped as \xNN. */
  raw: string;
}
