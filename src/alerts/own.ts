import type { Alert } from '../../schemas/alert.ts';
import { literal } from '../../schemas/sql-literal.ts';
import type { OperationalReason } from './operational-steps.ts';

/** What Overreach has to say of itself goes the way of every alert: detector `operational`, agent `overreach`. */
export const OPERATIONAL = 'operational';
/** Whom such an alert is about: it has no grants, no owner and no class of privilege that would tell anybody anything. */
export const OURSELVES = 'overreach';

const FORBIDDEN: OperationalReason = 'forbidden_agent';
/** Of itself, or of a token that speaks for others; an agent may be called as we are. */
export const isOperational = ({ detector, reason }: Pick<Alert, 'detector' | 'reason'>): boolean =>
  detector === OPERATIONAL || reason === FORBIDDEN;
/** The same of a row of `alerts`. */
export const IS_OPERATIONAL_SQL = `(alerts.detector = ${literal(OPERATIONAL)} OR alerts.reason = ${literal(FORBIDDEN)})`;

/** Whom the alert of a storm is about. */
export const STORM_AGENT = 'fleet';
/** Stored storms are known by it: another wording would make single alerts of them. */
export const STORM_EXPECTED = 'one agent now and then';

/** An agent may be called `fleet`; what is expected are our own words. */
export const isStorm = ({ agent, proof }: Pick<Alert, 'agent' | 'proof'>): boolean =>
  agent.id === STORM_AGENT && proof.expected === STORM_EXPECTED;
/** The same of a row of `alerts`. */
export const IS_STORM_SQL = `(alerts.agent_id = ${literal(STORM_AGENT)} AND JSONExtractString(alerts.alert, 'proof', 'expected') = ${literal(STORM_EXPECTED)})`;
