import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../schemas/event.ts';
import { createPartition, type Judged } from '../../src/engine/partition.ts';
import { compileRules, type RuleContents } from '../../src/engine/rules.ts';
import { createLane, type Lane, type LaneSetup } from '../../src/pipeline/lanes/lane.ts';
import { createLanes } from '../../src/pipeline/lanes/lanes.ts';
import type { RemoteLane } from '../../src/pipeline/lanes/remote.ts';
import { decodeAll } from '../support/decoding.ts';
import { smallCompany } from '../support/service.ts';

const company = smallCompany({ agents: 9, days: 16 });
const lines = company.events.map((event) => JSON.stringify(event));
const grants = (file: typeof company.grants): RuleContents => ({ grants: { file, earlier: [] } });
const RULES = grants({ grants: [], charters: [], changes: [] });
const OTHER = grants(company.grants);

/** Orders in which a file may have them: by time; by agent, so that days come again; late by days here and there. */
const ORDERS: Record<string, (a: Event, b: Event) => number> = {
  'by time': () => 0,
  'by agent': (a, b) => a.body.agent.id.localeCompare(b.body.agent.id),
  'some late': (a, b) => lateness(a) - lateness(b),
};
const lateness = ({ effectiveAt, key }: Event): number =>
  effectiveAt + (Number.parseInt(key.slice(0, 2), 16) < 40 ? Number.parseInt(key.slice(2, 4), 16) * 3_000_000 : 0);

function events(order: string): Event[] {
  const { events: all } = decodeAll(lines, { backfill: true });
  const sorted = all.sort(ORDERS[order]).filter((_, n) => n % 3 !== 1);
  // Some are told twice.
  const told = sorted.flatMap((event, n) => (n % 50 === 7 ? [event, structuredClone(event)] : [event]));
  for (const [offset, event] of told.entries()) event.position = { ...event.position, offset };
  return told;
}

interface Outcome {
  judged: Judged[];
  states: Map<string, string>;
}

const statesOf = (agents: Iterable<[string, unknown]>): [string, string][] =>
  [...agents].map(([id, state]) => [id, JSON.stringify(state)]);

function alone(order: string, governedFrom: number): Outcome {
  let { engine, inputs } = compileRules(RULES);
  const partition = createPartition({ id: 'file/0', engine, dedupeWindow: 1_000, nextOffset: 0 });
  const judged = events(order).map((event, n) => {
    if (n === governedFrom) {
      ({ engine, inputs } = compileRules(OTHER));
      partition.govern(engine);
    }
    return partition.fold(event, inputs);
  });
  return { judged, states: new Map(statesOf(partition.agents).sort()) };
}

/** In this thread, but as far as a thread is: by way of JSON, and only some turns later. */
function elsewhere(setup: LaneSetup, lanes: Lane[]): RemoteLane {
  const lane = createLane(JSON.parse(JSON.stringify(setup)) as LaneSetup);
  lanes.push(lane);
  let before: Promise<unknown> = Promise.resolve();
  return {
    ask(work) {
      const text = JSON.stringify(work);
      const answer = before.then(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return JSON.parse(JSON.stringify(lane.work(JSON.parse(text))));
      });
      before = answer;
      return answer;
    },
    close: () => Promise.resolve(lane.close()),
  };
}

async function inLanes(
  order: string,
  governedFrom: number,
  { threads, aloneFor, batch, ahead }: { threads: number; aloneFor: number; batch: number; ahead: number },
): Promise<Outcome> {
  const open: Lane[] = [];
  const lanes = createLanes({
    rules: RULES,
    dedupeWindow: 1_000,
    threads,
    aloneFor,
    open: (setup) => elsewhere(setup, open),
  });
  const all = events(order);
  const coming: Promise<Judged[]>[] = [];
  for (let from = 0; from < all.length; ) {
    const to = from < governedFrom ? Math.min(from + batch, governedFrom) : from + batch;
    if (from === governedFrom) lanes.govern(OTHER);
    coming.push(lanes.fold(all.slice(from, to)));
    if (coming.length % ahead === 0) await coming.at(-1);
    from = to;
  }
  const judged = (await Promise.all(coming)).flat();
  expect(open).toHaveLength(threads);
  await lanes.close();
  const states = [...statesOf(lanes.own.agents), ...open.flatMap((lane) => statesOf(lane.partition.agents))];
  return { judged, states: new Map(states.sort()) };
}

describe('lanes', () => {
  for (const order of Object.keys(ORDERS))
    it(`tell what one fold tells, and leave the same state: ${order}`, async () => {
      const governedFrom = 700;
      const whole = alone(order, governedFrom);
      expect(
        new Set(events(order).map(({ effectiveAt }) => Math.floor(effectiveAt / 86_400_000))).size,
      ).toBeGreaterThan(9);
      expect(whole.judged.flatMap(({ alerts }) => alerts).length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            threads: fc.integer({ min: 1, max: 3 }),
            aloneFor: fc.integer({ min: 0, max: 900 }),
            batch: fc.integer({ min: 1, max: 400 }),
            ahead: fc.integer({ min: 1, max: 5 }),
          }),
          async (settings) => {
            const { judged, states } = await inLanes(order, governedFrom, settings);
            expect(JSON.stringify(judged)).toBe(JSON.stringify(whole.judged));
            expect(states).toEqual(whole.states);
          },
        ),
        // What it found is said before the test's own time is up, shrunk as far as that goes.
        { numRuns: 4, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
      );
    }, 120_000);

  it('fail as one of them fails, and what was judged before stays', async () => {
    const lanes = createLanes({
      rules: RULES,
      dedupeWindow: 1_000,
      threads: 1,
      aloneFor: 100,
      open: () => ({ ask: () => Promise.reject(new Error('the thread ended')), close: () => Promise.resolve() }),
    });
    const all = events('by time');
    expect(await lanes.fold(all.slice(0, 100))).toHaveLength(100);
    await expect(lanes.fold(all.slice(100))).rejects.toThrow('the thread ended');
    await lanes.close();
  });
});
