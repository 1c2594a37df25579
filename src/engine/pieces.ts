import type { Seen } from '../../detectors/detector.ts';
import {
  type Effect,
  type Event,
  type IdBasis,
  type OutcomeStatus,
  PHASE_RANK,
  type Phase,
} from '../../schemas/event.ts';

/** Which piece of its call a record is. */
export type Piece = Seen['piece'];

/**
 * What one piece of a call tells, as the memory of keys keeps it: the phase in two bits, whether the outcome is known,
 * and how well who acted is known. A call is judged once for an agent, and its outcome learned once.
 */
export interface PieceTold {
  phase: Phase;
  basis: IdBasis;
  status: OutcomeStatus;
  effect: Effect | '';
}

const WHOLE = PHASE_RANK.complete;
const SETTLED = 4;
const NAMED = 8;
const KNOWN = 16;
const WHO = NAMED | KNOWN;

export const pieceOf = ({ phase, agent, outcome, decision }: Event['body']): PieceTold => ({
  phase,
  basis: agent.id_basis,
  status: outcome.status,
  effect: decision?.effect ?? '',
});

export function toldBy({ phase, basis, status, effect }: PieceTold): number {
  const settled = status !== 'unknown' || effect === 'allow' || effect === 'deny';
  const who = basis === 'none' ? 0 : basis === 'client_name' ? NAMED : WHO;
  return PHASE_RANK[phase] | (settled ? SETTLED : 0) | who;
}

/** A piece that tells the outcome is all that there is to judge, whether another comes or not. */
export const firstPiece = (told: number): Piece => ((told & 3) === WHOLE || (told & SETTLED) !== 0 ? 'whole' : 'first');

export function laterPiece(told: number, before: number): Piece {
  // Only now it is known who made it: for that agent it is a call of its own.
  if ((told & WHO) > (before & WHO)) return firstPiece(told);
  return (before & SETTLED) !== 0 ? 'repeat' : 'completion';
}
