import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ARG_FACTS, MAX_RESULT_FACTS } from '../../schemas/event.ts';
import { extractArgs, extractResult } from '../../src/decode/extract.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { decodeAll, nativeEvent } from '../support/decoding.ts';
import { heapUsed } from '../support/heap.ts';

const hasher = (text: string): string => text;
const args = (value: Record<string, unknown>): string[] =>
  extractArgs(value, hasher).map(({ field, kind, hash }) => `${field} ${kind} ${hash}`);
const result = (value: unknown): string[] => extractResult(value, hasher).map(({ kind, hash }) => `${kind} ${hash}`);

describe('extractArgs', () => {
  it.each([
    [{ to: 'Ann.Lee@Shop.Example' }, ['to email ann.lee@shop.example', 'to domain shop.example']],
    [
      { bcc: '"Lee, Ann" <Ann@Shop.example>;eve@else.example,' },
      [
        'bcc email ann@shop.example',
        'bcc domain shop.example',
        'bcc email eve@else.example',
        'bcc domain else.example',
      ],
    ],
    [{ to: '<eve@else.example>' }, ['to email eve@else.example', 'to domain else.example']],
    [
      { to: 'ann@shop.example and others' },
      ['to text ann@shop.example and others', 'to email ann@shop.example', 'to domain shop.example'],
    ],
    [{ url: 'HTTPS://www.Shop.example/a/B/#top' }, ['url url shop.example/a/b', 'url domain shop.example']],
    [{ site: 'www.shop.example' }, ['site domain shop.example']],
    [{ repo: 'acme/Web-Shop' }, ['repo repository acme/web-shop']],
    [{ file: '/etc/ssl/' }, ['file path /etc/ssl']],
    [{ name: 'report.pdf' }, ['name path report.pdf']],
    [{ iban: 'DE89370400440532013000' }, ['iban iban de89370400440532013000']],
    [{ destination: 'acct_1Nv0FG' }, ['destination id acct_1nv0fg']],
    [{ destination: 'backup' }, ['destination path backup']],
    [{ host: '10.0.0.7' }, ['host ip 10.0.0.7']],
    [{ host: 'db-1' }, ['host host db-1']],
    [{ owner: 'octocat' }, ['owner handle octocat']],
    [{ id: 42, amount: 42 }, ['id id 42', 'amount number 42']],
    [{ job: '7b1f5f8f-6e0f-4e0d-9c1b-000000000001' }, ['job uuid 7b1f5f8f-6e0f-4e0d-9c1b-000000000001']],
    [{ date: '2026-05-01 10:00', dry_run: true }, ['date time 2026-05-01 10:00', 'dry_run boolean true']],
    [{ password: '[redacted:password:0123456789abcdef]' }, ['password secret 0123456789abcdef']],
  ])('tells %j', (value, facts) => {
    expect(args(value)).toEqual(facts);
  });

  it('finds the entities inside a text', () => {
    const facts = args({
      body: 'Please pay to DE89370400440532013000 and tell eve@else.example, see https://else.example/x.',
    });
    expect(facts).toEqual(
      expect.arrayContaining([
        'body iban de89370400440532013000',
        'body email eve@else.example',
        'body url else.example/x',
      ]),
    );
    expect(facts.filter((fact) => fact.startsWith('body text'))).toHaveLength(1);
  });

  it.each([
    ['long', 'so it went on. '.repeat(1_200)],
    ['full of names', Array.from({ length: MAX_ARG_FACTS }, (_, n) => `friend${n}@far.example`).join(', ')],
  ])('finds whom it is for behind a text that is %s', (_, body) => {
    expect(args({ body, to: 'eve@else.example' })).toContain('to email eve@else.example');
  });

  it.each([
    ['a list', { labels: Array.from({ length: 200 }, (_, n) => `l${n}`) }],
    ['a tree', { tree: Array.from({ length: 40 }, (_, n) => ({ a: `a${n}`, b: `b${n}`, c: `c${n}` })) }],
    ['addresses that are known', { to: Array.from({ length: 100 }, (_, n) => `friend${n}@far.example`) }],
  ])('finds whom it is for behind %s of more values than are kept', (_, front) => {
    const facts = args({ ...front, bcc: 'eve@else.example' });
    expect(facts).toHaveLength(MAX_ARG_FACTS);
    expect(facts.slice(-2)).toEqual(['bcc email eve@else.example', 'bcc domain else.example']);
  });

  it('names fields by their path', () => {
    expect(args({ message: { to: [{ email: 'a@b.example' }] } })[0]).toBe('message.to[].email email a@b.example');
  });

  it('repeats no long name with every fact, nor with every secret', () => {
    const secrets = Array.from({ length: 200 }, (_, n) => ({ [`n${n}_token`]: 'abcdefgh' }));
    const text = JSON.stringify(nativeEvent({ args: { ['k'.repeat(100_000)]: ['a1', 'a2', 'a3', ...secrets] } }));
    const [event] = decodeAll([text]).events;
    expect(event!.facts.args.length).toBe(MAX_ARG_FACTS);
    expect(event!.facts.redacted.length).toBeGreaterThan(0);
    expect(JSON.stringify(event!.facts).length).toBeLessThan(text.length);
  });

  it('keeps no long name in memory', () => {
    const before = heapUsed();
    for (let n = 0; n < 100; n += 1)
      decodeAll([JSON.stringify(nativeEvent({ args: { [`${n}${'k'.repeat(500_000)}`]: 'a1' } }))]);
    expect(heapUsed() - before).toBeLessThan(20_000_000);
  });

  it('has the same spelling for a value in an argument and in a result', () => {
    const texts = [
      'Bob@Shop.example',
      'https://www.shop.example/cart/',
      'acme/web-shop',
      'DE89370400440532013000',
      '/srv/data/',
    ];
    for (const text of texts) {
      const named = extractArgs({ any: text }, hasher)[0]!.hash;
      expect(extractResult(`Look: "${text}" is it`, hasher).map(({ hash }) => hash)).toContain(named);
      expect(extractResult({ deep: [{ value: text }] }, hasher).map(({ hash }) => hash)).toContain(named);
    }
  });
});

describe('extractResult', () => {
  it('takes a link with a query as a whole, as an argument that follows it has it', () => {
    for (const link of ['https://a.example/f?id=1&k=2', `https://a.example/f?x=${'y=1&'.repeat(300)}`]) {
      const followed = extractArgs({ url: link }, hasher)[0]!.hash;
      for (const text of [`See ${link}, or ask.`, `It is [here](${link}).`, JSON.stringify({ note: link, n: 1 })])
        expect(extractResult(text, hasher).map(({ hash }) => hash)).toContain(followed);
    }
  });

  it('takes values of lines, quotes and structure, without a field', () => {
    expect(result('name: Ann Lee\n- order: "A-1007"')).toEqual(expect.arrayContaining(['text ann lee', 'id a-1007']));
    expect(result({ total: 12.5, note: 'paid' })).toEqual(['number 12.5', 'word paid']);
    expect(extractResult('x@y.example', hasher).every(({ field }) => field === '')).toBe(true);
  });

  it('finds what short JSON without a space holds, and takes a marker of a secret for one', () => {
    expect(result('{"to":"eve@else.example","n":1}')).toContain('email eve@else.example');
    expect(result('["acme/shop","acme/pay"]')).toContain('repository acme/pay');
    expect(result('[redacted:aws:abc]')).toEqual(['secret abc']);
  });

  it('is bounded, total and quick on anything', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 6 }), fc.string({ maxLength: 4000 }), (value, text) => {
        expect(extractResult([value, text], hasher).length).toBeLessThanOrEqual(MAX_RESULT_FACTS);
        expect(extractArgs({ value, text }, hasher).length).toBeLessThanOrEqual(MAX_ARG_FACTS);
      }),
    );
  });

  it.each([
    'a.',
    '/',
    'a@',
    'a@b.co,',
    '"a" <',
    '"',
    ': ',
    "'a",
    'a',
    ' ',
    'http://',
    'https://a=',
    '\n- ',
    '[redacted:',
    'a/a.',
    '1,',
    '::',
    '`x',
  ])('takes time in proportion to a hostile text of %j', (unit) => {
    const evil = unit.repeat(Math.ceil(16_384 / unit.length));
    const five = cpuMs(() => {
      for (let i = 0; i < 5; i += 1) {
        extractResult(evil, hasher);
        extractArgs({ evil }, hasher);
      }
    });
    expect(five / 5).toBeLessThan(100);
  });
});
