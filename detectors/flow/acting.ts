import { classRank, isChange, type PrivilegeClass, type Severity } from '../../schemas/alert.ts';
import { BY_CLASS } from '../out-of-scope.ts';
import { NEWS } from '../stats/newcomers.ts';
import type { Standing } from '../stats/told.ts';
import type { ChainReason } from './chain-words.ts';

/** A call on behalf of somebody, and what of that is new. */
export interface Acting {
  at: number;
  class: PrivilegeClass;
  used: boolean;
  tool: string;
  principal: string;
  /** Whom it did not learn; how surprising somebody new is, with those who came just before; 0 where they are not. */
  fresh: boolean;
  unseen: number;
  /** Of whom its team told, for whom several agents of the fleet act, or who is of the house of those it knows. */
  colleague: boolean;
  domain: string;
  depth: number;
  brokers: readonly string[];
  hands: readonly string[];
  /** The hand that never passed anything on to it, '' where each did; how surprising that is; others are given work by it. */
  stranger: string;
  strange: number;
  passesOn: boolean;
  /** Agents of the fleet that were seen behind the most shared of the new brokers. */
  shared: number;
  broker: string;
  /** By reason, how it stands with what is new in this call. */
  standing: Readonly<Record<ChainReason, Standing>>;
  /** The principal of the chain whose grants do not cover the call, and why; '' where all do. */
  confused: string;
  why: string;
  grantId: string;
  specialist: boolean;
  gateway: string;
}

/** How grave it is, where that differs from what the detector says of itself. */
export function severityOfChain(reason: ChainReason, seen: Acting): { severity?: Severity } {
  if (reason === 'confused_deputy') return { severity: severityOfDeputy(seen) };
  return isMild(reason, seen) ? { severity: 'low' } : {};
}

/**
 * Who has a specialist do what they have no grant at all for at that server asks for work, where work is passed on so and
 * the specialist knows them; who has grants there, or comes for the first time, borrows rights.
 */
function severityOfDeputy({ class: name, specialist, stranger, standing, unseen, colleague }: Acting): Severity {
  if (standing.confused_deputy.reminder) return 'low';
  if (!specialist || stranger !== '' || (unseen >= NEWS && !colleague)) return BY_CLASS[name];
  return classRank(name) >= classRank('execute') ? 'medium' : 'low';
}

/**
 * A reminder; or somebody new who is refused, who reads and looks around, as assistants do, or who is a colleague; or a new
 * hand that is refused, or gives others work too, where no secret or right is in it: a hand of nobody else's is news even
 * where it only reads, for what it is told passes through it.
 */
function isMild(reason: Exclude<ChainReason, 'confused_deputy'>, seen: Acting): boolean {
  const changes = seen.used && isChange(seen.class);
  if (seen.standing[reason].reminder) return true;
  if (reason === 'new_hand') return !seen.used || (seen.passesOn && classRank(seen.class) < classRank('secret'));
  return reason === 'new_principal' && (!changes || seen.colleague);
}
