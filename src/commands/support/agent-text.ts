import { classRank, type PrivilegeClass } from '../../../schemas/alert.ts';
import type { AgentSummary } from '../../../schemas/api.ts';
import { counted } from '../../../schemas/counted.ts';
import { DAY } from '../../../schemas/durations.ts';
import { escapeTerminal } from '../../alerts/escape.ts';
import { type CreepIndex, creepIndex } from '../../creep/index.ts';
import { type DayOfUse, privilegesAt, type ReadyGrants } from '../../creep/privileges.ts';
import type { ReachedPrivilege } from '../../creep/reach.ts';
import { type Slope, sparkline } from '../../creep/series.ts';
import { dayOf, textTable } from './rows.ts';

/** One agent as of now: how much privilege it holds and does not need, uses and should not, and whither it goes. */
export interface Portrait {
  agent: string;
  owner: string;
  /** What it is for and who reviews it, as its charters say. */
  purposes: string[];
  reviewers: string[];
  calls: number;
  first: number;
  last: number;
  strongest: string;
  creep: CreepIndex;
  undeclared: CreepIndex;
  inUse: number[];
  slopes: Slope[];
  reach: ReachedPrivilege[];
  about: AgentSummary | undefined;
}

/** An open alert that says that it grows. */
export interface ToldCreep {
  id: string;
  title: string;
}

const WEEK = 7 * DAY;
const PLOT = 45;

/** All agents, a line each; of how many no more is known than their use is said below. */
export function agentsTable(portraits: readonly Portrait[]): string {
  const rest = portraits.filter(({ about }) => about === undefined).length;
  const rows = portraits.map((one) => [
    one.agent,
    one.owner,
    String(one.calls),
    String(one.about?.out_of_scope ?? ''),
    dayOf(one.last),
    learnedText(one.about),
    one.strongest,
    one.creep.index.toFixed(0),
    one.undeclared.index.toFixed(0),
    slopeText(one.slopes.find(({ days }) => days === 30)),
    sparkline(one.inUse, 30),
  ]);
  const table = textTable(
    [
      'agent',
      'owner',
      'calls done',
      'out of scope',
      'last',
      'learned',
      'strongest',
      'creep',
      'undeclared',
      'slope 30 d',
      'privilege in use',
    ],
    rows,
  );
  if (rest === 0) return table;
  return `${table}\nout of scope and learned are told of the ${portraits.length - rest} agents seen last: of another, \`overreach agent ID\` tells them`;
}

/** One agent in full. */
export function agentText(
  one: Portrait,
  days: readonly DayOfUse[],
  grants: ReadyGrants,
  now: number,
  kept: readonly number[],
  told: readonly ToldCreep[],
): string {
  const history: number[] = [];
  for (let at = now; at >= one.first; at -= WEEK)
    history.unshift(creepIndex(privilegesAt(one.agent, days, grants, at), at).index);
  const rank = (each: ReachedPrivilege): number => classRank(each.class as PrivilegeClass);
  const reach = [...one.reach].sort((a, b) => rank(b) - rank(a) || a.since - b.since);
  return [
    `${escapeTerminal(one.agent)}${one.owner === '' ? '' : `, of ${escapeTerminal(one.owner)}`}: ${counted(one.calls, 'call')} done from ${dayOf(one.first)} to ${dayOf(one.last)}`,
    ...(one.purposes.length === 0 ? [] : [`for: ${escapeTerminal(one.purposes.join('; '))}`]),
    ...(one.reviewers.length === 0 ? [] : [`reviewed by ${escapeTerminal(one.reviewers.join(', '))}`]),
    ...aboutLines(one.about),
    '',
    `creep index ${one.creep.index.toFixed(1)} of 100 (granted and not used; ${counted(one.creep.counted, 'privilege')}, ${one.creep.tooNew} too new to judge)`,
    `  by week   ${sparkline(history, PLOT)}  ${history.map((value) => value.toFixed(0)).join(' ')}`,
    ...(kept.length < 2
      ? []
      : [
          `  by day    ${sparkline(kept.slice(-PLOT), PLOT)}  ${kept.length} days in v_creep_index, the last ${kept.at(-1)!.toFixed(1)}`,
        ]),
    indented(terms(one.creep)),
    '',
    `used, not declared or not granted: ${one.undeclared.index.toFixed(1)} of 100`,
    indented(terms(one.undeclared)),
    '',
    `privilege in use, by day  ${sparkline(one.inUse, PLOT)}`,
    ...one.slopes.map(
      (slope) => `  over ${String(slope.days).padStart(2)} days  ${slopeText(slope)}${isSure(slope) ? ' a day' : ''}`,
    ),
    ...told.map(({ id, title }) => `  open alert    ${escapeTerminal(title)} (overreach alerts show ${id})`),
    '',
    'secrets, identities and execution it reaches',
    indented(
      reach.length === 0
        ? 'none'
        : textTable(
            ['class', 'through', 'store', 'calls', 'resources', 'since', 'last'],
            reach.map((each) => [
              each.class,
              each.through,
              each.store,
              String(each.calls),
              String(each.resources),
              dayOf(each.since),
              dayOf(each.last),
            ]),
          ),
    ),
  ].join('\n');
}

const learnedText = (about: AgentSummary | undefined): string =>
  about?.learning === undefined ? '' : `${Math.floor(about.learning.share * 100)} %`;

function aboutLines(about: AgentSummary | undefined): string[] {
  if (about === undefined) return [];
  const classes = Array.isArray(about.classes) ? about.classes.map(String).join(', ') : '';
  const learned = learnedText(about);
  return [
    `classes ${escapeTerminal(classes)}; ${counted(Number(about.out_of_scope ?? 0), 'call')} out of scope, ${Number(about.denied ?? 0)} denied${learned === '' ? '' : `; learned ${learned}`}`,
  ];
}

const terms = (index: CreepIndex): string =>
  index.terms.length === 0
    ? 'nothing'
    : textTable(
        ['term', 'class', 'weight', 'reach', 'share of time', 'value'],
        index.terms.map((term) => [
          term.name,
          term.class,
          term.weight.toFixed(2),
          term.reach.toFixed(2),
          term.idle.toFixed(2),
          term.value.toFixed(3),
        ]),
      );

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

/** Of fewer nothing can be said. */
const LEAST_WORKED = 5;

/** A rise that chance explains (one in a hundred or more) may be one all the same: the detector looks longer. */
function slopeText(slope: Slope | undefined): string {
  if (slope === undefined) return 'too new';
  if (slope.worked < LEAST_WORKED) return 'too few days of use';
  return isSure(slope) ? `+${slope.slope.toFixed(3)} (1 in 10^${slope.score.toFixed(0)})` : 'no sure rise';
}

const isSure = ({ score, worked }: Slope): boolean => worked >= LEAST_WORKED && score >= 2;
