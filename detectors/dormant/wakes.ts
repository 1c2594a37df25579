import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { Score } from '../detector.ts';

/** How a call finds its agent, tool and grant: how long each had been silent. */
export interface Waking {
  tool: string;
  class: PrivilegeClass;
  /** Days since the agent, and since it with this tool; 0 where it is new. */
  agentGap: number;
  toolGap: number;
  longest: number;
  /** Days for which its grant was there and never used until now; 0 where it was. */
  slept: number;
  /** Days since it was last used; 0 where that is not known. */
  grantGap: number;
  /** How likely so many days of work go by without it. */
  grantHabit: number;
  grantId: string;
  active: number;
  /** How likely it is that so many days of work go by without it, as often as it was used before. */
  habit: number;
  /** Peers that used the tool lately. */
  peers: number;
  uses: number;
  calls: number;
}

/** Days of work without a tool that so large a share of such tools keeps are no silence. */
const LIKELY = 0.01;
/** Days of work after which it is known what an agent makes use of. */
const LEAST_ACTIVE = 10;
/** A tool that so many peers used within a month is one that somebody has in mind. */
const PEERS = 2;

const beyond = (gap: number, forget: number): number => Math.min(1.5, 1.5 * Math.log10(gap / forget));
const isGrave = ({ class: name }: Waking): boolean => classRank(name) >= classRank('execute');

/** An agent that is silent as long every time is a scheduled one. */
export function agentWoken(seen: Waking, forget: number): Score | null {
  if (seen.agentGap <= forget || seen.agentGap <= 1.5 * seen.longest) return null;
  return {
    score: 3 + beyond(seen.agentGap, forget) + 0.2 * (classRank(seen.class) - 1),
    reason: 'agent_woken',
    ...(isGrave(seen) && { severity: 'high' as const }),
    seen: `called ${seen.tool} after ${Math.floor(seen.agentGap)} days of silence`,
    expected: `silences of at most ${Math.ceil(seen.longest)} days`,
    n: seen.calls,
    days: seen.agentGap,
    contributors: [{ name: 'agent silent, days', value: Math.floor(seen.agentGap) }],
  };
}

/** A tool that was used as seldom before is not forgotten. */
export function toolWoken(seen: Waking, forget: number): Score | null {
  if (seen.toolGap <= forget || seen.habit >= LIKELY) return null;
  return privilegeWoken(seen, seen.toolGap, forget, {
    reason: 'grant_woken',
    seen: `called ${seen.tool} (class ${seen.class}), which it had not used for ${Math.floor(seen.toolGap)} days`,
    contributors: [{ name: 'how likely so long without it is', value: seen.habit }],
  });
}

/**
 * A grant that was touched once and then lay there, and of which something is used now that never was. Where it is no more
 * than a change, and so long without it is nothing unlikely, it is for the record.
 */
export function grantWoken(seen: Waking, forget: number): Score | null {
  if (seen.grantGap <= forget || seen.uses > 0 || seen.active < LEAST_ACTIVE) return null;
  const mild = seen.peers >= PEERS || (!isGrave(seen) && seen.grantHabit >= LIKELY);
  return privilegeWoken(seen, seen.grantGap, forget, {
    reason: 'grant_woken',
    ...(mild && { severity: 'low' as const }),
    seen: `called ${seen.tool} (class ${seen.class}), which is new to it, by grant ${seen.grantId}, of which it had used nothing for ${Math.floor(seen.grantGap)} days`,
    contributors: [{ name: 'how likely so long without it is', value: seen.grantHabit }],
  });
}

/**
 * A grant of which nothing was ever used lies there like a forgotten key. It may wake for a whole team at once, or be what
 * others of its kind use: those, and where it opens no more than a change, are for the record.
 */
export function grantFirstUsed(seen: Waking, forget: number): Score | null {
  if (seen.slept <= forget || seen.active < LEAST_ACTIVE) return null;
  return privilegeWoken(seen, seen.slept, forget, {
    reason: 'grant_first_used',
    ...((seen.peers >= PEERS || !isGrave(seen)) && { severity: 'low' as const }),
    seen: `called ${seen.tool} (class ${seen.class}) by grant ${seen.grantId}, of which it had used nothing in ${Math.floor(seen.slept)} days`,
    contributors: [{ name: 'days of work before', value: seen.active }],
  });
}

function privilegeWoken(
  seen: Waking,
  gap: number,
  forget: number,
  what: Pick<Score, 'reason' | 'severity' | 'seen' | 'contributors'>,
): Score | null {
  const rank = classRank(seen.class);
  if (rank < classRank('write')) return null;
  return {
    score: 2.6 + beyond(gap, forget) + 0.25 * rank,
    ...(isGrave(seen) && { severity: 'high' as const }),
    ...what,
    expected: `that what was not used for ${forget} days is not needed any more`,
    n: seen.uses,
    days: gap,
    contributors: [
      { name: 'not used, days', value: Math.floor(gap) },
      { name: `class ${seen.class}`, value: rank },
      ...what.contributors,
      { name: 'peers that used it lately', value: seen.peers },
    ],
  };
}
