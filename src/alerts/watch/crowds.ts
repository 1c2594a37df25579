import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { HOUR } from '../../../schemas/durations.ts';
import type { CanonicalEvent } from '../../../schemas/event.ts';

/** A gateway that names agents as if each call were another's. */
export interface Crowd {
  gateway: string;
  /** Within the hour that began then, as far as was counted. */
  since: number;
  agents: number;
  calls: number;
  example: string;
}

/** What is counted of an event. */
export type CountedEvent = Pick<CanonicalEvent, 'phase'> & { source: { instance: string }; agent: { id: string } };

/** Of one gateway names are counted up to so many times the limit, and its names forgotten then: it is a crowd or none. */
const FACTOR = 2;
/** Names are remembered of so many gateways as are about to be counted out: nobody's flood fills the memory. */
const ABOUT = 20;
const GATEWAYS = 1000;
/** Fewer calls for each agent than this, and hardly one of them came twice. */
const CALLS_EACH = 2;

/** Counts the agents that each gateway names within an hour. State: the ids of an hour, at most forty times the limit. */
export function createCrowds({ agents_hourly: most }: Pick<OperationalConfig, 'agents_hourly'>) {
  let hour = 0;
  /** By gateway that is not counted out. */
  let known = new Map<string, Set<string>>();
  let size = 0;
  let counts = new Map<string, Crowd>();
  let before = new Map<string, Crowd>();

  function turn(at: number): void {
    const now = Math.floor(at / HOUR) * HOUR;
    if (now === hour) return;
    before = now === hour + HOUR ? counts : new Map();
    hour = now;
    known = new Map();
    size = 0;
    counts = new Map();
  }

  return {
    /** A call that comes in pieces is one call. */
    hear({ source, agent: { id: agent }, phase }: CountedEvent, at: number): void {
      if (phase === 'response') return;
      const gateway = source.instance;
      turn(at);
      let one = counts.get(gateway);
      if (one === undefined) {
        if (counts.size >= GATEWAYS) return;
        one = { gateway, since: hour, agents: 0, calls: 0, example: agent };
        counts.set(gateway, one);
        known.set(gateway, new Set());
      }
      if (one.agents > FACTOR * most) return;
      one.calls += 1;
      const names = known.get(gateway)!;
      if (names.has(agent) || size >= ABOUT * FACTOR * most) return;
      names.add(agent);
      size += 1;
      one.agents += 1;
      one.example = agent;
      if (one.agents <= FACTOR * most) return;
      known.delete(gateway);
      size -= names.size;
    },
    /** Of this hour, or of the one before while this one is young. */
    crowds(at: number): Crowd[] {
      turn(at);
      return [...new Map([...before, ...[...counts].filter(([, one]) => isCrowd(one, most))]).values()].filter((one) =>
        isCrowd(one, most),
      );
    },
  };
}

const isCrowd = ({ agents, calls }: Crowd, most: number): boolean => agents > most && calls < CALLS_EACH * agents;
