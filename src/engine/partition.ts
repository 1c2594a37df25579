import type { Alert } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import type { AgentState } from './agent-state.ts';
import { createByAgent } from './by-agent.ts';
import type { Engine, Folded } from './engine.ts';
import type { Inputs } from './inputs.ts';
import { createIntake, type Intake } from './intake.ts';
import { createLedger, type LedgerJson, type PeerLedger, type PeersTold } from './peers.ts';
import type { News } from './pieces.ts';
import { createSnapshots, type SavedState } from './snapshot.ts';

/** What became of one event. */
export type EventOutcome =
  | ({ kind: 'folded'; eventId: string; agentId: string } & Omit<Folded, 'alerts'>)
  | { kind: 'duplicate' };

export interface Judged {
  outcome: EventOutcome;
  alerts: Alert[];
}

export const DUPLICATE: Judged = { outcome: { kind: 'duplicate' }, alerts: [] };

/**
 * The state of one partition: the fold of everything before `nextOffset`, and nothing else. Agents that are not in
 * memory are handed in before their events are folded.
 */
export interface Partition {
  readonly id: string;
  readonly nextOffset: number;
  readonly agents: ReadonlyMap<string, AgentState>;
  /** Agents changed since they were last saved. */
  readonly changed: ReadonlySet<string>;
  readonly ledger: PeerLedger;
  /** Puts in the state of agents that the store knew. */
  restore(states: Iterable<[string, AgentState]>): void;
  /** Hands over agents, to be folded elsewhere from now on. */
  release(which: (agentId: string) => boolean): AgentState[];
  remember: Intake['remember'];
  reopen: Intake['reopen'];
  keys: Intake['keys'];
  /** Folds one event; those of a record in order of their index. */
  fold(event: Event, inputs: Inputs): Judged;
  /** The same for several that follow each other. */
  foldAll(events: readonly Event[], inputs: Inputs): Judged[];
  /** The same for those that are known to be new. */
  judge(events: readonly (readonly [Event, News])[], inputs: Inputs): Judged[];
  /** Puts another engine in force for the events to come: a detector was configured anew. */
  govern(engine: Engine): void;
  /** Everything of this record is folded: the state now is the fold of all before offset + 1. */
  pass(offset: number): void;
  /** Alerts that silence brings about up to `until`; changes nothing. */
  due(until: number, inputs: Inputs): Alert[];
  /** The states of the agents changed since the last call, as they are now. */
  takeChanged(): Iterable<SavedState>;
  /** Drops agents that are saved and quiet, least recently used first, down to `keep`; answers their ids. */
  spill(keep: number): string[];
  /** State that is no agent's, for the manifest. */
  toJSON(): PartitionJson;
}

export interface PartitionJson {
  ledger: LedgerJson;
}

export interface PartitionOptions {
  id: string;
  engine: Engine;
  dedupeWindow: number;
  nextOffset: number;
  saved?: PartitionJson;
  /** Is shown what its agents tell their peers. */
  onTold?: (told: PeersTold) => void;
}

export function createPartition({
  id,
  engine: first,
  dedupeWindow,
  nextOffset: start,
  saved,
  onTold,
}: PartitionOptions): Partition {
  let engine = first;
  const agents = new Map<string, AgentState>();
  const changed = new Set<string>();
  /** Agents by when they were last met: a count that rises with each event. */
  const met = new Map<string, number>();
  let meetings = 0;
  const intake = createIntake(dedupeWindow);
  const ledger = createLedger(saved?.ledger, onTold);
  const snapshots = createSnapshots();
  let nextOffset = start;

  const touch = (event: Event): AgentState => {
    const agentId = event.body.agent.id;
    let agent = agents.get(agentId);
    if (agent === undefined) {
      agent = engine.create(event);
      agents.set(agentId, agent);
    } else snapshots.changing(agent);
    met.set(agentId, ++meetings);
    changed.add(agentId);
    return agent;
  };

  const byAgent = createByAgent(touch, (agent, event, piece, inputs: Inputs): Judged => {
    const { alerts, ...folded } = engine.fold(agent, event, piece, inputs, ledger);
    const eventId = event.body.event_id;
    return { outcome: { kind: 'folded', eventId, agentId: agent.id, ...folded }, alerts };
  });

  const foldAll: Partition['foldAll'] = (events, inputs) => {
    const pieces = events.map(intake.meet);
    const fresh = events.flatMap((event, n): [Event, News][] => (pieces[n] === null ? [] : [[event, pieces[n]!]]));
    const judged = byAgent.fold(fresh, inputs).values();
    return pieces.map((piece) => (piece === null ? DUPLICATE : judged.next().value!));
  };

  return {
    id,
    get nextOffset() {
      return nextOffset;
    },
    agents,
    changed,
    ledger,
    restore(states) {
      for (const [agentId, state] of states) {
        if (agents.has(agentId)) continue;
        agents.set(agentId, state);
        byAgent.met(state.day);
      }
    },
    release(which) {
      const states = [...agents.values()].filter(({ id }) => which(id));
      for (const { id } of states) {
        agents.delete(id);
        met.delete(id);
        changed.delete(id);
      }
      return states;
    },
    remember: intake.remember,
    reopen: intake.reopen,
    keys: intake.keys,
    fold: (event, inputs) => foldAll([event], inputs)[0]!,
    foldAll,
    judge: byAgent.fold,
    govern(next) {
      engine = next;
    },
    pass(offset) {
      if (offset >= nextOffset) nextOffset = offset + 1;
    },
    due(until, inputs) {
      const alerts: Alert[] = [];
      for (const agent of agents.values()) alerts.push(...engine.due(agent, until, inputs));
      return alerts;
    },
    takeChanged() {
      const states = [...changed].map((agentId) => agents.get(agentId)!);
      changed.clear();
      return snapshots.take(states);
    },
    spill(keep) {
      if (agents.size <= keep) return [];
      const dropped = [...agents.keys()]
        .filter((agentId) => !changed.has(agentId))
        .sort((a, b) => (met.get(a) ?? 0) - (met.get(b) ?? 0))
        .slice(0, agents.size - keep);
      for (const agentId of dropped) {
        agents.delete(agentId);
        met.delete(agentId);
      }
      return dropped;
    },
    toJSON: () => ({ ledger: ledger.toJSON() }),
  };
}
