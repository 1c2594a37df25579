import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { createPartition, type Partition } from '../../src/engine/partition.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { createSpill } from '../../src/pipeline/spill.ts';
import { decodeAll } from '../support/decoding.ts';

const rules = () =>
  compileRules({
    detectors: {},
    catalogues: [],
    grants: { file: { grants: [], charters: [], changes: [] }, earlier: [] },
  });
const calls = Array.from({ length: 600 }, (_, n) =>
  JSON.stringify({
    event_id: `call-${n}`,
    occurred_at: new Date(Date.UTC(2026, 10, 1, 0, n)).toISOString(),
    // Some come again and again, most once.
    agent: { id: `agent-${n % 3 === 0 ? n % 40 : n}` },
    server: { id: 'tickets' },
    method: 'tools/call',
    target: { name: `tool-${n % 7}` },
  }),
);
/** Its own: scans of other tests come and go beside it. */
const NAME = `overreach-spill-${process.pid}-`;
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(NAME)).length;

function folded(keep: number): { partition: Partition; spill: ReturnType<typeof createSpill>; most: number } {
  const { engine, inputs } = rules();
  const partition = createPartition({ id: 'file/0', engine, dedupeWindow: 1000, nextOffset: 0 });
  const spill = createSpill(keep, NAME);
  let most = 0;
  for (const event of decodeAll(calls).events) {
    spill.bring(partition, event.body.agent.id);
    partition.fold(event, inputs);
    spill.rest(partition);
    most = Math.max(most, partition.agents.size);
  }
  return { partition, spill, most };
}

describe('agents put away', () => {
  it('are few in memory, all known, and what they would have been', () => {
    const whole = folded(1000);
    const { partition, spill, most } = folded(10);
    expect(most).toBeLessThanOrEqual(20);
    // Nothing is there to be left behind, where the process is killed.
    expect(left()).toBe(0);
    const states: [string, AgentState][] = [];
    for (const [id, state] of whole.partition.agents) {
      spill.bring(partition, id);
      states.push([id, partition.agents.get(id)!]);
      expect(JSON.stringify(states.at(-1)![1]), id).toBe(JSON.stringify(state));
    }
    expect(states.length).toBe(whole.partition.agents.size);
    spill.close();
  });
});
