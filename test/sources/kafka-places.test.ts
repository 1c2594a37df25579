import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../src/sources/kafka-places.ts';
import { heapUsed } from '../support/heap.ts';

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

  it('stands where it was told to begin until what it handed over is worked', async () => {
    const places = open();
    places.join({ events: [0] });
    const place = places.find('events', 0)!;
    await places.next();
    await places.next();
    places.sought(place, 5);
    const records = [5, 7].map((offset) => ({ offset, value: 'x', receivedAt: 0 }));
    places.add(place, records, 9);
    const entry = await places.next();
    expect([place.next, place.position]).toEqual([5, 9]);
    if (entry?.kind === 'records') places.done(entry);
    expect(place.next).toBe(8);
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
    const before = heapUsed();
    await wait(20_000);
    expect(heapUsed() - before).toBeLessThan(2_000_000);
  });
});
