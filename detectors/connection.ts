import { z } from 'zod';
import { CLASSES, classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { isAssigned } from './stats/assigned.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { KNOWN, remindDays, type Standing, type Told, tellOnce } from './stats/told.ts';

/** Connections of an agent to servers, and how high each reaches. State: 256 servers, 64 told ones, 25 KB. */
interface State extends TimeSpan {
  /** By server: calls, the highest class rank among them, and the time of the first; absent where nobody noted it. */
  servers: Recent<[calls: number, reach: number, since?: number]>;
  /** New connections that were told and not learned; absent before the first. */
  told?: Told;
}

interface Observation {
  at: number;
  server: string;
  class: PrivilegeClass;
  /** The rank of what it is used for. */
  use: number;
  used: boolean;
  calls: number;
  /** -1: no connection was known. */
  reach: number;
  /** New, and used for class execute or above, for a refused call connects to nothing; and how it stands with that. */
  fresh: boolean;
  standing: Standing;
  /** A grant covers it that came lately. */
  assigned: boolean;
  plain: boolean;
  anonymous: boolean;
  /** Peers with this connection, where the call is privileged. */
  peers: number;
}

const SERVERS = 256;
const configSchema = z.object({
  young_days: z.number().nonnegative().default(7).describe('Days for which a connection is new.'),
  young_calls: z.number().int().positive().default(20).describe('Calls up to which it is new in any case.'),
  remind_days: remindDays('as low'),
});

export const connection = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'connection',
  version: 1,
  title: 'New connection to a privileged server',
  description:
    'An agent connected to a server it had no connection to, and used it for class execute, secret or identity; or it does privileged work over plain http or without any credential.',
  falsePositives: ['The roll-out of a server to known agents: announce it under `changes` in the grants file.'],
  blindSpots: ['Connections that do not pass a gateway.', 'What a server reaches behind the scenes.'],
  references: ['https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices'],
  firstStep:
    'Review the connection (`overreach connections review`): who asked for it, with which credential, until when.',
  columns: ['src_ip', 'src_user_agent'],
  tags: {
    owasp_asi: ['ASI03', 'ASI04', 'ASI05'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L4', 'L7'],
    nist_ai_rmf: ['MAP', 'GOVERN'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, servers: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { server, credential, agent } = seen.event.body;
    const known = peek(state.servers, server.id);
    const [calls, reach, since = Number.NEGATIVE_INFINITY] = known ?? [0, -1];
    const young = calls < config.young_calls || seen.at - since < config.young_days * DAY;
    const use = useOf(seen, reach);
    const fresh = seen.used && use >= EXECUTE && young && reach < EXECUTE && state.since > 0;
    return {
      at: seen.at,
      server: server.id,
      class: seen.class,
      use,
      used: seen.used,
      calls,
      reach,
      fresh,
      standing: fresh ? tellOnce(state, server.id, seen, config.remind_days) : KNOWN,
      assigned: isAssigned(seen),
      plain: server.url !== undefined && isPlainHttp(server.url),
      anonymous: credential === undefined && agent.id_basis === 'none',
      peers: isPrivileged(seen.class) ? seen.peers.holders('connection', server.id) : 0,
    };
  },

  score(state, seen) {
    if (!isPrivileged(seen.class)) return null;
    const rank = classRank(seen.class);
    const fresh = seen.fresh && !seen.standing.pending;
    if (!fresh && !seen.plain && !seen.anonymous) return null;
    const parts = [
      // Peers with the same connection make it likelier that it was meant: of a secret store two are enough.
      { name: 'new_connection', value: fresh ? 3.4 + 0.2 * (rank - 3) - Math.min(1, 0.35 * seen.peers) : 0 },
      { name: 'plain_http', value: seen.plain ? 3.2 : 0 },
      { name: 'no_credential', value: seen.anonymous ? 3.1 : 0 },
    ].sort((a, b) => b.value - a.value);
    const top = parts[0]!;
    if (top.value <= 0) return null;
    const known = entries(state.servers).length;
    return {
      score: top.value,
      reason: top.name,
      story: `${top.name} ${seen.server}`,
      ...(top.name !== 'new_connection' && { severity: 'medium' as const }),
      // A grant that came just before is the review that this asks for; one that lay unused for long is none.
      ...(top.name === 'new_connection' && (seen.standing.reminder || seen.assigned) && { severity: 'low' as const }),
      seen: `${seen.server} used for class ${seen.class}${WORDS[top.name]}`,
      expected: seen.reach < 0 ? `its ${known} known servers` : `class ${CLASSES[seen.reach]} at most, on this server`,
      n: Math.max(seen.calls, known),
      days: daysOf(state),
      contributors: [
        ...parts.filter(({ value }) => value > 0),
        { name: 'peers with this connection', value: seen.peers },
      ],
    };
  },

  learn(state, { at, server, use, used, standing }) {
    noteTime(state, at);
    if (!used || standing.pending) return;
    const entry = touch<[number, number, number?]>(state.servers, server, SERVERS, () => [0, 0, at]);
    entry[0] += 1;
    entry[1] = Math.max(entry[1], use);
  },

  contribute(state, tell) {
    for (const [server] of entries(state.servers).slice(0, 200)) tell(server, 1);
  },
});

const EXECUTE = classRank('execute');
const isPrivileged = (name: PrivilegeClass): boolean => classRank(name) >= EXECUTE;

/**
 * What a connection is used for. What runs in a page has the rights of a page, as a click there has; and where the text of
 * one call to a known server makes it one that reaches secrets or identities, the connection is what it was: the call is
 * told by secret-reach.
 */
function useOf({ class: name, classRule }: Seen, reach: number): number {
  if (name === 'execute' && IN_PAGE.test(classRule)) return classRank('write');
  return reach >= 0 && classRank(name) > EXECUTE && BY_ARGUMENTS.test(classRule) ? reach : classRank(name);
}
const IN_PAGE = /^browser:evaluate(?:_script)?$/;
const BY_ARGUMENTS = /^(?:args|sql):/;

const WORDS: Record<string, string> = {
  new_connection: ', over a connection that is new',
  plain_http: ', over plain http',
  no_credential: ', without a credential',
};

/** Plain http that leaves the machine. */
function isPlainHttp(url: string): boolean {
  const host = /^http:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(url)?.[1];
  return host !== undefined && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(host);
}
