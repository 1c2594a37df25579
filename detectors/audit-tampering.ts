import { z } from 'zod';
import { classRank, isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { tamperingOf } from './audit-tampering/tampering.ts';
import { defineDetector } from './detector.ts';
import { calledBy } from './stats/dispatched.ts';
import { leastPeers, peerShare, TEAM } from './stats/peer-share.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce, toldAndDone } from './stats/told.ts';
import { fullName } from './stats/tool-of.ts';

/** Calls that end or clear a trail of what was done: needs no baseline, and keeps which were told. State: 64 of them, 5 KB. */
interface State extends TimeSpan {
  /** Calls that change something. */
  calls: number;
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  used: boolean;
  how: string;
  /** What is told once: the tool, and the sort of trail; '' where it does nothing to one. */
  key: string;
  standing: Standing | null;
  /** Share of its peers that do the same, where there are enough of them. */
  shared: number;
}

const configSchema = z.object({
  base: z.number().default(4).describe('Score of such a call that went through.'),
  attempt_base: z.number().default(3).describe('Score of one that was refused.'),
  least_peers: leastPeers,
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const auditTampering = defineDetector<Config, State, never, Observation>({
  id: 'audit-tampering',
  version: 1,
  title: 'Trail switched off or cleared',
  description:
    'A call ends, switches off or clears a trail of what was done: an audit log, a log sink, a cloud trail, a shell history; or what warns of it: an alert rule, all alerts silenced, the scanning for secrets, a sensor or a shipper of logs. By the name of its tool or of what it runs, a setting among its arguments, a filter by which somebody is left out, a manifest that leaves a shipper no work, or a command in them; told once for each tool and sort of trail.',
  falsePositives: [
    'An agent that takes down environments, their logs with them.',
    'A move from one log sink to another.',
    'An alert rule that was replaced by a better one.',
  ],
  blindSpots: [
    'A trail that is thinned by a filter, or by a retention of more than three days.',
    'Tools whose names do not tell, at gateways that log no arguments.',
    'The gateway’s own log: see what Overreach tells of silent gateways.',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1562/008/',
    'https://attack.mitre.org/techniques/T1070/',
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html',
  ],
  firstStep: 'Switch the trail on again, and look at what the agent did just before and since.',
  tags: {
    owasp_asi: ['ASI02', 'ASI10'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L5', 'L6'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0 }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    const { target, args } = body;
    if (!isChange(seen.class) || target.name === undefined) return null;
    const { at, class: name, used, peers } = seen;
    const tool = fullName(body);
    const called = calledBy(target.name, args);
    const runs = classRank(name) >= classRank('execute');
    const found = (called === '' ? null : tamperingOf(called, args, runs)) ?? tamperingOf(target.name, args, runs);
    const key =
      found === null
        ? ''
        : [tool, called, found.sort]
            .filter((one) => one !== '')
            .join(' ')
            .slice(0, 240);
    return {
      at,
      tool,
      class: name,
      used,
      how: found?.how ?? '',
      key,
      standing: key === '' ? null : tellOnce(state, key, seen, config.remind_days),
      shared: key === '' ? 0 : peerShare(peers, 'audit-tampering', key, config.least_peers),
    };
  },

  score(state, { tool, class: name, used, how, key, standing, shared }, config) {
    if (standing === null) return null;
    const quiet = !used || standing.reminder || shared >= TEAM;
    return {
      score: used ? config.base : config.attempt_base,
      reason: 'trail_ended',
      ...again(standing),
      story: `trail_ended ${key}`,
      subject: `trail_ended ${key}`,
      ...(quiet && { severity: 'low' as const }),
      seen: `${used ? 'called' : 'tried to call'} ${tool} (class ${name}) on a trail of what was done: ${how}${reminded(standing)}`,
      expected: `none of ${state.calls} calls that changed something ended or cleared one; ${Math.round(100 * shared)} % of its peers do`,
      n: state.calls,
      days: daysOf(state),
      contributors: [
        { name: used ? 'call went through' : 'call was refused', value: used ? config.base : config.attempt_base },
      ],
    };
  },

  learn(state, { at, used }) {
    if (!used) return;
    noteTime(state, at);
    state.calls += 1;
  },

  contribute(state, tell) {
    for (const key of toldAndDone(state)) tell(key, 1);
  },
});
