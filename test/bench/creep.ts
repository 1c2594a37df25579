import { STORY_KINDS } from '../../src/simulate/stories.ts';
import type { Truth } from '../../src/simulate/world.ts';
import { createIdeal } from './creep/ideal.ts';
import { type Run, runWorld, type Told } from './creep/run.ts';
import { VARIANTS } from './creep/variants.ts';

/**
 * How well growing privilege is found: `npm run bench:creep [-- --agents 100 --seeds 1,2 --only NAME]`. Worlds out of the
 * simulator with other seeds and constants through the engine as it is, beside two simple detectors and, for growth of
 * volume alone, the ideal one. Alerts of severity medium or more count, of every detector.
 */
const WITHIN_DAYS = 14;
const VOLUME = ['use-creep-low', 'use-creep-middle', 'use-creep-high', 'low-and-slow'];
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
  'off-hours': /^(?:off-hours|rate)$/,
};

interface Outcome {
  kind: string;
  /** Days to the first alert, by detector; null: none within a fortnight. */
  days: Record<string, number | null>;
}

interface Tally {
  outcomes: Outcome[];
  alerts: Record<string, number>;
  byDetector: Record<string, number>;
  weeks: number;
}

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

function main(): void {
  const agents = Number(option('agents', '100'));
  const only = option('only', '');
  const all: Tally[] = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    if (only !== '' && name !== only) continue;
    for (const seed of option('seeds', '1').split(',')) {
      const started = Date.now();
      const run = runWorld({
        ...variant,
        agents,
        seed: `${name} ${seed}`,
        stories: { share: 0.5, from: 0.45, to: 0.82 },
      });
      const tally = judge(run);
      all.push(tally);
      const seconds = (Date.now() - started) / 1000;
      say(`\n${name}, seed ${seed}: ${agents} agents, ${run.events} events in ${seconds.toFixed(0)} s`);
      report([tally]);
    }
  }
  if (all.length > 1) {
    say('\nAll together');
    report(all);
  }
}

function judge(run: Run): Tally {
  const { world } = run;
  const stories = world.truth.filter(({ kind }) => !kind.startsWith('honest:'));
  const onset = new Map(stories.map(({ agent_id, day }) => [agent_id, day]));
  const honest = ({ agent, at }: Told): boolean => at < (onset.get(agent) ?? Number.POSITIVE_INFINITY);
  const weeks = world.agents.reduce((sum, { id }) => sum + (onset.get(id) ?? world.settings.days) / 7, 0);
  const systems: Record<string, Told[]> = { ours: run.ours, ...run.simple };
  const byDetector: Record<string, number> = {};
  for (const told of run.ours.filter(honest)) byDetector[told.detector] = (byDetector[told.detector] ?? 0) + 1;
  const allowed = Math.max(0.002, (byDetector['privilege-creep'] ?? 0) / weeks);
  const ideals = new Map(
    VOLUME.map((kind) => [
      kind,
      createIdeal(
        world,
        stories.filter((story) => story.kind === kind),
        allowed,
      ),
    ]),
  );
  const outcomes = stories
    // A story that ends with the log before its fortnight is over says little.
    .filter(({ day }) => day + WITHIN_DAYS <= world.settings.days)
    .map((story): Outcome => {
      const days: Outcome['days'] = {};
      for (const [name, told] of Object.entries(systems)) days[name] = firstOf(told, story, name === 'ours');
      const ideal = ideals.get(story.kind);
      if (ideal !== undefined) days.ideal = ideal.detect(story, run.privileged.get(story.agent_id) ?? [], WITHIN_DAYS);
      return { kind: story.kind, days };
    });
  const alerts = Object.fromEntries(Object.entries(systems).map(([name, told]) => [name, told.filter(honest).length]));
  return { outcomes, alerts, byDetector, weeks };
}

function firstOf(told: readonly Told[], { agent_id, day, kind }: Truth, attributed: boolean): number | null {
  const about = ABOUT[VOLUME.includes(kind) ? 'volume' : kind]!;
  const found = told.find(
    ({ agent, at, detector }) =>
      agent === agent_id && at >= day && at < day + WITHIN_DAYS && (!attributed || about.test(detector)),
  );
  return found === undefined ? null : found.at - day;
}

function report(tallies: readonly Tally[]): void {
  const systems = ['ours', ...Object.keys(tallies[0]!.alerts).filter((name) => name !== 'ours'), 'ideal'];
  say(`${'recall within 14 days / median days'.padEnd(36)}${systems.map((name) => name.padStart(28)).join('')}`);
  for (const kind of STORY_KINDS) {
    const outcomes = tallies.flatMap((tally) => tally.outcomes).filter((one) => one.kind === kind);
    if (outcomes.length === 0) continue;
    const cells = systems.map((name) => cell(outcomes.map(({ days }) => days[name])));
    say(`${`${kind} (${outcomes.length})`.padEnd(36)}${cells.map((text) => text.padStart(28)).join('')}`);
  }
  const weeks = tallies.reduce((sum, tally) => sum + tally.weeks, 0);
  const rates = systems.map((name) => {
    const alerts = tallies.reduce((sum, tally) => sum + (tally.alerts[name] ?? 0), 0);
    return name === 'ideal' ? '' : (alerts / weeks).toFixed(4);
  });
  say(`${'false alerts an agent and week'.padEnd(36)}${rates.map((text) => text.padStart(28)).join('')}`);
  const ours = new Map<string, number>();
  for (const { byDetector } of tallies)
    for (const [name, count] of Object.entries(byDetector)) ours.set(name, (ours.get(name) ?? 0) + count);
  say(`of ours: ${[...ours].map(([name, count]) => `${name} ${(count / weeks).toFixed(4)}`).join(', ')}`);
}

function cell(days: readonly (number | null | undefined)[]): string {
  if (days.every((one) => one === undefined)) return '';
  const found = days.filter((one) => typeof one === 'number').sort((a, b) => a - b);
  const median = found.length === 0 ? '-' : found[found.length >> 1]!.toFixed(1);
  return `${(found.length / days.length).toFixed(2)} / ${median}`;
}

main();
