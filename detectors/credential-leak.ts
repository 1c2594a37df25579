import { z } from 'zod';
import { classRank, type PrivilegeClass, type Severity } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { spaced } from '../schemas/words.ts';
import { credentialsIn, type Given } from './credential/given.ts';
import { defineDetector } from './detector.ts';
import { speaks } from './grave-act/pictures.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Which tools are given credentials, and which were not: what a server asks for once it was tampered with, and what an
 * answer to a stranger holds. State: 128 tools with two counts, 64 that were told; 12 KB.
 */
interface State extends TimeSpan {
  /** By tool: calls with arguments, and those of them that held a credential. */
  tools: Recent<[calls: number, given: number]>;
  calls: number;
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  class: PrivilegeClass;
  used: boolean;
  given: Given | null;
  /** It is read by people. */
  said: boolean;
  /** Calls of the tool so far. */
  before: number;
  /** What is told once. */
  key: string;
  standing: Standing | null;
}

const TOOLS = 128;
/** A tool that was called so often without is not made to be given one. */
const KNOWN = 20;
/** Of calls, so many are taken as seen before any was. */
const PRIOR = 20;
const configSchema = z.object({
  remind_days: z
    .number()
    .positive()
    .default(7)
    .describe('What nobody cleared is told again then: as low, but where people read it once more.'),
});
type Config = z.output<typeof configSchema>;

export const credentialLeak = defineDetector<Config, State, never, Observation>({
  id: 'credential-leak',
  version: 1,
  title: 'A credential among the arguments',
  description:
    'A well-known kind of credential (a token of a provider, a private key, a password in an address) stands among what a tool is given that is made for other things and was never given one: in an answer, a comment or a message (there any secret that stands as the value of a variable, as in a file of settings), or in a field that a server asks for since its definition changed. High where people read it, or the tool is well known without; medium else. The record holds its keyed hash only.',
  falsePositives: [
    'A server that is made to be given a token with each call, the first time.',
    'A report of a leaked credential that quotes it.',
  ],
  blindSpots: [
    'Passwords and tokens of no known shape, but for variables in what people read.',
    'Commands, files of the own machine, and stores of secrets: there credentials belong, and secret-reach looks.',
    'Gateways that log no arguments, or cut them.',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1552/',
    'https://attack.mitre.org/techniques/T1567/',
    'https://owasp.org/www-project-mcp-top-10/',
  ],
  firstStep: 'Revoke the credential, take the text back where it can be, and look at what made the agent give it.',
  tags: {
    owasp_asi: ['ASI01', 'ASI03', 'ASI04'],
    mitre_atlas: ['AML.T0086', 'AML.T0083', 'AML.T0110'],
    maestro: ['L2', 'L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 20, days: 2 }, threshold: 1.5, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, tools: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { target, args, args_state } = seen.event.body;
    if (args === undefined || classRank(seen.class) >= classRank('execute')) return null;
    const { at, class: name, used } = seen;
    const tool = toolOf(seen.event.body);
    const [before, times] = peek(state.tools, tool) ?? [0, 0];
    const read = speaks(spaced(target.name ?? ''));
    const given = args_state === 'redacted' ? credentialsIn(args, read) : null;
    const news = given !== null && times === 0;
    // In what people read each credential is one more; a token that a server is given may be another with each call.
    const said = given !== null && read;
    const key = said ? `${tool} ${given?.hash}` : tool;
    return {
      at,
      tool,
      class: name,
      used,
      given,
      said,
      before,
      key,
      standing: news ? tellOnce(state, key, seen, config.remind_days) : null,
    };
  },

  score(state, { tool, class: name, used, given, said, before, key, standing }) {
    if (given === null || standing === null) return null;
    const quiet = !used || (standing.reminder && !said);
    const severity: Severity = quiet ? 'low' : said || before >= KNOWN ? 'high' : 'medium';
    return {
      score: rarityOf(state.calls, 0, PRIOR),
      reason: 'credential_given',
      ...again(standing),
      story: `credential-leak ${key}`,
      subject: `credential-leak ${key}`,
      severity,
      seen: `${used ? 'gave' : 'tried to give'} ${tool} (class ${name}) a credential (${given.kinds.join(', ')}) in ${given.field}${reminded(standing)}`,
      expected: `none in ${before} calls of it, and ${state.calls} of tools that are for other things`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: 'calls of the tool without', value: before }],
    };
  },

  learn(state, { at, used, tool, given, standing }) {
    if (!used || standing?.pending) return;
    noteTime(state, at);
    state.calls += 1;
    const entry = touch<[number, number]>(state.tools, tool, TOOLS, () => [0, 0]);
    entry[0] += 1;
    if (given !== null) entry[1] += 1;
  },
});
