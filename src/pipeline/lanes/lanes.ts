import { availableParallelism } from 'node:os';
import type { Event } from '../../../schemas/event.ts';
import { createIntake } from '../../engine/intake.ts';
import { DUPLICATE, type Judged, type Partition } from '../../engine/partition.ts';
import type { RuleContents } from '../../engine/rules.ts';
import { agentsThatFit } from '../agents-that-fit.ts';
import { createDays } from './days.ts';
import { createLane, type LaneAnswer, type LaneSetup, type LaneWork } from './lane.ts';
import { type OpenLane, type RemoteLane, threadOpener } from './remote.ts';

interface LanesOptions {
  rules: RuleContents;
  learnUntil?: number;
  dedupeWindow: number;
  /** Threads beside this one. */
  threads: number;
  /** How much of the fold is this thread's own, where there is one beside it; by what else it does. */
  ownShare?: number;
  /** Events after which the others set in: a short stream is done before they are warm. */
  aloneFor?: number;
  open?: OpenLane | null;
}

/** Folds one stream on several cores: what comes of it is what one fold alone would tell. */
export interface Lanes {
  /** Judges the next events, in order. Calls may overlap: a few ahead keep all lanes busy. */
  fold(events: readonly Event[]): Promise<Judged[]>;
  /** Puts other rules in force for the events to come. */
  govern(rules: RuleContents): void;
  readonly agents: number;
  /** Batches to hand over before what came of the first is waited for: a lane that is done goes on with the next. */
  readonly ahead: number;
  /** State of the agents that are folded on this thread. */
  readonly own: Pick<Partition, 'agents'>;
  close(): Promise<void>;
}

/** A lane as those who hand out work know it: what it has to hear, and what it is to fold next. */
interface Desk {
  ask(work: LaneWork): Promise<LaneAnswer> | LaneAnswer;
  heard: LaneWork['heard'];
  rules?: RuleContents | undefined;
  events: LaneWork['events'];
  /** Where in its batch each of them was. */
  places: number[];
}

/** Reading and decoding keep this thread busy: with one thread beside it, it folds so much itself; with more, nothing. */
const OWN_SHARE = 0.33;
const ALONE_FOR = 10_000;
const AHEAD = 4;

/** Reading and decoding feed three lanes, not more. */
export const lanesBeside = (cores = availableParallelism()): number => Math.min(3, cores - 1);

export function createLanes(options: LanesOptions): Lanes {
  const { threads, ownShare = OWN_SHARE, aloneFor = ALONE_FOR, open = threadOpener(), learnUntil } = options;
  const keep = agentsThatFit(2 * (1 + threads));
  let setup: LaneSetup = { rules: options.rules, keep, ...(learnUntil === undefined ? {} : { learnUntil }) };
  const intake = createIntake(options.dedupeWindow);
  const days = createDays();
  const own = createLane(setup);
  const desks: Desk[] = [{ ask: (work) => own.work(work), heard: [], events: [], places: [] }];
  const remote: RemoteLane[] = [];
  const under = new Set<Promise<void>>();
  let alone = aloneFor;
  let turn: Promise<unknown> = Promise.resolve();

  /** Agents are parted by name, so that each stays where it is: on this thread (0) or another. */
  const laneOf = (agentId: string): number => {
    const share = shareOf(agentId);
    const mine = threads === 1 ? ownShare : 0;
    return share < mine ? 0 : 1 + Math.floor(((share - mine) / (1 - mine)) * threads);
  };
  const deskOf = (agentId: string): Desk => desks[desks.length === 1 ? 0 : laneOf(agentId)]!;

  const part = (openLane: OpenLane): void => {
    const saved = own.partition.toJSON();
    for (let n = 1; n <= threads; n += 1) {
      const lane = openLane({ ...setup, saved, agents: own.partition.release((id) => laneOf(id) === n) });
      remote.push(lane);
      desks.push({ ask: (work) => lane.ask(work), heard: [], events: [], places: [] });
    }
  };

  const take = (from: Desk, places: readonly number[], { judged, told }: LaneAnswer, into: Judged[]): void => {
    for (const [n, place] of places.entries()) into[place] = judged[n]!;
    for (const desk of desks) if (desk !== from) desk.heard.push(...told);
  };

  /** Hands out what waits: elsewhere first, so that others work while this thread does its own. */
  const flush = (into: Judged[]): Promise<void>[] => {
    const answers: Promise<void>[] = [];
    for (const desk of desks.toReversed()) {
      const { places, events, heard, rules } = desk;
      if (events.length === 0 && heard.length === 0) continue;
      desk.places = [];
      desk.events = [];
      desk.heard = [];
      desk.rules = undefined;
      const answer = desk.ask({ heard, ...(rules === undefined ? {} : { rules }), events });
      if (!(answer instanceof Promise)) {
        take(desk, places, answer, into);
        continue;
      }
      const taken = answer.then((told) => take(desk, places, told, into)).finally(() => under.delete(taken));
      taken.catch(() => {});
      under.add(taken);
      answers.push(taken);
    }
    return answers;
  };

  const work = async (events: readonly Event[], into: Judged[]): Promise<Promise<void>[]> => {
    const answers: Promise<void>[] = [];
    for (const [place, event] of events.entries()) {
      const piece = intake.meet(event);
      if (piece === null) {
        into[place] = DUPLICATE;
        continue;
      }
      const day = days.next(event);
      if (day !== null && desks.length > 1) {
        answers.push(...flush(into));
        await Promise.all(under);
        for (const desk of desks) desk.heard.push(day);
      }
      const desk = deskOf(event.body.agent.id);
      desk.events.push([event, piece]);
      desk.places.push(place);
    }
    answers.push(...flush(into));
    alone -= events.length;
    if (open !== null && threads > 0 && alone <= 0 && desks.length === 1) part(open);
    return answers;
  };

  return {
    async fold(events) {
      const judged: Judged[] = new Array<Judged>(events.length);
      const worked = turn.then(() => work(events, judged));
      turn = worked.catch(() => {});
      await Promise.all(await worked);
      return judged;
    },
    govern(rules) {
      turn = turn.then(() => {
        setup = { ...setup, rules };
        for (const desk of desks) desk.rules = rules;
      });
    },
    get agents() {
      return days.agents;
    },
    get ahead() {
      return desks.length === 1 ? 0 : AHEAD;
    },
    own: own.partition,
    async close() {
      own.close();
      await Promise.all(remote.map((lane) => lane.close()));
    },
  };
}

/** Where a name lies between 0 and 1 (FNV-1a). */
function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < name.length; n += 1) hash = Math.imul(hash ^ name.charCodeAt(n), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
