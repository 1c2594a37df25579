import fc from 'fast-check';
import { CLASS_SOURCES, CLASSES, SCOPES } from '../../schemas/alert.ts';
import {
  ARGS_STATES,
  type CanonicalEvent,
  EFFECTS,
  FACT_KINDS,
  ID_BASES,
  OUTCOMES,
  PHASES,
  TARGET_TYPES,
} from '../../schemas/event.ts';
import type { JudgedEvent } from '../../src/stores/store.ts';

/** Texts that break what is quoted carelessly, and some that no column of text can hold. */
const NASTY = [
  '',
  '\0',
  '\ud800',
  'a\udc00b',
  '😀\ud83d',
  '"',
  '\\',
  '\\ud800',
  "'; DROP TABLE events; --",
  '\u2028\n\r\t',
  '|a:b|',
  '{"a":1}',
  '漢字',
  '__proto__',
];
const text = fc.oneof({ weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) }, fc.constantFrom(...NASTY));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
/** JSON as JSON has it: no undefined, no negative zero. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const hex = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((all) => all.join(''));
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 0.5, 1e15, 2 ** 60, 1e300));

/** From 1970 to 2262 as decoding lets them through; sometimes what it never would. */
const millis = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: Date.UTC(2026, 9, 1), max: Date.UTC(2026, 11, 1) }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: Date.UTC(2262, 0, 1) - 1 }) },
  fc.constantFrom(-1, Date.UTC(1899, 11, 31), Date.UTC(2300, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59, 999)),
);
const timeText = fc.oneof(
  millis.map((ms) => new Date(ms).toISOString()),
  fc.constantFrom('2026-10-05T08:14:03Z', '2026-10-05T08:14:03.684+02:00', '2026-10-05 08:14:03.684Z', 'yesterday', ''),
);

/** Without the fields that are undefined: in an event what is absent is absent. */
const tidy = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
};
const record = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields).map(tidy);
const texts = fc.array(text, { maxLength: 4 });

const body = record({
  event_id: text,
  source: record({ kind: text, instance: text, schema_version: maybe(text) }),
  agent: record({ id: text, id_basis: fc.constantFrom(...ID_BASES), name: maybe(text), version: maybe(text) }),
  client: maybe(record({ name: maybe(text), version: maybe(text) })),
  user: maybe(record({ id: maybe(text), email: maybe(text) })),
  delegation: maybe(fc.array(record({ iss: maybe(text), sub: text }), { maxLength: 3 })),
  caller: maybe(record({ scopes: maybe(texts), groups: maybe(texts), roles: maybe(texts) })),
  credential: maybe(
    record({ id: maybe(text), kind: maybe(text), issued_at: maybe(timeText), expires_at: maybe(timeText) }),
  ),
  session_id: maybe(text),
  task: maybe(record({ id: maybe(text), intent: maybe(text) })),
  server: record({ id: text, name: maybe(text), url: maybe(text) }),
  method: text,
  target: record({ type: fc.constantFrom(...TARGET_TYPES), name: maybe(text), raw_name: maybe(text) }),
  annotations: maybe(
    record({
      read_only: maybe(fc.boolean()),
      destructive: maybe(fc.boolean()),
      idempotent: maybe(fc.boolean()),
      open_world: maybe(fc.boolean()),
    }),
  ),
  args: maybe(fc.dictionary(text, json, { maxKeys: 4 })),
  args_state: fc.constantFrom(...ARGS_STATES),
  outcome: record({
    status: fc.constantFrom(...OUTCOMES),
    code: maybe(text),
    reason: maybe(text),
    http_status: maybe(fc.integer({ min: -1, max: 70_000 })),
  }),
  decision: maybe(record({ effect: maybe(fc.constantFrom(...EFFECTS)), policy: maybe(text) })),
  phase: fc.constantFrom(...PHASES),
  duration_ms: maybe(count),
  bytes_in: maybe(count),
  bytes_out: maybe(count),
  trace_id: maybe(text),
  span_id: maybe(text),
  jsonrpc_id: maybe(text),
  request_id: maybe(text),
  src: maybe(record({ ip: maybe(text), user_agent: maybe(text) })),
  result: maybe(json),
  raw: maybe(json),
});

const fact = fc.record({ field: text, kind: fc.constantFrom(...FACT_KINDS), hash: hex(16) });
const score = fc.double({ min: 0, max: 400, noNaN: true });

/** Any event with any judgement; keys, offsets and the two spellings of its times fit each other. */
export const judgedEvent: fc.Arbitrary<JudgedEvent> = fc
  .record({
    key: hex(32),
    contentHash: hex(16),
    occurredAt: millis,
    receivedAt: millis,
    source: fc.constantFrom('http', 'kafka:mcp/events', 'kafka:a'),
    skewed: fc.boolean(),
    ownId: fc.boolean(),
    body,
    facts: fc.record({
      args: fc.array(fact, { maxLength: 4 }),
      result: fc.array(fc.record({ field: fc.constant(''), kind: fc.constantFrom(...FACT_KINDS), hash: hex(16) }), {
        maxLength: 4,
      }),
      redacted: texts,
      tools: fc.array(
        record({ name: text, hash: hex(16), read_only: maybe(fc.boolean()), destructive: maybe(fc.boolean()) }),
        {
          maxLength: 2,
        },
      ),
    }),
    judgement: fc.record({
      class: fc.constantFrom(...CLASSES),
      classFrom: fc.constantFrom(...CLASS_SOURCES),
      classRule: text,
      scope: fc.constantFrom(...SCOPES),
      grantId: text,
      scopeWhy: text,
      score,
      findings: fc.array(fc.record({ detector: text, score }), { maxLength: 3 }),
    }),
  })
  .map(({ key, contentHash, occurredAt, receivedAt, source, skewed, ownId, body, facts, judgement }) => ({
    event: {
      key,
      contentHash,
      position: { source, partition: 0, offset: 0, index: 0 },
      occurredAt,
      receivedAt,
      effectiveAt: skewed ? occurredAt : Math.min(Math.max(occurredAt, receivedAt - 600_000), receivedAt + 600_000),
      body: {
        ...body,
        event_id: ownId ? key : body.event_id,
        occurred_at: new Date(occurredAt).toISOString(),
        received_at: new Date(receivedAt).toISOString(),
      } as CanonicalEvent,
      facts,
    },
    judgement,
  }));
