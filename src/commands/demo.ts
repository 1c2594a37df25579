import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { type Alert, severityRank } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { renderAlert } from '../alerts/channels/console.ts';
import { secretIn } from '../config.ts';
import { ConfigError, OperationError, unreadable } from '../errors.ts';
import { createLog } from '../log.ts';
import { contextFrom } from './support/alert-context.ts';
import { parsePort } from './support/arguments.ts';
import { exampleFile, readMonth, readStories } from './support/demo-data.ts';
import { whatToAsk, whatTold } from './support/demo-ending.ts';
import { colored, colors } from './support/screen.ts';
import { type Service, startService } from './support/service.ts';

interface Options {
  data?: string;
  port?: number;
  exit?: boolean;
}

const FOLD_MS = 30_000;

const print = (text = ''): void => void process.stdout.write(`${text}\n`);

export function demoCommand(): Command {
  return new Command('demo')
    .description("A small company's month of MCP traffic, streamed in and judged; the page stays open until Ctrl-C.")
    .option(
      '--data <folder>',
      'keep the record in this folder, which must be new or empty; default one that is removed at the end',
    )
    .option('--port <port>', 'listen here; default a free port', parsePort)
    .option('--exit', 'end after the summary')
    .addHelpText(
      'after',
      `
Examples:
  overreach demo
  overreach demo --data ./demo --port 8410
  overreach demo --exit | less -R`,
    )
    .action(demo);
}

async function demo({ data, port = 0, exit = false }: Options): Promise<void> {
  if (data !== undefined) checkNew(data);
  const folder = data ?? mkdtempSync(join(tmpdir(), 'overreach-demo-'));
  const ended = new AbortController();
  const end = (): void => ended.abort();
  // Before anything is started, which takes a second or two: what was made is taken away, however it ends.
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const service = await start(folder, port, data !== undefined);
    try {
      await show(service, exit, ended.signal);
    } finally {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      await service.stop();
    }
  } finally {
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string, port: number, isKept: boolean): Promise<Service> {
  const config = configSchema.parse({
    data_dir: folder,
    http: { port },
    catalogue: [exampleFile('privileges.yaml')],
    grants: [exampleFile('grants.yaml')],
    alerts: { channels: [] },
    log: { level: 'error' },
  });
  // What is kept is opened again by the commands that come next, under the key that they are given.
  const secret = (name: string): string | undefined =>
    isKept && name === config.redaction.key_env ? secretIn(name) : undefined;
  const requireSecret = (name: string): never => {
    throw new OperationError(`the demo needs no ${name}`);
  };
  return await startService({
    loaded: { config, secret, requireSecret, placed: (mistake) => mistake },
    screen: { write: () => {}, color: false },
    log: createLog('error'),
  });
}

async function show(service: Service, exit: boolean, signal: AbortSignal): Promise<void> {
  const found = await stream(service, signal);
  if (signal.aborted) return;
  print(`\n${whatTold(readStories(), found, form().width)}`);
  print(`\n${await whatToAsk(service.url, !exit)}`);
  if (exit) return;
  print(`\nLook at everything on ${colors.bold(service.url)} - Ctrl-C ends.`);
  if (!signal.aborted)
    await Promise.race([service.done, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
}

/** Its agents and grants are made up: in a record that is there they would take the place of real ones. */
function checkNew(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unreadable(folder, error);
  }
  throw new ConfigError(
    `--data ${folder}: is not empty, and a demo writes into no record that is there; name a new folder`,
  );
}

/** Posts day by day, and tells each alert once, when it opens. Answers all of them, in their newest revision. */
async function stream(service: Service, signal: AbortSignal): Promise<Alert[]> {
  const days = readMonth();
  const total = [...days.values()].reduce((sum, lines) => sum + lines.length, 0);
  print(`${colors.bold('Overreach')} listens on ${service.url} and is sent a month: ${total} calls of five agents.\n`);
  const told = new Set<string>();
  let posted = 0;
  let isCalendar = true;
  for (const [day, lines] of days) {
    if (signal.aborted) break;
    const response = await fetch(`${service.url}/v1/events?backfill=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
      body: gzipSync(lines.join('\n')),
    });
    if (response.status !== 202) throw new OperationError(`${response.status} to ${day}: ${await response.text()}`);
    posted += lines.length;
    await folded(service, posted);
    print(`${isCalendar ? '' : '\n'}${calendarLine(day, lines.length)}`);
    isCalendar = true;
    for (const alert of (await alertsOf(service)).reverse()) {
      if (told.has(alert.alert_id) || !isTold(alert)) continue;
      told.add(alert.alert_id);
      print(`\n${renderAlert(alert, await contextFrom(service.store)(alert), form())}`);
      isCalendar = false;
    }
  }
  return (await alertsOf(service)).filter(isTold);
}

const form = () => ({ color: colored, width: Math.min(120, process.stdout.columns ?? 110) });

const isTold = ({ severity }: Alert): boolean => severityRank(severity) >= severityRank('low');

/** Until everything posted was judged, and its alerts written. */
async function folded(service: Service, events: number): Promise<void> {
  const until = Date.now() + FOLD_MS;
  while (judged(service) < events) {
    if (Date.now() > until) throw new OperationError('the events were stored, and not judged in time');
    await wait(5);
  }
  await service.pipeline.checkpoint();
}

const judged = ({ pipeline }: Service): number =>
  [...pipeline.held.values()].reduce((sum, { partition }) => sum + partition.nextOffset, 0);

async function alertsOf({ url }: Service): Promise<Alert[]> {
  const response = await fetch(`${url}/v1/alerts?limit=1000`);
  return ((await response.json()) as { alerts: Alert[] }).alerts;
}

const DATE = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: '2-digit', month: 'short', timeZone: 'UTC' });
/** `Thu, 01 Oct  212 ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪` */
const calendarLine = (day: string, calls: number): string =>
  colors.dim(
    `${DATE.format(new Date(`${day}T00:00:00Z`)).padEnd(11)} ${String(calls).padStart(4)} ${'▪'.repeat(Math.ceil(calls / 10))}`,
  );
