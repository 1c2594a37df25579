import { Command } from 'commander';
import type { Alert } from '../../schemas/alert.ts';
import { firstStep } from '../alerts/first-step.ts';
import { qualityOf, readLabels, showQuality } from '../backtest/quality.ts';
import { loadConfig } from '../config.ts';
import { passingHashKey } from '../data-folder.ts';
import { createDecoder, type Decoder } from '../decode/decode.ts';
import { decoderOptions } from '../decode/options.ts';
import { ConfigError, notUnderstood } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import { createHasher } from '../hash.ts';
import { readAll } from '../mistakes.ts';
import { inTurn } from '../pipeline/lanes/in-turn.ts';
import { createLanes, lanesBeside } from '../pipeline/lanes/lanes.ts';
import { ownStep } from './support/alert-context.ts';
import { parseThreads, parseTime, repeated } from './support/arguments.ts';
import { loadCatalogues } from './support/files.ts';
import { createFloods } from './support/floods.ts';
import { checkGateway } from './support/gateway.ts';
import { createLines } from './support/json-lines.ts';
import { createMetInTurn } from './support/met-in-turn.ts';
import { createProgress } from './support/progress.ts';
import { readFiles } from './support/record-files.ts';
import { createScanBook } from './support/scan-book.ts';

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
    .description('Judge files of records: alerts as JSON lines on stdout, progress and a summary on stderr. No store.')
    .argument(
      '[files...]',
      'JSON lines, plain or .gz; several are judged as one log, in the order of their times; - is stdin',
      ['-'],
    )
    .option('--config <file>', 'configuration: detectors, catalogue, grants, redaction')
    .addOption(repeated('--grants <file>', 'a grants file beside those of the configuration, in force from always'))
    .option('--learn-until <time>', 'after this time (RFC 3339) nothing is learned across sessions', parseTime)
    .option('--scores <file>', 'a JSON line a session: session_id, agent_id, score')
    .option('--judged <file>', 'a JSON line an event: event_id, class, scope, grant_id, score, findings')
    .option('--labels <file>', 'labelled sessions (JSON lines, plain or .gz): adds quality figures to the summary')
    .option('--gateway <name>', 'take every record for one of this gateway', 'auto')
    .option(
      '--instance <name>',
      'the topic, token or gateway that the records come from, where they do not say it: alerts are those of a store that has them from there, and their queries find the events in it (default: each file)',
    )
    .option('--threads <number>', 'cores to use; what is found is the same', parseThreads, 1 + lanesBeside())
    .addHelpText(
      'after',
      `
Examples:
  overreach scan events.jsonl.gz
  overreach scan --instance gw-1 logs/2026-11-*.jsonl.gz
  overreach scan --learn-until 2026-11-01T00:00:00Z --scores scores.jsonl events.jsonl.gz
  zcat calls.jsonl.gz | overreach scan --grants grants.yaml - | jq .title
  tail -f calls.jsonl | overreach scan -`,
    )
    .action(scan);
}

async function scan(files: string[], options: Options): Promise<void> {
  const loaded = loadConfig(options.config);
  const { config } = loaded;
  checkGateway(options.gateway, config);
  const { catalogues, grants } = readAll({
    catalogues: () => loadCatalogues(config.catalogue),
    grants: () => loadGrants([...config.grants, ...options.grants]),
  });
  // Read before the work: a mistake in them is told at once.
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
  const lanes = createLanes({
    rules: { detectors: config.detectors, catalogues, grants: { file: grants, earlier: [] } },
    ...(options.learnUntil === undefined ? {} : { learnUntil: options.learnUntil }),
    dedupeWindow: config.checkpoint.dedupe_window,
    threads: options.threads - 1,
  });
  const hasher = createHasher(passingHashKey(loaded));
  const decoder = (): Decoder => createDecoder(decoderOptions(config, hasher));
  const book = createScanBook(options);
  const out = createLines(process.stdout);
  const progress = createProgress('events', process.stderr);
  const floods = createFloods(config.alerts.operational);
  const metInTurn = createMetInTurn(config.alerts.storm);
  let told = 0;

  const tell = (alerts: readonly Alert[]): void => {
    told += alerts.length;
    for (const alert of alerts) out.write({ ...alert, first_step: firstStep(alert, ownStep(alert)) });
  };
  const turns = inTurn(lanes, (judged) => {
    for (const { outcome, alerts } of judged) {
      book.take(outcome);
      tell(metInTurn.fold(alerts));
    }
    progress.at(book.events);
  });
  const read = async (): Promise<void> => {
    const { instance, gateway } = options;
    for await (const part of readFiles(files, { instance, gateway, decode: decoder(), glance: decoder })) {
      book.drop(part.dropped.length);
      for (const reject of part.rejects) book.refuse(reject);
      for (const event of part.events) tell(floods.hear(event));
      await turns.give(part.events, part.bytes);
      if (out.gone) break;
      await Promise.all([out.ready(), book.ready()]);
    }
  };
  // A file that breaks off is judged as far as it goes; the failure is told after what came of it.
  let failure: unknown;
  try {
    await read().catch((error: unknown) => {
      if (error instanceof ConfigError) throw error;
      failure = error;
    });
    await turns.rest();
    tell(floods.tell());
  } finally {
    await lanes.close();
  }
  await Promise.all([out.end(), book.end()]);
  progress.end();
  const { left } = metInTurn;
  const further = left === 0 ? '' : ` (${left} alerts of further agents are told in that of the first ones)`;
  process.stderr.write(`${book.summary(lanes.agents, `${told} alert messages${further}`)}\n`);
  if (labels !== undefined) process.stderr.write(`${showQuality(qualityOf(labels, [...book.sessions]))}\n`);
  if (failure !== undefined) throw failure;
  if (book.understoodNothing) throw notUnderstood(files);
}
