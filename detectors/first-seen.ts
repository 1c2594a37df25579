import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { graded, type Level } from './first-seen/grades.ts';
import { incidenceOf, keyOf, newLevels } from './first-seen/levels.ts';
import { sendsTo } from './first-seen/sends-to.ts';
import { isDuty } from './stats/duty.ts';
import { addDay, emptyIncidence, type Incidence, unseenShare } from './stats/incidence.ts';
import { peersKnow } from './stats/peers-know.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { remindDays, reminded } from './stats/told.ts';
import { toolKey, toolOf } from './stats/tool-of.ts';

/**
 * Tools, servers and classes of privilege that this agent used, by days. How likely something new is follows from how
 * often it saw something new: an agent that explores is not flooded. State: 512 tools of 90 bytes, 60 KB at most.
 */
interface State extends TimeSpan {
  tools: Incidence;
  servers: Incidence;
  classes: Incidence;
  grants: Recent<number>;
  /** What was told and not learned, with the time, whether it was a duty then, was let in, and how high it reached. */
  told: Recent<[at: number, duty: boolean, used: boolean, reach?: number]>;
}

interface Observation {
  at: number;
  tool: string;
  server: string;
  class: PrivilegeClass;
  used: boolean;
  /** The highest level at which it is new, and its key; null where nothing is. */
  level: Level | null;
  key: string;
  /** Covered by a grant that this agent did not use before the last weeks: a duty that somebody gave it. */
  grantId: string;
  newGrant: boolean;
  breach: string;
  /** Whither what it set up sends on, in words; else ''. */
  sendsTo: string;
  /** All that is new of it was told lately, and nobody cleared it: it is not told again. */
  pending: boolean;
  /** Some of it was: it is not learned. */
  held: boolean;
  /** It was told long ago, and nobody cleared it: told again, a step milder. */
  reminder: boolean;
  peers: number;
  holders: number;
}

const LIMITS: Record<Level, number> = { tool: 512, server: 128, class: 16 };
const BONUS: Record<Level, number> = { tool: 0, server: 0.4, class: 1 };
const WEIGHT: Record<PrivilegeClass, number> = {
  discover: 0,
  read: 0,
  write: 0.6,
  execute: 1,
  secret: 1.5,
  identity: 1.5,
};

const configSchema = z.object({
  remind_days: remindDays('a step milder'),
});
type Config = z.output<typeof configSchema>;

/** The call is covered by a grant that is new to the agent; false where this detector is off. */
export const hasNewGrant = ({ earlier }: Pick<Seen, 'earlier'>): boolean =>
  (earlier.get('first-seen') as Observation | undefined)?.newGrant === true;

export const firstSeen = defineDetector<Config, State, unknown, Observation>({
  id: 'first-seen',
  version: 1,
  title: 'First use of a tool, server or class of privilege',
  description:
    'An agent used a tool, a server or a whole class of privilege that it never used. How unusual that is follows from how often it sees new things and from what its peers do; how grave, from the class of the call and from whether somebody granted it.',
  falsePositives: ['A new duty given without a grant that says so.', 'The first agent of a team to get a release.'],
  blindSpots: [
    'Everything during warm-up counts as known.',
    'More of the same: see rate and privilege-creep.',
    'Secrets and identities are told by secret-reach, where it is on.',
  ],
  references: [
    'https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule',
    'https://doi.org/10.1093/biomet/40.3-4.237',
  ],
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 200, days: 7 }, threshold: 3, severity: 'low', cooldownMs: 7 * DAY },
  initial: () => ({
    since: 0,
    until: 0,
    tools: emptyIncidence(),
    servers: emptyIncidence(),
    classes: emptyIncidence(),
    grants: emptyRecent(),
    told: emptyRecent(),
  }),

  observe(state, seen, _session, config) {
    if (seen.class === 'discover') return null;
    const { body } = seen.event;
    const { server, method } = body;
    // A resource is named by its address, of which there is no end: its method stands for the tool.
    const tool = method === 'tools/call' ? toolOf(body) : toolKey(server.id, method);
    // One story, one alert: what secret-reach looks at is its own.
    const taken = classRank(seen.class) >= classRank('secret') && seen.earlier.has('secret-reach');
    const reach = Math.max(classRank(seen.class), classRank('write'));
    const fresh = newLevels(state, tool, server.id, seen.class).map((level) => {
      const key = keyOf(level, { class: seen.class, server: server.id, tool }[level]);
      const told = peek(state.told, key);
      // What was refused before and is let in now was not told yet, nor what runs something where it read or wrote before.
      const known = told !== undefined && (told[2] !== false || !seen.used) && (told[3] ?? reach) >= reach;
      return { level, key, told, known, pending: known && seen.at - told[0] < config.remind_days * DAY };
    });
    // What was told of a class says nothing of a further server or tool in it; what was told of this very tool, enough.
    const last = fresh.at(-1);
    const found = last?.pending === true ? last : fresh.find(({ pending }) => !pending);
    const duty = found?.told?.[1] === true || isDuty(state.grants, state.since, seen);
    if (!taken && found?.pending === false)
      for (const { key } of new Set([found, last!])) {
        const entry = touch<[number, boolean, boolean, number?]>(state.told, key, 128, () => [0, duty, false]);
        entry[0] = seen.at;
        entry[2] ||= seen.used;
        entry[3] = Math.max(entry[3] ?? 0, reach);
      }
    return {
      at: seen.at,
      tool,
      server: server.id,
      class: seen.class,
      used: seen.used,
      level: taken ? null : (found?.level ?? null),
      key: found?.key ?? '',
      grantId: seen.scope === 'in' ? seen.grantId : '',
      newGrant: duty,
      breach: seen.charter,
      sendsTo: sendsTo(seen),
      pending: found?.pending === true,
      held: fresh.some(({ pending }) => pending),
      reminder: found?.known === true && !found.pending,
      peers: seen.peers.agents,
      holders: found === undefined ? 0 : seen.peers.holders('first-seen', found.key),
    };
  },

  score(state, seen) {
    const { level } = seen;
    if (level === null || seen.pending) return null;
    const own = unseenShare(incidenceOf(state, level));
    const known = peersKnow(seen.holders, seen.peers);
    const newness = -Math.log10(Math.max(own, known.both));
    const bonus = (1 - known.share) * (BONUS[level] + WEIGHT[seen.class]);
    const score = Math.max(0, newness + bonus - (seen.used ? 0 : 0.5));
    return {
      score,
      reason: `new_${level}`,
      severity: graded(seen, level),
      seen: `${seen.used ? '' : 'refused '}${seen.reminder ? '' : 'first '}call of ${seen.tool}${seen.sendsTo}${level === 'tool' ? '' : `, its first ${level === 'class' ? `use of class ${seen.class}` : `at ${seen.server}`}`}${seen.newGrant ? `, under the new grant ${seen.grantId}` : ''}${reminded(seen)}`,
      expected: `one of its ${entries(state.tools.days).length} known tools at ${entries(state.servers.days).length === 1 ? 'its one server' : `${entries(state.servers.days).length} servers`}; ${seen.holders} of ${seen.peers} peers use this one`,
      n: state.tools.n,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom something is new', value: newness },
        { name: `new ${level}, class ${seen.class}`, value: bonus },
        { name: 'peers that use it', value: seen.holders },
      ],
    };
  },

  learn(state, { at, used, tool, server, class: name, grantId, held }) {
    if (!used || held) return;
    noteTime(state, at);
    const day = Math.floor(at / DAY);
    addDay(state.tools, tool, day, LIMITS.tool);
    addDay(state.servers, server, day, LIMITS.server);
    addDay(state.classes, name, day, LIMITS.class);
    if (grantId !== '') touch(state.grants, grantId, 64, () => at);
  },

  contribute(state, tell) {
    for (const [name] of entries(state.classes.days)) tell(keyOf('class', name), 1);
    for (const [name] of entries(state.servers.days).slice(0, 64)) tell(keyOf('server', name), 1);
    for (const [name] of entries(state.tools.days).slice(0, 128)) tell(keyOf('tool', name), 1);
  },
});
