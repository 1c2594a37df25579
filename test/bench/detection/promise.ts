import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DAY } from '../../../schemas/durations.ts';
import type { Event } from '../../../schemas/event.ts';
import { type GrantsFile, grantsFileSchema } from '../../../schemas/grant.ts';
import { interval } from '../../../src/backtest/ranking.ts';
import { createPartition } from '../../../src/engine/partition.ts';
import { compileRules } from '../../../src/engine/rules.ts';
import { createWorld } from '../../../src/simulate/world.ts';
import { streamOf } from '../../../src/simulate/write.ts';
import { jsonLines } from '../../support/json-lines.ts';
import { type Corpus, decoded, grouped, LEARN_UNTIL, linesOf } from './corpus.ts';

/** An honest session: the score it reached, and how many of its agent's were over when it began. */
interface Honest {
  agent: string;
  session: string;
  task: string;
  score: number;
  past: number;
  /** Days from the first event of all. */
  day: number;
}

const PROMISED = [0.1, 0.03, 0.01];
const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** Everything through the engine on defaults; sessions in the order in which they begin. */
function sessionsOf(events: readonly Event[], grants?: GrantsFile, learnUntil?: number): Honest[] {
  const file = grants ?? { grants: [], charters: [], changes: [] };
  const { engine, inputs } = compileRules({ grants: { file, earlier: [] } }, learnUntil);
  const partition = createPartition({ id: 'bench/0', engine, dedupeWindow: 1000, nextOffset: 0 });
  const sessions = new Map<string, Honest>();
  const from = events[0]?.effectiveAt ?? 0;
  for (const event of events) {
    const { outcome } = partition.fold(event, inputs);
    if (outcome.kind === 'duplicate') continue;
    const { id: agent } = event.body.agent;
    const key = `${agent}\n${outcome.session}`;
    const past = partition.agents.get(agent)!.fusion.n;
    const { session } = outcome;
    const task = event.body.task?.id ?? '';
    const known = sessions.get(key) ?? { agent, session, task, past, day: (event.effectiveAt - from) / DAY, score: 0 };
    known.score = outcome.sessionScore;
    sessions.set(key, known);
  }
  return [...sessions.values()];
}

/** Shares of sessions that reach a score, beside what that score promises; 95 % of them when whole groups are drawn anew. */
function row(name: string, sessions: readonly Honest[], groupOf: (one: Honest) => string): string {
  const groups = [...grouped(sessions, groupOf).values()];
  const cells = PROMISED.map((promised) => {
    const share = (of: readonly Honest[]): number =>
      of.filter(({ score }) => score >= -Math.log10(promised)).length / Math.max(1, of.length);
    const [low, high] = interval(groups, share);
    const percent = (x: number): string => (100 * x).toFixed(1);
    return `${percent(share(sessions))} [${percent(low)} ${percent(high)}]`.padEnd(20);
  });
  return name.padEnd(58) + cells.join('');
}

/** What a threshold promises and what is seen, in honest sessions of the corpora, of simulated companies and of the demo. */
export function promises(corpora: readonly Corpus[]): string[] {
  const head = PROMISED.map((promised) => `${100 * promised} % promised`.padEnd(20)).join('');
  const lines = [`${'honest sessions at or above the score, in %'.padEnd(58)}${head}`];
  for (const corpus of corpora) lines.push(...ofCorpus(corpus));
  lines.push(
    ...ofCompany('few sessions an agent (15 in 60 days)', 80, 1),
    ...ofCompany('many sessions an agent (150)', 30, 10),
  );
  lines.push(ofDemo());
  return lines;
}

function ofCorpus({ name, events, labels, grants }: Corpus): string[] {
  const byId = new Map(labels.map((label) => [label.session_id, label]));
  const runs = grants === undefined ? [undefined] : [undefined, grants];
  return runs.flatMap((given) => {
    const honest = sessionsOf(events, given, LEARN_UNTIL).filter(
      ({ session }) => byId.get(session)?.label === 'benign',
    );
    const part = (title: string, keep: (one: Honest) => boolean): string[] => {
      const kept = honest.filter(keep);
      const group = kept.some(({ task }) => task !== '') ? 'task' : 'session';
      return kept.length === 0
        ? []
        : [
            row(
              `${name}${given === undefined ? '' : ', grants'}, ${title} (${kept.length})`,
              kept,
              (one) => one[group],
            ),
          ];
    };
    const phase = ({ session }: Honest): string => byId.get(session)!.phase;
    const seen = ({ session }: Honest): boolean => byId.get(session)!.task_seen === true;
    return [
      ...part('while it learns, from the 8th', (one) => phase(one) === 'baseline' && one.past >= 8),
      ...part('seen tasks', (one) => phase(one) === 'test' && seen(one)),
      ...part('new tasks', (one) => phase(one) === 'test' && !seen(one)),
    ];
  });
}

/** A company without a planted story, from its third week on. */
function ofCompany(title: string, agents: number, tasks: number): string[] {
  const world = createWorld({
    agents,
    days: 60,
    seed: 'promise',
    tasks: { median: tasks, spread: 0.5 },
    stories: { share: 0, from: 0.5, to: 0.8 },
  });
  const events = decoded(
    'simulated',
    [...streamOf(world)].map((event) => JSON.stringify(event)),
  );
  const grants = grantsFileSchema.parse({ grants: world.grants, charters: world.charters });
  const sessions = sessionsOf(events, grants).filter(({ day }) => day >= 14);
  return [row(`simulated, ${title} (${sessions.length})`, sessions, ({ agent }) => agent)];
}

function ofDemo(): string {
  const planted = new Set(
    jsonLines<{ event_ids: string[] }>(readFileSync(join(EXAMPLES, 'demo.stories.jsonl'), 'utf8')).flatMap(
      ({ event_ids }) => event_ids,
    ),
  );
  const events = decoded('demo', linesOf(join(EXAMPLES, 'demo.events.jsonl.gz')));
  const stories = new Set(
    events.filter(({ body }) => planted.has(body.event_id)).map(({ body }) => body.session_id ?? ''),
  );
  const grants = grantsFileSchema.parse(parse(readFileSync(join(EXAMPLES, 'grants.yaml'), 'utf8')));
  const honest = sessionsOf(events, grants).filter(({ session, day }) => day >= 7 && !stories.has(session));
  return row(`demo, from its second week (${honest.length})`, honest, ({ agent }) => agent);
}
