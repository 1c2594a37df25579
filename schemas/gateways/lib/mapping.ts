import type { Effect, OutcomeStatus } from '../../event.ts';
import type { Gateway, NativeDraft } from '../gateway.ts';
import { targetOf } from './call.ts';
import { agentOf, type Candidate } from './identity.ts';
import { type Mapping, type MappingInput, mappingSchema } from './mapping-schema.ts';
import { DENIAL, httpStatus, type Outcome, rpcError, told } from './outcome.ts';
import {
  args,
  at,
  count,
  firstText,
  host,
  isObject,
  type Json,
  lookup,
  millis,
  parsed,
  text,
  texts,
  without,
} from './values.ts';

const PER_MS = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000 } as const;

export function fromMapping(
  input: MappingInput,
  about: Partial<Pick<Gateway, 'title' | 'reference' | 'optional'>> = {},
): Gateway {
  const mapping = mappingSchema.parse(input);
  return {
    name: mapping.name,
    title: about.title ?? mapping.title ?? mapping.name,
    reference: about.reference ?? 'configuration',
    carries: carried(mapping),
    ...(about.optional === undefined ? {} : { optional: about.optional }),
    claims: (record) => holds(record, mapping.claims),
    translate(record) {
      const method = mapping.drop.some((condition) => holds(record, condition)) ? undefined : methodOf(record, mapping);
      return method === undefined ? [] : [draft(record, method, mapping)];
    },
  };
}

/** A record that names no method of MCP is of this format and yet no MCP call. */
const MCP_METHOD = /^(?:[a-z]{2,40}(?:\/[A-Za-z_]{1,40}){1,3}|initialize|ping|http_request)$/;

function methodOf(record: Json, { method }: Mapping): string | undefined {
  const told = method.from === undefined ? undefined : firstText(record, method.from);
  const name = told === undefined ? method.otherwise : (lookup(method.map, told) ?? told);
  return name !== undefined && MCP_METHOD.test(name) ? name : undefined;
}

function holds(record: Json, wanted: Mapping['claims']): boolean {
  for (const [path, expected] of Object.entries(wanted)) {
    const value = at(record, path);
    const allowed = Array.isArray(expected) ? expected : [expected];
    const found = Array.isArray(value) ? value : [value];
    const any = expected === true && value !== undefined && value !== null && value !== '' && value !== false;
    if (!any && !found.some((item) => allowed.includes(item as string))) return false;
  }
  return true;
}

function draft(record: Json, method: string, mapping: Mapping): NativeDraft {
  const first = (from: readonly string[] | undefined): unknown => {
    for (const path of from ?? []) {
      const value = at(record, path);
      if (value !== undefined && value !== null && value !== '') return value;
    }
    return undefined;
  };
  const candidates: Candidate[] = mapping.agent.map(({ basis, from }) => [basis, firstText(record, from)]);
  const unit = mapping.duration?.unit ?? 'ms';
  const duration = millis(first(mapping.duration?.from));
  const result = parsed(first(mapping.result)) ?? first(mapping.result);
  const went = outcome(record, mapping, first, result);
  const denied = went.status === 'denied';
  const target = targetOf(method, first(mapping.target), first(mapping.raw_target));
  // Which tool was asked for is lost, that it was refused is not.
  const lost = denied && method === 'tools/call' && target.name === undefined;
  return {
    occurred_at: first(mapping.occurred_at),
    event_id: text(first(mapping.event_id)),
    source: { instance: text(first(mapping.instance)) },
    agent: agentOf(candidates, first(mapping.agent_name), first(mapping.agent_version)),
    client: { name: first(mapping.client.name), version: text(first(mapping.client.version)) },
    user: { id: text(first(mapping.user.id)), email: first(mapping.user.email) },
    caller: {
      scopes: texts(first(mapping.caller.scopes)),
      groups: texts(first(mapping.caller.groups)),
      roles: texts(first(mapping.caller.roles)),
    },
    credential: credential(text(first(mapping.credential?.id)), mapping),
    session_id: text(first(mapping.session_id)),
    server: {
      id: text(first(mapping.server)) ?? mapping.name,
      name: first(mapping.server_name),
      url: first(mapping.server_url),
    },
    method: lost ? 'http_request' : method,
    target: lost ? targetOf(undefined, undefined) : target,
    args: args(first(mapping.args)),
    result,
    ...told(went, { effect: effectOf(mapping, first, went), policy: text(first(mapping.policy)) }),
    // What was denied will not be heard of again.
    phase: denied ? 'complete' : mapping.phase,
    duration_ms: duration === undefined ? undefined : duration * PER_MS[unit],
    bytes_in: count(first(mapping.bytes_in)),
    bytes_out: count(first(mapping.bytes_out)),
    trace_id: text(first(mapping.trace_id)),
    span_id: text(first(mapping.span_id)),
    jsonrpc_id: text(first(mapping.jsonrpc_id)),
    request_id: text(first(mapping.request_id)),
    src: { ip: host(first(mapping.ip)), user_agent: first(mapping.user_agent) },
    // Whether content is kept is not for the original to say: what it is called there the mapping alone knows.
    raw: [...(mapping.args ?? []), ...(mapping.result ?? [])].reduce(without, record as unknown),
  };
}

const credential = (id: string | undefined, mapping: Mapping): NativeDraft['credential'] =>
  id === undefined ? undefined : { id, kind: mapping.credential?.kind };

function effectOf({ decision, phase }: Mapping, first: First, { status }: Outcome): Effect | undefined {
  if (decision !== undefined) return lookup(decision.map, first(decision.from));
  return phase === 'decision' ? (status === 'denied' ? 'deny' : 'allow') : undefined;
}

type First = (from: readonly string[] | undefined) => unknown;

function outcome(record: Json, { outcome: rule, phase }: Mapping, first: First, result: unknown): Outcome {
  const http_status = first(rule.http_status);
  const code = text(first(rule.code));
  const why = first(rule.reason);
  const reason = Array.isArray(why) ? texts(why)?.join(', ') : text(why);
  const mapped = lookup(rule.map, first(rule.from));
  const by = httpStatus(http_status);
  let status = mapped ?? (by === 'unknown' ? (rule.otherwise ?? by) : by);
  if (rule.denied.some((condition) => holds(record, condition)) || by === 'denied') status = 'denied';
  else if (status === 'ok' && mapped === undefined && (code ?? (by === 'unknown' ? reason : undefined)) !== undefined)
    status = 'protocol_error';
  else if (status === 'ok' && isObject(result) && result.isError === true) status = 'tool_error';
  // A decision to let a call pass says nothing of how it went.
  if (phase === 'decision' && status === 'ok') status = 'unknown';
  const failed = status === 'protocol_error' || status === 'transport_error';
  return { ...(failed ? byWords(status, reason, code) : { status }), code, reason, http_status };
}

/** Where a gateway knows only success and failure, its words tell a refusal and a timeout. */
function byWords(status: OutcomeStatus, reason = '', code = ''): Outcome {
  // `AccessDenied`, `BackendTimeout`
  const words = `${code.slice(0, 128).replace(/([a-z])(?=[A-Z])/g, '$1 ')} ${reason}`;
  if (rpcError(reason, code).status === 'denied' || DENIAL.test(words)) return { status: 'denied', hearsay: true };
  return { status: /\btime[d ]{0,2}-?out\b/i.test(words) ? 'timeout' : status };
}

/** Canonical fields that the mapping fills. */
function carried(mapping: Mapping): string[] {
  const fields = ['occurred_at', 'method'];
  const add = (field: string, present: unknown): void => {
    if (present !== undefined) fields.push(field);
  };
  for (const key of [
    'event_id',
    'session_id',
    'server',
    'target',
    'args',
    'result',
    'bytes_in',
    'bytes_out',
    'trace_id',
    'span_id',
    'jsonrpc_id',
    'request_id',
  ] as const)
    add(key, mapping[key]);
  add(
    'agent.id',
    mapping.agent.find(({ basis }) => basis !== 'client_name'),
  );
  add('client', mapping.client.name);
  add('credential', mapping.credential);
  add('user', mapping.user.id ?? mapping.user.email);
  for (const key of ['scopes', 'groups', 'roles'] as const) add(`caller.${key}`, mapping.caller[key]);
  add('outcome', mapping.phase === 'decision' ? undefined : (mapping.outcome.from ?? mapping.outcome.http_status));
  add('decision', mapping.decision ?? (mapping.phase === 'decision' ? true : undefined));
  add('duration_ms', mapping.duration);
  add('src.ip', mapping.ip);
  add('src.user_agent', mapping.user_agent);
  return fields.sort();
}

/** One gateway that writes several shapes. */
export const oneOf = (shapes: readonly Gateway[]): Gateway => ({
  ...shapes[0]!,
  carries: [...new Set(shapes.flatMap(({ carries }) => carries))].sort(),
  claims: (record, context) => shapes.some((shape) => shape.claims(record, context)),
  translate: (record, context) =>
    shapes.find((shape) => shape.claims(record, context))?.translate(record, context) ?? [],
});
