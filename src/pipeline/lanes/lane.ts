import type { Event } from '../../../schemas/event.ts';
import type { AgentState } from '../../engine/agent-state.ts';
import { createPartition, type Judged, type Partition, type PartitionJson } from '../../engine/partition.ts';
import type { PeersTold } from '../../engine/peers.ts';
import type { News } from '../../engine/pieces.ts';
import { compileRules, type RuleContents } from '../../engine/rules.ts';
import { createSpill } from '../spill.ts';

/** What a lane is made of; all of it JSON, for a thread of its own. */
export interface LaneSetup {
  rules: RuleContents;
  learnUntil?: number;
  /** State that other lanes had until now. */
  saved?: PartitionJson;
  agents?: AgentState[];
  /** Agents that stay in memory where others are put away; there may be twice as many. */
  keep: number;
}

export interface LaneWork {
  /** In order: what agents of other lanes told, and days to publish (as numbers). */
  heard: (PeersTold | number)[];
  /** Rules that hold from these events on. */
  rules?: RuleContents;
  events: [Event, News][];
}

export interface LaneAnswer {
  judged: Judged[];
  told: PeersTold[];
}

/** The fold of some of the agents of one stream: each agent is in one lane, each lane folds in order. */
export interface Lane {
  work(work: LaneWork): LaneAnswer;
  readonly partition: Partition;
  close(): void;
}

export function createLane({ rules, learnUntil, saved, agents = [], keep }: LaneSetup): Lane {
  let { engine, inputs } = compileRules(rules, learnUntil);
  let told: PeersTold[] = [];
  const partition = createPartition({
    id: 'file/0',
    engine,
    // What is new was settled before the lanes part.
    dedupeWindow: 0,
    nextOffset: 0,
    ...(saved === undefined ? {} : { saved }),
    onTold: (one) => told.push(one),
  });
  partition.restore(agents.map((agent) => [agent.id, agent]));
  const spill = createSpill(keep);
  return {
    work({ heard, rules: other, events }) {
      for (const one of heard)
        if (typeof one === 'number') partition.ledger.publish(one);
        else partition.ledger.hear(one);
      if (other !== undefined) {
        ({ engine, inputs } = compileRules(other, learnUntil));
        partition.govern(engine);
      }
      for (const [event] of events) spill.bring(partition, event.body.agent.id);
      const judged = partition.judge(events, inputs);
      spill.rest(partition);
      const answer = { judged, told };
      told = [];
      return answer;
    },
    partition,
    close: () => spill.close(),
  };
}
