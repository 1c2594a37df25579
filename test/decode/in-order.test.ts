import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalMillis } from '../../schemas/canonical-time.ts';
import { eventSchema } from '../../schemas/event.ts';
import { isInOrder } from '../../src/decode/in-order.ts';
import { decodeAll } from '../support/decoding.ts';
import { plantedSecrets } from '../support/secrets.ts';

const whole = {
  event_id: 'ev-1',
  occurred_at: '2026-10-05T08:14:03.684Z',
  received_at: '2026-10-05T08:14:04.000Z',
  source: { kind: 'native', instance: 'gw-1', schema_version: '1' },
  agent: { id: 'agent-1', id_basis: 'subject', name: 'worker', version: '1.0.0' },
  client: { name: 'cli', version: '2' },
  user: { id: 'u-1', email: 'u@acme.example' },
  delegation: [{ iss: 'https://idp', sub: 'lead-1' }, { sub: 'lead-2' }],
  caller: { scopes: ['a', 'b'], groups: ['g'], roles: ['r'] },
  credential: {
    id: 'c-1',
    kind: 'oauth',
    issued_at: '2026-06-28T00:00:00.000Z',
    expires_at: '2028-02-29T00:00:00.000Z',
  },
  session_id: 's-1',
  task: { id: 't-1', intent: 'look' },
  server: { id: 'tickets', name: 'Tickets', url: 'https://tickets' },
  method: 'tools/call',
  target: { type: 'tool', name: 'search', raw_name: 'tickets_search' },
  annotations: { read_only: true, destructive: false, idempotent: true, open_world: false },
  args: { query: 'open', nested: { list: [1, null, 'x'] } },
  args_state: 'full',
  outcome: { status: 'ok', code: '200', reason: 'fine', http_status: 200 },
  decision: { effect: 'allow', policy: 'p-1' },
  phase: 'complete',
  duration_ms: 1.5,
  bytes_in: 10,
  bytes_out: 20,
  trace_id: 'tr',
  span_id: 'sp',
  jsonrpc_id: '7',
  request_id: 'rq',
  src: { ip: '10.0.0.1', user_agent: 'agent/1' },
  result: { rows: [1, 2] },
  raw: { from: 'gateway' },
};

/** Values that a field may and may not have. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    ...['', 'x', 'x'.repeat(1025), 'x'.repeat(16_385), '\ud800', 'none', 'tool', 'ok', 'allow', 'full', 'request'],
    ...['2026-02-29T00:00:00.000Z', '2026-10-05T08:14:03Z', '2026-10-05T08:14:03.684+02:00', 'tools/list'],
    ...[-1, 0, 1.5, 2 ** 60, Number.POSITIVE_INFINITY, true, null, [], {}, [''], ['x'], [{}], [{ sub: 'x' }]],
  ),
);
type Json = Record<string, unknown>;
const inner = Object.entries(whole).flatMap(([key, value]) =>
  typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).map((name) => [key, name] as const) : [],
);

const REQUIRED = new Set(['occurred_at', 'agent', 'server', 'method', 'target']);

/** The whole event with some fields left out, and one changed, added or moved to the end. */
const records = fc
  .record({
    dropped: fc.subarray(Object.keys(whole).filter((key) => !REQUIRED.has(key))),
    gone: fc.subarray(inner, { maxLength: 3 }),
    at: fc.oneof(
      fc.constantFrom(...Object.keys(whole)).map((key) => [key] as const),
      fc.constantFrom(...inner),
    ),
    name: fc.oneof(fc.constant(undefined), fc.constantFrom('extra', '__proto__', 'constructor')),
    change: fc.option(values, { nil: undefined, freq: 1 }),
  })
  .map(({ dropped, gone, at: [key, name], name: other, change }) => {
    const record = JSON.parse(JSON.stringify(whole)) as Json;
    for (const [outer, field] of gone) delete (record[outer] as Json)[field];
    for (const field of dropped) delete record[field];
    if (name !== undefined) record[key] ??= {};
    const object = name === undefined ? record : (record[key] as Json);
    const field = other ?? name ?? key;
    const value = change === undefined ? object[field] : change;
    delete object[field];
    if (value !== undefined)
      Object.defineProperty(object, field, { value, enumerable: true, configurable: true, writable: true });
    return record;
  });

describe('a record in order', () => {
  it('is what the schema would answer', () => {
    let inOrder = 0;
    fc.assert(
      fc.property(records, (record) => {
        if (!isInOrder(record)) return;
        inOrder += 1;
        const answer = eventSchema.safeParse(record);
        expect(answer.success).toBe(true);
        for (const key of Object.keys(answer.data!) as (keyof typeof whole)[])
          expect(JSON.stringify(answer.data![key])).toBe(JSON.stringify(record[key]));
        expect(new Set(Object.keys(answer.data!))).toEqual(new Set(Object.keys(record)));
      }),
      { numRuns: 3000 },
    );
    expect(inOrder).toBeGreaterThan(300);
  });

  it('is one that has every field', () => {
    expect(isInOrder(whole)).toBe(true);
  });

  it('becomes the same event as one that is asked of the schema', () => {
    fc.assert(
      fc.property(records, fc.boolean(), (record, backfill) => {
        // An escape in the name of a field is enough for a record to be looked at field by field.
        const text = JSON.stringify(record);
        const told = decodeAll([text], { gateway: 'native', backfill, agents: [{ match: '^agent-1$', id: 'one' }] });
        const asked = decodeAll([text.replace('"method"', '"m\\u0065thod"')], {
          gateway: 'native',
          backfill,
          agents: [{ match: '^agent-1$', id: 'one' }],
        });
        expect(JSON.stringify(told)).toBe(JSON.stringify(asked));
      }),
      { numRuns: 1000 },
    );
  });

  it('that may not speak for its agent is kept as it came', () => {
    const options = { agents: [{ match: '^agent-1$', id: 'one' }], agents_allowed: ['other'] };
    const { rejects } = decodeAll([JSON.stringify(whole)], options);
    expect(rejects[0]!.raw).toContain('"agent-1"');
  });
});

describe('a look at the whole record', () => {
  const around = fc.constantFrom('', ' ', '\n', '\t', '"', "'", '=', ': ', '\\', ',', 'x', '-', 'é');
  it('misses no secret that a look at each text finds', () => {
    const planted = plantedSecrets(1000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), around, around, fc.boolean(), (i, before, after, nested) => {
        const { value } = planted[i]!;
        const text = typeof value === 'string' ? `${before}${value}${after}` : value;
        const args = { note: nested ? JSON.stringify({ text }) : text };
        const event = JSON.stringify({ ...whole, args, raw: undefined });
        const told = decodeAll([event]);
        const asked = decodeAll([event.replace('"method"', '"m\\u0065thod"')]);
        expect(JSON.stringify(told)).toBe(JSON.stringify(asked));
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    'password="abcdefg1"',
    "token : 'abcdefgh1'",
    'pwd is abcd',
    'api_key\n=\n"abcdefgh1"',
    'Bearer\tabcdefghijkl',
    'secret=\\\\\\\\\\\\\\1\b',
    'https://me:p\\w@host',
  ])('finds %j', (text) => {
    const { events } = decodeAll([JSON.stringify({ ...whole, args: { note: text } })]);
    expect(events[0]!.facts.redacted).toEqual(['args.note']);
  });

  it('passes by what only speaks of secrets', () => {
    const note = 'basic tasks of the aws team: task-12, risk-7, gateway key-9 on msg.txt, the token of a page';
    const { events } = decodeAll([JSON.stringify({ ...whole, args: { note, token: 'next' } })]);
    expect(events[0]!.facts.redacted).toEqual(['args.token']);
  });
});

describe('a canonical time', () => {
  it('is read as Date reads it, and nothing else is one', () => {
    const year = fc.integer({ min: 0, max: 9999 });
    const two = fc.integer({ min: 0, max: 70 });
    fc.assert(
      fc.property(year, two, two, two, two, two, fc.integer({ min: 0, max: 999 }), (y, mo, d, h, mi, s, ms) => {
        const [yyyy, mm, dd, hh, min, ss] = [
          `${y}`.padStart(4, '0'),
          ...[mo, d, h, mi, s].map((n) => `${n}`.padStart(2, '0')),
        ];
        const text = `${yyyy}-${mm}-${dd}T${hh}:${min}:${ss}.${`${ms}`.padStart(3, '0')}Z`;
        const at = Date.parse(text);
        const same = y >= 100 && !Number.isNaN(at) && new Date(at).toISOString() === text;
        expect(canonicalMillis(text)).toBe(same ? at : Number.NaN);
      }),
      { numRuns: 5000 },
    );
    for (const text of [
      '',
      '2026-10-05T08:14:03.684z',
      '2026-10-05 08:14:03.684Z',
      '+026-10-05T08:14:03.684Z',
      '2026-10-05T08:14:03.6 4Z',
    ])
      expect(canonicalMillis(text)).toBeNaN();
  });
});
