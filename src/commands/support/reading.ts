import type { Command } from 'commander';
import { openReader, type RecordReader, type Where } from './reader.ts';

/** A verb that reads the record: it, and its sub-verbs with a configuration, can name a server somewhere else. */
export function reading(make: (open: (config: string | undefined) => Promise<RecordReader>) => Command): Command {
  let where: Where = {};
  const command = make((config) => openReader(config, where));
  for (const leaf of leaves(command))
    if (leaf.options.some(({ long }) => long === '--config'))
      leaf
        .option(
          '--url <url>',
          'ask the server there (OVERREACH_URL); default: who holds the data folder, else the folder',
        )
        .option('--token <token>', 'token for the server; OVERREACH_TOKEN keeps it off the list of processes');
  command.hook('preAction', (_command, leaf) => {
    where = leaf.opts<Where>();
  });
  return command;
}

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
