import type { Fact, FactKind } from '../../schemas/event.ts';

/** The result that brought a value first. */
export interface Origin {
  tool: string;
  eventKey: string;
  /** Results of earlier sessions held it as well. */
  old: boolean;
  /** It stood there as whom a message is from; else absent. */
  sender?: true;
  /** It was one of another session, under this delegation root; else absent. */
  root?: string;
}

/** One value of one argument, and what the agent knows of it. */
export interface Novelty {
  fact: Fact;
  place: string;
  /** The value in its place, as one key. */
  key: string;
  entity: boolean;
  /** An entity inside a text: content that is passed on, not whom or what the call is about. */
  embedded: boolean;
  /** New in this place; for an entity: new to the agent anywhere. */
  fresh: boolean;
  /** An entity known from elsewhere, in this place for the first time. */
  moved: boolean;
  /** Met in this session before: neither judged nor counted again. */
  again: boolean;
  /** An earlier call of the session that does as much or more named it already. */
  named: boolean;
  /** A result of this session, or of another one under the same delegation root, held it before the call. */
  origin: Origin | null;
  /** In that place it answers whom a message of that tool is from: the tally of such answers; else ''. */
  answer: string;
  /** It is one of many: the agent has the habit of answering so. */
  habit: boolean;
  /** Results of earlier sessions held it: the agent has seen it, if never named it. */
  seen: boolean;
  /** Probability that a value is new in this place. */
  rate: number;
  holders: number;
  n: number;
}

/** A value that is known: nothing is to be said of it but where it stands. */
export const known = (
  fact: Fact,
  place: string,
  key: string,
  entity: boolean,
  again: boolean,
  origin: Origin | null,
): Novelty => ({
  fact,
  place,
  key,
  entity,
  embedded: false,
  fresh: false,
  moved: false,
  again,
  named: false,
  origin,
  answer: '',
  habit: false,
  seen: false,
  rate: 1,
  holders: 0,
  n: 0,
});

/** Kinds of values that are equal by chance. */
export const PLAIN: ReadonlySet<FactKind> = new Set<FactKind>(['number', 'boolean', 'time']);

/**
 * Nobody named it: taken over as a whole from a result of this session or root, new to the agent's arguments, and in no
 * result of earlier sessions.
 */
export const isStrange = ({ fact, origin, fresh, seen, named, embedded, again }: Novelty): boolean =>
  origin !== null && fresh && !seen && !named && !embedded && !again && !PLAIN.has(fact.kind);
