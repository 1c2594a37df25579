import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, configSchema } from '../schemas/config.ts';
import { applyEnvironment, type Env, type Override } from './environment.ts';
import { ConfigError } from './errors.ts';
import { soundPart, startsWith } from './sound.ts';
import { pathOf, readYaml, type ValuePath, type YamlFile } from './yaml.ts';

/** The configuration as loaded: checked, with the secrets that it names and the place it came from. */
export interface LoadedConfig {
  config: Config;
  /** The file it came from; absent where all is default. */
  file?: string;
  /** Value of an environment variable that the configuration names. */
  secret(name: string): string | undefined;
  /** The same, but missing is a mistake of configuration, at `path` where the caller does not say so itself. */
  requireSecret(name: string, path?: string): string;
  /** A mistake that begins with the path of a value, behind the file and line, or the variable, that gave the value. */
  placed(mistake: string): string;
}

/** Value of a variable; undefined where it is empty. */
export const secretIn = (name: string, env: Env = process.env): string | undefined => env[name] || undefined;

const DEFAULT_FILE = 'overreach.config.yaml';

/** The configuration that holds where none is named; undefined where there is none either. */
export const defaultFile = (env: Env = process.env): string | undefined =>
  env.OVERREACH_CONFIG ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);

/**
 * Reads `file`, else OVERREACH_CONFIG, else ./overreach.config.yaml where it is; then the overrides of the environment:
 * OVERREACH_HTTP_PORT=9000 is http.port, OVERREACH_GRANTS='["a.yaml"]' a whole list (values are YAML).
 */
export function loadConfig(file?: string, env: Env = process.env): LoadedConfig {
  const path = file ?? defaultFile(env);
  const { config: given, placed, lines, isOut } = checked(path, env);
  const config = relativeTo(path === undefined ? '.' : dirname(path), given);
  const secret = (name: string) => secretIn(name, env);
  const loaded: LoadedConfig = {
    config,
    ...(path === undefined ? {} : { file: resolve(path) }),
    secret,
    placed,
    requireSecret(name, where) {
      const value = secret(name);
      if (value !== undefined) return value;
      throw new ConfigError(`${where === undefined ? '' : `${where}: `}the environment variable ${name} is not set`);
    },
  };
  if (lines.length > 0) throw new MistakenConfig(lines, { loaded, isOut });
  return loaded;
}

/** What of a mistaken configuration can be read, and whether a mistake took away what stands at a path. */
interface Sound {
  loaded: LoadedConfig;
  isOut(path: string): boolean;
}

/** A configuration with mistakes, each in a line; what is sound in it may hold others. */
export class MistakenConfig extends ConfigError {
  readonly sound: Sound;
  constructor(lines: readonly string[], sound: Sound) {
    super(lines.join('\n'));
    this.sound = sound;
  }
}

interface Checked extends Pick<LoadedConfig, 'config' | 'placed'>, Pick<Sound, 'isOut'> {
  lines: string[];
}

/** Every mistake is a line: in the file with its line, in the environment with the name of the variable. */
function checked(path: string | undefined, env: Env): Checked {
  const file: YamlFile = path === undefined ? { value: {}, at: pathOf, has: () => false } : readYaml(path);
  const raw = file.value as Record<string, unknown>;
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new ConfigError(`${path}: a mapping is expected at the top`);
  const { given, unread, mistakes } = applyEnvironment(raw, env);
  const overlap = (place: ValuePath, other: ValuePath): boolean => startsWith(place, other) || startsWith(other, place);
  const variableOf = (place: ValuePath): Override | undefined => given.find((one) => overlap(place, one.path));
  const sound = soundPart(raw, configSchema);
  const lines = sound.mistakes.map(({ place, key, mend }) => {
    const variable = variableOf(place);
    return `${variable === undefined ? file.at(place, key) : `${variable.name}: ${pathOf(place)}`}: ${mend}`;
  });
  return {
    config: sound.data,
    lines: [...mistakes, ...lines],
    isOut: (text) => sound.isOut(text) || unread.some((one) => overlap(text.split('.'), one.path)),
    placed(mistake) {
      const text = /^[a-z_]+(?:\.[\w-]+)*(?=:? )/.exec(mistake)?.[0] ?? '';
      const place = text.split('.');
      const variable = variableOf(place);
      if (variable !== undefined) return `${variable.name}: ${mistake}`;
      return file.has(place) ? file.at(place) + mistake.slice(text.length) : mistake;
    },
  };
}

/** Files named in a configuration file are meant beside it. */
function relativeTo(folder: string, config: Config): Config {
  const place = (path: string): string => resolve(folder, path);
  return {
    ...config,
    data_dir: place(config.data_dir),
    catalogue: config.catalogue.map(place),
    grants: config.grants.map(place),
    sources: besideIt(config.sources, place),
    alerts: {
      ...config.alerts,
      channels: config.alerts.channels.map((channel) =>
        channel.kind === 'file'
          ? { ...channel, path: place(channel.path) }
          : 'ca_file' in channel && channel.ca_file !== undefined
            ? { ...channel, ca_file: place(channel.ca_file) }
            : channel,
      ),
    },
  };
}

function besideIt({ kafka, ...others }: Config['sources'], place: (path: string) => string): Config['sources'] {
  if (typeof kafka?.ssl !== 'object') return { ...others, ...(kafka && { kafka }) };
  const { reject_unauthorized, ...files } = kafka.ssl;
  const placed = Object.fromEntries(Object.entries(files).map(([name, path]) => [name, path && place(path)]));
  return { ...others, kafka: { ...kafka, ssl: { reject_unauthorized, ...placed } } };
}

/** The version that package.json names, from the sources and from the built package alike. */
export function packageVersion(): string {
  for (const up of ['..', '../..']) {
    const path = new URL(`${up}/package.json`, import.meta.url);
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  }
  return '0.0.0';
}
