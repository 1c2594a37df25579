import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import { HISTORY_HEADER, withHistory } from '../../src/pipeline/history.ts';
import { createKafkaIngest, type RekeyedMessage } from '../../src/pipeline/rekey.ts';

const hasher = createHasher(Buffer.from('a key of some length, for tests'));
const mark = (value: string): string => hasher(`history ${value}`);
const decode = createDecoder({ hasher });
const event = JSON.stringify({
  event_id: 'e-1',
  occurred_at: '2026-03-02T10:00:00.000Z',
  agent: { id: 'a' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: 'get_ticket' },
});
const NOW = Date.UTC(2026, 10, 2);

/** What a post becomes in a topic of the user's own. */
async function posted(backfill: boolean): Promise<RekeyedMessage> {
  const sent: RekeyedMessage[] = [];
  const posts = createKafkaIngest({
    decode,
    mark,
    produce: async (messages) => void sent.push(...messages),
    tooLarge: () => false,
    store: { writeRejects: () => Promise.reject(new Error('nothing is rejected')) },
    firstOffset: 0,
  });
  await posts.push([{ value: event, receivedAt: NOW }], { instance: 'gw', gateway: 'auto', backfill });
  return sent[0]!;
}

async function read({ value, headers }: Pick<RekeyedMessage, 'value' | 'headers'>) {
  const record = { offset: 0, value, headers, receivedAt: NOW };
  const batch = { source: 'kafka:t', instance: 't', partition: 0, generation: 1, gateway: 'auto', records: [record] };
  const [decoded] = await withHistory(decode, mark)(batch);
  const [item] = decoded!.items;
  return { quiet: decoded!.backfill === true, receivedAt: item?.kind === 'event' ? item.event.receivedAt : null };
}

describe('history in a topic that gateways write to as well', () => {
  it('keeps its own time and tells nobody; what is live does neither', async () => {
    expect(await read(await posted(true))).toEqual({ quiet: true, receivedAt: Date.parse('2026-03-02T10:00:00.000Z') });
    expect(await read(await posted(false))).toEqual({ quiet: false, receivedAt: NOW });
  });

  it('is believed of us alone: nobody mutes alerts by a header of theirs, or by ours on another message', async () => {
    const { value, headers } = await posted(true);
    expect((await read({ value, headers: { [HISTORY_HEADER]: '1' } })).quiet).toBe(false);
    expect((await read({ value: value.replace('get_ticket', 'drop_table'), headers })).quiet).toBe(false);
  });
});
