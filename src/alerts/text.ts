import type { Alert } from '../../schemas/alert.ts';
import type { AlertContext } from './channel.ts';
import { firstStep } from './first-step.ts';
import { isOperational, isStorm } from './own.ts';
import { isOver } from './status.ts';

interface Fact {
  label: string;
  text: string;
}

/** One alert in words, in the order in which a person asks. Nothing in it is escaped yet: each medium does that. */
interface AlertText {
  /** HIGH, ACKNOWLEDGED where somebody is on it, CLOSED where it is over. */
  badge: string;
  title: string;
  /** What happened, where the title does not say it already, and why it is unusual for this agent. */
  summary: string;
  facts: Fact[];
  /** The session's calls in order, one a line; an arrow marks those that the alert cites. */
  calls: string[];
  firstStep: string;
  /** What points into the record, and the frameworks' ids. */
  references: Fact[];
  sql: string;
  /** Where a person sees it whole; ours, never an agent's. */
  link?: string;
}

export function alertText(alert: Alert, context: AlertContext = {}): AlertText {
  return {
    badge: badge(alert),
    title: alert.title,
    summary: afterTitle(alert),
    facts: facts(alert, context),
    calls: (context.calls ?? []).map(
      ({ at, server, target, class: privilege, outcome, told }) =>
        `${clock(at)}  ${server}/${target}  ${privilege}  ${outcome}${told ? '  ←' : ''}`,
    ),
    firstStep: firstStep(alert, context.firstStep),
    ...(context.link === undefined ? {} : { link: context.link }),
    references: said([
      { label: 'When', text: alert.occurred_at },
      { label: 'Events', text: alert.event_ids.join(', ') },
      { label: 'Alert', text: `${alert.alert_id} (${alert.detector}, revision ${alert.revision}, ${alert.stage})` },
      { label: 'Frameworks', text: frameworkIds(alert).join(', ') },
    ]),
    sql: alert.proof.sql,
  };
}

/** Most titles are the first sentence of the summary behind the agent's name: at night nobody reads a thing twice. */
function afterTitle({ title, summary }: Alert): string {
  const end = summary.indexOf('. ');
  const said = end > 1 && title.endsWith(`: ${summary.charAt(0).toLowerCase()}${summary.slice(1, end)}`);
  return said ? summary.slice(end + 2) : summary;
}

const badge = (alert: Alert): string =>
  isOver(alert) ? 'CLOSED' : alert.status === 'acknowledged' ? 'ACKNOWLEDGED' : alert.severity.toUpperCase();

function facts(alert: Alert, { beside = [] }: AlertContext): Fact[] {
  const { proof } = alert;
  const told = alert.suppressed_count;
  return said([
    { label: 'Seen', text: unlessIn(alert.summary, proof.seen) },
    { label: 'Expected', text: unlessIn(alert.summary, proof.expected) },
    { label: 'Baseline', text: isStorm(alert) ? '' : baseline(proof) },
    { label: 'Unusual', text: unusual(alert) },
    ...(isOperational(alert) ? [{ label: 'About', text: alert.target ?? '' }] : whoAndWhat(alert)),
    {
      label: 'Told as well',
      text: beside
        .map(({ detector, severity, alert_id: id }) => `${detector} (${severity}, ${id.slice(0, 8)})`)
        .join(', '),
    },
    // A storm's own sentence says how many of its alerts were kept.
    {
      label: 'Repeated',
      text:
        told > 0 && !isStorm(alert)
          ? `${told} more ${told === 1 ? 'call' : 'calls'} like it, counted and not told`
          : '',
    },
  ]);
}

function whoAndWhat(alert: Alert): Fact[] {
  const { agent } = alert;
  return [
    { label: 'Privilege', text: privilege(alert) },
    { label: 'Scope', text: scopeText(alert) },
    {
      label: 'Agent',
      text: agent.name === undefined || agent.name === agent.id ? agent.id : `${agent.id} (${agent.name})`,
    },
    { label: 'Owner', text: agent.owner ?? 'not known' },
    { label: 'On behalf of', text: (alert.on_behalf_of ?? []).join(', for ') },
    { label: 'Session', text: alert.session_id ?? '' },
  ];
}

/** What the summary says word for word is left out, its capital aside. */
const unlessIn = (summary: string, text: string): string => (summary.includes(text.slice(1)) ? '' : text);

function baseline({ n, window }: Alert['proof']): string {
  if (n <= 0) return '';
  const over = window === '0 d' ? 'less than a day' : window;
  return `${n.toLocaleString('en-US')} ${n === 1 ? 'observation' : 'observations'} over ${over}`;
}

const said = (facts: readonly Fact[]): Fact[] => facts.filter(({ text }) => text !== '');

function unusual({ score, proof: { threshold, contributors } }: Alert): string {
  if (score <= 0 || threshold <= 0) return '';
  const most = contributors
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, 3)
    .map(({ name, value }) => `${name} ${round(value)}`);
  return `${odds(score)}: score ${round(score)}, alerts from ${round(threshold)}${most.length > 0 ? `; mostly ${most.join(', ')}` : ''}`;
}

const calledIn = ({ server, target }: Alert): string => [server, target].filter((part) => part !== undefined).join('/');
/** No call, which would have a class and a scope. */
const isSilence = (alert: Alert): boolean => calledIn(alert) === '' && alert.class === 'discover';

/** The class of the call, and what it was on. */
function privilege(alert: Alert): string {
  const where = calledIn(alert);
  if (isSilence(alert)) return '';
  return where === '' ? alert.class : `${alert.class}, on ${where}`;
}

const SCOPE_WORDS: Record<Alert['scope'], string> = {
  in: 'within its grants',
  out: 'outside of its grants',
  maybe: 'cannot be told by what is recorded of the call',
  ungoverned: 'no grant has ever been given to this agent',
};

function scopeText(alert: Alert): string {
  const { scope, grant_id } = alert;
  if (isSilence(alert)) return '';
  return grant_id === undefined ? SCOPE_WORDS[scope] : `${SCOPE_WORDS[scope]}; nearest ${grant_id}`;
}

export const frameworkIds = ({ frameworks }: Alert): string[] => [
  ...frameworks.owasp_asi,
  ...frameworks.mitre_atlas,
  ...frameworks.maestro.map((layer) => `MAESTRO ${layer}`),
  ...frameworks.nist_ai_rmf.map((name) => `NIST AI RMF ${name}`),
];

/** A score in words: 3 is one in a thousand. Two figures are all that it is worth. */
const odds = (score: number): string =>
  score > 9 ? 'next to impossible' : `about one in ${Number((10 ** score).toPrecision(2)).toLocaleString('en-US')}`;
const round = (value: number): string => String(Math.round(value * 100) / 100);
const clock = (at: string): string => (at.length >= 19 ? at.slice(11, 19) : at);
