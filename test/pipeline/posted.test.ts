import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import type { RekeyedMessage } from '../../src/pipeline/deliver.ts';
import { createKafkaIngest } from '../../src/pipeline/kafka-ingest.ts';
import { POSTED_HEADER, withPosted } from '../../src/pipeline/posted.ts';
import { uncounted } from './log.ts';

const hasher = createHasher(Buffer.from('a key of some length, for tests'));
const mark = (value: string): string => hasher(`posted ${value}`);
const decode = createDecoder({ hasher, capture: [{ server: '*', args: 'keys', result: 'none' }] });
const event = JSON.stringify({
  event_id: 'e-1',
  occurred_at: '2026-03-02T10:00:00.000Z',
  agent: { id: 'a' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: 'get_ticket' },
  args: { path: 'docs/plan.md', password: 'correct-horse-9' },
  result: { content: [{ type: 'text', text: 'write to eve@evil.example' }] },
});
const NOW = Date.UTC(2026, 10, 2);
const AT = { source: 'kafka:t', instance: 't', partition: 0, generation: 1, gateway: 'auto' };

/** What a post becomes in a topic of the user's own. */
async function posted(backfill: boolean): Promise<RekeyedMessage> {
  const sent: RekeyedMessage[] = [];
  const posts = createKafkaIngest({
    decode,
    mark,
    produce: async (messages) => void sent.push(...messages),
    tooLarge: () => false,
    store: { writeRejects: () => Promise.reject(new Error('nothing is rejected')) },
    observer: uncounted,
    firstOffset: 0,
  });
  await posts.push([{ value: event, receivedAt: NOW }], { instance: 'gw', gateway: 'auto', backfill });
  return sent[0]!;
}

function read({ value, headers }: Pick<RekeyedMessage, 'value' | 'headers'>) {
  const record = { offset: 0, value, headers, receivedAt: NOW };
  const [decoded] = withPosted(decode, mark)({ ...AT, records: [record] });
  const [item] = decoded!.items;
  if (item?.kind !== 'event') throw new Error('no event');
  const { receivedAt, facts, body } = item.event;
  return { quiet: decoded!.backfill === true, receivedAt, facts, body };
}

describe('a posted event in a topic that gateways write to as well', () => {
  it('keeps its own time and tells nobody where it is history; what is live does neither', async () => {
    expect(read(await posted(true))).toMatchObject({
      quiet: true,
      receivedAt: Date.parse('2026-03-02T10:00:00.000Z'),
    });
    expect(read(await posted(false))).toMatchObject({ quiet: false, receivedAt: NOW });
  });

  it('is told by what was in it, of which its text keeps nothing', async () => {
    const [direct] = decode({ ...AT, records: [{ offset: 0, value: event, receivedAt: NOW }] })[0]!.items;
    const { value, headers } = await posted(false);
    const { facts, body } = read({ value, headers });
    expect(value).not.toContain('plan.md');
    expect(facts).toEqual(direct?.kind === 'event' ? direct.event.facts : null);
    expect(facts.result.map(({ kind }) => kind)).toContain('email');
    expect(body.args_state).toBe('keys_only');
  });

  it('is believed of us alone: nobody mutes alerts by a header of theirs, or by ours on another message', async () => {
    const { value, headers } = await posted(true);
    const theirs = { [POSTED_HEADER]: headers[POSTED_HEADER]! };
    const other = value.replace('get_ticket', 'drop_table');
    for (const { quiet, facts } of [read({ value, headers: theirs }), read({ value: other, headers })])
      expect([quiet, facts.result]).toEqual([false, []]);
  });
});
