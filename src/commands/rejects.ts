import { Command, Option } from 'commander';
import { REJECT_REASONS } from '../../schemas/event.ts';
import { OperationError } from '../errors.ts';
import { unseenInJson } from '../unseen.ts';
import { parseCount } from './support/arguments.ts';
import { jsonLine } from './support/json-lines.ts';
import { type RefusedRecord, type RejectsPort, refusedOutside } from './support/refused.ts';
import { FORBIDDEN, replayAll, replayText } from './support/replay.ts';
import { textTable } from './support/rows.ts';
import { whileOpen } from './support/while-open.ts';

export interface RejectsCommandOptions {
  open(config: string | undefined): Promise<RejectsPort>;
  write(text: string): void;
}

interface Options {
  config?: string;
  reason?: string;
  limit: number;
  json?: boolean;
  dryRun?: boolean;
}

export function rejectsCommand({ open, write }: RejectsCommandOptions): Command {
  const command = new Command('rejects').description(
    'Records that could not be understood: read them, and replay them.',
  );
  command.addHelpText(
    'after',
    `
Examples:
  overreach rejects list --reason invalid_event
  overreach rejects show http/0/1204/0
  overreach rejects replay --dry-run`,
  );

  command
    .command('list')
    .description(
      'Newest first, and how each stands now: refused still, understood (a replay sends it), or in the record.',
    )
    .addOption(reasonOption())
    .option('--limit <rows>', 'at most so many', parseCount, 100)
    .option('--json', 'a JSON line each')
    .option('--config <file>', 'configuration')
    .action(({ config, reason, limit, json }: Options) =>
      whileOpen(open(config), async (port) => {
        const found = await port.rejects({ reason, limit });
        const now = await standNow(port, found);
        write(json ? lines(found, now) : table(found, now));
      }),
    );

  command
    .command('show')
    .description('One of them whole, redacted as it is kept.')
    .argument('<place>', 'source/partition/offset/index[@epoch], as list says it')
    .option('--config <file>', 'configuration')
    .action((place: string, { config }: Options) =>
      whileOpen(open(config), async (port) =>
        write(`${unseenInJson(JSON.stringify(refusedOutside(await theOne(port, place)), null, 2))}\n`),
      ),
    );

  command
    .command('replay')
    .description('Send those that are understood now, after a mapping was mended, to the running server.')
    .argument('[place]', 'only this one; without it all')
    .addOption(reasonOption())
    .option('--limit <rows>', 'at most so many', parseCount, 100_000)
    .option('--dry-run', 'say what would be sent')
    .option('--json', 'one JSON object: counts, still_refused, and whether older ones are left')
    .option('--config <file>', 'configuration')
    .addHelpText('after', HELP)
    .action((place: string | undefined, { config, reason, limit, json, dryRun = false }: Options) =>
      whileOpen(open(config), async (port) => {
        const all =
          place === undefined ? await port.rejects({ reason, limit: limit + 1 }) : [await theOne(port, place)];
        const found = all.slice(0, limit);
        const send = reason === FORBIDDEN ? found : found.filter((one) => one.reason !== FORBIDDEN);
        const older = all.length > limit;
        const replayed = await replayAll(port, send, { notSent: found.length - send.length, dryRun });
        write(json ? jsonLine({ ...replayed, older_left: older }) : replayText(replayed));
        if (older && !json) write(`older ones are left: --limit ${limit * 10} would reach further\n`);
      }),
    );
  return command;
}

const reasonOption = (): Option =>
  new Option('--reason <reason>', 'only those refused for it').choices([...REJECT_REASONS]);

const HELP = `
What is sent is the record as it was kept: redacted, and cut at 64 KiB. It counts as history: its alerts are stored and
not sent. The server reads its mappings when it starts: restart it before. Replayed twice it is a duplicate the second
time, however much later, and so it is where who sent it first sends it again; what is still not understood stays as it is. What a token
sent of an agent that is not its own is sent only with \`--reason forbidden_agent\`: it counts as that agent's.

Examples:
  overreach rejects replay --dry-run
  overreach rejects replay --reason invalid_event`;

async function theOne(port: RejectsPort, place: string): Promise<RefusedRecord> {
  const [found] = await port.rejects({ place, limit: 1 });
  if (found === undefined) throw new OperationError(`no record was refused at ${place}`);
  return found;
}

type Standing = 'refused' | 'understood' | 'in the record';

/** As the mappings are now. What a token sent of an agent that is not its own is refused for that, however well understood. */
async function standNow(port: RejectsPort, found: RefusedRecord[]): Promise<Map<RefusedRecord, Standing>> {
  const understood = found.filter((record) => record.reason !== FORBIDDEN && port.understand(record) === null);
  const standing = await port.standing(understood);
  const now = new Map<RefusedRecord, Standing>(found.map((record) => [record, 'refused']));
  for (const record of understood) now.set(record, standing.has(record) ? 'in the record' : 'understood');
  return now;
}

const lines = (found: RefusedRecord[], now: Map<RefusedRecord, Standing>): string =>
  found.map((record) => jsonLine({ ...refusedOutside(record), now: now.get(record) })).join('');

const table = (found: RefusedRecord[], now: Map<RefusedRecord, Standing>): string =>
  found.length === 0
    ? 'no rejects\n'
    : `${textTable(
        ['place', 'received', 'now', 'reason', 'detail'],
        found.map((record) => [record.place, record.receivedAt, now.get(record)!, record.reason, record.detail]),
      )}\n`;
