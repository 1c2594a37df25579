import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contribution } from '../../src/engine/contribution.ts';
import { FLEET } from '../../src/engine/peer-sums.ts';
import { createLedger, mergeLedgers, priorViews } from '../../src/engine/peers.ts';
import { contributionOf } from '../support/shares.ts';

/** What one agent tells on a day: a number a key, of one detector. */
interface Telling {
  agent: number;
  day: number;
  values: Record<string, number>;
}

const KEYS = ['a', 'b', '__proto__', 'd'];
const tellings = fc.array(
  fc.record({
    agent: fc.nat({ max: 5 }),
    day: fc.integer({ min: 1, max: 9 }),
    // Whole numbers: sums of fractions depend on their order in the last bit.
    values: fc.dictionary(fc.constantFrom(...KEYS), fc.integer({ min: 1, max: 50 })),
  }),
  { maxLength: 60 },
);
const groupOf = (agent: number): string => ['red', 'blue', ''][agent % 3]!;
/** The day after everything that was told. */
const LAST = 10;

/** Each agent's own tellings in order of their days; agents folded as `partition` spreads them. */
function fold(all: readonly Telling[], partition: (agent: number) => number, saved = false) {
  const ledgers = [createLedger(), createLedger(), createLedger()];
  const told = new Map<number, Contribution>();
  const inOrder = [...all].sort((a, b) => a.day - b.day);
  for (const { agent, day, values } of inOrder) {
    const at = partition(agent);
    ledgers[at]!.publish(day);
    const before = told.get(agent) ?? null;
    const after = contributionOf({ detector: values });
    ledgers[at]!.tell(day, groupOf(agent), before, after);
    told.set(agent, after);
    if (saved) ledgers[at] = createLedger(JSON.parse(JSON.stringify(ledgers[at])));
  }
  return ledgers;
}

const views = (ledgers: ReturnType<typeof fold>) => {
  const prior = priorViews(
    mergeLedgers(
      ledgers.map((ledger) => ledger.toJSON()),
      LAST,
    ),
  );
  return [FLEET, 'red', 'blue'].map((group) => {
    const view = prior.view(group);
    return [view.agents, ...KEYS.map((key) => [view.holders('detector', key), view.sum('detector', key)])];
  });
};

describe('what peers know', () => {
  it('leaves out the same keys of too many, whoever told first', () => {
    const keys = Array.from({ length: 24_000 }, (_, n) => `k${n}`);
    const told = [0, 1, 2].map((agent) =>
      contributionOf({
        detector: Object.fromEntries(keys.slice(agent * 8_000, (agent + 1) * 8_000).map((key) => [key, 1])),
      }),
    );
    const known = (order: readonly number[]) => {
      const ledger = createLedger();
      for (const agent of order) ledger.tell(1, groupOf(agent), null, told[agent]!);
      ledger.publish(2);
      return keys.filter((key) => ledger.view(FLEET).holders('detector', key) > 0);
    };
    expect(known([0, 1, 2])).toHaveLength(20_000);
    expect(known([2, 0, 1])).toEqual(known([0, 1, 2]));
    expect(known([1, 2, 0])).toEqual(known([0, 1, 2]));
  });

  it('is what each agent told last before the day', () => {
    fc.assert(
      fc.property(tellings, (all) => {
        const last = new Map<number, Telling>();
        for (const one of [...all].sort((a, b) => a.day - b.day)) if (one.day < LAST) last.set(one.agent, one);
        const wanted = [FLEET, 'red', 'blue'].map((group) => {
          const members = [...last.values()].filter(({ agent }) => group === FLEET || groupOf(agent) === group);
          const having = (key: string) => members.filter(({ values }) => Object.hasOwn(values, key));
          return [
            members.length,
            ...KEYS.map((key) => [having(key).length, having(key).reduce((sum, { values }) => sum + values[key]!, 0)]),
          ];
        });
        expect(views(fold(all, () => 0))).toEqual(wanted);
      }),
    );
  });

  it('does not depend on how agents are spread over partitions, nor on a restart', () => {
    fc.assert(
      fc.property(tellings, fc.array(fc.nat({ max: 2 }), { minLength: 6, maxLength: 6 }), (all, spread) => {
        const one = views(fold(all, () => 0));
        expect(views(fold(all, (agent) => spread[agent]!))).toEqual(one);
        expect(views(fold(all, (agent) => spread[agent]!, true))).toEqual(one);
      }),
    );
  });

  it('says nothing of the day that runs, and nothing of agents without a name', () => {
    const ledger = createLedger();
    ledger.tell(5, 'red', null, contributionOf({ detector: { a: 3 } }));
    ledger.tell(5, '', null, contributionOf({ detector: { a: 4 } }));
    ledger.publish(5);
    expect(ledger.view('red').agents).toBe(0);
    ledger.publish(6);
    expect([ledger.view('red').sum('detector', 'a'), ledger.view('').agents]).toEqual([3, 0]);
    expect([ledger.view(FLEET).agents, ledger.view(FLEET).sum('detector', 'a')]).toEqual([2, 7]);
  });

  it('takes no more room for ten thousand agents of a day than for their groups', () => {
    const sizeOf = (agents: number): number => {
      const ledger = createLedger();
      for (let n = 0; n < agents; n += 1)
        ledger.tell(5, `group-${n % 10}`, null, contributionOf({ detector: { a: n, b: 1, c: 2 } }));
      return JSON.stringify(ledger).length;
    };
    expect(sizeOf(10_000)).toBeLessThan(2 * sizeOf(10));
  });

  it('where each agent has a name of its own, stays bounded, and agents of known groups keep their peers', () => {
    const ledger = createLedger();
    const keys = (n: number) => Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`${n % 50} ${k}`, 1]));
    const tell = (day: number, group: string, n: number): void =>
      ledger.tell(day, group, null, contributionOf({ detector: keys(n) }));
    tell(1, 'support', 1);
    let largest = 0;
    for (let day = 1; day < 5; day += 1) {
      ledger.publish(day);
      for (let n = 0; n < 5_000; n += 1) tell(day, `agent-${day}-${n}`, n);
      tell(day, 'support', day);
      largest = Math.max(largest, JSON.stringify(ledger).length);
    }
    ledger.publish(9);
    expect(largest).toBeLessThan(12e6);
    expect(ledger.view('support').agents).toBe(5);
    expect(ledger.view(FLEET).agents).toBe(20_005);
    expect(ledger.view(FLEET).holders('detector', '7 0')).toBe(400);
  });

  it('takes up what an earlier version stored', () => {
    const groups: [] = [];
    const change = { group: 'red', first: true, delta: [['detector\na', 1, 3]] as [[string, number, number]] };
    const ledger = createLedger({
      groups,
      pending: [
        { ...change, day: 6 },
        { ...change, day: 5 },
      ],
    });
    ledger.publish(6);
    expect([ledger.view('red').agents, ledger.view('red').sum('detector', 'a')]).toEqual([1, 3]);
    ledger.publish(7);
    expect([ledger.view('red').agents, ledger.view('red').sum('detector', 'a')]).toEqual([2, 6]);
  });
});
