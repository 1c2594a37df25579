import { z } from 'zod';
import { isChange, type PrivilegeClass, SEVERITIES, type Severity, severityRank } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { type Act, KINDS } from './grave-act/act.ts';
import { actOf } from './grave-act/act-of.ts';
import { hostsNamed, isKnown } from './grave-act/hosts.ts';
import { byWhat, isHabit, keyOf } from './grave-act/told-as.ts';
import { isAtHome } from './stats/at-home.ts';
import { calledBy } from './stats/dispatched.ts';
import { leastPeers, peerShare, TEAM } from './stats/peer-share.ts';
import { emptyRecent, type Recent, touch, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce, toldAndDone } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Acts that a call's own text shows to be grave: what is learned is how long the agent did without them, and which hosts
 * it works with. State: 128 hosts, and 64 acts that were told, 12 KB.
 */
interface State extends TimeSpan {
  /** Calls that change something. */
  calls: number;
  /** Hosts that they named, with the day on which each was first. */
  hosts: Recent<number>;
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  /** The tool, and of one that runs commands which. */
  by: string;
  class: PrivilegeClass;
  used: boolean;
  hosts: readonly string[];
  act: Act | null;
  standing: Standing | null;
  /** The host that the act brings in is one that the agent named days ago, that a peer works with, or of the house. */
  hostKnown: boolean;
  peers: number;
  /** Peers that do the same by the same tool. */
  holders: number;
  /** Their share of the peers, where there are enough of them. */
  shared: number;
}

const HOSTS = 128;
const HOSTS_TOLD = 48;
const configSchema = z.object({
  base: z.number().default(4).describe('Score of such a call that went through.'),
  attempt_base: z.number().default(3).describe('Score of one that was refused.'),
  least_calls: z.number().int().min(0).default(50).describe('Calls that change something before a first is news.'),
  least_days: z.number().min(0).default(3).describe('Days of them.'),
  least_peers: leastPeers,
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const graveAct = defineDetector<Config, State, never, Observation>({
  id: 'grave-act',
  version: 1,
  title: 'Destructive or lasting act, or a way out',
  description:
    'By its own text (a shell command, a statement, a file that is written, a tool’s verb and object) a call does what the agent never did: it destroys a home, a disk, a database, a namespace, a repository or the like; rewrites a branch that others build on, or gets past what protects it; leaves behind what runs or lets in later, or what a model is to obey in later sessions; has a client act without being asked; gives administration or an account, or the agent itself a right, or opens something to everybody; runs what it takes from the net or unpacks, or has a pipeline or the installation of a package run it or call somebody; starts a container that holds its machine; opens a shell or a tunnel to the outside; sends a database, a file or a history out, to a place that it never named, or shows a picture whose address carries data there; leaves a text, a tree or a package where everybody may take it; lets a mailbox forward or lose what comes; switches off, overrules or passes by a check or a limit that others rely on; takes backups away, or leaves them no day on which they are made or kept; has money go to another account; mines; takes the secrets of a pipeline or a table out; or looks through a network. Told once for each tool or command, kind of act and host; a graver one again.',
  falsePositives: [
    'A migration or a clean-up that somebody asked for, the first time.',
    'A new integration, or a new administrator: a webhook, a key or a role that somebody wanted.',
  ],
  blindSpots: [
    'What a script does that the agent wrote before, or that the repository holds.',
    'Commands put together of variables, or encoded, or behind 32 KB of others.',
    'What is named as a test, a sandbox or a preview and is none; another tree beside the working tree.',
    'Gateways that log no arguments: only tools whose names tell are seen.',
  ],
  references: [...new Set(Object.values(KINDS).map(({ technique }) => technique))].map((technique) =>
    technique.startsWith('AML')
      ? `https://atlas.mitre.org/techniques/${technique}`
      : `https://attack.mitre.org/techniques/${technique.replace('.', '/')}/`,
  ),
  firstStep:
    'Stop the session, and undo what is shown: restore it from a backup, take the key, the hook or the host out again; then look at what the agent read just before.',
  tags: {
    owasp_asi: ['ASI02', 'ASI05', 'ASI06', 'ASI10'],
    mitre_atlas: ['AML.T0053', 'AML.T0080', 'AML.T0081'],
    maestro: ['L3', 'L4', 'L6'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, hosts: emptyRecent() }),

  observe(state, seen, _session, config) {
    if (!isChange(seen.class)) return null;
    const { body } = seen.event;
    const { at, class: name, used, peers } = seen;
    const tool = toolOf(body);
    const shown = actOf(seen);
    // To whom an agent sends is news only once it is known to whom it does.
    const act = shown?.kind === 'sends_out' && shown.severity === 'low' && isYoung(state, config) ? null : shown;
    const by = act === null ? tool : byWhat(tool, calledBy(body.target.name ?? '', body.args), name, act);
    const key = act === null ? '' : keyOf(act, by);
    return {
      at,
      tool,
      by,
      class: name,
      used,
      hosts: act === null ? hostsNamed(body.server.id, body.args) : [],
      act,
      standing: act === null ? null : tellOnce(state, key, seen, config.remind_days, severityRank(act.severity)),
      hostKnown:
        act !== null && act.host !== '' && (isAtHome(act.host, body) || isKnown(state.hosts, act.host, at, peers)),
      peers: peers.agents,
      holders: act === null ? 0 : peers.holders('grave-act', key),
      shared: act === null ? 0 : peerShare(peers, 'grave-act', key, config.least_peers),
    };
  },

  score(state, seen, config) {
    const { act, standing, tool, class: name, used, peers, holders } = seen;
    if (act === null || standing === null) return null;
    // Who works with a host is called back by it.
    if (seen.hostKnown && ASKED.has(act.kind) && act.group === act.host) return null;
    const base = used ? config.base : config.attempt_base;
    const story = keyOf(act, seen.by);
    return {
      score: base,
      reason: act.kind,
      ...again(standing),
      story,
      subject: story,
      severity: graded(state, seen, act, config),
      seen: `${used ? 'called' : 'tried to call'} ${tool} (class ${name}), which ${KINDS[act.kind].does}: ${act.shows}${reminded(standing)}`,
      expected: `no such act in ${state.calls} calls that changed something; ${peers === 0 ? 'no peers are known' : `${holders} of ${peers} peers did it by this tool`}`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: used ? 'call went through' : 'call was refused', value: base }],
    };
  },

  learn(state, { at, used, hosts }) {
    if (!used) return;
    noteTime(state, at);
    state.calls += 1;
    for (const host of hosts) touch(state.hosts, host, HOSTS, () => Math.floor(at / DAY));
  },

  contribute(state, tell) {
    for (const key of toldAndDone(state)) tell(key, 1);
    for (const [host] of youngest(state.hosts, HOSTS_TOLD)) tell(`host ${host}`, 1);
  },
});

/** With a host that it knows these are its work. */
const ASKED: ReadonlySet<string> = new Set(['persists', 'orders_model', 'sends_out']);

/** Who changes little is known by time: after two weeks a fifth of the calls will do. */
const SELDOM = { days: 14, share: 0.2 };
const isYoung = (state: State, { least_calls, least_days }: Config): boolean =>
  state.calls < least_calls * (daysOf(state) >= SELDOM.days ? SELDOM.share : 1) || daysOf(state) < least_days;

/** Nobody's work asks for these: they need no past to be held against. */
const NEVER: ReadonlySet<string> = new Set(['opens_shell', 'dumps_ci_secrets']);

function graded(
  state: State,
  { by, used, standing, holders, shared, hostKnown }: Observation,
  act: Act,
  config: Config,
): Severity {
  if (!used || standing?.reminder === true) return 'low';
  if (NEVER.has(act.kind)) return act.severity;
  if (shared >= TEAM) return 'low';
  // What is grave in itself an unknown agent may have been set up to do, or to steal.
  if (isYoung(state, config)) return act.severity === 'high' ? 'medium' : 'low';
  if (isHabit(state, act, by)) return 'low';
  const milder = (holders > 0 ? 1 : 0) + (hostKnown ? 1 : 0);
  return SEVERITIES[Math.max(severityRank('low'), severityRank(act.severity) - milder)]!;
}
