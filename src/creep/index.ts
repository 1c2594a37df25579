import { WEIGHTS } from '../../detectors/creep/days.ts';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';

/** One thing that an agent may do or does: what the index is made of. Times in epoch milliseconds. */
export interface Privilege {
  /** `server/target`, as a grant says it or as it was used. */
  name: string;
  class: PrivilegeClass;
  /** Different values its arguments named; for what was never used: 1 where the grant names one thing, else ALL. */
  reach: number;
  /** When it was granted, or first used. */
  since: number;
  /** When it was last used; 0: never. */
  last: number;
  granted: boolean;
  /** Within the charter; true where nothing is declared. */
  declared: boolean;
}

interface Term {
  name: string;
  class: PrivilegeClass;
  /** Class weight, reach and disuse (for the undeclared: use), each 0 to 1, and their product. */
  weight: number;
  reach: number;
  idle: number;
  value: number;
}

export interface CreepIndex {
  /** 0 to 100. */
  index: number;
  /** The five largest. */
  terms: Term[];
  /** How many privileges are in it, and how many are too new to judge. */
  counted: number;
  tooNew: number;
}

/** A grant that names no single target reaches whatever there is. */
export const ALL = 1000;
/** Days after which what is not used counts as unused in full. */
export const UNUSED_DAYS = 90;
export const NEW_DAYS = 14;

/**
 * Creep index: 100 x (1 - product over granted privileges of (1 - w r u)). w is the weight of the class (read .02, write .1,
 * execute .3, secret and identity .5); r the reach, (1 + log10 of the resources) / 4, at most 1; u how long it was not
 * used, 0 for today to 1 for UNUSED_DAYS and more. A privilege younger than NEW_DAYS is too new to judge. So it is the chance
 * that at least one unused privilege does harm, were each to do so with chance w r u: it grows with every privilege nobody
 * needs, and falls when one is used or withdrawn.
 * Worked example: one execute tool granted without limit and never used: 100 x .3 = 30.
 */
export const creepIndex = (privileges: readonly Privilege[], now: number): CreepIndex =>
  indexOf(
    privileges.filter(({ granted }) => granted),
    now,
    ({ since, last }) => Math.min(1, (now - Math.max(since, last)) / (UNUSED_DAYS * DAY)),
  );

/** The same number for what is used though nobody declared or granted it: u is how lately, 1 for today to 0. */
export const undeclaredIndex = (privileges: readonly Privilege[], now: number): CreepIndex =>
  indexOf(
    privileges.filter(({ granted, declared, last }) => last > 0 && !(granted && declared)),
    now,
    ({ last }) => Math.max(0, 1 - (now - last) / (UNUSED_DAYS * DAY)),
    0,
  );

function indexOf(
  privileges: readonly Privilege[],
  now: number,
  share: (privilege: Privilege) => number,
  newDays = NEW_DAYS,
): CreepIndex {
  const old = privileges.filter(({ since }) => now - since >= newDays * DAY);
  const terms = old.map((privilege): Term => {
    const weight = WEIGHTS[privilege.class];
    const reach = Math.min(1, (1 + Math.log10(Math.max(1, privilege.reach))) / 4);
    const idle = Math.max(0, share(privilege));
    return { name: privilege.name, class: privilege.class, weight, reach, idle, value: weight * reach * idle };
  });
  const safe = terms.reduce((product, { value }) => product * (1 - value), 1);
  return {
    index: 100 * (1 - safe),
    terms: terms
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
      .slice(0, 5),
    counted: old.length,
    tooNew: privileges.length - old.length,
  };
}
