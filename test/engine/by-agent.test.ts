import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../schemas/event.ts';
import { createPartition } from '../../src/engine/partition.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { decodeAll } from '../support/decoding.ts';
import { smallCompany } from '../support/service.ts';

const { events: native } = smallCompany({ agents: 6, days: 16 });
const lines = native.map((event) => JSON.stringify(event));

/** Late by up to `most` days, one in four of them: their agents tell their peers of days that are published already. */
function events(most: number): Event[] {
  const late = ({ effectiveAt, key }: Event): number =>
    effectiveAt +
    (Number.parseInt(key[0]!, 16) < 4 ? (Number.parseInt(key.slice(1, 3), 16) / 255) * most * 86_400_000 : 0);
  const sorted = decodeAll(lines, { backfill: true }).events.sort((a, b) => late(a) - late(b));
  for (const [offset, event] of sorted.entries()) event.position = { ...event.position, offset };
  return sorted;
}

/** Folded in parts of these lengths, by turns; after `restarts` events from what was saved. */
function folded(all: readonly Event[], lengths: readonly number[], restarts: number) {
  const { engine, inputs } = compileRules({});
  const options = { id: 'file/0', engine, dedupeWindow: 1_000 };
  let partition = createPartition({ ...options, nextOffset: 0 });
  const judged: unknown[] = [];
  for (let from = 0, turn = 0; from < all.length; turn += 1) {
    const most = from < restarts ? restarts - from : all.length;
    const part = all.slice(from, from + Math.min(lengths[turn % lengths.length]!, most));
    judged.push(...partition.foldAll(part, inputs));
    from += part.length;
    if (from !== restarts) continue;
    const saved = JSON.parse(JSON.stringify({ own: partition, agents: [...partition.agents] }));
    partition = createPartition({ ...options, nextOffset: from, saved: saved.own });
    partition.restore(saved.agents);
  }
  return JSON.stringify({ judged, agents: [...partition.agents], own: partition });
}

describe('events folded agent by agent', () => {
  for (const most of [0, 3])
    it(`come to the same as one after the other, byte for byte: late by up to ${most} days`, () => {
      const all = events(most);
      const restarts = all.length >> 1;
      const singly = folded(structuredClone(all), [1], restarts);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), (lengths) => {
          expect(folded(structuredClone(all), lengths, restarts) === singly).toBe(true);
        }),
        { numRuns: 6 },
      );
    }, 60_000);
});
