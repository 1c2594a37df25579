import type { Alert } from '../../schemas/alert.ts';
import type { StormConfig } from '../../schemas/config/watch.ts';
import { DAY, MINUTE } from '../../schemas/durations.ts';
import { contentId } from '../hash.ts';
import { isStorm, OPERATIONAL } from './own.ts';
import { withoutAgent } from './storm-text.ts';

/** When alerts of several agents are taken for one. */
export interface Cause {
  /** What they share: columns of the record, and what the key has beside those. */
  same: Record<string, string>;
  key: string;
  /** So many agents within `windowMs` of each other; it goes on while new ones come within `quietMs`. */
  agents: number;
  windowMs: number;
  quietMs: number;
}

/** A storm goes on while new agents come within so many of its windows. */
const QUIET_WINDOWS = 6;
/** Found in all that an agent does: the tool of the call by which it showed is chance. */
export const OF_NO_TOOL: ReadonlySet<string> = new Set(['rate', 'off-hours', 'identity', 'credential-hygiene']);
/** What one server or person does, and agents meet in turn: to the second of them it is no news. */
const IN_TURN = { agents: 2, windowMs: 2 * DAY, quietMs: 2 * DAY };

/** The same alerts make the same storm, whenever they come. */
export const stormId = ({ key }: Cause, first: Alert): string => contentId('alert', 'storm', key, first.alert_id);

export const counts = (alert: Alert): boolean => alert.detector !== OPERATIONAL && !isStorm(alert);

export function causeOf(alert: Alert, { agents, minutes }: StormConfig): Cause {
  const { detector, reason, server = '', target = '', agent, on_behalf_of = [] } = alert;
  const windowMs = minutes * MINUTE;
  const atOnce = { agents, windowMs, quietMs: QUIET_WINDOWS * windowMs };
  const found = { detector, reason };
  if (isOfServer(alert)) return cause({ ...found, server_id: server }, alert.subject ?? withoutAgent(alert), IN_TURN);
  if (isOfHand(alert)) return cause(found, alert.subject ?? '', IN_TURN);
  if (isOfPerson(alert)) return cause(found, `${agent.name ?? agent.id} ${on_behalf_of.at(-1) ?? ''}`, IN_TURN);
  if (OF_NO_TOOL.has(detector)) return cause(found, '', atOnce);
  return cause({ ...found, server_id: server, target_name: target }, '', atOnce);
}

/** What a server says of its tools it says to everybody, whenever they ask; what it says next is another cause. */
const isOfServer = ({ detector }: Alert): boolean => detector === 'tool-drift';
/** Peers hear of somebody new a day late. */
const isOfPerson = ({ detector, reason }: Alert): boolean => detector === 'delegation' && reason === 'new_principal';

/** An orchestrator that is put in front of known agents is new to each of them. */
const isOfHand = ({ detector, reason }: Alert): boolean => detector === 'delegation' && reason === 'new_hand';

/** What one server, person or orchestrator does, which agents meet one after the other. */
export const isMetInTurn = (alert: Alert): boolean => isOfServer(alert) || isOfPerson(alert) || isOfHand(alert);

const cause = (
  same: Record<string, string>,
  beside: string,
  limits: Pick<Cause, 'agents' | 'windowMs' | 'quietMs'>,
): Cause => ({ same, key: [...Object.values(same), ...(beside === '' ? [] : [beside])].join('\n'), ...limits });
