import { describe, expect, it } from 'vitest';
import { createHttpSource, type HttpSource } from '../../src/sources/http.ts';
import type { Batch, Sender } from '../../src/sources/source.ts';

const one: Sender = { instance: 'gw-1', gateway: 'auto' };
const records = (...values: string[]) => values.map((value) => ({ value, receivedAt: 1 }));

/** Takes the assignment, seeks, and hands back the iterator. */
async function begin(source: HttpSource, offset = 10) {
  const items = source[Symbol.asyncIterator]();
  const first = await items.next();
  if (first.value?.kind !== 'assigned') throw new Error('an assignment comes first');
  first.value.assignment.seek(offset);
  return {
    items,
    async batch(): Promise<Batch> {
      const { value } = await items.next();
      if (value?.kind !== 'batch') throw new Error('no batch');
      return value.batch;
    },
  };
}
const settle = (batch: Batch, accepted = 1) =>
  batch.settled!({
    outcomes: batch.records.map(({ offset }) => ({ offset, accepted, duplicates: 0, dropped: 0, rejected: [] })),
  });

describe('the HTTP source', () => {
  it('numbers records from where the seek said, on and on', async () => {
    const source = createHttpSource();
    const { batch } = await begin(source, 41);
    const pushed = source.push(records('a', 'b'), one);
    const first = await batch();
    expect(first.records).toEqual([
      { value: 'a', receivedAt: 1, offset: 41 },
      { value: 'b', receivedAt: 1, offset: 42 },
    ]);
    settle(first);
    expect((await pushed).map(({ offset }) => offset)).toEqual([41, 42]);
    void source.push(records('c'), one);
    expect((await batch()).records[0]!.offset).toBe(43);
  });

  it('groups what waits where it is alike, in order, and answers each post with its own', async () => {
    const source = createHttpSource();
    const { batch } = await begin(source);
    const two = { ...one, instance: 'gw-2' };
    const posts = [
      source.push(records('a'), one),
      source.push(records('b', 'c'), { ...one }),
      source.push(records('d'), two),
      source.push(records('e'), one),
    ];
    const batches = [await batch(), await batch(), await batch()];
    expect(batches.map((part) => [part.instance, part.records.map(({ value }) => value).join('')])).toEqual([
      ['gw-1', 'abc'],
      ['gw-2', 'd'],
      ['gw-1', 'e'],
    ]);
    for (const [accepted, part] of batches.entries()) settle(part, accepted + 1);
    const answers = await Promise.all(posts);
    expect(answers.map((outcomes) => outcomes.map((outcome) => outcome.accepted))).toEqual([[1], [1, 1], [2], [3]]);
  });

  it('parts a long post, and answers when its last part is settled', async () => {
    const source = createHttpSource({ maxBatch: 2 });
    const { batch } = await begin(source);
    let done = false;
    const pushed = source.push(records('a', 'b', 'c'), one).then((outcomes) => {
      done = true;
      return outcomes;
    });
    const [first, second] = [await batch(), await batch()];
    settle(second);
    await Promise.resolve();
    expect(done).toBe(false);
    settle(first);
    expect((await pushed).map(({ offset }) => offset)).toEqual([10, 11, 12]);
  });

  it('a batch that failed fails its posts, their untaken rest is not folded, and the others go on', async () => {
    const source = createHttpSource({ maxBatch: 2 });
    const { batch } = await begin(source);
    const bad = source.push(records('a', 'b', 'c', 'd'), one);
    const good = source.push(records('e'), one);
    (await batch()).settled!({ error: new Error('the store refused') });
    await expect(bad).rejects.toThrow('the store refused');
    const next = await batch();
    expect(next.records.map(({ value }) => value)).toEqual(['e']);
    settle(next);
    await good;
  });

  it('a stop ends it after what is in hand; later posts are refused', async () => {
    const source = createHttpSource();
    const { batch, items } = await begin(source);
    const pushed = source.push(records('a'), one);
    await source.stop();
    await expect(source.push(records('b'), one)).rejects.toMatchObject({ name: 'BusyError' });
    settle(await batch());
    expect((await items.next()).done).toBe(true);
    expect(await pushed).toHaveLength(1);
  });

  it('posts are answered before the loop began only by what comes of them, and fail where it dies', async () => {
    const source = createHttpSource();
    const early = source.push(records('a'), one);
    const { items, batch } = await begin(source);
    expect((await batch()).records).toHaveLength(1);
    await items.return!();
    await expect(early).rejects.toThrow('the pipeline ended');
  });

  it('what is in hand and what waits is answered where the loop dies during a stop', async () => {
    const source = createHttpSource({ maxBatch: 1 });
    const { items, batch } = await begin(source);
    const posts = [source.push(records('a'), one), source.push(records('b'), one)];
    await batch();
    await source.stop();
    await items.return!();
    for (const post of posts) await expect(post).rejects.toThrow('the pipeline ended');
  });
});
