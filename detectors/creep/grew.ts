import { CLASSES, classRank } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import { utcDay } from '../../schemas/utc.ts';
import type { PeerView, Score } from '../detector.ts';
import { tailAbove } from '../stats/count-tail.ts';
import { onceIn } from '../stats/once-in.ts';
import { SETTLING_DAYS } from './arrivals.ts';
import { total } from './days.ts';

/** Once that more was granted at a server than ever before. */
export interface Grew {
  /** Day on which the newest of its grants came into force. */
  day: number;
  grant: string;
  server: string;
  /** Class rank of what came. */
  rank: number;
  /** Granted privilege at the server since then, and by how much it grew. */
  privilege: number;
  by: number;
  /** What it counts for: an open grant to write at a new server is 1. */
  weight: number;
  /** A class above all that was granted before. */
  step: boolean;
  /** Not what the agent is for, by its charter. */
  outside: boolean;
  /** Its class is a guess; absent in what was kept before that was told apart. */
  assumed?: boolean;
  /** By a grant that names this agent and no other. */
  alone: boolean;
  /** Others may be given it as well: it is judged when they have told. */
  wide: boolean;
  /** The look at which it was met; -1 once it is judged. */
  look: number;
}

/** What is remembered of how an agent's grants grew. */
export interface Grown {
  /** First day on which anything was granted; -1 before it. */
  since: number;
  /** When it grew, within GROWN_DAYS, oldest first. */
  grew: Grew[];
  /** What all that was judged ever counted for. */
  came: number;
  /** Decisions for this agent alone, and the day of the last; absent before the first. */
  decided?: [count: number, last: number];
}

const WINDOW_DAYS = 35;
/** Grants of so few days are one decision. */
const DECISION_DAYS = 2;
/** So many decisions are growth, whatever each of them gives. */
const MANY = 3;
/** For one agent alone, announced by nobody, as many again are no chance where that seldom happens. */
const TWICE = 2;
/** So many days of the fleet's habit of deciding so, at most. */
const DECIDED_DAYS = 720;
/** So many days of the fleet's habit stand in for an agent's own. */
const PRIOR_DAYS = 180;
const [WRITE, EXECUTE] = [classRank('write'), classRank('execute')];

/**
 * Is so much that was granted within five weeks unusual, by the agent's own past and what the fleet meets? One decision is a
 * duty that somebody gave, unless it is for strong calls that the agent is not for.
 */
export function judgeGrew(state: Grown, day: number, fleet: PeerView): Omit<Score, 'n' | 'days'> | null {
  const judged = state.grew.filter(({ look }) => look < 0);
  const recent = judged.filter((one) => day - one.day < WINDOW_DAYS);
  const top = recent.reduce<Grew | null>((a, b) => (a === null || b.rank >= a.rank ? b : a), null);
  if (top === null) return null;
  const alien = recent.some(({ rank, outside, alone }) => outside && alone && rank >= EXECUTE);
  const decided = decisions(recent);
  if (decided < 2 && !alien) return null;
  const weight = total(recent, (one) => one.weight);
  const steps = recent.filter(({ step }) => step).length;
  const days = Math.max(0, day - state.since - SETTLING_DAYS - WINDOW_DAYS);
  const habit = (fleet.sum('privilege-creep', 'granted') + 0.5) / (fleet.sum('privilege-creep', 'granted days') + 100);
  const past = { count: Math.max(0, state.came - weight) + habit * PRIOR_DAYS, exposure: days + PRIOR_DAYS };
  const rare = tailAbove(weight, WINDOW_DAYS, past);
  const guessed = decided < MANY && recent.every(({ rank, assumed }) => assumed === true || rank < WRITE);
  const personal = recent.filter(isPersonal);
  const times = decisions(personal);
  const mild = times < TWICE && (guessed || top.rank < WRITE || recent.every(({ alone }) => !alone));
  const aside = personal.length > 0 && personal.every(({ outside }) => outside);
  const within = (span: number): number => total(judged, (one) => (day - one.day < span ? one.by : 0));
  return {
    score: Math.min(
      12,
      Math.max(rare + 0.5 * steps + (alien ? 0.5 : 0), oftenDecided(state, times, days, fleet) + (aside ? 0.5 : 0)),
    ),
    reason: 'grant_creep',
    severity: mild ? 'low' : steps > 0 && top.rank >= EXECUTE ? 'high' : 'medium',
    seen: `granted more within ${WINDOW_DAYS} days, used or not: ${recent.slice(-5).map(said).join('; ')}`,
    expected: `${onceIn(past.count / past.exposure, 'grant to write')}, by its own past and the fleet's`,
    about: { class: CLASSES[top.rank]!, grantId: top.grant },
    contributors: [
      { name: 'new grants, by class, those that peers have left out', value: weight },
      { name: 'steps to a class above all before', value: steps },
      { name: 'granted privilege more in 7 d', value: within(7) },
      { name: 'granted privilege more in 30 d', value: within(30) },
      { name: 'granted privilege more in 90 d', value: within(90) },
    ],
  };
}

/** By a grant for this agent and no other, which nobody announced. */
export const isPersonal = ({ alone, wide }: Grew): boolean => alone && !wide;

/** Counts a decision for this agent alone. */
export function noteDecision(state: Grown, { day }: Grew): void {
  const [count, last] = state.decided ?? [0, Number.NEGATIVE_INFINITY];
  if (day - last >= DECISION_DAYS) state.decided = [count + 1, day];
}

/**
 * Is it decided so often for this agent alone, however little each time, by its own past and what the fleet meets? Who
 * decides that decides for the fleet, so that its habit counts by as much as is known of it.
 */
function oftenDecided({ decided = [0, 0] }: Grown, times: number, days: number, fleet: PeerView): number {
  if (times < TWICE) return 0;
  const known = fleet.sum('privilege-creep', 'granted days');
  const share = Math.min(1, DECIDED_DAYS / Math.max(1, known));
  return tailAbove(times, WINDOW_DAYS, {
    count: Math.max(0, decided[0] - times) + share * fleet.sum('privilege-creep', 'decided'),
    exposure: days + share * known,
  });
}

/** One new duty has a charter lag behind; as many as this within five weeks, none of them what the agent is for, are drift. */
export const pilesOutside = ({ grew }: Grown, day: number): boolean =>
  decisions(grew.filter((one) => one.outside && day - one.day < WINDOW_DAYS)) >= MANY;

const said = ({ server, rank, grant, day, outside, assumed }: Grew): string =>
  `${server} up to class ${CLASSES[rank]}${assumed ? ' (it names none)' : ''} by ${grant} since ${utcDay(day * DAY)}${outside ? ', which its charter does not name' : ''}`;

function decisions(grew: readonly Grew[]): number {
  let [count, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { day } of [...grew].sort((a, b) => a.day - b.day))
    if (day >= until) [count, until] = [count + 1, day + DECISION_DAYS];
  return count;
}
