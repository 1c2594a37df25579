import { canonicalMillis } from '../../schemas/canonical-time.ts';
import {
  ARGS_STATES,
  EFFECTS,
  ID_BASES,
  MAX_ID,
  OUTCOMES,
  type ParsedEvent,
  PHASES,
  TARGET_TYPES,
  TARGETED_METHODS,
} from '../../schemas/event.ts';
import { isObject } from '../../schemas/object.ts';

/**
 * Whether a native record is in order as it came: every field known, of its type, within its bounds, well-formed and not
 * empty, those of an inner object in the order of the schema. Then what the schema would answer is the record itself, and
 * its parts are canonical as they are; a property test holds the two together.
 */
export function isInOrder(record: object): record is ParsedEvent {
  if (!fits(record, EVENT)) return false;
  const { occurred_at: at, agent, server, method, target } = record as Partial<ParsedEvent>;
  if (at === undefined || agent?.id === undefined || server?.id === undefined || method === undefined) return false;
  return target?.name !== undefined || !TARGETED_METHODS.has(method);
}

type Check = (value: unknown) => boolean;
/** Fields of an object, each with its place. */
type Fields = ReadonlyMap<string, { place: number; check: Check }>;

function fits(value: object, fields: Fields, ordered = false): boolean {
  let last = -1;
  for (const key in value) {
    const field = fields.get(key);
    if (field === undefined || (ordered && field.place < last)) return false;
    if (!field.check((value as Record<string, unknown>)[key])) return false;
    last = field.place;
  }
  return last >= 0;
}

const fieldsOf = (checks: Record<string, Check>): Fields =>
  new Map(Object.entries(checks).map(([key, check], place) => [key, { place, check }]));

function object(checks: Record<string, Check>): Check {
  const fields = fieldsOf(checks);
  return (value) => typeof value === 'object' && value !== null && fits(value, fields, true);
}

const list =
  (check: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= most && value.every(check);
const text =
  (longest: number): Check =>
  (value) =>
    typeof value === 'string' && value !== '' && value.length <= longest && value.isWellFormed();
const oneOf = (values: readonly unknown[]): Check => {
  const known = new Set(values);
  return (value) => known.has(value);
};
const id = text(MAX_ID);
const prose = text(16_384);
const ids = list(id, 256);
const flag: Check = (value) => typeof value === 'boolean';
const count: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const time: Check = (value) => typeof value === 'string' && !Number.isNaN(canonicalMillis(value));
const link = object({ iss: id, sub: id });
/** What would change an object's prototype is for the schema to leave out. */
const content: Check = (value) => isObject(value) && !Object.hasOwn(value, '__proto__');

const EVENT = fieldsOf({
  event_id: id,
  occurred_at: time,
  received_at: time,
  source: object({ kind: id, instance: id, schema_version: id }),
  agent: object({ id, id_basis: oneOf(ID_BASES), name: id, version: id }),
  client: object({ name: id, version: id }),
  user: object({ id, email: id }),
  delegation: list((one) => link(one) && (one as { sub?: string }).sub !== undefined, 64),
  caller: object({ scopes: ids, groups: ids, roles: ids }),
  credential: object({ id, kind: id, issued_at: time, expires_at: time }),
  session_id: id,
  task: object({ id, intent: prose }),
  server: object({ id, name: id, url: id }),
  method: id,
  target: object({ type: oneOf(TARGET_TYPES), name: id, raw_name: id }),
  annotations: object({ read_only: flag, destructive: flag, idempotent: flag, open_world: flag }),
  args: content,
  args_state: oneOf(ARGS_STATES),
  outcome: object({ status: oneOf(OUTCOMES), code: id, reason: prose, http_status: Number.isSafeInteger }),
  decision: object({ effect: oneOf(EFFECTS), policy: id }),
  phase: oneOf(PHASES),
  duration_ms: count,
  bytes_in: count,
  bytes_out: count,
  trace_id: id,
  span_id: id,
  jsonrpc_id: id,
  request_id: id,
  src: object({ ip: id, user_agent: id }),
  result: () => true,
  raw: () => true,
} satisfies Record<keyof ParsedEvent, Check>);
