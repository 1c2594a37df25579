import { type Event, PHASE_RANK } from '../../schemas/event.ts';
import type { PieceTold } from '../../schemas/piece.ts';

/**
 * What a record is the first to tell of its call, for the agent that it names: that it was made, how it went, what came
 * back, with what it was called. Of what was told before all is judged already.
 */
export type News = number;
export const CALL = 1;
export const OUTCOME = 2;
export const RESULT = 4;
export const ARGUMENTS = 8;

const WHOLE = PHASE_RANK.complete;
const SETTLED = 4;
const NAMED = 8;
const KNOWN = 16;
const WHO = NAMED | KNOWN;
const BRINGS = 32;
const ASKS = 64;

/** Of arguments that are not to be kept, their facts are. */
export const knowsArgs = ({ body, facts }: Pick<Event, 'body' | 'facts'>): boolean =>
  body.args_state !== 'absent' || facts.args.length > 0;

export const pieceOf = (event: Pick<Event, 'body' | 'facts'>): PieceTold => {
  const { body, facts } = event;
  return {
    phase: body.phase,
    basis: body.agent.id_basis,
    status: body.outcome.status,
    effect: body.decision?.effect ?? '',
    asks: knowsArgs(event),
    brings: body.bytes_out !== undefined || facts.result.length > 0 || facts.tools.length > 0,
  };
};

/** As the memory of keys keeps it: the phase in two bits, whether the outcome is known, how well who acted, what came back, what was asked. */
export function toldBy({ phase, basis, status, effect, asks, brings }: PieceTold): number {
  const settled = status !== 'unknown' || effect === 'allow' || effect === 'deny';
  const who = basis === 'none' ? 0 : basis === 'client_name' ? NAMED : WHO;
  return PHASE_RANK[phase] | (settled ? SETTLED : 0) | who | (brings ? BRINGS : 0) | (asks ? ASKS : 0);
}

export const firstPiece = (told: number): News => CALL | tells(told);

export function laterPiece(told: number, before: number): News {
  // Only now it is known who made it: for that agent it is a call of its own.
  if ((told & WHO) > (before & WHO)) return firstPiece(told);
  return tells(told) & ~tells(before);
}

/** A piece that says that it is all there is has an outcome, known or not. */
const outcomeOf = (told: number): number => ((told & 3) === WHOLE || (told & SETTLED) !== 0 ? OUTCOME : 0);
const resultOf = (told: number): number => ((told & BRINGS) !== 0 ? RESULT : 0);
const argumentsOf = (told: number): number => ((told & ASKS) !== 0 ? ARGUMENTS : 0);
const tells = (told: number): News => outcomeOf(told) | resultOf(told) | argumentsOf(told);
