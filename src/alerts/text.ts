import type { Alert } from '../../schemas/alert.ts';
import type { AlertContext } from './channel.ts';
import { firstStep } from './first-step.ts';
import { isOver } from './status.ts';

/** One alert in words, in the order in which a person asks. Nothing in it is escaped yet: each medium does that. */
export interface AlertText {
  /** HIGH, or CLOSED where it is over. */
  badge: string;
  title: string;
  /** What happened, and why it is unusual for this agent. */
  summary: string;
  facts: { label: string; text: string }[];
  /** The session's calls in order, one a line. */
  calls: string[];
  firstStep: string;
  frameworks: string;
  sql: string;
}

export function alertText(alert: Alert, context: AlertContext = {}): AlertText {
  return {
    badge: isOver(alert) ? 'CLOSED' : alert.severity.toUpperCase(),
    title: alert.title,
    summary: alert.summary,
    facts: facts(alert),
    calls: (context.calls ?? []).map(({ at, server, target, class: privilege, outcome }) => `${clock(at)}  ${server}/${target}  ${privilege}  ${outcome}`),
    firstStep: context.firstStep ?? firstStep(alert),
    frameworks: frameworkIds(alert).join(', '),
    sql: alert.proof.sql,
  };
}

function facts(alert: Alert): AlertText['facts'] {
  const { proof, agent } = alert;
  const all = [
    { label: 'Seen', text: proof.seen },
    { label: 'Expected', text: proof.expected },
    { label: 'Baseline', text: proof.n > 0 ? `${proof.n} observations over ${proof.window}` : '' },
    { label: 'Unusual', text: alert.score > 0 && proof.threshold > 0 ? `${odds(alert.score)} (score ${round(alert.score)}, alerts from ${round(proof.threshold)})` : '' },
    { label: 'Most of it', text: proof.contributors.slice(0, 3).map(({ name, value }) => `${name} ${round(value)}`).join(', ') },
    { label: 'Privilege', text: `${alert.class}${reached(alert)}` },
    { label: 'Scope', text: scopeText(alert) },
    { label: 'Agent', text: agent.name === undefined || agent.name === agent.id ? agent.id : `${agent.id} (${agent.name})` },
    { label: 'Owner', text: agent.owner ?? 'not known' },
    { label: 'On behalf of', text: (alert.on_behalf_of ?? []).join(' < ') },
    { label: 'Session', text: alert.session_id ?? '' },
    { label: 'When', text: alert.occurred_at },
    { label: 'Repeated', text: alert.suppressed_count > 0 ? `${alert.suppressed_count} times more, not told one by one` : '' },
    { label: 'Events', text: alert.event_ids.join(', ') },
    { label: 'Alert', text: `${alert.alert_id} (${alert.detector}, revision ${alert.revision}, ${alert.stage})` },
  ];
  return all.filter(({ text }) => text !== '');
}

const reached = ({ server, target }: Alert): string => {
  const where = [server, target].filter((part) => part !== undefined).join('/');
  return where === '' ? '' : `, reached ${where}`;
};

const SCOPE_WORDS: Record<Alert['scope'], string> = {
  in: 'within its grants',
  out: 'outside of its grants',
  maybe: 'cannot be told: a constrained value is redacted',
  ungoverned: 'no grant has ever been given to this agent',
};

const scopeText = ({ scope, grant_id }: Alert): string => (grant_id === undefined ? SCOPE_WORDS[scope] : `${SCOPE_WORDS[scope]}; nearest ${grant_id}`);

export const frameworkIds = ({ frameworks }: Alert): string[] => [
  ...frameworks.owasp_asi,
  ...frameworks.mitre_atlas,
  ...frameworks.maestro.map((layer) => `MAESTRO ${layer}`),
  ...frameworks.nist_ai_rmf.map((name) => `NIST AI RMF ${name}`),
];

/** A score in words: 3 is one in a thousand. */
const odds = (score: number): string => (score > 12 ? 'next to impossible' : `about one in ${Math.round(10 ** score).toLocaleString('en-US')}`);
const round = (value: number): string => String(Math.round(value * 100) / 100);
const clock = (at: string): string => (at.length >= 19 ? at.slice(11, 19) : at);
