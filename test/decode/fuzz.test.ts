import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REJECT_REASONS } from '../../schemas/event.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { decodeAll, nativeEvent, type Told } from '../support/decoding.ts';

/** Whatever comes in: never a throw, and always events, a counted drop, or a reject of the closed list. */
const folder = new URL('../gateways/samples/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.golden.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .concat(JSON.stringify(nativeEvent({ args: { q: 'x' }, user: { id: 'u' }, outcome: { status: 'ok' } })));

function accounted(told: Told): void {
  expect(told.events.length + told.rejects.length + told.dropped).toBeGreaterThan(0);
  for (const { reason, raw, detail } of told.rejects) {
    expect(REJECT_REASONS).toContain(reason);
    expect(reason).not.toBe('internal_error');
    expect(raw.length).toBeLessThanOrEqual(64 * 1024 * 4);
    expect(detail.length).toBeLessThan(2000);
  }
  for (const event of told.events) {
    expect(event.key).toMatch(/^[0-9a-f]{32}$/);
    expect(Number.isFinite(event.effectiveAt)).toBe(true);
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  }
}

const hostile = fc.constantFrom<unknown>(
  null,
  '',
  {},
  [],
  0,
  -1,
  1e308,
  true,
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  '__proto__',
  { __proto__: 1 },
  [[[]]],
  '9999-99-99T99:99:99Z',
  -62135596800000,
  '1e400',
  { toString: 1 },
  { length: 1e9 },
  'constructor',
);

/** Replaces, removes or adds something somewhere. */
function mutate(value: unknown, path: number[], into: unknown): unknown {
  if (path.length === 0 || typeof value !== 'object' || value === null) return into;
  const keys = Object.keys(value);
  if (keys.length === 0) return into;
  const key = keys[(path[0] as number) % keys.length] as string;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (path[0] === 99) delete copy[key];
  else copy[key] = mutate(copy[key], path.slice(1), into);
  return copy;
}

describe('decoding whatever comes', () => {
  it('answers any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => accounted(decodeAll([bytes]))),
      { numRuns: 500 },
    );
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => accounted(decodeAll([text]))),
      { numRuns: 500 },
    );
  });

  it('answers any JSON and any sample, under any gateway', () => {
    const gateway = fc.constantFrom('auto', ...gateways.map(({ name }) => name));
    const record = fc.oneof(fc.json(), fc.constantFrom(...samples));
    fc.assert(
      fc.property(record, gateway, (json, name) => accounted(decodeAll([json], { gateway: name }))),
      { numRuns: 1000 },
    );
  });

  it('answers any mutated sample', () => {
    const where = fc.array(fc.oneof(fc.nat({ max: 30 }), fc.constant(99)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), where, fc.oneof(hostile, fc.jsonValue()), (line, path, into) =>
        accounted(decodeAll([JSON.stringify(mutate(JSON.parse(line), path, into)) ?? 'null'])),
      ),
      { numRuns: 3000 },
    );
  });

  it('answers any damaged sample', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), fc.string({ maxLength: 4 }), (line, at, junk) => {
        const cut = at % line.length;
        accounted(decodeAll([line.slice(0, cut) + junk + line.slice(cut + 1)]));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['depth 10,000', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['objects of depth 10,000', `${'{"log":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    [
      'arguments of depth 10,000',
      JSON.stringify(nativeEvent()).replace('}}', `},"args":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`),
    ],
    ['a number beyond any', '{"occurred_at":1e400,"method":"ping","agent":{"id":"a"},"server":{"id":"s"}}'],
    [
      'keys told twice',
      '{"method":"ping","method":"tools/list","agent":{"id":"a"},"server":{"id":"s"},"occurred_at":"2026-10-05T08:14:03Z"}',
    ],
    ['nothing but marks of byte order', '\ufeff'.repeat(300_000)],
    ['a NUL', JSON.stringify(nativeEvent({ target: { name: 'a\u0000b' } }))],
    [
      'a lone surrogate',
      '{"occurred_at":"2026-10-05T08:14:03Z","method":"ping","agent":{"id":"\\ud800"},"server":{"id":"s"}}',
    ],
    [
      'a prototype',
      '{"__proto__":{"method":"ping"},"method":"ping","agent":{"id":"a","__proto__":{"x":1}},"server":{"id":"s"},"occurred_at":"2026-10-05T08:14:03Z","args":{"__proto__":{"polluted":true}}}',
    ],
    [
      'a number beyond any in arguments',
      JSON.stringify(nativeEvent({ args: { n: [1] }, result: 2, x: 3 })).replaceAll(/[123](?=[\],}])/g, '-1e999'),
    ],
  ])('answers %s in bounded time', (_, text) => {
    expect(cpuMs(() => accounted(decodeAll([text])))).toBeLessThan(2_000);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('bounds what a small record can make of itself', () => {
    const span =
      '{"traceId":"1","spanId":"2","startTimeUnixNano":"1791188043684000000","kind":2,"attributes":[{"key":"mcp.method.name","value":{"stringValue":"ping"}}]}';
    const many = Array.from({ length: 5000 }, () => span).join(',');
    const laughs = `{"resourceSpans":[{"scopeSpans":[{"spans":[${many}]}]}]}`;
    for (const text of [laughs, `[${'{},'.repeat(50_000)}{}]`, `[${'[],'.repeat(100_000)}[]]`])
      expect(cpuMs(() => accounted(decodeAll([text])))).toBeLessThan(4_000);
  });

  it.each([
    [
      'spans',
      (shared: string, many: string) =>
        `{"resourceSpans":[{"resource":{"attributes":[${shared}]},"scopeSpans":[{"spans":[${many}]}]}]}`,
    ],
    [
      'log records',
      (shared: string, many: string) =>
        `{"resourceLogs":[{"resource":{"attributes":[${shared}]},"scopeLogs":[{"logRecords":[${many}]}]}]}`,
    ],
    [
      'calls of one request',
      (shared: string, many: string) =>
        `{"started_at":1791188043684,"request":{"id":"x","shared":[${shared}]},"response":{"status":200},"latencies":{},"ai":{"mcp":{"rpc":[${many}]}}}`,
    ],
  ])('%s that share most of a record do not multiply it', (kind, record) => {
    const shared = Array.from({ length: 8_000 }, (_, n) => `{"key":"k${n}","value":{"stringValue":"some words"}}`);
    const one = (n: number): string =>
      kind === 'calls of one request'
        ? `{"id":"${n}","method":"ping"}`
        : `{"traceId":"1","spanId":"${n}","startTimeUnixNano":"1791188043684000000","timeUnixNano":"1791188043684000000","kind":2,"attributes":[{"key":"mcp.method.name","value":{"stringValue":"ping"}}]}`;
    const text = record(shared.join(','), Array.from({ length: 2_000 }, (_, n) => one(n)).join(','));
    expect(text.length).toBeLessThan(1 << 20);
    let told = decodeAll([]);
    const spent = cpuMs(() => {
      told = decodeAll([text]);
    });
    accounted(told);
    expect(told.events.length + told.rejects.length).toBe(2_000);
    const kept = [
      ...told.events.map(({ body }) => JSON.stringify(body).length),
      ...told.rejects.map(({ raw }) => raw.length),
    ];
    expect(kept.reduce((sum, length) => sum + length, 0)).toBeLessThan(8 * text.length);
    expect(spent).toBeLessThan(8_000);
  });
});
