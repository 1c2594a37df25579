import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector, type Score } from './detector.ts';
import { tailAbove } from './stats/count-tail.ts';
import { counted } from './stats/counted.ts';
import { few } from './stats/few.ts';
import { emptyRecent, enter, peek, type Recent, touch } from './stats/recent.ts';
import { worst } from './stats/worst.ts';

/** Targets that one field of a tool named, by days: how many, and how many of them for the first time. */
interface Reach {
  /** First day of its use. */
  since: number;
  /** Before the last fortnight, faded by half a month's halves; what was flagged is left out. */
  met: number;
  fresh: number;
  /** The last fortnight, oldest day first; `kept` as `fresh`, without what was flagged. */
  days: [day: number, met: number, fresh: number, kept: number][];
}

/** Whether a known tool is used on ever more targets. State: 64 fields of tools of 400 bytes each, 256 targets: 35 KB. */
interface State {
  places: Recent<Reach>;
  /** Targets that were counted as new: each is new once, learned or not. */
  counted: Recent<0>;
}

interface Observation {
  day: number;
  class: PrivilegeClass;
  /** Fields of this call that name something new to them, and how many things each. */
  fresh: [place: string, count: number][];
}

const DAY = 86_400_000;
const FORTNIGHT = 14;
const WEEK = 7;
const FIRST_DAYS = 7;
const PLACES = 64;
const COUNTED = 512;
/** New targets come in clumps: one task brings several. */
const CLUMPS = 2;
/** A field that names new things more often knows no targets, or more than are remembered. */
const MOST_FRESH = 0.1;
/** What is left of the past after a day: half of it after a month. */
const FADES = 0.5 ** (1 / 30);
const configSchema = z.object({
  least_fresh: z.number().int().min(2).default(6).describe('New targets of a tool within a fortnight, at least.'),
  least_days: z.number().int().min(14).default(28).describe('A tool in use for fewer days is new itself.'),
});

type Config = z.output<typeof configSchema>;

export const targetCreep = defineDetector<Config, State, unknown, Observation>({
  id: 'target-creep',
  version: 1,
  title: 'Known tool on ever more targets',
  description:
    'An agent uses a tool that it knows on more and more things it never touched: other paths, projects, accounts. Neither the tool nor the number of calls need be unusual. What is new within a fortnight is held against how often this tool met new things before, and new secrets of a week against the weeks before, however many are read; what was flagged is not learned.',
  falsePositives: ['A new project or customer that brings many new things at once.'],
  blindSpots: [
    'Gateways that log no arguments.',
    'Tools that see new things with every tenth target or more: there, more of them are no surprise.',
  ],
  references: ['https://attack.mitre.org/techniques/T1083/', 'https://doi.org/10.1093/biomet/40.3-4.237'],
  shows: 'days',
  firstStep: 'Look at which targets are new and who asked for them; narrow the grant to those it needs.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0085.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 14 }, threshold: 3, severity: 'medium', cooldownMs: 14 * DAY },
  initial: () => ({ places: emptyRecent(), counted: emptyRecent() }),

  observe(state, seen) {
    const named = noveltyOf(seen);
    if (named === undefined || !seen.used || seen.class === 'discover') return null;
    const day = Math.floor(seen.at / DAY);
    const found: [place: string, count: number][] = [];
    for (const { entity, embedded, again, fresh, moved, place, key } of named.values) {
      if (!entity || embedded || again) continue;
      const reach = touch<Reach>(state.places, place, PLACES, () => ({ since: day, met: 0, fresh: 0, days: [] }));
      if (!turn(reach, day)) continue;
      const today = reach.days.at(-1)!;
      today[1] += 1;
      if ((!fresh && !moved) || peek(state.counted, key) !== undefined) continue;
      enter(state.counted, key, COUNTED, 0);
      today[2] += 1;
      const of = found.find(([known]) => known === place);
      if (of === undefined) found.push([place, 1]);
      else of[1] += 1;
    }
    return { day, class: seen.class, fresh: found };
  },

  score({ places }, { day, class: name, fresh }, config) {
    return worst(
      fresh.map(([place]) => {
        const reach = peek(places, place);
        return reach === undefined ? null : judge(reach, place, day, name, config);
      }),
    );
  },

  learn({ places }, { fresh }) {
    for (const [place, count] of fresh) {
      const today = peek(places, place)?.days.at(-1);
      if (today !== undefined) today[3] += count;
    }
  },
});

function judge(reach: Reach, place: string, day: number, name: PrivilegeClass, config: Config): Score | null {
  if (day - reach.since < config.least_days || reach.fresh > MOST_FRESH * reach.met) return null;
  const secret = classRank(name) >= classRank('secret');
  const best = worst(
    [ofUses(reach), secret ? ofDays(reach, day) : null].filter((one) => (one?.found ?? 0) >= config.least_fresh),
  );
  if (best === null || best.score < 1) return null;
  const { found, score, within, expected, met } = best;
  const gap = place.lastIndexOf(' ');
  return {
    score: Math.min(12, score),
    reason: 'new_targets',
    story: `new_targets ${place}`,
    severity: classRank(name) >= classRank('execute') ? 'high' : 'medium',
    seen: `${place.slice(0, gap)} on ${found} things (${place.slice(gap + 1)}) within a ${within} that it was never used on`,
    expected,
    n: Math.round(reach.met),
    days: day - reach.since,
    contributors: [
      { name: `new targets within a ${within}`, value: found },
      { name: `targets within a ${within}`, value: met },
    ],
  };
}

/** New targets of a fortnight against how often this field named new ones before. */
function ofUses(reach: Reach) {
  const [met, found] = [sum(reach.days, MET), sum(reach.days, FRESH)];
  const share = reach.fresh / Math.max(1, reach.met);
  return {
    found,
    score: tailAbove(found, met, { count: reach.fresh, exposure: Math.max(1, reach.met) }, CLUMPS),
    within: 'fortnight',
    expected: `${few(met * share)} new ones in ${counted(met, 'use')}, by what came before`,
    met,
  };
}

/**
 * Each secret is a privilege of its own, and that many are read is no reason for many new ones: those of a week against
 * how many the days before brought, as far as they have not faded. A day without use says nothing: no more days than uses.
 */
function ofDays(reach: Reach, day: number): ReturnType<typeof ofUses> {
  const week = reach.days.filter(([when]) => when > day - WEEK);
  const between = reach.days.filter(([when]) => when <= day - WEEK);
  const faded = (1 - FADES ** (day - FORTNIGHT - reach.since - FIRST_DAYS)) / (1 - FADES);
  const exposure = Math.max(1, Math.min(faded + FORTNIGHT - WEEK, reach.met + sum(between, MET)));
  const count = reach.fresh + sum(between, KEPT);
  const found = sum(week, FRESH);
  return {
    found,
    score: tailAbove(found, WEEK, { count, exposure }, CLUMPS),
    within: 'week',
    expected: `${few((WEEK * count) / exposure)} new ones in a week, by the weeks before`,
    met: sum(week, MET),
  };
}

const [MET, FRESH, KEPT] = [1, 2, 3] as const;
const sum = (days: Reach['days'], column: 1 | 2 | 3): number => days.reduce((total, row) => total + row[column], 0);

/** Makes the day the last one of the fortnight: what is older is past. False for a day before it. */
function turn(reach: Reach, day: number): boolean {
  const last = reach.days.at(-1);
  if (last?.[0] === day) return true;
  if (last !== undefined && day < last[0]) return false;
  const fade = FADES ** (day - (last?.[0] ?? day));
  reach.met *= fade;
  reach.fresh *= fade;
  while (reach.days.length > 0 && reach.days[0]![0] <= day - FORTNIGHT) {
    const [when, met, fresh, kept] = reach.days.shift()!;
    // Of a new tool every target is new: its first days say nothing of later ones.
    if (when - reach.since < FIRST_DAYS) continue;
    reach.met += met - (fresh - kept);
    reach.fresh += kept;
  }
  reach.days.push([day, 0, 0, 0]);
  return true;
}
