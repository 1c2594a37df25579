import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { Seen, Tell } from '../detector.ts';
import { entries, peek, type Recent } from '../stats/recent.ts';
import type { Told } from '../stats/told.ts';

/** Of whom one agent of a team (the agents of one name) told that they are new: the others need not tell it like news. */
export interface Telling {
  told?: Told;
  met: Recent<number>;
}

/** Agents of which one may be what should have been told. */
export const SEVERAL = 2;
const KEY = 'principal ';
/** What is told of somebody new by itself, beside that the agent reads for them. */
const STEPS = ['write', 'secret', 'identity'] as const satisfies PrivilegeClass[];

/** Whether it edits or runs something for them tells nothing more of who they are: it is one step. */
export const stepOf = (name: PrivilegeClass): PrivilegeClass => (name === 'execute' ? 'write' : name);

/** Under what it is told that somebody is new. */
export const newcomerKey = (principal: string): string => `${KEY}${principal}`;

const teamKey = (step: PrivilegeClass, principal: string): string => `told:${step}:${principal}`;

/** Who was told of and not learned, and how far the agent went for them. What did not reach the threshold was learned. */
export function tellTeam({ told, met }: Telling, tell: Tell): void {
  if (told === undefined) return;
  for (const [key, [, reach]] of entries(told)) {
    const principal = key.slice(KEY.length);
    if (!key.startsWith(KEY) || peek(met, principal) !== undefined) continue;
    for (const step of STEPS) if (classRank(step) <= reach) tell(teamKey(step, principal), 1);
  }
}

/** How many of those it was told of before that time it still does not know: nobody objected, nobody cleared them. */
export const toldBefore = ({ told, met }: Telling, time: number): number =>
  told === undefined
    ? 0
    : entries(told).filter(
        ([key, [at]]) => key.startsWith(KEY) && at < time && peek(met, key.slice(KEY.length)) === undefined,
      ).length;

/**
 * Of whom another agent of the team told that they are new, when it went as far for them, or for whom one acts: whose work
 * is taken over brings its people along. Or for whom several agents of the fleet act, of whatever kind.
 */
export const isColleague = ({ peers, fleet, class: name }: Seen, principal: string): boolean =>
  peers.holders('delegation', teamKey(stepOf(name), principal)) > 0 ||
  peers.holders('delegation', `for:${principal}`) > 0 ||
  fleet.holders('delegation', `for:${principal}`) >= SEVERAL;
