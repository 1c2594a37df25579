import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, IdBasis, OutcomeStatus, Phase } from '../../schemas/event.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { createPartition, type Partition } from '../../src/engine/partition.ts';
import { pieceOf } from '../../src/engine/pieces.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { call } from '../scope/support.ts';
import { difference } from '../support/difference.ts';

const START = Date.parse('2026-10-05T09:00:00Z');
const { engine, inputs } = compileRules({});

interface Told {
  agent: number;
  tool: number;
  key: number;
  content: number;
  phase: Phase;
  basis?: IdBasis;
  status?: OutcomeStatus;
}

const stream = fc.array(
  fc.record({
    agent: fc.nat({ max: 3 }),
    tool: fc.nat({ max: 5 }),
    key: fc.nat({ max: 30 }),
    content: fc.nat({ max: 1 }),
    phase: fc.constantFrom<Phase>('request', 'complete', 'complete', 'complete'),
    basis: fc.constantFrom<IdBasis>('none', 'client_name', 'subject'),
    status: fc.constantFrom<OutcomeStatus>('unknown', 'ok', 'denied'),
  }),
  { maxLength: 60 },
);

const eventOf = (
  { agent, tool, key, content, phase, basis = 'subject', status = 'ok' }: Told,
  offset: number,
): Event => {
  const at = START + offset * 60_000;
  return {
    key: key.toString(16).padStart(16, '0').padEnd(32, '0'),
    contentHash: content.toString(16).padEnd(16, '1'),
    position: { source: 't', partition: 0, offset, index: 0 },
    occurredAt: at,
    receivedAt: at,
    effectiveAt: at,
    body: call({
      agent: { id: `agent-${agent}`, id_basis: basis },
      target: { type: 'tool', name: `get_${tool}` },
      outcome: { status },
      phase,
    }),
    facts: { args: [], result: [], redacted: [], tools: [] },
  };
};

const fresh = (nextOffset = 0, saved?: ReturnType<Partition['toJSON']>): Partition =>
  createPartition({ id: 't/0', engine, dedupeWindow: 1_000, nextOffset, ...(saved && { saved }) });

/** Events that were kept, by what the partition said of each. */
function fold(partition: Partition, all: readonly Told[], from = 0): Event[] {
  const kept: Event[] = [];
  all.forEach((told, n) => {
    const event = eventOf(told, from + n);
    if (partition.fold(event, inputs).outcome.kind === 'folded') kept.push(event);
    partition.pass(from + n);
  });
  return kept;
}

const states = (partition: Partition): Map<string, string> =>
  new Map([...partition.agents].map(([id, agent]): [string, string] => [id, JSON.stringify(agent)]).sort());

describe('a partition', () => {
  it('saved and taken up again anywhere is the one that went on', () => {
    fc.assert(
      fc.property(stream, fc.nat({ max: 60 }), (all, where) => {
        const cut = Math.min(where, all.length);
        const whole = fresh();
        fold(whole, all);
        const first = fresh();
        const kept = fold(first, all.slice(0, cut));
        const again = fresh(first.nextOffset, JSON.parse(JSON.stringify(first)));
        again.restore(
          [...states(first)].map(([id, text]): [string, AgentState] => [id, JSON.parse(text) as AgentState]),
        );
        again.remember(
          kept.map(({ position, key, contentHash, body, facts }) => ({
            offset: position.offset,
            key,
            contentHash,
            ...pieceOf({ body, facts }),
          })),
        );
        // As the store gives them back: of each call the newest piece.
        again.reopen([...new Map(kept.map((event) => [event.key, event])).values()]);
        fold(again, all.slice(cut), cut);
        const wanted = states(whole);
        expect([...states(again).keys()]).toEqual([...wanted.keys()]);
        for (const [id, text] of states(again)) expect(difference(wanted.get(id), text)).toBe('');
        expect(again.nextOffset).toBe(whole.nextOffset);
      }),
      { numRuns: 60 },
    );
  });

  it('folded again from what it kept is the same', () => {
    fc.assert(
      fc.property(stream, (all) => {
        const live = fresh();
        const replay = fresh();
        for (const event of fold(live, all)) {
          expect(replay.fold(event, inputs).outcome.kind).toBe('folded');
          replay.pass(event.position.offset);
        }
        expect(states(replay)).toEqual(states(live));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps both where one id says two things, each once', () => {
    const partition = fresh();
    const one = { agent: 0, tool: 1, key: 7, content: 0, phase: 'complete' as const };
    const kept = fold(partition, [one, { ...one, content: 1 }, one, { ...one, content: 1 }]);
    expect(new Set(kept.map(({ key }) => key)).size).toBe(2);
    expect(partition.agents.get('agent-0')).toMatchObject({ calls: 2 });
  });

  describe('pieces of one call', () => {
    const request: Told = { agent: 0, tool: 1, key: 7, content: 0, phase: 'request' };
    /** How many calls the agent made, and how many of them the detector of refusals saw. */
    const counted = (partition: Partition, agent: number): (number | undefined)[] => {
      const state = partition.agents.get(`agent-${agent}`);
      return [state?.calls, state?.detectors.denials?.learned ?? 0];
    };

    it('are one call, whose outcome is learned once: at its completion', () => {
      const partition = fresh();
      fold(partition, [{ ...request, status: 'unknown' }]);
      expect(counted(partition, 0)).toEqual([1, 0]);
      fold(partition, [{ ...request, phase: 'complete' }], 1);
      expect(counted(partition, 0)).toEqual([1, 1]);
    });

    it('are learned at the first that tells the outcome, and no more', () => {
      const partition = fresh();
      fold(partition, [request]);
      expect(counted(partition, 0)).toEqual([1, 1]);
      expect(fold(partition, [{ ...request, phase: 'complete' }], 1)).toHaveLength(1);
      expect(counted(partition, 0)).toEqual([1, 1]);
    });

    it('teach nothing of an outcome where the first stays alone', () => {
      const partition = fresh();
      fold(
        partition,
        Array.from({ length: 50 }, (_, key) => ({ ...request, key, status: 'unknown' as const })),
      );
      expect(counted(partition, 0)).toEqual([50, 0]);
    });

    it('are judged for who made the call, once that is known', () => {
      const partition = fresh();
      fold(partition, [
        { ...request, agent: 3, basis: 'none', phase: 'response' },
        { ...request, basis: 'client_name', phase: 'complete' },
      ]);
      expect([counted(partition, 3), counted(partition, 0)]).toEqual([
        [1, 1],
        [1, 1],
      ]);
    });
  });

  it('spills the quiet and saved, never what changed', () => {
    const partition = fresh();
    fold(
      partition,
      [0, 1, 2, 3].map((agent) => ({ agent, tool: 0, key: agent, content: 0, phase: 'complete' })),
    );
    expect(partition.spill(1)).toEqual([]);
    const saved = [...partition.takeChanged()];
    expect(saved.map(({ agentId }) => agentId)).toEqual(['agent-0', 'agent-1', 'agent-2', 'agent-3']);
    fold(partition, [{ agent: 0, tool: 0, key: 9, content: 0, phase: 'complete' }], 4);
    expect(partition.spill(2)).toEqual(['agent-1', 'agent-2']);
    expect([...partition.agents.keys()]).toEqual(['agent-0', 'agent-3']);
  });

  it('hands out what changed as it was when it was asked, whatever is folded while it is read', () => {
    fc.assert(
      fc.property(stream, stream, fc.nat({ max: 3 }), (before, after, read) => {
        const partition = fresh();
        fold(partition, before);
        const then = states(partition);
        const saved = partition.takeChanged()[Symbol.iterator]();
        const found: [string, string][] = [];
        const take = (most: number): void => {
          for (let n = 0; n < most; n += 1) {
            const next = saved.next();
            if (next.done === true) return;
            found.push([next.value.agentId, next.value.state]);
          }
        };
        take(read);
        const since = fold(partition, after, before.length);
        take(10);
        expect(new Map(found.sort())).toEqual(then);
        // What changed since is another one's to save.
        expect(new Set([...partition.takeChanged()].map(({ agentId }) => agentId))).toEqual(
          new Set(since.map(({ body }) => body.agent.id)),
        );
      }),
    );
  });
});
