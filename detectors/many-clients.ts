import { z } from 'zod';
import { DAY } from '../schemas/durations.ts';
import type { FactKind } from '../schemas/event.ts';
import { wordsOf } from '../schemas/words.ts';
import { defineDetector, type Score, type Seen } from './detector.ts';
import { countHabit, type Habit } from './stats/habit.ts';
import { lastName } from './stats/leaves.ts';
import { peerShare, TEAM } from './stats/peer-share.ts';
import { onEnd } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * Who works for one client in each session, and in this one goes from client to client: somebody asks for the records of
 * others, or walks through all. How likely one client follows on another within a session is learned by field. State: 32
 * fields, 4 KB; of a session 8 fields of 40 clients each.
 */
interface State extends TimeSpan {
  /** Clients that were named in sessions, and those of them that were not the first there. */
  fields: Recent<Habit>;
}

type Session = Recent<string[]>;

interface Found {
  field: string;
  /** How many the session named so far, this one too. */
  clients: number;
  shared: number;
}

interface Observation {
  at: number;
  tool: string;
  found: Found[];
}

const FIELDS = 32;
const FIELDS_OF_SESSION = 8;
const CLIENTS = 40;
/** Clients that make up a habit. */
const LIMIT = 1_024;
/** Where so many of the clients are further ones, it is the work of the agent. */
const USUAL = 0.2;
const LEAST_PEERS = 3;
const NAMES: ReadonlySet<FactKind> = new Set(['id', 'uuid', 'word', 'number', 'account', 'handle', 'email']);
/** For whom, or about whom, somebody works. */
const CLIENT =
  /^(?:tenant|org|organi[sz]ation|company|client|customer|account|patient|employee|member|subscriber|guest|student|pupil|citizen|user|mandant|kunden?|mitarbeiter|patienten|fall)$/;
const REFERENCE = /^(?:ids?|keys?|codes?|no|nr|number|numbers|nummer|ref)$/;
const configSchema = z.object({
  least_clients: z.number().int().min(2).default(4).describe('Clients of one session, at least.'),
  least_values: z.number().int().min(1).default(15).describe('Clients named in sessions before one of many is news.'),
});
type Config = z.output<typeof configSchema>;

export const manyClients = defineDetector<Config, State, Session, Observation>({
  id: 'many-clients',
  version: 1,
  title: 'Many clients in one session',
  description:
    'An agent that works for one customer, patient or member in each session asks for the records of several within one, which hardly ever happened before: it reads what is another one’s, or walks through all of them, however slowly. Low where peers go from one to the next.',
  falsePositives: ['A first bulk job: statements for all customers, a recall.'],
  blindSpots: [
    'One other client a session.',
    'Sessions that are as long as the agent runs.',
    'Gateways that log no arguments.',
  ],
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],
  firstStep:
    'Look at whose records the session read and for whom it works; stop it, and narrow what it can ask for to that client.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0053', 'AML.T0085.001'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // One in a million: an agent has thousands of sessions.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 6, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, fields: emptyRecent() }),
  initialSession: () => emptyRecent(),

  observe(_state, seen, session) {
    const { event, at, class: name, used } = seen;
    // Who is taken on one after the other has no records yet.
    if (!used || (name !== 'read' && name !== 'secret')) return null;
    const found: Found[] = [];
    for (const { field: path, kind, hash } of event.facts.args) {
      const field = NAMES.has(kind) ? clientField(path) : '';
      if (field === '') continue;
      const clients = touch<string[]>(session, field, FIELDS_OF_SESSION, () => []);
      if (clients.includes(hash) || clients.length >= CLIENTS) continue;
      clients.push(hash);
      found.push({ field, clients: clients.length, shared: sharedBy(seen, field) });
    }
    if (found.length === 0) return null;
    return { at, tool: toolOf(event.body), found };
  },

  score(state, { tool, found }, config) {
    return worst(
      found.map(({ field, clients, shared }): Score | null => {
        // What this session brought itself is not held against it.
        const own = clients - 1;
        const [all, more] = peek(state.fields, field) ?? [0, 0];
        const n = Math.max(0, all - own);
        const further = Math.max(0, more - own + 1);
        if (clients < config.least_clients || n < config.least_values) return null;
        const rate = (further + 0.5) / (n + 5);
        return {
          score: Math.min(12, onEnd(clients, rate)),
          reason: 'many_clients',
          story: `many_clients ${field}`,
          subject: `many_clients ${field}`,
          ...(shared >= TEAM && { severity: 'low' as const }),
          seen: `${clients} different ${field} within one session, now by ${tool}`,
          expected: `of ${Math.round(n)} of them in earlier sessions ${Math.round(further)} followed on another one`,
          n: Math.round(n),
          days: daysOf(state),
          contributors: [
            { name: 'clients of the session', value: clients },
            { name: 'how often one follows on another', value: rate },
          ],
        };
      }),
    );
  },

  learn(state, { at, found }) {
    noteTime(state, at);
    for (const { field, clients } of found) {
      countHabit(
        touch<Habit>(state.fields, field, FIELDS, () => [0, 0]),
        clients > 1,
        LIMIT,
      );
    }
  },

  contribute({ fields }, tell) {
    for (const [field, [clients, further]] of entries(fields)) if (further > USUAL * clients) tell(field, 1);
  },
});

const sharedBy = ({ peers }: Seen, field: string): number => peerShare(peers, 'many-clients', field, LEAST_PEERS);

/** `customer id` of `filter.customerId` and `customer`; '' where the field names no client. */
function clientField(path: string): string {
  const words = wordsOf(lastName(path).slice(0, 40));
  const last = words.at(-1) ?? '';
  const noun = REFERENCE.test(last) ? (words.at(-2) ?? '') : last;
  return CLIENT.test(noun) ? words.slice(-2).join(' ') : '';
}
