import { z } from 'zod';
import { classRank, isChange, type PrivilegeClass } from '../schemas/alert.ts';
import { counted } from '../schemas/counted.ts';
import { DAY } from '../schemas/durations.ts';
import type { IdBasis } from '../schemas/event.ts';
import { defineDetector } from './detector.ts';
import { gradeOf } from './identity/grades.ts';
import { newPlaces } from './identity/new-places.ts';
import {
  isNews,
  movedScore,
  type NetworkPlace,
  networkOf,
  type Places,
  placeOf,
  programOf,
} from './identity/places.ts';
import { emptyShift, isAtWork, moveOn, noteDay, type Shift } from './identity/shift.ts';
import { saidOfPlace } from './identity/words.ts';
import type { OffHoursObservation } from './off-hours.ts';
import { emptyRecent, entries, touch, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { KNOWN, ON_RECORD, remindDays, type Standing, tellOnce } from './stats/told.ts';
import { fullName } from './stats/tool-of.ts';

/** What an agent's identity rests on, and from where it is used. State: 256 places and 64 that were told, 25 KB. */
interface State extends Places, TimeSpan {
  /** Calls under an identity that somebody vouched for. */
  vouched: number;
  /** Where it worked last, and whether it rests; absent in what was kept before that was looked at. */
  shift?: Shift;
}

interface Session {
  net: string;
}

interface Observation {
  at: number;
  class: PrivilegeClass;
  tool: string;
  basis: IdBasis;
  places: NetworkPlace[];
  movedFrom: string;
  used: boolean;
  /** Milliseconds since it was last seen at another network, and at any. */
  away: number;
  idle: number;
  /** It is never at work at this hour. */
  quiet: boolean;
  /** How it stands with a call that changes something under a name that nobody vouches for. */
  asserted: Standing;
}

const PLACES = 256;
const TOLD_PLACES = 16;
const WARM_UP = { count: 100, days: 7 };
const SELF_ASSERTED: ReadonlySet<IdBasis> = new Set<IdBasis>(['client_name', 'none']);
const configSchema = z.object({
  remind_days: remindDays('as low'),
});

export const identity = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'identity',
  version: 1,
  title: 'Identity in doubt',
  description:
    'One agent id is used from a new network, gateway or client, changes its network within a session, rests on a self-asserted name where it was vouched for before, or does privileged work under a name that nobody vouches for.',
  falsePositives: [
    'A move to another network or a new release of the client.',
    'Agents on laptops and on addresses that change daily: their rate of new places is learned.',
    'A first day elsewhere, as at home: where the day begins there after a rest, it is told as low, but for secrets, rights and a program (user agent) it never used.',
    'A new place where other agents of the fleet work, or next to a known one in a private range, is told as low; so are reads from another private network, as where a cluster moved.',
  ],
  blindSpots: ['Gateways that log neither address nor client.', 'A thief on the same network with the same client.'],
  references: ['https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices'],
  firstStep: 'Find out who runs the agent at the new place; if nobody does, revoke its credential.',
  columns: ['src_ip', 'src_user_agent', 'client_name', 'source_instance', 'agent_id_basis'],
  tags: {
    owasp_asi: ['ASI03', 'ASI07'],
    mitre_atlas: ['AML.T0012', 'AML.T0091.000'],
    maestro: ['L4', 'L7'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  defaults: { warmUp: WARM_UP, threshold: 3, severity: 'medium', cooldownMs: DAY },
  initial: () => ({
    since: 0,
    until: 0,
    places: emptyRecent(),
    tallies: { net: [0, 0], gateway: [0, 0], client: [0, 0], program: [0, 0] },
    vouched: 0,
  }),
  initialSession: () => ({ net: '' }),

  observe(state, seen, session, config) {
    const { agent, src, source, client } = seen.event.body;
    const net = networkOf(src?.ip);
    state.shift ??= emptyShift();
    const pauses = moveOn(state.shift, net || state.shift.net, seen.at);
    const movedFrom = session.net !== '' && net !== '' && session.net !== net ? session.net : '';
    if (net !== '') session.net = net;
    const { remind_days } = config;
    const places = [placeOf(state, seen, remind_days, 'gateway', source.instance)];
    if (net !== '') places.push(placeOf(state, seen, remind_days, 'net', net));
    if (client?.name !== undefined) places.push(placeOf(state, seen, remind_days, 'client', client.name));
    // Absent in what was kept before programs were looked at.
    state.tallies.program ??= [0, 0];
    if (src?.user_agent !== undefined)
      places.push(placeOf(state, seen, remind_days, 'program', programOf(src.user_agent)));
    // While it warms up nothing is told, so that nothing was told yet.
    const tells = daysOf(state) >= WARM_UP.days && state.tallies.gateway[0] >= WARM_UP.count;
    const changes = SELF_ASSERTED.has(agent.id_basis) && isChange(seen.class);
    return {
      at: seen.at,
      class: seen.class,
      asserted: changes && tells ? tellOnce(state, `asserted ${agent.id_basis}`, seen, remind_days) : KNOWN,
      tool: fullName(seen.event.body),
      basis: agent.id_basis,
      places,
      movedFrom,
      used: seen.used,
      ...pauses,
      quiet: (seen.earlier.get('off-hours') as OffHoursObservation | undefined)?.quiet === true,
    };
  },

  score(state, seen) {
    const asserted = SELF_ASSERTED.has(seen.basis);
    if (seen.movedFrom === '' && !asserted && !seen.places.some(isNews)) return null;
    const rank = classRank(seen.class);
    const graded = 0.25 * Math.max(0, rank - 1);
    const atWork = isAtWork(state.shift!, seen.away);
    const { parts, program } = newPlaces(state, seen.places, graded, Number(atWork) + Number(seen.quiet));
    const client = parts.some(({ name, value }) => name === 'new_client' && value > 0);
    if (seen.movedFrom !== '')
      parts.push({
        name: 'moved_within_session',
        place: seen.movedFrom,
        value: movedScore(state, seen.places) + graded,
      });
    if (asserted && state.vouched > 0)
      parts.push({
        name: 'basis_weakened',
        place: seen.basis,
        value: Math.min(4, Math.log10(1 + state.vouched) + 1.5),
      });
    if (asserted && rank >= classRank('write'))
      parts.push({
        name: 'self_asserted',
        place: seen.basis,
        value: seen.asserted.pending ? ON_RECORD : 2.6 + 0.2 * rank,
      });
    parts.sort((a, b) => b.value - a.value);
    const top = parts[0];
    if (top === undefined || top.value <= 0) return null;
    const place = seen.places.find(({ kind, name }) => top.name === `new_${kind}` && top.place === name);
    const severity = gradeOf(state, top.name, place, { ...seen, atWork, client, program });
    return {
      score: top.value,
      reason: top.name,
      // A place is one story: first read from, then changed from.
      ...(place !== undefined && { story: `${top.name} ${top.place}` }),
      subject: `${top.name} ${top.name === 'moved_within_session' ? networkIn(seen) : top.place}`,
      ...(severity && { severity }),
      seen: saidOfPlace(top.name, top.place, { ...seen, atWork }, place, program),
      expected: `${counted(entries(state.places).length, 'place')} known${place === undefined ? '' : `; ${counted(place.holders, 'other agent')} ${place.holders === 1 ? 'is' : 'are'} known at this one`}`,
      n: state.tallies.gateway[0],
      days: daysOf(state),
      contributors: parts
        .filter(({ value }) => value > 0)
        .slice(0, 5)
        .map(({ name, value }) => ({ name, value })),
    };
  },

  learn(state, { at, places, basis, used, idle }) {
    if (!used) return;
    noteTime(state, at);
    noteDay(state.shift!, at, idle);
    if (!SELF_ASSERTED.has(basis)) state.vouched += 1;
    for (const { kind, key, fresh, standing } of places) {
      // Told and cleared by nobody: it stays new, and is not told with every call.
      if (standing.pending) continue;
      const tally = state.tallies[kind];
      if (fresh) tally[1] += 1;
      tally[0] += 1;
      touch(state.places, key, PLACES, () => at);
    }
  },

  contribute({ places }, tell) {
    for (const [key] of youngest(places, TOLD_PLACES)) if (!/^(?:client|program):/.test(key)) tell(key, 1);
  },
});

const networkIn = ({ places }: Observation): string => places.find(({ kind }) => kind === 'net')?.name ?? '';
