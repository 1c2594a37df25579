import { describe, expect, it } from 'vitest';
import { kafka } from '../../../src/alerts/channels/kafka.ts';
import { channelContract } from '../../contracts/channel.ts';
import { alertOf } from '../support.ts';

async function setUp() {
  const produced: { topic: string; key: string; value: string }[] = [];
  let down = false;
  const produce = async (topic: string, key: string, value: string): Promise<void> => {
    if (down) throw new Error('no leader');
    produced.push({ topic, key, value });
  };
  const breakDown = (): void => {
    down = true;
  };
  return {
    channel: kafka({ name: 'bus', topic: 'alerts', produce }),
    produced,
    arrived: () => produced.map(({ value }) => value),
    breakDown,
    close: () => {},
  };
}

describe('kafka', () => {
  channelContract(setUp);

  it('keys a message by its agent', async () => {
    const { channel, produced } = await setUp();
    await channel.send({ id: 'd-1', alert: alertOf(), at: 0 }, new AbortController().signal);
    expect(produced).toMatchObject([{ topic: 'alerts', key: 'support-7' }]);
    expect(JSON.parse(produced[0]!.value)).toEqual({ delivery_id: 'd-1', ...alertOf() });
  });
});
