import { canonicalMillis } from '../../schemas/canonical-time.ts';
import { effectiveTime } from '../../schemas/effective-time.ts';
import type { CanonicalEvent, DeclaredTool, Event, Fact, FactKind, Facts, Position } from '../../schemas/event.ts';
import { placeOf } from '../../schemas/place.ts';
import type { JudgedEvent } from './store.ts';

/** The event that `writeRows` wrote, to the letter, out of its row: the values of WRITTEN_COLUMNS in their order. */
export function fromRow(row: readonly unknown[]): JudgedEvent {
  const exact = row.at(-1) as string;
  if (exact !== '') return JSON.parse(exact) as JudgedEvent;
  const cells = new Cells(row);
  const event = readKeys(cells);
  readWho(cells, event.body);
  readWhat(cells, event.body);
  event.facts = readFacts(cells);
  return { event, judgement: readJudgement(cells) };
}

type Fields = Record<string, unknown>;

/** Values one after the other. */
class Cells {
  #row: readonly unknown[];
  #next = 0;

  constructor(row: readonly unknown[]) {
    this.#row = row;
  }

  /** As it stands. */
  value<T>(): T {
    return this.#row[this.#next++] as T;
  }

  /** Into fields of these names, without those that are their column's default: they were absent. */
  fields(into: Fields, names: readonly string[]): void {
    for (const name of names) {
      const value = this.#row[this.#next++];
      if (value !== '' && value !== null && !(Array.isArray(value) && value.length === 0)) into[name] = value;
    }
  }

  /** The same into an object of its own, absent itself where nothing is in it. */
  object(into: Fields, field: string, names: readonly string[]): void {
    const object: Fields = {};
    this.fields(object, names);
    for (const _ in object) {
      into[field] = object;
      return;
    }
  }

  json(into: Fields, field: string): void {
    const text = this.value<string>();
    if (text !== '') into[field] = JSON.parse(text);
  }
}

function readKeys(cells: Cells): Event {
  const key = cells.value<string>();
  const event_id = cells.value<string>();
  const contentHash = cells.value<string>();
  const partition = cells.value<string>();
  const position: Position = { ...placeOf(partition), offset: cells.value<number>(), index: cells.value<number>() };
  const epoch = cells.value<number>();
  if (epoch > 0) position.epoch = epoch;
  const occurred_at = cells.value<string>();
  const received_at = cells.value<string>();
  const occurredAt = canonicalMillis(occurred_at);
  const receivedAt = received_at === occurred_at ? occurredAt : canonicalMillis(received_at);
  const effectiveAt = effectiveTime(occurredAt, receivedAt);
  const body = { event_id, occurred_at, received_at } as CanonicalEvent;
  const facts = { args: [], result: [], redacted: [], tools: [] };
  return { key, contentHash, position, occurredAt, receivedAt, effectiveAt, body, facts };
}

function readWho(cells: Cells, event: CanonicalEvent): void {
  const body = event as unknown as Fields;
  cells.object(body, 'source', ['kind', 'instance', 'schema_version']);
  cells.object(body, 'agent', ['id', 'id_basis', 'name', 'version']);
  cells.object(body, 'client', ['name', 'version']);
  cells.object(body, 'user', ['id', 'email']);
  const issuers = cells.value<string[]>();
  const subjects = cells.value<string[]>();
  if (subjects.length > 0)
    event.delegation = subjects.map((sub, i) => (issuers[i] === '' ? { sub } : { iss: issuers[i]!, sub }));
  cells.object(body, 'caller', ['scopes', 'groups', 'roles']);
  cells.object(body, 'credential', ['id', 'kind', 'issued_at', 'expires_at']);
  cells.fields(body, ['session_id']);
  cells.object(body, 'task', ['id', 'intent']);
  cells.object(body, 'src', ['ip', 'user_agent']);
}

function readWhat(cells: Cells, event: CanonicalEvent): void {
  const body = event as unknown as Fields;
  cells.object(body, 'server', ['id', 'name', 'url']);
  cells.fields(body, ['method']);
  cells.object(body, 'target', ['type', 'name', 'raw_name']);
  cells.object(body, 'annotations', ['read_only', 'destructive', 'idempotent', 'open_world']);
  cells.json(body, 'args');
  cells.fields(body, ['args_state']);
  cells.object(body, 'outcome', ['status', 'code', 'reason', 'http_status']);
  cells.object(body, 'decision', ['effect', 'policy']);
  cells.fields(body, ['phase', 'duration_ms', 'bytes_in', 'bytes_out']);
  cells.fields(body, ['trace_id', 'span_id', 'jsonrpc_id', 'request_id']);
  cells.json(body, 'result');
  cells.json(body, 'raw');
}

function readFacts(cells: Cells): Facts {
  const args = unpackFacts(cells.value<string>());
  const result = unpackFacts(cells.value<string>());
  const redacted = cells.value<string[]>();
  const tools = cells.value<string>();
  return { args, result, redacted, tools: tools === '' ? [] : (JSON.parse(tools) as DeclaredTool[]) };
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

function readJudgement(cells: Cells): JudgedEvent['judgement'] {
  const judgement: Fields = {};
  for (const field of ['class', 'classFrom', 'classRule', 'scope', 'grantId', 'scopeWhy', 'score'])
    judgement[field] = cells.value();
  const detectors = cells.value<string[]>();
  const scores = cells.value<number[]>();
  judgement.findings = detectors.map((detector, i) => ({ detector, score: scores[i] }));
  return judgement as unknown as JudgedEvent['judgement'];
}
