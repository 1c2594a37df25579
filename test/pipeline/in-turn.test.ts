import { afterEach, describe, expect, it } from 'vitest';
import type { Judged } from '../../src/engine/partition.ts';
import { type InTurn, inTurn } from '../../src/pipeline/lanes/in-turn.ts';
import { createLanes, type Lanes } from '../../src/pipeline/lanes/lanes.ts';
import { decodeAll } from '../support/decoding.ts';
import { smallCompany } from '../support/service.ts';

const lines = smallCompany({ agents: 3, days: 2 }).events.map((event) => JSON.stringify(event));
const { events } = decodeAll(lines, { backfill: true });
const idOf = ({ outcome }: Judged): string => (outcome.kind === 'folded' ? outcome.eventId : 'duplicate');

describe('events handed over by and by', () => {
  let lanes: Lanes;
  let taken: string[];
  const begin = (): InTurn => {
    taken = [];
    lanes = createLanes({ rules: {}, dedupeWindow: 1_000, threads: 0 });
    return inTurn(lanes, (judged) => {
      taken.push(...judged.map(idOf));
    });
  };
  afterEach(() => lanes.close());

  it('wait for more, as long as they are few and small', async () => {
    const turns = begin();
    await turns.give(events.slice(0, 10), 10_000);
    expect(taken).toEqual([]);
    await turns.rest();
    expect(taken).toEqual(events.slice(0, 10).map(({ body }) => body.event_id));
  });

  it('do not wait where they are large', async () => {
    const turns = begin();
    await turns.give(events.slice(0, 2), 10_000_000);
    expect(taken).toHaveLength(2);
  });

  it('are taken in their order, whoever else asks for them meanwhile', async () => {
    const turns = begin();
    const wanted = events.slice(0, 60);
    const given = wanted.map((event, n) =>
      n % 7 === 3 ? turns.rest() : turns.give([event], n % 5 === 0 ? 10_000_000 : 0),
    );
    await Promise.all([...given, turns.rest()]);
    expect(taken).toEqual(wanted.filter((_, n) => n % 7 !== 3).map(({ body }) => body.event_id));
  });
});
