import type { CanonicalEvent, DeclaredTool, Event, Fact, FactKind } from '../../schemas/event.ts';
import type { JudgedEvent } from './store.ts';

type Column = string | number | boolean | null | string[] | number[];
/** A row of `events` as JSONEachRow tells it, times in RFC 3339. */
export type EventRow = Record<string, Column>;

const SKEW_MS = 10 * 60_000;

/** The event that `toLine` wrote, to the letter: what has its column's default was absent. */
export function fromRow(row: EventRow): JudgedEvent {
  if (row.exact !== '') return JSON.parse(row.exact as string) as JudgedEvent;
  const occurredAt = Date.parse(row.occurred_at as string);
  const receivedAt = Date.parse(row.received_at as string);
  const event: Event = {
    key: row.event_key as string,
    contentHash: row.content_hash as string,
    position: position(row),
    occurredAt,
    receivedAt,
    effectiveAt: Math.min(Math.max(occurredAt, receivedAt - SKEW_MS), receivedAt + SKEW_MS),
    body: body(row),
    facts: {
      args: unpackFacts(row.arg_facts as string),
      result: unpackFacts(row.result_facts as string),
      redacted: row.redacted as string[],
      tools: row.tools === '' ? [] : (JSON.parse(row.tools as string) as DeclaredTool[]),
    },
  };
  return { event, judgement: judgement(row) };
}

function position(row: EventRow): Event['position'] {
  const partition = row.partition as string;
  const cut = partition.lastIndexOf('/');
  return {
    source: partition.slice(0, cut),
    partition: Number(partition.slice(cut + 1)),
    offset: row.offset as number,
    index: row.record_index as number,
  };
}

function judgement(row: EventRow): JudgedEvent['judgement'] {
  const scores = row['findings.score'] as number[];
  return {
    class: row.class,
    classFrom: row.class_from,
    classRule: row.class_rule,
    scope: row.scope,
    grantId: row.grant_id,
    scopeWhy: row.scope_why,
    score: row.score,
    findings: (row['findings.detector'] as string[]).map((detector, i) => ({ detector, score: scores[i] })),
  } as JudgedEvent['judgement'];
}

function unpackFacts(packed: string): Fact[] {
  if (packed === '') return [];
  return packed
    .slice(1)
    .split('|')
    .map((fact) => {
      const kind = fact.indexOf(':');
      const hash = fact.indexOf(':', kind + 1);
      return {
        field: fact.slice(hash + 1),
        kind: fact.slice(0, kind) as FactKind,
        hash: fact.slice(kind + 1, hash),
      };
    });
}

function body(row: EventRow): CanonicalEvent {
  const body: Record<string, unknown> = {
    event_id: row.event_id,
    occurred_at: row.occurred_at,
    received_at: row.received_at,
  };
  for (const [field, group] of GROUPS) {
    let object: Record<string, unknown> | undefined;
    for (const [name, column] of group) {
      const value = row[column];
      if (value === '' || value === null || (Array.isArray(value) && value.length === 0)) continue;
      object ??= {};
      object[name] = value;
    }
    if (object !== undefined) body[field] = object;
  }
  for (const column of PLAIN) {
    const value = row[column];
    if (value !== '' && value !== null) body[column] = value;
  }
  for (const column of JSONS) if (row[column] !== '') body[column] = JSON.parse(row[column] as string);
  const issuers = row['delegation.iss'] as string[];
  if (issuers.length > 0)
    body.delegation = (row['delegation.sub'] as string[]).map((sub, i) =>
      issuers[i] === '' ? { sub } : { iss: issuers[i], sub },
    );
  return body as unknown as CanonicalEvent;
}

const columns = (prefix: string, ...names: string[]): [string, string][] =>
  names.map((name) => [name, `${prefix}_${name}`]);

/** Objects of the event, each with its fields and their columns. */
const GROUPS: [string, [string, string][]][] = [
  ['source', columns('source', 'kind', 'instance', 'schema_version')],
  ['agent', columns('agent', 'id', 'id_basis', 'name', 'version')],
  ['client', columns('client', 'name', 'version')],
  ['user', columns('user', 'id', 'email')],
  ['caller', columns('caller', 'scopes', 'groups', 'roles')],
  ['credential', columns('credential', 'id', 'kind', 'issued_at', 'expires_at')],
  ['task', columns('task', 'id', 'intent')],
  ['server', columns('server', 'id', 'name', 'url')],
  ['target', columns('target', 'type', 'name', 'raw_name')],
  ['annotations', columns('annotation', 'read_only', 'destructive', 'idempotent', 'open_world')],
  ['outcome', columns('outcome', 'status', 'code', 'reason', 'http_status')],
  ['decision', columns('decision', 'effect', 'policy')],
  ['src', columns('src', 'ip', 'user_agent')],
];
const PLAIN = [
  'session_id',
  'method',
  'args_state',
  'phase',
  'duration_ms',
  'bytes_in',
  'bytes_out',
  'trace_id',
  'span_id',
  'jsonrpc_id',
  'request_id',
];
const JSONS = ['args', 'result', 'raw'];
