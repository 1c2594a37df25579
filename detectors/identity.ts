import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import type { IdBasis } from '../schemas/event.ts';
import { defineDetector } from './detector.ts';
import { joiner } from './stats/joiner.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { fullName } from './stats/tool-of.ts';

/** What an agent's identity rests on, and from where it is used. State: 256 places, 20 KB. */
interface State {
  since: number;
  until: number;
  /** Networks, gateways and clients: `net:203.0.113.0`, `gateway:gw-1`, `client:claude-code`. */
  places: Recent<number>;
  tallies: Record<Kind, Tally>;
  /** Calls under an identity that somebody vouched for. */
  vouched: number;
}

type Kind = 'net' | 'gateway' | 'client';

interface Session {
  net: string;
}

interface Place {
  kind: Kind;
  name: string;
  key: string;
  /** It was never met, by an agent of which others of its kind are known. */
  fresh: boolean;
}

interface Observation {
  at: number;
  class: PrivilegeClass;
  tool: string;
  basis: IdBasis;
  places: Place[];
  movedFrom: string;
  used: boolean;
}

const DAY = 86_400_000;
const PLACES = 256;
const SELF_ASSERTED: ReadonlySet<IdBasis> = new Set<IdBasis>(['client_name', 'none']);
const configSchema = z.object({});

export const identity = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'identity',
  version: 1,
  title: 'Identity in doubt',
  description:
    'One agent id is used from a new network, gateway or client, changes its network within a session, rests on a self-asserted name where it was vouched for before, or does privileged work under a name that nobody vouches for.',
  falsePositives: [
    'A move to another network or a new release of the client.',
    'Agents on laptops and on addresses that change daily: their rate of new places is learned.',
  ],
  blindSpots: ['Gateways that log neither address nor client.', 'A thief on the same network with the same client.'],
  references: ['https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices'],
  firstStep: 'Find out who runs the agent at the new place; if nobody does, revoke its credential.',
  tags: {
    owasp_asi: ['ASI03', 'ASI07'],
    mitre_atlas: ['AML.T0012', 'AML.T0091.000'],
    maestro: ['L4', 'L7'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: DAY },
  initial: () => ({
    since: 0,
    until: 0,
    places: emptyRecent(),
    tallies: { net: [0, 0], gateway: [0, 0], client: [0, 0] },
    vouched: 0,
  }),
  initialSession: () => ({ net: '' }),

  observe(state, seen, session) {
    const { agent, src, source, client, server, target, method } = seen.event.body;
    const net = networkOf(src?.ip);
    const movedFrom = session.net !== '' && net !== '' && session.net !== net ? session.net : '';
    if (net !== '') session.net = net;
    const places = [placeOf(state, 'gateway', source.instance)];
    if (net !== '') places.push(placeOf(state, 'net', net));
    if (client?.name !== undefined) places.push(placeOf(state, 'client', client.name));
    return {
      at: seen.at,
      class: seen.class,
      tool: fullName(server.id, target.name ?? method),
      basis: agent.id_basis,
      places,
      movedFrom,
      used: seen.used,
    };
  },

  score(state, seen) {
    const asserted = SELF_ASSERTED.has(seen.basis);
    if (seen.movedFrom === '' && !asserted && !seen.places.some(({ fresh }) => fresh)) return null;
    const rank = classRank(seen.class);
    const graded = 0.25 * Math.max(0, rank - 1);
    const parts = seen.places.map(({ kind, name, fresh }) => ({
      name: `new_${kind}`,
      place: name,
      value: fresh ? -Math.log10(rateOfNew(state.tallies[kind], 0.5)) + graded : 0,
    }));
    if (seen.movedFrom !== '')
      parts.push({ name: 'moved_within_session', place: seen.movedFrom, value: movedScore(state, seen) + graded });
    if (asserted && state.vouched > 0)
      parts.push({
        name: 'basis_weakened',
        place: seen.basis,
        value: Math.min(4, Math.log10(1 + state.vouched) + 1.5),
      });
    if (asserted && rank >= classRank('write'))
      parts.push({ name: 'self_asserted', place: seen.basis, value: 2.6 + 0.2 * rank });
    parts.sort((a, b) => b.value - a.value);
    const top = parts[0];
    if (top === undefined || top.value <= 0) return null;
    return {
      score: top.value,
      reason: top.name,
      ...(SEVERITY[top.name] && { severity: SEVERITY[top.name]! }),
      seen: told(top.name, top.place, seen),
      expected: `${entries(state.places).length} places known`,
      n: state.tallies.gateway[0],
      days: (state.until - state.since) / DAY,
      contributors: parts
        .filter(({ value }) => value > 0)
        .slice(0, 5)
        .map(({ name, value }) => ({ name, value })),
    };
  },

  learn(state, { at, places, basis, used }) {
    if (!used) return;
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    if (!SELF_ASSERTED.has(basis)) state.vouched += 1;
    for (const { kind, key, fresh } of places) {
      const tally = state.tallies[kind];
      if (fresh) tally[1] += 1;
      tally[0] += 1;
      touch(state.places, key, PLACES, () => at);
    }
  },
});

const SEVERITY: Record<string, 'low' | 'high'> = {
  self_asserted: 'low',
  new_client: 'low',
  basis_weakened: 'high',
  moved_within_session: 'high',
};

const keyOf = joiner(':');

/** The first place of a kind says nothing of how often a new one comes. */
function placeOf(state: State, kind: Kind, name: string): Place {
  const key = keyOf(kind, name);
  return { kind, name, key, fresh: state.tallies[kind][0] > 0 && peek(state.places, key) === undefined };
}

/** A move to a network it knows is weighed by how many it has. */
function movedScore(state: State, { places }: Observation): number {
  const now = places.find(({ kind }) => kind === 'net')?.name ?? '';
  if (peek(state.places, `net:${now}`) === undefined) return 3.5;
  return entries(state.places).filter(([place]) => place.startsWith('net:')).length > 3 ? 0 : 2.2;
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one. */
function networkOf(ip: string | undefined): string {
  if (ip === undefined) return '';
  if (ip.includes(':'))
    return ip.startsWith('::ffff:') ? networkOf(ip.slice(7)) : `${ip.split(':').slice(0, 3).join(':')}::`;
  const parts = ip.split('.');
  return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0` : ip;
}

function told(reason: string, place: string, { tool, class: name }: Observation): string {
  if (reason === 'moved_within_session') return `${tool}: the session moved away from network ${place}`;
  if (reason === 'basis_weakened') return `${tool} under an id that rests on ${place}, vouched for before`;
  if (reason === 'self_asserted') return `${tool} (class ${name}) under an id that nobody vouches for (${place})`;
  return `${tool} from ${reason.slice(4)} ${place}, never seen before`;
}
