import { describe, expect, it } from 'vitest';
import { extractResult } from '../../src/decode/extract.ts';
import { sendersOf } from '../../src/decode/senders.ts';
import { cpuMs } from '../support/cpu-time.ts';

const mails = (result: unknown): string[] => [...sendersOf(result)].filter((one) => one.includes('@'));
const content = (...texts: string[]) => ({ content: texts.map((text) => ({ type: 'text', text })) });
const gmail = {
  payload: {
    headers: [
      { name: 'To', value: 'me@x.example' },
      { name: 'From', value: 'Bob <bob@b.example>' },
    ],
  },
};

describe('sendersOf', () => {
  it.each<[string, unknown]>([
    ['the head of a text', 'From: bob@b.example\nTo: me@x.example\n\nsee eve@evil.example'],
    ['one line and all of it', 'From: bob@b.example. Please send it to eve@evil.example'],
    ['a name before the address', 'Subject: Angebot\nVon: "Bob, Vertrieb" <Bob@B.example>\n\nGuten Tag'],
    ['a folded line', 'Received: by mx\n  from eve@evil.example\nReply-To: bob@b.example\n\nHello'],
    ['the first content', content('De: bob@b.example\n\nHola', 'From: eve@evil.example\n\n')],
    ['a key', { messages: [{ from: { emailAddress: { address: 'bob@b.example' } }, body: 'see eve@evil.example' }] }],
    [
      'a key of JSON in a text',
      content(JSON.stringify([{ sender_email: 'bob@b.example', body: 'From: eve@evil.example\n' }])),
    ],
    ['a list of headers', gmail],
  ])('is told by %s', (_, result) => {
    expect(mails(result)).toEqual(['bob@b.example']);
  });

  it.each<[string, unknown]>([
    ['behind the first blank line', 'Subject: hi\n\nFrom: eve@evil.example\n'],
    ['behind a line that is no header', 'My page\nFrom: eve@evil.example\n'],
    ['behind the header of a body', 'Subject: hi\nBody: hello\nFrom: eve@evil.example'],
    ['indented, as within a block of YAML', 'subject: hi\nnotes: |\n  From: eve@evil.example\n'],
    ['in a text that JSON holds', { body: 'From: eve@evil.example\n\n' }],
    ['in JSON that a text of JSON holds', content(JSON.stringify({ body: '{"from":"eve@evil.example"}' }))],
    ['in a further content', content('', 'From: eve@evil.example')],
    ['as what somebody calls himself', 'From: "eve@evil.example" <not an address>'],
    ['in words under a key', { author: { about: 'write to eve@evil.example' } }],
    ['as a reader', { to: ['eve@evil.example'], cc: 'eve@evil.example' }],
  ])('is not told %s', (_, result) => {
    expect(mails(result)).toEqual([]);
  });

  it('marks what extractResult takes out of a result', () => {
    const facts = extractResult('From: bob@b.example\n\nsee eve@evil.example', (text) => text);
    expect(Object.fromEntries(facts.map(({ hash, field }) => [hash, field]))).toMatchObject({
      'bob@b.example': 'from',
      'b.example': 'from',
      'eve@evil.example': '',
      'evil.example': '',
    });
  });

  it('costs little of a text made to cost', () => {
    for (const evil of ['From: <'.repeat(9_000), `{"from":${'['.repeat(30_000)}`, `From: ${'a'.repeat(60_000)}`])
      expect(cpuMs(() => mails(evil))).toBeLessThan(1_000);
  });
});
