import type { Truth } from '../../../src/simulate/company.ts';
import { createIdeal } from './ideal.ts';
import type { Run, Told } from './run.ts';

/** What a world came to: plain data, so that a process of its own can hand it over. */
export interface Tally {
  name: string;
  events: number;
  seconds: number;
  outcomes: Outcome[];
  /** False alerts by system, and of ours by detector. */
  alerts: Record<string, number>;
  byDetector: Record<string, number>;
  weeks: number;
  /** Each false alert and each story that was missed, in words. */
  cases: string[];
}

export interface Outcome {
  kind: string;
  /** Days to the first alert, by system; null: none within a fortnight. */
  days: Record<string, number | null>;
  /** Days to our first alert however late; null: none. */
  ever: number | null;
}

export const WITHIN_DAYS = 14;
export const VOLUME: readonly string[] = ['use-creep-low', 'use-creep-middle', 'use-creep-high', 'low-and-slow'];
/** Detectors whose alert is about such a story; another one's is chance. */
const ABOUT: Record<string, RegExp> = {
  volume: /^(?:privilege-creep|rate)$/,
  ladder: /^(?:privilege-creep|first-seen|secret-reach|connection)$/,
  'grant-creep': /^(?:privilege-creep|first-seen|secret-reach|connection)$/,
  'charter-drift': /^(?:privilege-creep|first-seen)$/,
  delegation: /^(?:delegation|out-of-scope)$/,
  credentials: /^credential-hygiene$/,
  dormant: /^(?:dormant|first-seen|connection)$/,
  'secret-reach': /^(?:secret-reach|first-seen|connection)$/,
  'data-volume': /^data-volume$/,
  'new-targets': /^(?:target-creep|secret-reach)$/,
  'off-hours': /^(?:off-hours|rate)$/,
};

export function tallyOf(run: Run, name: string, seconds: number): Tally {
  const { source } = run;
  const stories = source.truth.filter(({ kind }) => !kind.startsWith('honest:'));
  const onset = new Map(stories.map(({ agent_id, day }) => [agent_id, day]));
  const isFalse = ({ agent, at, again }: Told): boolean =>
    !again && at < (onset.get(agent) ?? Number.POSITIVE_INFINITY);
  const weeks = source.agents.reduce((sum, { id }) => sum + (onset.get(id) ?? source.days) / 7, 0);
  const systems: Record<string, Told[]> = { ours: run.ours, ...run.simple };
  const byDetector: Record<string, number> = {};
  for (const { detector } of run.ours.filter(isFalse)) byDetector[detector] = (byDetector[detector] ?? 0) + 1;
  const allowed = Math.max(0.002, (byDetector['privilege-creep'] ?? 0) / weeks);
  const ideals = new Map(
    VOLUME.map((kind) => {
      const alike = stories.filter((story) => story.kind === kind);
      return [kind, createIdeal(source, alike, allowed)];
    }),
  );
  const judged = stories
    // A story that ends with the log before its fortnight is over says little.
    .filter(({ day }) => day + WITHIN_DAYS <= source.days)
    .map((story): { story: Truth; outcome: Outcome } => {
      const days: Outcome['days'] = {};
      for (const [system, told] of Object.entries(systems))
        days[system] = firstOf(told, story, system === 'ours', WITHIN_DAYS);
      const ideal = ideals.get(story.kind);
      if (ideal !== undefined) days.ideal = ideal.detect(story, run.privileged.get(story.agent_id) ?? [], WITHIN_DAYS);
      const ever = firstOf(run.ours, story, true, Number.POSITIVE_INFINITY);
      return { story, outcome: { kind: story.kind, days, ever } };
    });
  return {
    name,
    events: run.events,
    seconds,
    outcomes: judged.map(({ outcome }) => outcome),
    alerts: Object.fromEntries(Object.entries(systems).map(([system, told]) => [system, told.filter(isFalse).length])),
    byDetector,
    weeks,
    cases: [
      ...run.ours.filter(isFalse).map((told) => `false: ${falseText(told)}`),
      ...judged.filter(({ outcome }) => outcome.days.ours === null).map(({ story }) => `missed: ${storyText(story)}`),
    ],
  };
}

function firstOf(
  told: readonly Told[],
  { agent_id, day, kind }: Truth,
  attributed: boolean,
  within: number,
): number | null {
  const about = ABOUT[VOLUME.includes(kind) ? 'volume' : kind]!;
  const found = told.find(
    ({ agent, at, detector }) =>
      agent === agent_id && at >= day && at < day + within && (!attributed || about.test(detector)),
  );
  return found === undefined ? null : found.at - day;
}

const falseText = ({ agent, at, detector, reason, severity, score, seen, expected }: Told): string =>
  `${agent} on day ${at.toFixed(1)}, ${detector}/${reason} ${severity} ${score.toFixed(1)}: ${seen}; expected: ${expected}`;
const storyText = ({ agent_id, kind, day, detail }: Truth): string =>
  `${kind} of ${agent_id} from day ${day}: ${detail}`;
