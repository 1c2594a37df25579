import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { passingHashKey } from '../data-folder.ts';
import { createDecoder } from '../decode/decode.ts';
import { decoderOptions } from '../decode/options.ts';
import { notUnderstood } from '../errors.ts';
import { createHasher } from '../hash.ts';
import { checkGateway } from './support/gateway.ts';
import { jsonLine } from './support/json-lines.ts';
import { readFile } from './support/record-files.ts';
import { refusedOutside, refusedRecord } from './support/refused.ts';

interface Options {
  gateway: string;
  config?: string;
}

export function normalizeCommand(): Command {
  return new Command('normalize')
    .description('Turn records of any gateway into canonical events: JSON lines on stdout, rejects on stderr.')
    .argument('[files...]', 'JSON lines, plain or .gz, one after the other; - is stdin', ['-'])
    .option('--gateway <name>', 'take every record for one of this gateway', 'auto')
    .option('--config <file>', 'configuration: redaction, capture and agent rules')
    .addHelpText(
      'after',
      '\nExamples:\n  overreach normalize audit.jsonl.gz > events.jsonl\n  overreach normalize --gateway teleport audit.log | head',
    )
    .action(normalizeFiles);
}

async function normalizeFiles(files: string[], { gateway, config }: Options): Promise<void> {
  const loaded = loadConfig(config);
  checkGateway(gateway, loaded.config);
  const decode = createDecoder(decoderOptions(loaded.config, createHasher(passingHashKey(loaded))));
  const dropped = new Map<string, number>();
  let [understood, refused] = [0, 0];
  for (const file of files)
    for await (const part of readFile(file, { gateway, decode })) {
      understood += part.events.length;
      refused += part.rejects.length;
      for (const name of part.dropped) dropped.set(name, (dropped.get(name) ?? 0) + 1);
      const refusals = part.rejects.map(refusedRecord).map(refusedOutside);
      const [events, rejects] = [part.events.map(({ body }) => body), refusals].map(linesOf);
      if (!(await write(process.stdout, events!)) || !(await write(process.stderr, rejects!))) return;
    }
  await write(process.stderr, leftOut(dropped));
  if (refused > 0 && understood + dropped.size === 0) throw notUnderstood(files);
}

const linesOf = (values: readonly object[]): string => values.map(jsonLine).join('');

/** What was known and left out on purpose, by format; nothing where there was none, so that stderr is rejects alone. */
function leftOut(dropped: ReadonlyMap<string, number>): string {
  if (dropped.size === 0) return '';
  const sum = [...dropped.values()].reduce((a, b) => a + b);
  const formats = [...dropped].sort().map(([name, count]) => `${name} ${count}`);
  return `overreach: ${sum} left out, which tell no MCP call: ${formats.join(', ')}\n`;
}

/** Waits until the reader has taken it; false where the reader has gone (`| head`), which is no failure. */
function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  if (text === '') return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve(true);
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') resolve(false);
      else reject(error);
    });
  });
}
