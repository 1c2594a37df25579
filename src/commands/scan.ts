import { Command } from 'commander';
import type { Alert } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import { qualityOf, readLabels, showQuality } from '../backtest/quality.ts';
import { loadConfig } from '../config.ts';
import { passingHashKey } from '../data-folder.ts';
import { createDecoder } from '../decode/decode.ts';
import { decoderOptions } from '../decode/options.ts';
import type { Outcome } from '../engine/partition.ts';
import { ConfigError, notUnderstood } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import { createHasher } from '../hash.ts';
import { inTurn } from '../pipeline/lanes/in-turn.ts';
import { createLanes, lanesBeside } from '../pipeline/lanes/lanes.ts';
import { readJsonl } from '../sources/jsonl.ts';
import { parseThreads, parseTime, repeated } from './support/arguments.ts';
import { loadCatalogues } from './support/files.ts';
import { createFloods } from './support/floods.ts';
import { checkGateway } from './support/gateway.ts';
import { createLines } from './support/json-lines.ts';
import { createMetInTurn } from './support/met-in-turn.ts';
import { createProgress } from './support/progress.ts';

interface Options {
  config?: string;
  grants: string[];
  learnUntil?: number;
  scores?: string;
  judged?: string;
  labels?: string;
  gateway: string;
  instance?: string;
  threads: number;
}

export function scanCommand(): Command {
  return new Command('scan')
    .description('Judge a file of records: alerts as JSON lines on stdout, progress and a summary on stderr. No store.')
    .argument('[file]', 'JSON lines, plain or .gz; - is stdin', '-')
    .option('--config <file>', 'configuration: detectors, catalogue, grants, redaction')
    .addOption(repeated('--grants <file>', 'a grants file beside those of the configuration, in force from always'))
    .option('--learn-until <time>', 'after this time (RFC 3339) nothing is learned across sessions', parseTime)
    .option('--scores <file>', 'a JSON line a session: session_id, agent_id, score')
    .option('--judged <file>', 'a JSON line an event: event_id, class, scope, grant_id, score, findings')
    .option('--labels <file>', 'labelled sessions (JSON lines, plain or .gz): adds quality figures to the summary')
    .option('--gateway <name>', 'take every record for one of this gateway', 'auto')
    .option(
      '--instance <name>',
      'the topic, token or gateway that the records come from, where they do not say it: alerts are those of a store that has them from there, and their queries find the events in it (default: the file)',
    )
    .option('--threads <number>', 'cores to use; what is found is the same', parseThreads, 1 + lanesBeside())
    .addHelpText(
      'after',
      `
Examples:
  overreach scan events.jsonl.gz
  overreach scan --learn-until 2026-11-01T00:00:00Z --scores scores.jsonl events.jsonl.gz
  zcat calls.jsonl.gz | overreach scan --grants grants.yaml - | jq .title
  tail -f calls.jsonl | overreach scan -`,
    )
    .action(scan);
}

async function scan(file: string, options: Options): Promise<void> {
  const loaded = loadConfig(options.config);
  const { config } = loaded;
  checkGateway(options.gateway, config);
  const catalogues = loadCatalogues(config.catalogue);
  const grants = loadGrants([...config.grants, ...options.grants]);
  // Read before the work: a mistake in them is told at once.
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
  const lanes = createLanes({
    rules: { detectors: config.detectors, catalogues, grants: { file: grants.file, earlier: [] } },
    ...(options.learnUntil === undefined ? {} : { learnUntil: options.learnUntil }),
    dedupeWindow: config.checkpoint.dedupe_window,
    threads: options.threads - 1,
  });
  const decode = createDecoder(decoderOptions(config, createHasher(passingHashKey(loaded))));
  const judged = options.judged === undefined ? undefined : createLines(options.judged);
  const scores = options.scores === undefined ? undefined : createLines(options.scores);
  const out = createLines(process.stdout);
  const progress = createProgress('events', process.stderr);
  const sessions = new Map<string, { session_id: string; agent_id: string; score: number }>();
  const counts = { events: 0, duplicates: 0, rejected: 0, dropped: 0, alerts: 0, explained: 0 };
  const rejects = new Map<string, number>();
  const floods = createFloods(config.alerts.operational);
  const metInTurn = createMetInTurn(config.alerts.storm);

  const tell = (alerts: readonly Alert[]): void => {
    counts.alerts += alerts.length;
    for (const alert of alerts) out.write(alert);
  };
  const take = (outcome: Outcome): void => {
    if (outcome.kind === 'duplicate') {
      counts.duplicates += 1;
      return;
    }
    counts.events += 1;
    counts.explained += outcome.explained;
    const { eventId, agentId, judgement, session, sessionScore } = outcome;
    const key = `${agentId}\n${session}`;
    const known = sessions.get(key);
    if (known === undefined) sessions.set(key, { session_id: session, agent_id: agentId, score: sessionScore });
    else if (sessionScore > known.score) known.score = sessionScore;
    judged?.write({
      event_id: eventId,
      class: judgement.class,
      scope: judgement.scope,
      ...(judgement.grantId === '' ? {} : { grant_id: judgement.grantId }),
      score: judgement.score,
      findings: judgement.findings,
    });
  };

  const input = file === '-' ? process.stdin : file;
  const turns = inTurn(lanes, (judged) => {
    for (const { outcome, alerts } of judged) {
      take(outcome);
      tell(metInTurn.fold(alerts));
    }
    progress.at(counts.events);
  });
  // A file that breaks off is judged as far as it goes; the failure is told after what came of it.
  let failure: unknown;
  try {
    const instance = options.instance ?? (file === '-' ? 'stdin' : file);
    for await (const batch of readJsonl({ input, instance, gateway: options.gateway })) {
      const events: Event[] = [];
      for (const { items, dropped } of decode(batch)) {
        counts.dropped += dropped;
        for (const item of items) {
          if (item.kind === 'event') {
            events.push(item.event);
            tell(floods.hear(item.event));
          } else {
            counts.rejected += 1;
            rejects.set(item.reject.reason, (rejects.get(item.reject.reason) ?? 0) + 1);
          }
        }
      }
      await turns.give(
        events,
        batch.records.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0),
      );
      if (out.gone) break;
      await Promise.all([out.ready(), judged?.ready(), scores?.ready()]);
    }
  } catch (error) {
    failure = error;
  }
  try {
    if (failure instanceof ConfigError) throw failure;
    await turns.rest();
    tell(floods.tell());
  } finally {
    await lanes.close();
  }
  await Promise.all([out.end(), judged?.end()]);
  if (scores !== undefined) {
    for (const session of sessions.values()) {
      scores.write(session);
      await scores.ready();
    }
    await scores.end();
  }
  progress.end();
  const why = [...rejects].map(([reason, count]) => `${reason} ${count}`).join(', ');
  process.stderr.write(
    `${counts.events} events of ${lanes.agents} agents in ${sessions.size} sessions; ${counts.alerts} alert messages${metInTurn.left === 0 ? '' : ` (${metInTurn.left} alerts of further agents are told in that of the first ones)`}; ` +
      `${counts.duplicates} duplicates, ${counts.rejected} rejected${why === '' ? '' : ` (${why})`}, ${counts.dropped} no MCP call, ${counts.explained} findings explained\n`,
  );
  if (labels !== undefined) process.stderr.write(`${showQuality(qualityOf(labels, [...sessions.values()]))}\n`);
  if (failure !== undefined) throw failure;
  if (counts.rejected > 0 && counts.events + counts.duplicates + counts.dropped === 0) throw notUnderstood(file);
}
