import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLEET } from '../../src/engine/peer-sums.ts';
import {
  createLedger,
  type LedgerJson,
  mergeLedgers,
  type PublishedPrior,
  priorViews,
} from '../../src/engine/peers.ts';
import { createPeerExchange } from '../../src/pipeline/peer-exchange.ts';
import { contributionOf } from '../support/shares.ts';

const contribution = fc.dictionary(
  fc.constantFrom('first-seen', 'sequence'),
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 9 })),
);
const told = fc.record({
  agent: fc.integer({ min: 0, max: 7 }),
  group: fc.constantFrom('support', 'ops'),
  steps: fc.array(contribution.map(contributionOf), { minLength: 1, maxLength: 3 }),
});

describe('mergeLedgers', () => {
  it('says the same however agents are spread over partitions', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(told, { selector: ({ agent }) => agent }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 8, maxLength: 8 }),
        (agents, place) => {
          const whole = createLedger();
          const parts = [createLedger(), createLedger(), createLedger()];
          for (const { agent, group, steps } of agents)
            steps.forEach((step, day) => {
              const before = day === 0 ? null : steps[day - 1]!;
              whole.tell(day, group, before, step);
              parts[place[agent]!]!.tell(day, group, before, step);
            });
          parts[0]!.publish(2);
          whole.publish(3);
          const merged = priorViews(
            mergeLedgers(
              parts.map((part) => part.toJSON()),
              3,
            ),
          );
          for (const group of ['support', 'ops', FLEET])
            for (const detector of ['first-seen', 'sequence'])
              for (const key of ['a', 'b', 'c']) {
                expect(merged.view(group).agents).toBe(whole.view(group).agents);
                expect(merged.view(group).holders(detector, key)).toBe(whole.view(group).holders(detector, key));
                expect(merged.view(group).sum(detector, key)).toBe(whole.view(group).sum(detector, key));
              }
        },
      ),
    );
  });
});

describe('the exchange of peers', () => {
  const DAY = 86_400_000;
  const ledger = (): LedgerJson => {
    const one = createLedger();
    one.tell(9, 'support', null, contributionOf({ 'first-seen': { tool: 1 } }));
    return one.toJSON();
  };
  const world = (publishes: boolean, stored: PublishedPrior[], now: () => number) => {
    const adopted: PublishedPrior[] = [];
    const exchange = createPeerExchange({
      store: {
        newestInput: async (_kind, by = Number.POSITIVE_INFINITY) => {
          // Each was loaded on the day that it is of.
          const prior = stored.filter(({ day }) => day * DAY <= by).at(-1);
          return prior === undefined
            ? null
            : { kind: 'peers', version: '', loadedAt: 0, content: JSON.stringify(prior) };
        },
        newestManifest: async (partition) => ({
          partition,
          epoch: 0,
          nextOffset: 1,
          writer: 'w',
          writers: [],
          inputs: {},
          state: '',
          savedAt: 0,
        }),
        loadStates: async () => new Map([['', JSON.stringify({ ledger: ledger() })]]),
      },
      partitions: async () => ['kafka:t/0', 'kafka:t/1'],
      publishes: () => publishes,
      adopt: async (prior) => {
        adopted.push(prior);
        stored.push(prior);
      },
      now,
    });
    return { exchange, adopted };
  };

  it('publishes once a day, after midnight, and others take what was published', async () => {
    const stored: PublishedPrior[] = [];
    let now = 10 * DAY + 60_000;
    const first = world(true, stored, () => now);
    expect(await first.exchange()).toBe(false);
    now = 10 * DAY + 16 * 60_000;
    expect(await first.exchange()).toBe(true);
    expect(await first.exchange()).toBe(false);
    expect(priorViews(first.adopted[0]!).view('support').holders('first-seen', 'tool')).toBe(2);
    const other = world(false, stored, () => now);
    expect(await other.exchange()).toBe(true);
    expect(other.adopted).toEqual(first.adopted);
  });

  it('goes on as if there had been none, where one was published by a clock that was ahead', async () => {
    const stored: PublishedPrior[] = [];
    let now = 10_000 * DAY + 3_600_000;
    const ahead = world(true, stored, () => now);
    expect(await ahead.exchange()).toBe(true);
    now = 10 * DAY + 3_600_000;
    for (const process of [world(true, stored, () => now), ahead]) {
      expect(await process.exchange()).toBe(true);
      expect(await process.exchange()).toBe(false);
      expect(process.adopted.at(-1)!.day).toBe(10);
    }
    now += DAY;
    expect(await ahead.exchange()).toBe(true);
    expect(stored.map(({ day }) => day)).toContain(11);
  });

  it('waits, where it does not publish, for who does', async () => {
    const { exchange, adopted } = world(false, [], () => 10 * DAY + 3_600_000);
    expect(await exchange()).toBe(false);
    expect(adopted).toEqual([]);
  });
});
