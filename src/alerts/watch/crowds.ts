import type { OperationalConfig } from '../../../schemas/config/watch.ts';
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
export type Named = Pick<CanonicalEvent, 'phase'> & { source: { instance: string }; agent: { id: string } };

const HOUR = 3_600_000;
/** Names are remembered up to so many times the limit, gateways up to so many: nobody's flood fills the memory. */
const FACTOR = 2;
const GATEWAYS = 1000;
/** Fewer calls for each agent than this, and hardly one of them came twice. */
const CALLS_EACH = 2;

/** Counts the agents that each gateway names within an hour. State: the ids of an hour, at most twice the limit. */
export function createCrowds({ agents_hourly: most }: Pick<OperationalConfig, 'agents_hourly'>) {
  let hour = 0;
  let known = new Set<string>();
  let counts = new Map<string, Crowd>();
  let before = new Map<string, Crowd>();

  function turn(at: number): void {
    const now = Math.floor(at / HOUR) * HOUR;
    if (now === hour) return;
    before = now === hour + HOUR ? counts : new Map();
    hour = now;
    known = new Set();
    counts = new Map();
  }

  return {
    /** A call that comes in pieces is one call. */
    hear({ source, agent: { id: agent }, phase }: Named, at: number): void {
      if (phase === 'response') return;
      const gateway = source.instance;
      turn(at);
      let one = counts.get(gateway);
      if (one === undefined) {
        if (counts.size >= GATEWAYS) return;
        one = { gateway, since: hour, agents: 0, calls: 0, example: agent };
        counts.set(gateway, one);
      }
      if (one.agents > FACTOR * most) return;
      one.calls += 1;
      const key = `${gateway}\n${agent}`;
      if (known.has(key) || known.size > FACTOR * most) return;
      known.add(key);
      one.agents += 1;
      one.example = agent;
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
