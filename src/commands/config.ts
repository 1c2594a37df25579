import { Command } from 'commander';
import { escapeTerminal } from '../alerts/escape.ts';
import { defaultFile } from '../config.ts';
import { configJsonSchema } from '../environment.ts';
import { ConfigError } from '../errors.ts';
import { linesOf } from '../mistakes.ts';
import { loadWhole, mistakesIn } from './support/configured.ts';
import { jsonLine } from './support/json-lines.ts';

export interface ConfigCommandOptions {
  write(text: string): void;
}

export function configCommand({ write }: ConfigCommandOptions): Command {
  const command = new Command('config').description('Check the configuration, or print what may stand in it.');
  command.addHelpText(
    'after',
    '\nExamples:\n  overreach config check --config overreach.config.yaml\n  overreach config schema > overreach.schema.json',
  );
  command
    .command('check')
    .description('Reads the configuration and all that it names, as `up` would, and changes nothing.')
    .option('--config <file>', 'configuration; default OVERREACH_CONFIG, else ./overreach.config.yaml where it is')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Exit code 2 where anything is wrong; every mistake is a line with the path of the value: those of the file itself, and
those of all that it names (tokens, secrets, detectors, grants, networks).

Example:
  overreach config check --config overreach.config.yaml && systemctl restart overreach`,
    )
    .action(async ({ config, json }: { config?: string; json?: boolean }) => {
      const { file = 'defaults', problems } = await check(config);
      if (json) write(jsonLine({ ok: problems.length === 0, file, problems }));
      else if (problems.length === 0) write(`${file}: fine\n`);
      if (problems.length > 0) throw new ConfigError(problems.map(escapeTerminal).join('\n'));
    });
  command
    .command('schema')
    .description('JSON Schema of the configuration: for editors, and for the names of all values.')
    .addHelpText('after', '\nExample:\n  overreach config schema > overreach.schema.json')
    .action(() => write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`));
  return command;
}

async function check(path: string | undefined): Promise<{ file?: string | undefined; problems: string[] }> {
  try {
    const loaded = await loadWhole(path);
    return { file: loaded.file, problems: await mistakesIn(loaded) };
  } catch (error) {
    return { file: path ?? defaultFile(), problems: linesOf(error) };
  }
}
