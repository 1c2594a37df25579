import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Score, Seen } from '../detector.ts';
import { tailAbove } from '../stats/count-tail.ts';
import { TEAM } from '../stats/peer-share.ts';
import { BREACH, callsFrom, KEPT_BREACH, type PrivilegeDays, READ, total } from './days.ts';

/** A call outside of what the agent is for. */
export interface Breach {
  why: string;
  tool: string;
  class: PrivilegeClass;
  /** Share of the peers that lately left their charters to the same server. */
  shared: number;
  /** The grant by which somebody lately gave it this server by name; '' where none did, or several such have come. */
  behind: string;
}

const WEEK = 7;
/** Breaches come in clumps: one task makes several. */
const CLUMPS = 2;
/** A grant is new for so long: its duty is taken up within it, and charters are mended at leisure. */
const LATELY = 35;

/**
 * The grant that covers the call, where it names agent and server, and came after the agent's first days, but lately: who
 * gave it meant this, and the charter lags behind. One that is old or wide covers what nobody thought of.
 */
export function lagsBehind({ event, at, scope, grantId, grantSince, granted }: Seen, settled: number): string {
  const { server, agent } = event.body;
  if (scope !== 'in' || grantSince < settled * DAY || at - grantSince > LATELY * DAY) return '';
  const meant = granted(agent.id).some((one) => one.grantId === grantId && one.server === server.id && one.names > 0);
  return meant ? grantId : '';
}

/** Charter drift: more calls outside of the charter within a week than the past explains. */
export function leftCharter({ rows }: PrivilegeDays, breach: Breach, least: number): Omit<Score, 'n' | 'days'> | null {
  const week = rows.slice(-WEEK);
  const breaches = total(week, (row) => row[BREACH]!);
  if (breaches < least) return null;
  const past = rows.slice(0, -WEEK);
  const before = total(past, (row) => row[KEPT_BREACH]!);
  // What is explained otherwise is in no column of calls, and may still be a breach.
  const calls = Math.max(
    before,
    total(past, (row) => callsFrom(row, READ)),
  );
  const exposure = Math.max(
    breaches,
    total(week, (row) => callsFrom(row, READ)),
  );
  const rare = tailAbove(breaches, exposure, { count: before, exposure: Math.max(calls, 1) }, CLUMPS);
  const rank = classRank(breach.class);
  const graded = 0.3 * Math.max(0, rank - 1);
  const byTeam = breach.shared >= TEAM;
  const { behind } = breach;
  // A secret is no duty by the way: whoever gives it has the charter changed first.
  const lags = behind !== '' && rank < classRank('secret');
  return {
    score: Math.min(12, rare + graded),
    reason: 'charter_drift',
    // What its peers do as well, or a grant explains, must not cover what this agent alone does.
    story: lags ? `charter_drift behind ${behind}` : byTeam ? 'charter_drift with its peers' : 'charter_drift',
    severity: lags || byTeam ? 'low' : rank >= classRank('execute') ? 'high' : 'medium',
    seen: `${breaches} calls outside of its charter within a week, the last ${breach.tool}: ${breach.why}${lags ? `. Grant ${behind} gave it this lately: name it in the charter as well, or end the grant` : ''}`,
    expected: `${before} of ${calls} calls before`,
    contributors: [
      { name: 'calls outside of the charter this week', value: breaches },
      { name: 'how seldom so many come', value: rare },
      { name: `class ${breach.class}`, value: graded },
      { name: 'share of peers that did the same', value: breach.shared },
    ],
  };
}
