import { randomBytes } from 'node:crypto';
import { readTokens, refuseOpenDoor, type Token } from '../../api/access.ts';
import { type LoadedConfig, loadConfig, MistakenConfig } from '../../config.ts';
import { checkDataFolder, passingHashKey } from '../../data-folder.ts';
import { createDecoder } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import type { Armed } from '../../engine/judge.ts';
import { arm, compileRules } from '../../engine/rules.ts';
import { ConfigError } from '../../errors.ts';
import { loadGrants } from '../../grants/load.ts';
import { createHasher } from '../../hash.ts';
import { linesOf, readAll } from '../../mistakes.ts';
import { configuredChannels, configuredRouting } from './alerting.ts';
import { loadCatalogues } from './files.ts';
import { findGrants } from './grants-in-force.ts';
import { secretsOf } from './secrets.ts';

/** What a configuration means by itself, without a store or a broker. */
export interface Configured {
  secrets: ReturnType<typeof secretsOf>;
  tokens: readonly Token[];
  armed: readonly Armed[];
  foundGrants: ReturnType<typeof findGrants>;
}

/**
 * Read before anything is opened, and with it all that is read later: every mistake is a line of the ConfigError, with the
 * path of the value. `isOut`: what stood there was mistaken, so that nothing can be said of what is to go with it.
 */
export async function readConfigured(
  loaded: LoadedConfig,
  isOut: (path: string) => boolean = () => false,
): Promise<Configured> {
  const { config, requireSecret } = loaded;
  const { kafka } = config.sources;
  const clients = kafka === undefined ? undefined : await import('../../sources/kafka-client.ts');
  const produces = kafka !== undefined || isOut('sources.kafka');
  const world = {
    secret: (name: string) => requireSecret(name),
    write: () => {},
    color: false,
    ...(produces && { produce: async () => {} }),
  };
  return readAll({
    tokens: () => readTokens(config.http.tokens, requireSecret),
    door: () => isOut('http') || refuseOpenDoor(config.http, config.http.tokens),
    folder: () => checkDataFolder(config.data_dir),
    key: () => passingHashKey(loaded),
    decoder: () => createDecoder(decoderOptions(config, createHasher(randomBytes(32)))),
    armed: () => arm(config.detectors),
    foundGrants: () => findGrants(config.grants),
    catalogues: () => compileRules({ catalogues: loadCatalogues(config.catalogue) }),
    channels: () => configuredChannels(config.alerts, world),
    routing: () => isOut('alerts.channels') || configuredRouting(config.alerts),
    secrets: () => secretsOf(loaded),
    // It reads its files, and connects to nobody.
    client: () => kafka && clients?.createKafkaClient({ settings: kafka, log: { debug: () => {}, warn: () => {} } }),
  });
}

/** Every mistake of what a configuration names, of grants as well that a start would leave for those in force before. */
export async function mistakesIn(loaded: LoadedConfig, isOut?: (path: string) => boolean): Promise<string[]> {
  const lines = new Set<string>();
  const note = (error: unknown): void => {
    for (const line of linesOf(error)) lines.add(loaded.placed(line));
  };
  await readConfigured(loaded, isOut).catch(note);
  try {
    compileRules({ grants: { file: loadGrants(loaded.config.grants), earlier: [] } });
  } catch (error) {
    note(error);
  }
  return [...lines];
}

/** The configuration; what is mistaken in it by itself is told with what is mistaken in all that the rest of it names. */
export async function loadWhole(path: string | undefined): Promise<LoadedConfig> {
  try {
    return loadConfig(path);
  } catch (error) {
    if (!(error instanceof MistakenConfig)) throw error;
    const { loaded, isOut } = error.sound;
    throw new ConfigError([error.message, ...(await mistakesIn(loaded, isOut))].join('\n'));
  }
}
