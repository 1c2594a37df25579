import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { Score } from '../detector.ts';
import { TEAM } from '../stats/peer-share.ts';
import { worst } from '../stats/worst.ts';
import { byDays, bySpread, byUses, byWeek } from './fresh.ts';
import { FORTNIGHT, type Reach } from './reach.ts';

/** Something new that a call names in one field. */
export interface Fresh {
  place: string;
  count: number;
  /** Share of the peers for whom the field widens as well, or who know the schema. */
  shared: number;
  /** The schema that its statement works on; absent in other fields. */
  schema?: { name: string; ground: boolean };
}

interface Config {
  least_fresh: number;
  least_days: number;
}

/** A field that names new things more often knows no targets, or more than are remembered. */
const MOST_FRESH = 0.1;

/** What the place of a kind of things begins with that is counted over all tools. */
export const ANY_TOOL = 'any tool ';

/** A known field of a tool names more that is new to it than its past explains. */
export function widensField(
  reach: Reach,
  { place, shared }: Fresh,
  day: number,
  name: PrivilegeClass,
  config: Config,
): Score | null {
  const age = day - reach.since;
  const secret = classRank(name) >= classRank('secret');
  const any = place.startsWith(ANY_TOOL);
  const old = age >= config.least_days && reach.fresh <= MOST_FRESH * reach.met;
  const best = worst(
    (any
      ? [age >= FORTNIGHT ? bySpread(reach, config.least_fresh) : null]
      : [
          age >= FORTNIGHT ? byDays(reach, config.least_fresh) : null,
          old ? byUses(reach) : null,
          old && secret ? byWeek(reach, day) : null,
        ]
    ).filter((one) => (one?.found ?? 0) >= config.least_fresh),
  );
  if (best === null || best.score < 1) return null;
  const { found, score, within, expected, met } = best;
  const gap = place.lastIndexOf(' ');
  return {
    score: Math.min(12, score),
    reason: 'new_targets',
    story: `new_targets ${place}`,
    severity: shared >= TEAM ? 'low' : classRank(name) >= classRank('execute') ? 'high' : 'medium',
    seen: `${place.slice(0, gap)} on ${found} things (${place.slice(gap + 1)}) within ${within} that it was never used on`,
    expected,
    n: Math.round(reach.met),
    days: age,
    contributors: [
      { name: `new targets within ${within}`, value: found },
      { name: `targets within ${within}`, value: met },
      { name: 'share of peers for whom it widens as well', value: shared },
    ],
  };
}

/** Statements take up a schema that none of them worked on before. */
export function takesGround(
  reach: Reach,
  { place, shared, schema }: Fresh,
  day: number,
  name: PrivilegeClass,
  config: Config,
): Score | null {
  const best = byDays(reach, config.least_fresh);
  if (best === null || schema === undefined || best.score < 1) return null;
  const { found, score, within, met } = best;
  const tool = place.slice(0, place.lastIndexOf(' '));
  return {
    score: Math.min(12, score),
    reason: 'new_schema',
    story: `new_schema ${schema.name}`,
    severity: shared >= TEAM || !schema.ground ? 'low' : classRank(name) >= classRank('execute') ? 'high' : 'medium',
    seen: `${found} statements of ${tool} on tables of ${schema.name} within ${within}, a schema that it never worked on`,
    expected: best.expected,
    n: Math.round(reach.met),
    days: day - reach.since,
    contributors: [
      { name: `statements on a new schema within ${within}`, value: found },
      { name: `statements within ${within}`, value: met },
      { name: 'share of peers that know it', value: shared },
    ],
  };
}
