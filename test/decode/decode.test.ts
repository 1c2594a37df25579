import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { fromMapping } from '../../schemas/gateways/lib/mapping.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { decoderOptions } from '../../src/decode/options.ts';
import { toMillis } from '../../src/decode/time.ts';
import { decodeAll, hasher, nativeEvent, RECEIVED_AT } from '../support/decoding.ts';

const one = (changes: Record<string, unknown>, options = {}) =>
  decodeAll([JSON.stringify(nativeEvent(changes))], options);
const bodyOf = (changes: Record<string, unknown>, options = {}) => one(changes, options).events[0]?.body;

describe('the canonical form', () => {
  it('fills in defaults and leaves out what is absent', () => {
    expect(bodyOf({ session_id: null, user: {}, caller: { scopes: [] }, client: { name: '' }, args: {} })).toEqual({
      event_id: 'ev-1',
      occurred_at: '2026-10-05T08:14:03.684Z',
      received_at: '2026-10-05T08:20:00.000Z',
      source: { kind: 'native', instance: 'test' },
      agent: { id: 'agent-1', id_basis: 'none' },
      server: { id: 'tickets' },
      method: 'tools/call',
      target: { type: 'tool', name: 'search' },
      args_state: 'full',
      outcome: { status: 'unknown' },
      phase: 'complete',
    });
  });

  it('is its own canonical form', () => {
    const body = bodyOf({ args: { password: 'hunter2hunter2', q: 'x' }, novel: { a: 1 }, user: { id: 'u' } });
    expect(decodeAll([JSON.stringify(body)]).events[0]?.body).toEqual(body);
  });

  it('keeps in raw only what the event has no place for', () => {
    expect(bodyOf({})?.raw).toBeUndefined();
    expect(bodyOf({ shard: 7, agent: { id: 'a', mood: 'calm' } })?.raw).toEqual({ shard: 7, agent: { mood: 'calm' } });
  });

  it('redacts what the operator calls a secret in names, too', () => {
    const card = { target: { type: 'resource', name: 'crm://card/ACME-123456' }, method: 'resources/read' };
    const body = bodyOf(
      { ...card, task: { id: 'ACME-654321', intent: 'look at ACME-111111' }, args: { x: 'ACME-222222' } },
      { redaction: { patterns: ['ACME-[0-9]{6}'] } },
    );
    expect(body?.target.name).toMatch(/^crm:\/\/card\/\[redacted:custom:/);
    expect(JSON.stringify(body)).not.toMatch(/ACME-\d/);
  });

  it('redacts arguments, and says so', () => {
    const event = one({ args: { login: { password: 'swordfish' }, q: 'x' } }).events[0];
    expect(event?.body.args_state).toBe('redacted');
    expect(event?.body.args).toEqual({ login: { password: `[redacted:password:${hasher('swordfish')}]` }, q: 'x' });
    expect(event?.facts.redacted).toEqual(['args.login.password']);
  });

  it('redacts every place where text goes to disk', () => {
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const told = one(
      {
        args: { q: secret },
        result: { text: secret },
        outcome: { status: 'ok', reason: `bad ${secret}` },
        server: { id: 's', url: `https://user:${secret}@x.test/` },
        target: { name: 'x', raw_name: secret },
        task: { intent: secret },
        unknown: { field: secret },
      },
      { capture: [{ server: '*', args: 'full', result: 'full' }] },
    );
    expect(told.events).toHaveLength(1);
    expect(JSON.stringify(told.events)).not.toContain(secret);
    for (const bad of [
      `{"x":"${secret}"`,
      JSON.stringify({ a: { b: secret } }),
      JSON.stringify(nativeEvent({ method: '', token: 'plain-secret-1', args: { q: secret } })),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(secret)]),
    ]) {
      const { rejects } = decodeAll([bad]);
      expect(rejects).toHaveLength(1);
      expect(JSON.stringify(rejects)).not.toMatch(new RegExp(`${secret}|plain-secret-1`));
    }
  });

  it('finds what only looks random in what people and servers say, and leaves names alone', () => {
    const random = 'q7Rk2ZpXw9Lm4Tn8Vb3Yc6HdJf5Gs1Ka0QeUoIi';
    const { body, facts } = one({
      session_id: random,
      outcome: { status: 'tool_error', reason: `no access with ${random}` },
      task: { intent: `deploy with ${random}` },
      src: { user_agent: `Mozilla/5.0 (X11; Linux x86_64) bot/1.2 ${random}` },
    }).events[0]!;
    const marker = `[redacted:random:${hasher(random)}]`;
    expect([body.outcome.reason, body.task?.intent]).toEqual([`no access with ${marker}`, `deploy with ${marker}`]);
    expect(body.src?.user_agent).toBe(`Mozilla/5.0 (X11; Linux x86_64) bot/1.2 ${marker}`);
    expect(body.session_id).toBe(random);
    expect(facts.redacted).toEqual(['outcome.reason', 'src.user_agent', 'task.intent']);
  });

  it('sees a secret behind escapes', () => {
    const text = JSON.stringify(nativeEvent({ args: { q: 'AKIAIOSFODNN7EXAMPLE' } })).replace('AKIA', '\\u0041KIA');
    expect(JSON.stringify(decodeAll([text]).events)).not.toContain('AKIAIOSFODNN7EXAMPLE');
    const log = JSON.stringify(nativeEvent({ args: { q: 'login --password="swordfish"' } }));
    expect(JSON.stringify(decodeAll([JSON.stringify({ log })]).events)).not.toContain('swordfish');
  });
});

describe('a shape that nobody thought of', () => {
  it.each([
    { user: { id: { length: { toString: 1 } } } },
    { session_id: { length: { valueOf: null, toString: null } } },
    { server: { id: { length: { toString: 1 } } } },
  ])('is an invalid event, and no trouble of our own: %j', (changes) => {
    expect(one(changes).rejects).toMatchObject([{ reason: 'invalid_event' }]);
  });
});

describe('content', () => {
  it('is kept as the configuration says, and its hashes always', () => {
    const call = { args: { to: 'bob@example.test' }, result: { items: [{ mail: 'eve@example.test' }] } };
    const by = (capture: object[]) => one(call, { capture }).events[0]!;
    expect(by([]).body.result).toBeUndefined();
    expect(by([]).facts.result.length).toBeGreaterThan(0);
    expect(by([{ server: 'tick*', args: 'keys', result: 'keys' }]).body).toMatchObject({
      args: { to: null },
      args_state: 'keys_only',
      result: { items: [{ mail: null }] },
    });
    const none = by([{ server: 'tick*', args: 'none', result: 'none' }]);
    expect(none.body.args).toBeUndefined();
    expect(none.body.args_state).toBe('absent');
    expect(none.facts).toEqual(by([]).facts);
  });

  it('never stands in raw', () => {
    const line = {
      method: 'tools/call',
      id: 1,
      jsonrpc: '2.0',
      params: { name: 'x', arguments: { q: 'private words' } },
    };
    const body = decodeAll([JSON.stringify(line)], { capture: [{ server: '*', args: 'none', result: 'none' }] })
      .events[0]?.body;
    expect(JSON.stringify(body)).not.toContain('private words');
  });

  it('never stands in raw where a mapping alone knows what it is called', () => {
    const words = 'private words';
    const gateway = fromMapping({
      name: 'own',
      claims: { gw: 'own' },
      occurred_at: 'at',
      method: { otherwise: 'tools/call' },
      target: 'tool',
      args: ['calls.0.given', 'given'],
      result: 'answer',
    });
    const record = {
      gw: 'own',
      at: '2026-10-05T08:14:03Z',
      tool: 'x',
      answer: JSON.stringify({ text: words }),
      cell: 3,
    };
    const none = { gateways: [gateway], capture: [{ server: '*', args: 'none', result: 'none' } as const] };
    for (const call of [{ given: words }, { calls: [{ given: { q: words }, nth: 1 }, 2] }]) {
      const { body, facts } = decodeAll([JSON.stringify({ ...record, ...call })], none).events[0]!;
      expect([JSON.stringify(body).includes(words), facts.args.length > 0, facts.result.length > 0]).toEqual([
        false,
        true,
        true,
      ]);
      expect(body.raw).toMatchObject({ tool: 'x', cell: 3 });
    }
  });

  it('pins the tools that a server declares', () => {
    const tools = [
      { name: 'search', description: 'Find', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
    ];
    const declared = (list: object[]) =>
      one({ method: 'tools/list', target: undefined, result: { tools: list } }).events[0]?.facts.tools;
    expect(declared(tools)).toEqual([
      {
        name: 'search',
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        parts: expect.stringMatching(/^[0-9a-f]{12}$/),
        read_only: true,
      },
    ]);
    const [before, after] = [tools, [{ ...tools[0], description: 'Find and delete' }]].map(
      (list) => declared(list)![0]!,
    );
    expect(after!.hash).not.toBe(before!.hash);
    expect(after!.parts!.slice(0, 4)).not.toBe(before!.parts!.slice(0, 4));
    expect(after!.parts!.slice(4)).toBe(before!.parts!.slice(4));
  });
});

describe('keys', () => {
  it('are made of the gateway’s id where there is one', () => {
    const key = (changes: object) => one(changes as Record<string, unknown>).events[0]!.key;
    expect(key({ duration_ms: 1 })).toBe(key({ duration_ms: 2 }));
    expect(key({ source: { instance: 'b' } })).not.toBe(key({ source: { instance: 'a' } }));
    expect(one({ duration_ms: 1 }).events[0]!.contentHash).not.toBe(one({ duration_ms: 2 }).events[0]!.contentHash);
  });

  it('are not for a field of the record to make', () => {
    for (const pair of [5, { a: 1 }, '#x', 'x']) {
      const { events, rejects } = decodeAll([JSON.stringify(nativeEvent({ pair, kin: pair, event_id: undefined }))]);
      expect([rejects, events[0]?.body.raw]).toEqual([[], { pair, kin: pair }]);
      expect(events[0]?.key).not.toBe(decodeAll([JSON.stringify(nativeEvent({ event_id: 'x' }))]).events[0]!.key);
    }
  });

  it('are made of content and ordinal where there is none, and shown as event_id', () => {
    const line = JSON.stringify(nativeEvent({ event_id: undefined }));
    const [first, second] = decodeAll([`[${line},${line}]`]).events;
    expect(first!.key).not.toBe(second!.key);
    expect(first!.body.event_id).toBe(first!.key);
    expect(decodeAll([line]).events[0]!.key).toBe(first!.key);
  });

  it('do not depend on when a record came', () => {
    const line = JSON.stringify(nativeEvent({ event_id: undefined }));
    const at = (receivedAt: number) => decodeAll([{ offset: 0, value: line, receivedAt }]).events[0]!;
    expect(at(RECEIVED_AT).key).toBe(at(RECEIVED_AT + 5000).key);
    expect(at(RECEIVED_AT).contentHash).toBe(at(RECEIVED_AT + 5000).contentHash);
  });
});

describe('time', () => {
  it.each<[unknown, string]>([
    ['2026-10-05T08:14:03Z', '2026-10-05T08:14:03.000Z'],
    ['2026-10-05T10:14:03.684128999+02:00', '2026-10-05T08:14:03.684Z'],
    ['2026-10-05 08:14:03.6', '2026-10-05T08:14:03.600Z'],
    ['2026-10-05 10:14:03.684+02', '2026-10-05T08:14:03.684Z'],
    ['2026-10-05 08:14:03.684 UTC', '2026-10-05T08:14:03.684Z'],
    ['2026-10-05 10:14:03.684128 +0200 CEST', '2026-10-05T08:14:03.684Z'],
    ['2026-10-05 08:14:03.684128 +0000 UTC', '2026-10-05T08:14:03.684Z'],
    ['05/Oct/2026:10:14:03 +0200', '2026-10-05T08:14:03.000Z'],
    ['Mon, 05 Oct 2026 08:14:03 GMT', '2026-10-05T08:14:03.000Z'],
    ['5 Oct 2026 08:14:03 +0000', '2026-10-05T08:14:03.000Z'],
    ['20261005T081403Z', '2026-10-05T08:14:03.000Z'],
    ['2026-10-05t08:14:03,684z', '2026-10-05T08:14:03.684Z'],
    [1791188043, '2026-10-05T08:14:03.000Z'],
    [1791188043.684, '2026-10-05T08:14:03.684Z'],
    ['1791188043684', '2026-10-05T08:14:03.684Z'],
    [1791188043684128, '2026-10-05T08:14:03.684Z'],
    ['1791188043684128999', '2026-10-05T08:14:03.684Z'],
    ['1.791188043684E9', '2026-10-05T08:14:03.684Z'],
    ['1.791188043684E+12', '2026-10-05T08:14:03.684Z'],
    ['1791188043.684128999000', '2026-10-05T08:14:03.684Z'],
    [1.001, '1970-01-01T00:00:01.001Z'],
    ...[2_147_483_647, 2_147_483_648, 4_294_967_296, 7_258_118_400].flatMap((seconds): [unknown, string][] => {
      const meant = new Date(seconds * 1000 + 289).toISOString();
      const whole = `${seconds}289`;
      return [
        [seconds + 0.289, meant],
        [`${seconds}.289`, meant],
        [`${seconds}.289128`, meant],
        [Number(whole), meant],
        [`${whole}.128`, meant],
        [Number(`${whole}128`), meant],
        [`${whole}128`, meant],
        [`${whole}128999`, meant],
      ];
    }),
  ])('reads %s', (written, meant) => {
    expect(new Date(toMillis(written)).toISOString()).toBe(meant);
    expect(bodyOf({ occurred_at: written })?.occurred_at).toBe(meant);
  });

  it('is the same millisecond in every unit, as number and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2255, 0, 1) }), (ms) => {
        const seconds = `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
        const texts = [
          seconds,
          `${seconds}999`,
          `${ms}`,
          `${ms}.9`,
          `${ms}000`,
          `${ms}999`,
          `${ms}000000`,
          `${ms}999999`,
          `${seconds}0000000000`,
          `${ms}.0000000000`,
          ms.toExponential(),
          (ms * 1000).toExponential().toUpperCase(),
        ];
        expect(texts.map(toMillis)).toEqual(texts.map(() => ms));
        const numbers = [ms / 1000, ms, ms * 1e3, Number(`${ms}000000`)];
        expect(numbers.map(toMillis)).toEqual(numbers.map(() => ms));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'yesterday',
    '',
    '2026-02-30T08:14:03Z',
    '30/Feb/2026:08:14:03 +0000',
    '05/Abc/2026:08:14:03 +0000',
    '20260230T081403Z',
    '2026-04-31 08:14:03.684',
    -5,
    '1969-12-31T23:59:59Z',
    '9999-12-31T23:59:59Z',
    {},
    Number.MAX_VALUE,
  ])('refuses %s', (written) => {
    expect(one({ occurred_at: written === '' ? 'x' : written }).rejects[0]?.reason).toBe('bad_time');
  });

  it('lets effective time stray ten minutes from receipt', () => {
    const effective = (occurred_at: string, options = {}) => one({ occurred_at }, options).events[0]!.effectiveAt;
    expect(effective('2026-10-05T08:14:00Z')).toBe(Date.UTC(2026, 9, 5, 8, 14));
    expect(effective('2020-01-01T00:00:00Z')).toBe(RECEIVED_AT - 600_000);
    expect(effective('2100-01-01T00:00:00Z')).toBe(RECEIVED_AT + 600_000);
    expect(effective('2020-01-01T00:00:00Z', { backfill: true })).toBe(Date.UTC(2020, 0, 1));
  });
});

describe('agents', () => {
  it('fold by rule', () => {
    const agents = [{ match: '^(.+)-[0-9a-f]{8}$', id: '$1' }];
    expect(bodyOf({ agent: { id: 'scanner-0a1b2c3d' } }, { agents })?.agent.id).toBe('scanner');
    expect(bodyOf({ agent: { id: 'scanner' } }, { agents })?.agent.id).toBe('scanner');
  });

  it('are not folded by a group that the rule does not have: all of them would be one', () => {
    const rule = (match: string, id: string) => () => bodyOf({ agent: { id: 'a' } }, { agents: [{ match, id }] });
    expect(rule('^(a)$', '$2')).toThrow('agents.0.id: $2 is no group of match, which has 1');
    expect(rule('^a$', 'pod-$1')).toThrow('agents.0.id: $1 is no group of match, which has none');
    expect(rule('^(a)$', '$1$$')()?.agent.id).toBe('a$');
  });

  it('are refused where who sends may not speak for them', () => {
    expect(one({ agent: { id: 'deployer' } }, { agents_allowed: ['support-*'] }).rejects[0]?.reason).toBe(
      'forbidden_agent',
    );
    expect(one({ agent: { id: 'support-1' } }, { agents_allowed: ['support-*'] }).events).toHaveLength(1);
  });
});

describe('records', () => {
  it.each<[string, string | Uint8Array | null, string]>([
    ['nothing', null, 'empty'],
    ['blanks', '  \n', 'empty'],
    ['no JSON', 'GET / HTTP/1.1', 'not_json'],
    ['a number', '42', 'not_an_object'],
    ['an empty array', '[]', 'empty'],
    ['bytes', new Uint8Array([0xff, 0xfe, 0x00]), 'not_utf8'],
    ['an unknown format', '{"hello":"world"}', 'unknown_format'],
    ['no target', JSON.stringify(nativeEvent({ target: {} })), 'invalid_event'],
    ['too much', `{"a":"${'x'.repeat(1024 * 1024)}"}`, 'too_large'],
    [
      'too deep arguments',
      JSON.stringify(nativeEvent({ args: JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`) })),
      'too_deep',
    ],
  ])('of %s are refused with a reason', (_, value, reason) => {
    expect(decodeAll([value]).rejects.map((reject) => reject.reason)).toEqual([reason]);
  });

  it('name what a native event is short of', () => {
    const detailOf = (event: object) => decodeAll([JSON.stringify(event)]).rejects[0]?.detail;
    const { occurred_at, agent, ...rest } = nativeEvent();
    expect(detailOf({ ...rest, agent, ocurred_at: occurred_at })).toBe(
      'no adapter knows this format; the native format needs occurred_at as well',
    );
    expect(detailOf({ ...rest, agent: 'support-1' })).toContain('needs agent (an object) and occurred_at as well');
    expect(detailOf({ method: 'tools/call' })).toBe('no adapter knows this format');
  });

  it('name the limit, and no length, which a source may have cut', () => {
    expect(decodeAll([`{"a":"${'x'.repeat(3 << 20)}"}`]).rejects[0]?.detail).toBe('more than 1048576 bytes');
  });

  it('leave their neighbours untouched', () => {
    const good = JSON.stringify(nativeEvent());
    const told = decodeAll([good, '{', `[${good}, 5, {"x":1}, ${good.replace('ev-1', 'ev-2')}]`]);
    expect(told.events).toHaveLength(3);
    expect(told.rejects.map(({ reason, position }) => [reason, position.offset, position.index])).toEqual([
      ['not_json', 1, 0],
      ['not_an_object', 2, 1],
      ['unknown_format', 2, 2],
    ]);
  });

  it('cannot be forged from a field of another', () => {
    const forged = JSON.stringify(nativeEvent({ agent: { id: 'victim' } }));
    for (const key of ['log', 'message', 'line']) expect(bodyOf({ [key]: forged })?.agent.id).toBe('agent-1');
  });

  it('of a mapping that is never asked, or never answers, would be lost: it is told with its place', () => {
    const mapping = (name: string, method: object = { otherwise: 'tools/call' }) => ({
      name,
      claims: { gw: 'own' },
      occurred_at: 'at',
      method,
    });
    const names = ['kong', 'own', 'own'].map((name) => mapping(name));
    expect(() => decoderOptions(configSchema.parse({ mappings: names }), hasher)).toThrow(
      /^mappings\.0\.name: kong is the name of another gateway.*\nmappings\.2\.name: own is the name of another/,
    );
    const never = configSchema.safeParse({ mappings: [mapping('own', { map: { call: 'tools/call' } })] });
    expect(never.error?.issues[0]).toMatchObject({
      path: ['mappings', 0, 'method'],
      message: 'from or otherwise is expected',
    });
  });

  it('understand a mapping of the configuration', () => {
    const mapping = {
      name: 'mine',
      claims: { app: 'my-gw' },
      occurred_at: 'ts',
      method: { otherwise: 'tools/call' },
      target: 'tool',
      agent: [{ basis: 'consumer' as const, from: 'who' }],
      server: 'backend',
    };
    const config = configSchema.parse({ mappings: [mapping] });
    const decode = createDecoder(decoderOptions(config, hasher));
    const value = JSON.stringify({ app: 'my-gw', ts: 1791188043, tool: 'search', who: 'bot-7', backend: 'tickets' });
    const [decoded] = decode({
      source: 's',
      instance: 'i',
      partition: 0,
      generation: 0,
      gateway: 'auto',
      records: [{ offset: 0, value, receivedAt: RECEIVED_AT }],
    });
    expect(decoded?.items[0]).toMatchObject({
      kind: 'event',
      event: {
        body: { source: { kind: 'mine' }, agent: { id: 'bot-7', id_basis: 'consumer' }, server: { id: 'tickets' } },
      },
    });
  });
});
