import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { auprc, auroc, interval, quality, recallAt } from '../../src/backtest/ranking.ts';
import { UNWEIGHTED, type Weights } from '../../src/engine/weighing.ts';
import { LEARNED } from '../../src/engine/weights.ts';
import { type Corpus, grouped, type Label, loadCorpus } from './detection/corpus.ts';
import { fitWeights } from './detection/fit.ts';
import { promises } from './detection/promise.ts';
import { type Replay, type ReplayedEvent, replay } from './detection/replay.ts';

/**
 * Detection quality on labelled sessions: `npm run bench:detection [-- [--fit] [FOLDER]]`. FOLDER holds agentdyn-dev and
 * taubench; default ../shared/corpus beside the project. `--fit` learns the weights anew and writes src/engine/weights.ts.
 */
const FOLDS = 5;
const PROJECT = resolve(import.meta.dirname, '../..');
const arguments_ = process.argv.slice(2);
const folder = resolve(arguments_.find((one) => !one.startsWith('--')) ?? join(PROJECT, '../shared/corpus'));
const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

type ScoreOf = (session: string) => number;

function main(): void {
  const corpus = existsSync(folder) ? loadCorpus(folder, 'agentdyn-dev') : null;
  if (corpus === null) {
    say(`No labelled sessions in ${folder}: nothing measured. Name a folder that holds agentdyn-dev/events.jsonl.gz.`);
    return;
  }
  const bench = describe(corpus);
  if (arguments_.includes('--fit')) {
    learnWeights(bench);
    return;
  }
  header();
  signals(bench);
  say();
  fusions(bench);
  const benign = loadCorpus(folder, 'taubench');
  if (benign !== null) falseAlarms(benign);
  say();
  for (const line of promises(benign === null ? [corpus] : [corpus, benign])) say(line);
}

interface Bench {
  corpus: Corpus;
  test: Label[];
  task: Map<string, string>;
  family: Map<string, string>;
}

function describe(corpus: Corpus): Bench {
  const task = new Map<string, string>();
  const tool = new Map<string, string>();
  for (const { body } of corpus.events) {
    task.set(body.session_id ?? '', body.task?.id ?? '');
    tool.set(body.event_id, body.target.name ?? '');
  }
  const test = corpus.labels.filter(({ phase }) => phase === 'test');
  // An attack's family is what its first malicious call does; honest sessions are spread over the folds by their task.
  const family = new Map(
    test.map((label) => {
      const first = label.events?.find(([, malicious]) => malicious === 1);
      return [label.session_id, (first && tool.get(first[0])) ?? task.get(label.session_id) ?? ''];
    }),
  );
  return { corpus, test, task, family };
}

function header(): void {
  say('AUROC / AUPRC / recall at 1 % / at 5 % / control rate; [95 % of AUROC when tasks are drawn anew]');
  say(`${''.padEnd(44)}${'seen tasks'.padEnd(30)}unseen tasks`);
}

function row({ test, task }: Bench, name: string, score: ScoreOf): void {
  const cells = [true, false].map((seen) => {
    const rows = test.filter((label) => label.task_seen === seen);
    const pick = (labels: Label[], kind: Label['label']): number[] =>
      labels
        .filter(({ label, saw_injection }) => label === kind && (kind !== 'resisted' || saw_injection === true))
        .map(({ session_id }) => score(session_id));
    const q = quality(pick(rows, 'hijacked'), pick(rows, 'benign'), pick(rows, 'resisted'));
    const groups = [...grouped(rows, ({ session_id }) => task.get(session_id) ?? '').values()];
    const [low, high] = interval(groups, (drawn) => auroc(pick(drawn, 'hijacked'), pick(drawn, 'benign')));
    const percent = (x: number): string => (100 * x).toFixed(0).padStart(2);
    return `${q.auroc.toFixed(3)} ${q.auprc.toFixed(2)} ${percent(q.at1)} ${percent(q.at5)} ${q.control.toFixed(2)} [${low.toFixed(2)} ${high.toFixed(2)}]`;
  });
  say(name.padEnd(44) + cells.map((cell) => cell.padEnd(38)).join(''));
}

/** A signal alone: its highest score in the session, and their sum. */
function signals(bench: Bench): void {
  const run = replay(bench.corpus);
  row(bench, 'session length (no signal: for scale)', (session) => run.sessions.get(session)?.length ?? 0);
  const ids = new Set(
    [...run.sessions.values()].flat().flatMap(({ findings }) => findings.map(({ detector }) => detector)),
  );
  for (const id of ['argument-novelty', 'provenance', 'sequence', 'toxic-flow'].filter((one) => ids.has(one))) {
    const of = (event: ReplayedEvent): number =>
      event.findings.reduce((most, { detector, score }) => (detector === id ? Math.max(most, score) : most), 0);
    const max: ScoreOf = (session) => Math.max(0, ...(run.sessions.get(session) ?? []).map(of));
    row(bench, `${id}, highest`, max);
    row(bench, `${id}, sum`, (session) => (run.sessions.get(session) ?? []).reduce((sum, event) => sum + of(event), 0));
    events(bench, run, of, max);
  }
}

/** Event level: AUPRC, and whether found sessions (5 % threshold) are found no later than their first malicious call. */
function events({ test }: Bench, run: Replay, of: (event: ReplayedEvent) => number, session: ScoreOf): void {
  const positive: number[] = [];
  const negative: number[] = [];
  for (const { session_id, label, events: labelled } of test) {
    if (label === 'resisted') continue;
    const malicious = new Map(labelled);
    for (const event of run.sessions.get(session_id) ?? [])
      if (malicious.get(event.id) === 1) positive.push(of(event));
      else if (label === 'benign') negative.push(of(event));
  }
  const score = (kind: string): number[] =>
    test.filter(({ label }) => label === kind).map(({ session_id }) => session(session_id));
  const { threshold } = recallAt(score('hijacked'), score('benign'), 0.05);
  let found = 0;
  let early = 0;
  for (const { session_id, label, events: labelled } of test) {
    if (label !== 'hijacked') continue;
    const run_ = run.sessions.get(session_id) ?? [];
    const at = run_.findIndex((event) => of(event) > threshold);
    const malicious = new Map(labelled);
    const first = run_.findIndex(({ id }) => malicious.get(id) === 1);
    if (at < 0) continue;
    found += 1;
    if (at <= first) early += 1;
  }
  const share = positive.length / (positive.length + negative.length);
  say(
    `${''.padEnd(4)}event AUPRC ${auprc(positive, negative).toFixed(2)} (by chance ${share.toFixed(2)}); of ${found} sessions found, ${Math.round((100 * early) / Math.max(1, found))} % no later than the first malicious call`,
  );
}

const fused =
  (run: Replay): ScoreOf =>
  (session) =>
    run.sessions.get(session)?.at(-1)?.fused ?? 0;

function fusions(bench: Bench): void {
  for (const grants of [false, true]) {
    const word = grants ? 'with grants' : 'no grants';
    const start = replay(bench.corpus, { grants });
    row(bench, `fused, ${word}, weights as shipped (fitted)`, fused(start));
    earliness(bench, start);
    row(
      bench,
      `fused, ${word}, without weights`,
      fused(replay(bench.corpus, { grants, settings: { weights: UNWEIGHTED } })),
    );
    const bases = [replay(bench.corpus), replay(bench.corpus, { grants: true })];
    for (const [by, groupOf] of splits(bench))
      row(bench, `fused, ${word}, cross-validated by ${by}`, crossValidated(bench, bases, groupOf, grants));
  }
}

function splits({ task, family, test }: Bench): [string, Map<string, number>][] {
  const folds = (of: (label: Label) => string): Map<string, number> => {
    const groups = [...new Set(test.map(of))].sort();
    // Neighbours in the alphabet are alike: they are dealt out, not cut.
    return new Map(test.map((label) => [label.session_id, groups.indexOf(of(label)) % FOLDS]));
  };
  return [
    ['task', folds(({ session_id }) => task.get(session_id) ?? '')],
    ['model', folds(({ agent_id }) => agent_id.split('@')[1] ?? agent_id)],
    ['attack family', folds(({ session_id }) => family.get(session_id) ?? '')],
    ['assistant', folds(({ agent_id }) => agent_id.split('@')[0] ?? agent_id)],
  ];
}

function crossValidated(bench: Bench, bases: Replay[], foldOf: Map<string, number>, grants: boolean): ScoreOf {
  const runs = Array.from({ length: FOLDS }, (_, fold) => {
    const weights = fitWeights(
      examples(bench, bases, ({ session_id }) => foldOf.get(session_id) !== fold),
      'cross-validation',
    );
    return fused(replay(bench.corpus, { grants, settings: { weights } }));
  });
  return (session) => runs[foldOf.get(session) ?? 0]!(session);
}

function examples({ test }: Bench, runs: Replay[], keep: (label: Label) => boolean): Parameters<typeof fitWeights>[0] {
  return runs.flatMap((run) =>
    test
      .filter((label) => label.label !== 'resisted' && keep(label))
      .map(({ session_id, label, task_seen }) => ({
        signals: run.signals.get(session_id) ?? [],
        hijacked: label === 'hijacked',
        // New work is what a baseline is worth least on, and what counts: such sessions count twice.
        weight: task_seen === true ? 1 : 2,
      })),
  );
}

function earliness({ test }: Bench, run: Replay): void {
  const final = fused(run);
  const score = (kind: string): number[] =>
    test.filter(({ label }) => label === kind).map(({ session_id }) => final(session_id));
  const { threshold } = recallAt(score('hijacked'), score('benign'), 0.05);
  const late = test
    .filter(({ label, session_id }) => label === 'hijacked' && final(session_id) > threshold)
    .map(({ session_id, events: labelled }) => {
      const malicious = new Map(labelled);
      const told = run.sessions.get(session_id)!;
      return told.findIndex((event) => event.fused > threshold) <= told.findIndex(({ id }) => malicious.get(id) === 1);
    });
  say(
    `${''.padEnd(4)}of ${late.length} sessions found, ${Math.round((100 * late.filter(Boolean).length) / Math.max(1, late.length))} % no later than the first malicious call`,
  );
}

/** Honest sessions that alert with everything on its default. */
function falseAlarms(corpus: Corpus): void {
  const run = replay(corpus);
  const test = new Set(corpus.labels.filter(({ phase }) => phase === 'test').map(({ session_id }) => session_id));
  const counted = (alerts: Replay['alerts']): string =>
    [...grouped(alerts, ({ detector }) => detector)]
      .map(([detector, of]) => `${detector} ${new Set(of.map(({ session_id }) => session_id)).size}`)
      .join(', ') || 'none';
  const told = run.alerts.filter(
    ({ session_id, stage }) => stage === 'open' && session_id !== undefined && test.has(session_id),
  );
  const medium = told.filter(({ severity }) => severity !== 'info' && severity !== 'low');
  say();
  say(
    `${corpus.name}, ${test.size} honest test sessions: alerts of severity medium or more, by detector: ${counted(medium)}; in all ${new Set(medium.map(({ session_id }) => session_id)).size} sessions`,
  );
  const above = new Map<string, Set<string>>();
  for (const session of test)
    for (const { findings } of run.sessions.get(session) ?? [])
      for (const { detector, score } of findings)
        if (score >= (run.thresholds.get(detector) ?? Number.POSITIVE_INFINITY))
          above.set(detector, (above.get(detector) ?? new Set()).add(session));
  say(
    `above their default threshold: ${[...above].map(([detector, of]) => `${detector} ${of.size}`).join(', ') || 'none'} of ${test.size} sessions`,
  );
}

function learnWeights(bench: Bench): void {
  // The scores that learning starts from depend a little on which sessions the weights in force flagged: twice is enough.
  let weights: Weights = LEARNED;
  for (let round = 0; round < 2; round += 1) {
    const settings = { weights };
    const runs = [replay(bench.corpus, { settings }), replay(bench.corpus, { grants: true, settings })];
    const honest = bench.test.filter(({ label }) => label === 'benign').length;
    const hijacked = bench.test.filter(({ label }) => label === 'hijacked').length;
    const source = `log-odds of a call, weights >= 0, ridge drawn by attack families left out, on ${honest} honest and ${hijacked} hijacked sessions of ${bench.corpus.name}, with and without grants; ${new Date().toISOString().slice(0, 10)}`;
    weights = fitWeights(
      examples(bench, runs, () => true),
      source,
    );
  }
  const path = join(PROJECT, 'src/engine/weights.ts');
  writeFileSync(path, weightsFile(weights));
  say(`${path} written: ${weights.provenance}`);
}

function weightsFile({ provenance, signals: learned, others, reference }: Weights): string {
  const lines = Object.entries(learned).map(
    ([key, weight]) => `    ${/^\w+$/.test(key) ? key : `'${key}'`}: ${weight},`,
  );
  return `import type { Weights } from './weighing.ts';

/** Learned by \`npm run bench:detection -- --fit\`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    '${provenance}',
  signals: {
${lines.join('\n')}
  },
  others: ${others},
  reference: [${reference.join(', ')}],
};
`;
}

main();
