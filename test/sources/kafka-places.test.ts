import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../src/sources/kafka-places.ts';

const open = () => createPlaces({ maxBytes: 1 << 20, pause: () => {}, resume: () => {} });

describe('the queue of what came from Kafka', () => {
  it('hands over what is there, and else waits for it', async () => {
    const places = open();
    places.join({ events: [0] });
    expect([await places.next(), await places.next()].map((entry) => entry?.kind)).toEqual(['joined', 'take']);
    const next = places.next();
    places.add(places.find('events', 0)!, [{ offset: 0, value: 'x', receivedAt: 0 }], 1);
    expect(await next).toMatchObject({ kind: 'records', records: [{ offset: 0 }] });
  });

  it('ends who waits when it is closed, and hands over nothing more', async () => {
    const places = open();
    const next = places.next();
    places.close();
    expect(await next).toBeNull();
    places.join({ events: [0] });
    expect(await places.next()).toBeNull();
  });

  it('keeps nothing of a wait that is over', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      for (let n = 0; n < 3; n += 1) collect();
      return process.memoryUsage().heapUsed;
    };
    const places = open();
    places.join({ events: [0] });
    const place = places.find('events', 0)!;
    const wait = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        const next = places.next();
        places.retake(place);
        await next;
      }
    };
    await wait(1_000);
    const before = heap();
    await wait(20_000);
    expect(heap() - before).toBeLessThan(2_000_000);
  });
});
