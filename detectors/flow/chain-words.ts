import type { PrivilegeClass } from '../../schemas/alert.ts';
import { counted } from '../../schemas/counted.ts';
import type { FreshTally } from '../stats/rate-of-new.ts';
import { reminded, type Standing } from '../stats/told.ts';

/** What may be wrong with on whose behalf a call is made, and through whom. */
export type ChainReason = 'confused_deputy' | 'shared_broker' | 'new_principal' | 'new_hand' | 'deep_chain';

interface Chain {
  tool: string;
  class: PrivilegeClass;
  principal: string;
  depth: number;
  broker: string;
  /** The agent that never passed work on to it. */
  stranger: string;
  /** Agents behind the broker. */
  shared: number;
  /** The principal that was not granted the call, and why. */
  confused: string;
  why: string;
}

const WORDS: Record<ChainReason, (chain: Chain, standing: Standing) => string> = {
  confused_deputy: ({ tool, class: name, confused, why }) =>
    `called ${tool} (class ${name}) for ${confused}, who was never granted it: ${why}`,
  shared_broker: ({ tool, principal, broker, shared }) =>
    `${tool} for ${principal} through ${broker}, which ${shared} agents share`,
  deep_chain: ({ tool, principal, depth }) => `${tool} for ${principal} over ${depth} hands`,
  new_hand: ({ tool, principal, stranger }) =>
    `${tool} for ${principal} through ${stranger}, which never passed work on to it`,
  new_principal: ({ tool, class: name, principal }, standing) =>
    `${tool} for ${principal}, ${sinceWhen(name, standing)}`,
};

function sinceWhen(name: PrivilegeClass, { further, reminder }: Standing): string {
  if (further) return `who is new to it: no call of class ${name} for them before`;
  return reminder ? 'who is new to it' : 'for whom it never acted';
}

/** `standing`: how what is told of stands. */
export const saidOfChain = (reason: ChainReason, chain: Chain, standing: Standing): string =>
  `${WORDS[reason](chain, standing)}${reminded(standing)}`;

/** Whom, or what, it is about. */
export function subjectOfChain(reason: ChainReason, { confused, principal, broker, stranger, depth }: Chain): string {
  const subjects = {
    confused_deputy: confused,
    shared_broker: broker,
    new_principal: principal,
    new_hand: stranger,
    deep_chain: depth,
  };
  return `${reason} ${subjects[reason]}`;
}

interface Habit {
  /** Principals, and the most hands between them and the agent. */
  known: number;
  deepest: number;
  /** Calls on behalf of somebody; all of which that is known. */
  fresh: FreshTally;
  calls: number;
}

/** For whom it acts, as people say it. */
export const saidOfHabit = ({ known, deepest, fresh, calls }: Habit): string =>
  fresh[0] === 0
    ? `it acted for nobody in ${calls} calls, through a gateway that names for whom others act`
    : `it acts for ${counted(known, 'principal')}, ${deepest === 0 ? 'each of them directly' : `over ${counted(deepest, 'hand')} at most`}`;
