import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { letsColleagueLook } from './secret-reach/colleague.ts';
import { graded, isRaised } from './secret-reach/grades.ts';
import { kindOf } from './secret-reach/kind.ts';
import { lineOf } from './secret-reach/line.ts';
import type { Observation } from './secret-reach/observation.ts';
import { isToldElsewhere, rightOf } from './secret-reach/right.ts';
import { expectedOf, saidOf } from './secret-reach/said.ts';
import { gravestOf, KNOWN, learnWay, noteTold, standingOf } from './secret-reach/standing.ts';
import { type Swept, sweptWith } from './secret-reach/sweep.ts';
import { isOwn, learnWork, type Worker, workedIn } from './secret-reach/trees.ts';
import { alike, isWeak, NOWHERE, OWN, storeDays, waysOf } from './secret-reach/ways.ts';
import { isAssigned } from './stats/assigned.ts';
import { addDay, daysMet, emptyIncidence, type Incidence, unseenShare } from './stats/incidence.ts';
import { peersKnow } from './stats/peers-know.ts';
import { emptyRecent, entries, type Recent } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { remindDays, reminded } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Which stores of secrets and identities the agent reaches, and through which tools. What counts is days, not calls: a
 * busy day proves no more than a quiet one. State: 128 ways and 128 stores of 120 bytes, 128 told ones, 64 folders.
 */
interface State extends TimeSpan, Worker, Swept {
  /** Days on which each tool was used, whatever its class: how long the agent did without secrets. */
  tools: Incidence;
  /** Ways that lead to a store: tool, and the store where the arguments name it. */
  ways: Incidence;
  /** What it does there; absent in what was kept before that was told apart. */
  kinds?: Incidence;
  /** The stores themselves, where arguments name them; absent in what was kept before they were told apart. */
  stores?: Incidence;
  /** Ways and stores already told and not learned, with the time, and whether one got through. */
  told: Recent<[at: number, used?: boolean]>;
}

const TOOLS = 256;
const KINDS = 8;
/** What sending it in the same breath adds: told whatever was known. */
const SENDING = 3;
const configSchema = z.object({
  known_days: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('Days of using secrets from which on an agent is a known user of them.'),
  remind_days: remindDays('a step milder'),
});
type Config = z.output<typeof configSchema>;

export const secretReach = defineDetector<Config, State, unknown, Observation>({
  id: 'secret-reach',
  version: 1,
  title: 'New way to secrets or identities',
  description:
    'An agent reached a store of secrets or identities in a way it never did: by a tool made for it, or by a tool for reading whose arguments name such a store. A further store of a kind that it knows, or another part of a vault (what its paths begin with), is graded lower unless they are several within an hour, and the `.env` of a tree in which the agent runs commands as its work is low, as is a colleague who may look at a calendar or a file; a line of shell that sends a secret to another host is always told. Reaching secrets is a privilege of its own, even for a read.',
  falsePositives: ['A duty handed over without a grant that says so.', 'A test that reads a file of examples.'],
  blindSpots: [
    'Secrets kept in places that look like any other file or table.',
    'A secret that one call takes into a variable, and another sends.',
    'Gateways that log no arguments: only tools made for secrets are seen.',
  ],
  references: ['https://attack.mitre.org/techniques/T1552/', 'https://attack.mitre.org/techniques/T1555/'],
  firstStep: 'Find out which secrets it got, rotate them, and close the way: a narrower grant, or a narrower path.',
  firstStepOfRights:
    'Ask who wanted that changed; if nobody did, take back the right, the account or the key that it gave, and narrow the grant.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0098', 'AML.T0083'],
    maestro: ['L2', 'L6'],
    nist_ai_rmf: ['GOVERN', 'MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 5 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({
    since: 0,
    until: 0,
    tools: emptyIncidence(),
    ways: emptyIncidence(),
    stores: emptyIncidence(),
    told: emptyRecent(),
  }),

  observe(state, seen, _session, config) {
    if (seen.class === 'discover') return null;
    const tool = toolOf(seen.event.body);
    const reaches = classRank(seen.class) >= classRank('secret') && !isToldElsewhere(seen);
    const day = Math.floor(seen.at / DAY);
    const stores = seen.stores.map((one) => (isOwn(state, one, seen, day) ? { ...one, kind: OWN } : one));
    const all = reaches ? waysOf(tool, { ...seen, stores }) : [];
    const remindMs = config.remind_days * DAY;
    const standings = all.map((one) => standingOf(state, one, seen, remindMs));
    const at = gravestOf(standings, all);
    const { way, store: place, name: called, sends, made } = all[at] ?? { ...NOWHERE, way: tool };
    const { news, further, reminder } = standings[at] ?? KNOWN;
    const [store, name] = made && !further ? ['', ''] : [place, called];
    const holders = (key: string): number => (reaches ? seen.peers.holders('secret-reach', key) : 0);
    for (const [n, one] of all.entries())
      if (standings[n]!.news || standings[n]!.pending) noteTold(state, one, seen, remindMs);
    return {
      at: seen.at,
      way,
      tool,
      kind: kindOf(seen.class, tool),
      class: seen.class,
      ways: all,
      worked: workedIn(seen),
      subject: store || way,
      store: name,
      further,
      alike: further ? alike(state.stores, store) : 0,
      swept: news && further && seen.used ? sweptWith(state, seen.at) : 0,
      sentTo: sends ? seen.sentTo : '',
      weak: isWeak({ way, sends }) || letsColleagueLook(seen),
      right: reaches && store === '' ? rightOf(seen) : '',
      line: news ? lineOf(seen.event.body.args) : '',
      named: reaches && seen.classRule.startsWith('sql:') ? seen.classRule.slice(4, 68) : '',
      reaches,
      used: seen.used,
      granted: seen.scope === 'in',
      assigned: isAssigned(seen),
      news,
      toolDays: reaches ? daysMet(state.tools, tool) : 0,
      pending: standings.some(({ pending }) => pending),
      reminder,
      peers: seen.peers.agents,
      holders: further ? Math.max(holders(way), holders(store)) : holders(way),
    };
  },

  score(state, seen, config) {
    if (!seen.news) return null;
    const knows = state.ways.n >= config.known_days;
    const usual = knows && (state.kinds === undefined || daysMet(state.kinds, seen.kind) > 0);
    const { further, sentTo, store } = seen;
    // Who uses secrets every day finds a new one now and then; who never did is surprising by as long as it did not.
    const met = further ? seen.alike : 0;
    const own = usual && !further && sentTo === '' ? unseenShare(state.ways) : (met + 0.5) / (state.tools.n + 1);
    const known = peersKnow(seen.holders, seen.peers);
    const newness = -Math.log10(Math.max(Math.min(1, own), known.both));
    const raised = isRaised(seen) ? 1 : 0;
    const sent = sentTo === '' ? 0 : SENDING;
    const bonus = (usual && !further ? 0.8 : 1.6) * (1 - known.share);
    return {
      score: newness + bonus + raised + sent,
      reason: sentTo !== '' ? 'secret_sent' : store === '' ? 'new_secret_tool' : 'tool_reaches_secrets',
      story: further ? `${seen.way} +` : seen.way,
      subject: sentTo === '' ? seen.subject : seen.way,
      severity: graded(seen, usual),
      seen: `${saidOf(seen)}${reminded(seen)}`,
      expected: expectedOf(state, seen, knows, usual),
      n: state.tools.n,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom such a way is new', value: newness },
        {
          name: further
            ? 'a further store of its kind'
            : usual
              ? 'reaches secrets in other ways'
              : knows
                ? `new: to ${seen.kind}`
                : 'never reached secrets',
          value: bonus,
        },
        { name: 'sent in the same line', value: sent },
        { name: 'a known tool that gained a way to secrets', value: raised },
        { name: 'peers that know this way', value: seen.holders },
      ],
    };
  },

  learn(state, { at, used, tool, ways, weak, kind, pending, worked }) {
    if (!used || pending) return;
    noteTime(state, at);
    const day = Math.floor(at / DAY);
    addDay(state.tools, tool, day, TOOLS);
    learnWork(state, worked, day);
    if (ways.length === 0) return;
    state.kinds ??= emptyIncidence();
    state.stores ??= emptyIncidence();
    for (const one of ways) learnWay({ ...state, stores: state.stores }, one, day);
    if (!weak) addDay(state.kinds, kind, day, KINDS);
  },

  contribute(state, tell) {
    for (const [way] of entries(state.ways.days).slice(0, 64)) tell(way, 1);
    for (const [store] of entries(state.stores?.days ?? emptyRecent()).slice(0, 64)) tell(store, 1);
    // What is rolled out to a team is told of its first agents, learned of none, and still no news of the last.
    for (const [key, [, used]] of entries(state.told))
      if (used === true && daysMet(state.ways, key) === 0 && storeDays(state.stores, key) === 0) tell(key, 1);
  },
});
