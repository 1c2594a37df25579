import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { escapeTerminal } from '../alerts/escape.ts';
import { readTokens, refuseOpenDoor } from '../api/access.ts';
import { configJsonSchema, type LoadedConfig, loadConfig } from '../config.ts';
import { checkDataFolder, passingHashKey } from '../data-folder.ts';
import { createDecoder } from '../decode/decode.ts';
import { decoderOptions } from '../decode/options.ts';
import { compileRules } from '../engine/rules.ts';
import { ConfigError } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import { createHasher } from '../hash.ts';
import { configuredChannels, configuredRouting } from './support/alerting.ts';
import { loadCatalogues } from './support/files.ts';
import { secretsOf } from './support/secrets.ts';

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
Exit code 2 where anything is wrong; every mistake is a line with the path of the value: first those
of the file itself, and once there are none those of all that it names (tokens, secrets, detectors, grants, networks).

Example:
  overreach config check --config overreach.config.yaml && systemctl restart overreach`,
    )
    .action(async ({ config, json }: { config?: string; json?: boolean }) => {
      const { file = 'defaults', problems } = await check(config);
      if (json) write(`${JSON.stringify({ ok: problems.length === 0, file, problems })}\n`);
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

async function check(path: string | undefined): Promise<{ file?: string; problems: string[] }> {
  const problems: string[] = [];
  let loaded: LoadedConfig | undefined;
  const attempt = async <T>(run: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== 'ConfigError' && name !== 'RuleError') throw error;
      problems.push(...message.split('\n').map((line) => loaded?.placed(line) ?? line));
      return undefined;
    }
  };
  loaded = await attempt(() => loadConfig(path));
  if (loaded === undefined) return { ...(path !== undefined && { file: path }), problems };
  const usable = loaded;
  const { config, requireSecret } = usable;
  await attempt(() => refuseOpenDoor(config.http, readTokens(config.http.tokens, requireSecret)));
  await attempt(() => checkDataFolder(config.data_dir));
  const key = (await attempt(() => passingHashKey(usable))) ?? randomBytes(32);
  await attempt(() => createDecoder(decoderOptions(config, createHasher(key))));
  const grants = await attempt(() => loadGrants(config.grants));
  const catalogues = await attempt(() => loadCatalogues(config.catalogue));
  await attempt(() =>
    compileRules({
      detectors: config.detectors,
      catalogues: catalogues ?? [],
      ...(grants && { grants: { file: grants.file, earlier: [] } }),
    }),
  );
  await attempt(() => configuredChannels(config.alerts, world(usable)));
  await attempt(() => configuredRouting(config.alerts));
  await attempt(() => secretsOf(usable));
  await attempt(() => checkKafka(config.sources.kafka));
  return { ...(loaded.file !== undefined && { file: loaded.file }), problems };
}

/** The client is made, and reads its files; it connects to nobody. */
async function checkKafka(settings: Config['sources']['kafka']): Promise<void> {
  if (settings === undefined) return;
  const { createKafkaClient } = await import('../sources/kafka-client.ts');
  createKafkaClient({ settings, log: { debug: () => {}, warn: () => {} } });
}

const world = ({ config, requireSecret }: LoadedConfig) => ({
  secret: (name: string) => requireSecret(name),
  write: () => {},
  color: false,
  ...(config.sources.kafka && { produce: async () => {} }),
});
