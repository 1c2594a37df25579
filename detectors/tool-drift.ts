import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { emptyRecent, enter, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { belied } from './tool-drift/belied.ts';
import { isReleased, tellChanges } from './tool-drift/release.ts';
import { changeOf, definitions, differing, named, type ToolChanges } from './tool-drift/said.ts';
import {
  AGAIN,
  isRestless,
  keepList,
  type Listed,
  makeRoom,
  noteList,
  type Quiet,
  SETTLED,
  TOOLS,
  type ToldTool,
} from './tool-drift/told.ts';

/**
 * What servers say of their tools, as this agent was told it: definitions that change after they were known, and hints
 * that the call itself belies. State: 2048 tools, 250 KB, twice that where all of them change; 5 KB for a usual agent.
 */
interface State extends TimeSpan {
  /** By server that listed its tools before, what it said of each. */
  servers: Recent<Recent<ToldTool>>;
  /** By server, how settled its list is; absent before the first. */
  quiet?: Recent<Quiet>;
  /** Hints that were belied, with the time they were told. */
  lies: Recent<[at: number]>;
}

interface Observation extends ToolChanges {
  at: number;
  server: string;
  listed: Listed[];
  /** Of those that changed, the ones that do so all the time. */
  restless: string[];
  /** Other agents were told the same of all that changed, or the whole list is worded anew and asks for nothing more. */
  released: boolean;
  /** The list was the same for days before it grew. */
  settled: boolean;
  lie: string;
  class: PrivilegeClass;
}

/** After so long a hint that is still belied is told again. */
const REMIND = 30 * DAY;
const configSchema = z.object({});

export const toolDrift = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'tool-drift',
  version: 3,
  title: 'Tool no longer what it was',
  description:
    'A server changed the definition of a tool that this agent knew, added tools to a list that was the same on five days, tells the model in the text of a tool that is new or changed to hide something, to take a hidden file along or to send all to one address (high), or calls a tool read-only that by its name or arguments is not.',
  falsePositives: ['A release; low where agents knew of it on an earlier day, or where it but words all tools anew.'],
  blindSpots: [
    'Gateways that do not log what tools/list answered.',
    'A server that changes what a tool does and not what it says.',
    'Tools beyond the first 1024 of a list; of servers that list thousands, those not listed lately.',
    'A changed definition is told once: listed the same again, it is what the tool is.',
    'A tool that is added to a list which grows all the time, or which the agent sees on few days.',
    'Of a list that is worded anew as a whole one text that is turned, without an order to the model, is low.',
    'Of a tool with a fourth definition within 30 days at most one a day is told.',
  ],
  references: [
    'https://invariantlabs.ai/blog/mcp-security-notification-tool-poisoning-attacks',
    'https://modelcontextprotocol.io/specification/2025-06-18/server/tools',
  ],
  firstStep: 'Compare the definition with the release notes of the server; until then take the tool out of the grant.',
  tags: {
    owasp_asi: ['ASI04', 'ASI02'],
    mitre_atlas: ['AML.T0110', 'AML.T0109'],
    maestro: ['L3'],
    nist_ai_rmf: ['MAP', 'MEASURE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: DAY },
  initial: () => ({ since: 0, until: 0, servers: emptyRecent(), lies: emptyRecent() }),

  observe: look,
  complete: look,

  score(state, observed) {
    const { server, listed, changed, loosened, restless, added, instructing, released, settled, lie } = observed;
    const news = new Set([...changed, ...added, ...instructing]);
    const told = listed.find(({ name, instructs }) => instructs !== undefined && news.has(name));
    const parts = [
      { name: 'instructs_model', value: told === undefined ? 0 : 4.6 },
      { name: 'hint_loosened', value: loosened.length > 0 ? 4.3 : 0 },
      { name: 'definition_changed', value: changed.length > 0 ? 3.8 : 0 },
      { name: 'hint_belied', value: lie === '' ? 0 : 3 + 0.3 * Math.max(0, classRank(observed.class) - 2) },
      { name: 'tool_added', value: added.length === 0 ? 0 : settled ? 3.1 : 2.5 },
    ].sort((a, b) => b.value - a.value);
    const top = parts[0]!;
    if (top.value === 0) return null;
    const fresh = [...changed.filter((name) => !restless.includes(name)), ...added, ...instructing];
    const again = changed.length > 0 && fresh.length === 0;
    return {
      score: top.value,
      reason: top.name,
      // One definition that was told, or looked at, says nothing of another one.
      story: [top.name, ...definitions(listed, fresh), server, named(again ? changed : fresh)].join(' ').trimEnd(),
      ...((told !== undefined || top.name === 'hint_loosened') && { severity: 'high' as const }),
      ...((top.name === 'tool_added' || (top.name === 'definition_changed' && released)) && {
        severity: 'low' as const,
      }),
      seen: top.name === 'hint_belied' ? lie : `${server} ${changeOf(top.name, observed, told)}${again ? AGAIN : ''}`,
      expected:
        top.name === 'hint_belied'
          ? 'a tool that is called read-only changes nothing'
          : instructing.length > 0
            ? 'a text that says what the tool does'
            : 'the definitions it was told before',
      n: listed.length === 0 ? 1 : listed.length,
      days: daysOf(state),
      contributors: parts.filter(({ value }) => value > 0),
    };
  },

  learn(state, { at, server, listed, added }) {
    if (listed.length === 0) return;
    noteTime(state, at);
    keepList(state.servers, server, listed);
    state.quiet ??= emptyRecent();
    noteList(state.quiet, server, at, added.length > 0);
  },

  contribute: ({ servers }, tell) => tellChanges(servers, tell),
});

/** What is new in a list, or belied; where the answer came later, of the list alone. */
function look(state: State, seen: Seen): Observation | null {
  const { body, facts } = seen.event;
  const lie = toldAnew(state, seen, belied(seen));
  if (facts.tools.length === 0 && lie === '') return null;
  const server = body.server.id;
  const listed = facts.tools.map((tool) => ({
    name: tool.name,
    hash: tool.hash,
    parts: tool.parts ?? '',
    readOnly: flag(tool.read_only),
    ...(tool.instructs !== undefined && { instructs: tool.instructs }),
  }));
  const before = peek(state.servers, server);
  const observation: Observation = {
    at: seen.at,
    server,
    listed,
    changed: [],
    differing: {},
    loosened: [],
    restless: [],
    added: [],
    instructing: [],
    released: false,
    settled: state.quiet !== undefined && peek(state.quiet, server)?.[0] === SETTLED,
    lie,
    class: seen.class,
  };
  // Each definition is judged once, learned or not: the mark is of the present.
  for (const { name, hash, parts, readOnly, instructs } of listed) {
    const known = before === undefined ? undefined : peek(before, name);
    if (known === undefined) {
      if (before === undefined) {
        if (instructs !== undefined) observation.instructing.push(name);
        continue;
      }
      observation.added.push(name);
      enter(before, name, TOOLS, { hash: '', readOnly, pending: hash });
    } else if (known.hash !== hash && known.pending !== hash) {
      known.pending = hash;
      observation.changed.push(name);
      observation.differing[name] = differing(known.parts, parts);
      if (isRestless(known, hash, seen.at)) observation.restless.push(name);
      if (known.readOnly !== 1 && readOnly === 1) observation.loosened.push(name);
    }
  }
  observation.released = isReleased(seen.fleet, observation);
  if (observation.added.length > 0) makeRoom(state.servers);
  // Told, it is not learned: and the next list would be the first one again.
  if (observation.instructing.length > 0) keepList(state.servers, server, listed);
  return observation;
}

/** What a server says of a tool it says with every call: it is told once, and again after a month. */
function toldAnew(state: State, { event: { body }, at }: Seen, lie: string): string {
  if (lie === '') return '';
  const told = touch<[number]>(state.lies, toolOf(body), 128, () => [0]);
  if (told[0] > 0 && at - told[0] < REMIND) return '';
  told[0] = at;
  return lie;
}

const flag = (value: boolean | undefined): number => (value === undefined ? -1 : value ? 1 : 0);
