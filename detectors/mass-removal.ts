import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { HOUR } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { hasNewGrant } from './first-seen.ts';
import { removedBy } from './mass-removal/removes.ts';
import { callKey } from './stats/call-key.ts';
import { onEnd, rarityOf } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * What is removed by one tool within an hour. Removals come in clumps, so that two things are learned of each tool: in how
 * many of the hours at work it removes anything, and how much it removes then, with the most ever. State: 32 tools of 130
 * bytes.
 */
interface State extends TimeSpan {
  /** The last hour at work, and how many there were. */
  hour: number;
  hours: number;
  tools: Recent<Clumps>;
}

interface Clumps {
  /** Hours in which it removed something, things removed in them, and the most in one of them; of hours that are over. */
  n: number;
  things: number;
  most: number;
  /** The hour that runs: which, what it removed, how much of that was learned, and its last call. */
  hour: number;
  now: number;
  learned: number;
  call: string;
}

interface Observation {
  at: number;
  hour: number;
  /** '' where nothing is removed. */
  tool: string;
  /** Things removed in this hour, this call's too. */
  removed: number;
  /** Given lately by a grant that the agent did not use before. */
  duty: boolean;
  /** In one call. */
  atOnce: number;
}

const TOOLS = 32;
/** Before anything was removed: a clump of so many on average, for which two stand. */
const CLUMP = 4;
const CLUMPS = 2;
const FADES = 0.98;
const configSchema = z.object({
  least_things: z.number().int().min(2).default(10).describe('Fewer things removed in an hour are no news.'),
  least_times: z.number().min(1).default(2).describe('So many times the most that it ever removed in an hour.'),
});
type Config = z.output<typeof configSchema>;

export const massRemoval = defineDetector<Config, State, never, Observation>({
  id: 'mass-removal',
  version: 1,
  title: 'Many things removed at once',
  description:
    'By one tool an agent removes within an hour far more than it ever did: files, records, accounts. How unusual that is follows from how seldom it removes anything by it, and how much then; lists count by their length, calls that were refused or failed do not.',
  falsePositives: ['A clean-up that somebody ordered, low where a grant was given for it lately.'],
  blindSpots: [
    'Removals by SQL and shell: grave-act tells the gravest of them.',
    'What is overwritten, and what is removed a few at a time over days.',
  ],
  references: ['https://attack.mitre.org/techniques/T1485/'],
  firstStep: 'Stop the agent, see what is gone and whether it can be brought back; then ask who gave the order.',
  tags: {
    owasp_asi: ['ASI02', 'ASI08', 'ASI10'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: 7 * 24 * HOUR },
  awaits: 'outcome',
  initial: () => ({ since: 0, until: 0, hour: -1, hours: 0, tools: emptyRecent() }),

  observe(state, seen) {
    const { event, at, class: name, used, failed } = seen;
    const hour = Math.floor(at / HOUR);
    if (!used || failed) return null;
    const { server, target, method, args } = event.body;
    const changes = isChange(name);
    const things = changes ? removedBy(server.id, target.name ?? method, args) : 0;
    // That it was at work in this hour is all that is learned of such a call.
    if (things === 0) return hour > state.hour ? { at, hour, tool: '', removed: 0, duty: false, atOnce: 0 } : null;
    const tool = toolOf(event.body);
    const clumps = touch<Clumps>(state.tools, tool, TOOLS, () => ({
      n: 0,
      things: 0,
      most: 0,
      hour,
      now: 0,
      learned: 0,
      call: '',
    }));
    if (hour > clumps.hour) close(clumps, hour);
    // The same thing is not removed twice.
    const call = callKey(seen);
    if (hour === clumps.hour && call !== clumps.call) clumps.now += things;
    clumps.call = call;
    return {
      at,
      hour,
      tool,
      removed: hour === clumps.hour ? clumps.now : things,
      duty: hasNewGrant(seen),
      atOnce: things,
    };
  },

  score(state, { tool, removed, duty, atOnce }, config) {
    const clumps = tool === '' ? undefined : peek(state.tools, tool);
    if (clumps === undefined || removed < config.least_things || removed < config.least_times * clumps.most)
      return null;
    const seldom = rarityOf(state.hours, Math.min(clumps.n, state.hours));
    const mean = (clumps.things + CLUMPS * CLUMP) / (clumps.n + CLUMPS);
    const large = onEnd(removed, 1 - 1 / mean);
    return {
      score: Math.min(12, seldom + large),
      reason: 'mass_removal',
      story: `mass_removal ${tool}`,
      ...(duty && { severity: 'low' as const }),
      seen: `removed ${removed} things by ${tool} within an hour${atOnce >= config.least_things ? `, ${atOnce} of them in one call` : ''}`,
      expected:
        clumps.n === 0
          ? `nothing: in ${state.hours} hours of work it removed nothing by this tool`
          : `${Math.round(clumps.most)} in an hour at most: it removed something by this tool in ${Math.round(clumps.n)} of ${state.hours} hours of work`,
      n: state.hours,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom it removes anything by this tool', value: seldom },
        { name: 'how many at once', value: large },
      ],
    };
  },

  learn(state, { at, hour, tool, removed }) {
    noteTime(state, at);
    const clumps = tool === '' ? undefined : peek(state.tools, tool);
    if (clumps?.hour === hour) clumps.learned = removed;
    if (hour <= state.hour) return;
    state.hour = hour;
    state.hours += 1;
  },
});

/** Another hour begins; the most ever says less with every one. */
function close(clumps: Clumps, hour: number): void {
  if (clumps.learned > 0) clumps.n += 1;
  clumps.things += clumps.learned;
  clumps.most = Math.max(clumps.most * FADES, clumps.learned);
  clumps.hour = hour;
  clumps.now = 0;
  clumps.learned = 0;
}
