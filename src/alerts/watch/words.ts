import type { Alert } from '../../../schemas/alert.ts';
import { counted } from '../../../schemas/counted.ts';
import { cut } from '../../../schemas/cut.ts';
import { lasting } from '../../../schemas/lasting.ts';
import { literal } from '../../../schemas/sql-literal.ts';
import { utcMinute } from '../../../schemas/utc.ts';
import { operational } from '../operational.ts';
import type { Crowd } from './crowds.ts';
import type { Overstepping } from './overstepping.ts';

export function diskLow(path: string, freeBytes: number, limitBytes: number, since: number, at: number): Alert {
  const free = `${Math.round(freeBytes / 1_048_576)} MiB free`;
  return operational({
    reason: 'disk_low',
    subject: path,
    since,
    at,
    severity: freeBytes * 4 < limitBytes ? 'critical' : 'high',
    title: `Little room left in ${path}`,
    summary: `${free} where the data lies. When it is full, nothing more is accepted until there is room.`,
    seen: free,
    expected: `at least ${Math.round(limitBytes / 1_048_576)} MiB`,
    sql: 'SELECT name, free_space, total_space FROM system.disks',
  });
}

/** A gateway whose clock differs from ours: its events are judged by a clamped time. */
export function clockSkew(gateway: string, skewMs: number, limitMs: number, since: number, at: number): Alert {
  const side = skewMs > 0 ? 'ahead' : 'behind';
  return operational({
    reason: 'clock_skew',
    subject: gateway,
    since,
    at,
    severity: 'medium',
    title: `The clock of gateway ${gateway} is ${lasting(Math.abs(skewMs))} ${side}`,
    summary: `Events of ${gateway} carry times ${lasting(Math.abs(skewMs))} ${side} of their arrival. They are judged as of a clamped time; rates and sequences may be off.`,
    seen: `${lasting(Math.abs(skewMs))} ${side}`,
    expected: `within ${lasting(limitMs)}`,
    sql: `SELECT toStartOfHour(received_at) AS hour, round(avg(dateDiff('millisecond', received_at, occurred_at)) / 60000, 1) AS minutes_ahead, count() AS events FROM v_events WHERE source_instance = ${literal(gateway)} GROUP BY hour ORDER BY hour DESC LIMIT 48`,
  });
}

/** Ids that are made up for each call or pod: nothing can be learned of an agent that is never seen again. */
export function agentFlood(
  { gateway, agents, calls, example }: Crowd,
  limit: number,
  since: number,
  at: number,
): Alert {
  const seen = `${agents} agents or more in an hour, with ${calls} calls`;
  return operational({
    reason: 'agent_flood',
    subject: gateway,
    since,
    at,
    severity: 'high',
    title: cut(`Gateway ${gateway} names a new agent with almost every call`, 160),
    summary: `${seen} came from ${gateway}, such as ${example.slice(0, 80)}. What is never seen twice has no baseline, so none of them is judged by one. Either ids of pods or runs are sent as agents (fold them together with agents: [{ match, id }] in the configuration), or somebody makes up names.`,
    seen,
    expected: `at most ${limit} agents in an hour, or agents that call more than once`,
    sql: `SELECT toStartOfHour(received_at) AS hour, uniq(agent_id) AS agents, count() AS calls FROM v_events WHERE source_instance = ${literal(gateway)} GROUP BY hour ORDER BY hour DESC LIMIT 48`,
  });
}

/** A checkpoint that is not saved: after a crash all since then is folded again. */
export function checkpointOld(partition: string, savedAt: number, limitMs: number, at: number): Alert {
  return operational({
    reason: 'checkpoint_old',
    subject: partition,
    since: savedAt,
    at,
    severity: at - savedAt >= limitMs * 4 ? 'high' : 'medium',
    title: `No checkpoint of ${partition} since ${utcMinute(savedAt)}`,
    summary: `The last checkpoint of ${partition} is ${lasting(at - savedAt)} old, and events came after it. Nothing is lost, but after a crash all of them are judged again before new ones.`,
    seen: `${lasting(at - savedAt)} old`,
    expected: `at most ${lasting(limitMs)}`,
    sql: `SELECT next_offset, saved_at FROM checkpoints FINAL WHERE partition = ${literal(partition)} ORDER BY saved_at DESC LIMIT 5`,
  });
}

/** Grants files that cannot be read: what was in force stays so, and changes wait. */
export function grantsBroken(message: string, since: number, at: number): Alert {
  return operational({
    reason: 'grants_broken',
    subject: 'grants',
    since,
    at,
    severity: 'high',
    title: 'The grants files are broken: the old grants stay in force',
    summary: `Since ${utcMinute(since)} the grants files cannot be taken over: ${message.slice(0, 300)}. What they granted or took away since then does not count yet.`,
    seen: message.slice(0, 300),
    expected: 'files that `overreach config check` finds sound',
    sql: "SELECT version, loaded_at FROM inputs FINAL WHERE kind = 'grants' ORDER BY loaded_at DESC LIMIT 5",
  });
}

/** Brokers that do not answer or refuse us, and topics that are not there: what waits there is not judged. */
export function kafkaAway(message: string, since: number, at: number): Alert {
  return operational({
    reason: 'kafka_away',
    subject: 'kafka',
    since,
    at,
    severity: 'high',
    title: `Blind: Kafka does not serve as it should since ${utcMinute(since)}`,
    summary: `${message}. What agents do meanwhile is judged when it is read. It goes on by itself once Kafka does, or the topic is there.`,
    seen: message,
    expected: 'every topic read',
    sql: 'SELECT source_instance, max(received_at) AS last FROM v_events GROUP BY source_instance ORDER BY last',
  });
}

/** Whoever reads that channel alone has heard of nothing since. */
export function channelFailing(channel: string, failures: number, since: number, at: number): Alert {
  return operational({
    reason: 'channel_failing',
    subject: channel,
    since,
    at,
    severity: 'high',
    title: `Alert channel ${channel} takes nothing since ${utcMinute(since)}`,
    summary: `${failures} ${failures === 1 ? 'try' : 'tries'} to send over ${channel} failed in ${lasting(at - since)}. What waits for it is kept, and sent once it works; until then nobody hears of anything over it.`,
    seen: `nothing taken for ${lasting(at - since)}`,
    expected: 'a 2xx answer',
    sql: `SELECT at, alert_id, status, detail FROM deliveries WHERE channel = ${literal(channel)} AND state = 'failed' ORDER BY at DESC LIMIT 20`,
  });
}

/** A token that speaks for agents beyond its bounds: a gateway that is set up wrongly, or a token in other hands. */
export function overstepped({ token, since, count, agents }: Overstepping, at: number): Alert {
  const listed = (most: number): string =>
    agents.size > 0 ? `: ${[...agents.keys()].slice(0, most).join(', ')}${agents.size > most ? ', …' : ''}` : '';
  const alert = operational({
    reason: 'forbidden_agent',
    subject: token,
    since,
    at,
    severity: 'high',
    title: cut(`Token ${token} spoke for agents that are not its own${listed(5)}`, 160),
    summary: `${counted(count, 'event')} under the token ${token} since ${utcMinute(since)} claimed agents that it may not speak for${listed(20)}. They were refused and are kept among the rejects. Either the token's patterns are too narrow, or somebody else has the token.`,
    seen: `${count} refused`,
    expected: 'only agents that match the patterns of the token',
    sql: `SELECT received_at, detail, raw FROM v_rejects WHERE reason = 'forbidden_agent' AND received_at >= fromUnixTimestamp64Milli(${since}) ORDER BY received_at`,
  });
  const frameworks = { owasp_asi: ['ASI03', 'ASI07'], mitre_atlas: [], maestro: ['L7'], nist_ai_rmf: ['MANAGE'] };
  const contributors = [...agents].map(([name, value]) => ({ name, value }));
  const proof = { ...alert.proof, window: `${SINCE}${new Date(since).toISOString()}`, contributors };
  return { ...alert, detector: 'identity', proof, frameworks };
}

const SINCE = 'since ';
/** What the record's last such alert said of a token: a process that starts counts on from there. */
export const overstepsIn = ({ occurred_at, proof }: Alert): Pick<Overstepping, 'since' | 'count' | 'agents'> => ({
  since: Date.parse(proof.window.replace(SINCE, '')) || Date.parse(occurred_at),
  count: Number.parseInt(proof.seen, 10) || 0,
  agents: new Map(proof.contributors.map(({ name, value }) => [name, value])),
});

const LISTED = 20;

/** Agents of a day for which nobody ever wrote a grant; the day as `2026-11-17`. */
export const UNGOVERNED_SQL = `SELECT agent_id AS agent, count() AS calls FROM v_events
WHERE scope = 'ungoverned' AND occurred_at >= toDateTime64({day:String}, 3, 'UTC') AND occurred_at < toDateTime64({day:String}, 3, 'UTC') + INTERVAL 1 DAY
GROUP BY agent ORDER BY calls DESC, agent LIMIT 10000`;

/** Agents of one day (UTC) for which nobody ever wrote a grant: judged by their baseline alone. */
export function ungovernedAgents(day: string, agents: readonly { agent: string; calls: number }[], at: number): Alert {
  const listed = agents.slice(0, LISTED).map(({ agent, calls }) => `${agent} (${calls})`);
  const more = agents.length > LISTED ? ` and ${agents.length - LISTED} more` : '';
  return operational({
    reason: 'ungoverned_agents',
    subject: day,
    since: Date.parse(day),
    at,
    severity: 'info',
    title: `${counted(agents.length, 'agent')} without any grant on ${day}`,
    summary: `No grant was ever written for ${listed.join(', ')}${more} (calls of the day). They are judged by their own past alone. A first policy: overreach grants suggest --agent AGENT.`,
    seen: `${agents.length} ungoverned`,
    expected: 'a grant for every agent',
    sql: `SELECT agent_id, count() AS calls, groupUniqArray(20)(class) AS classes FROM v_events WHERE scope = 'ungoverned' AND toDate(occurred_at) = ${literal(day)} GROUP BY agent_id ORDER BY calls DESC`,
  });
}
