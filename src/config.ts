import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Config, configSchema } from '../schemas/config.ts';
import { ConfigError } from './errors.ts';
import { nearest } from './nearest.ts';
import { mistakesOf, pathOf, readYaml, type YamlFile } from './yaml.ts';

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

type Env = Readonly<Record<string, string | undefined>>;

/** Value of a variable; undefined where it is empty. */
export const secretIn = (name: string, env: Env = process.env): string | undefined => env[name] || undefined;

const DEFAULT_FILE = 'overreach.config.yaml';
const PREFIX = 'OVERREACH_';

/** The configuration that holds where none is named; undefined where there is none either. */
export const defaultFile = (env: Env = process.env): string | undefined =>
  env.OVERREACH_CONFIG ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);

/**
 * Reads `file`, else OVERREACH_CONFIG, else ./overreach.config.yaml where it is; then the overrides of the environment:
 * OVERREACH_HTTP_PORT=9000 is http.port, OVERREACH_GRANTS='["a.yaml"]' a whole list (values are YAML).
 */
export function loadConfig(file?: string, env: Env = process.env): LoadedConfig {
  const path = file ?? defaultFile(env);
  const { config: given, placed } = checked(path, env);
  const config = relativeTo(path === undefined ? '.' : dirname(path), given);
  const secret = (name: string) => secretIn(name, env);
  return {
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
}

/** Every mistake is a line: in the file with its line, in the environment with the name of the variable. */
function checked(path: string | undefined, env: Env): { config: Config; placed: LoadedConfig['placed'] } {
  const file: YamlFile = path === undefined ? { value: {}, at: pathOf, has: () => false } : readYaml(path);
  const raw = file.value as Record<string, unknown>;
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new ConfigError(`${path}: a mapping is expected at the top`);
  const given = applyEnvironment(raw, env);
  const variableOf = (place: readonly PropertyKey[]): Override | undefined =>
    given.find((one) => startsWith(place, one.path) || startsWith(one.path, place));
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    const lines = mistakesOf(parsed.error, configSchema).map(({ place, key, mend }) => {
      const variable = variableOf(place);
      return `${variable === undefined ? file.at(place, key) : `${variable.name}: ${pathOf(place)}`}: ${mend}`;
    });
    throw new ConfigError(lines.join('\n'));
  }
  return {
    config: parsed.data,
    placed(mistake) {
      const text = /^[a-z_]+(?:\.[\w-]+)*(?=:? )/.exec(mistake)?.[0] ?? '';
      const place = text.split('.');
      const variable = variableOf(place);
      if (variable !== undefined) return `${variable.name}: ${mistake}`;
      return file.has(place) ? file.at(place) + mistake.slice(text.length) : mistake;
    },
  };
}

const startsWith = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.length > 0 && start.every((key, index) => path[index] === key);

interface Override {
  name: string;
  path: string[];
}

/** Puts the values of the environment into `raw`, and says which. One that is empty is as if it were not set. */
function applyEnvironment(raw: Record<string, unknown>, env: Env): Override[] {
  const values = environmentValues();
  const given: Override[] = [];
  // The whole before its parts; last what is no value, for only then is all there that may name it as a secret.
  const depth = (name: string): number => values.get(name)?.path.length ?? 99;
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => depth(a) - depth(b))) {
    if (!name.startsWith(PREFIX) || !text || RESERVED.has(name) || SERVICE_LINK.test(name)) continue;
    const value = values.get(name);
    if (value === undefined) {
      if (JSON.stringify(raw).includes(`"${name}"`)) continue;
      const meant = nearest(name, [...values.keys()]);
      throw new ConfigError(
        `${name}: names no value of the configuration${meant === undefined ? ' (see `overreach config schema`)' : `; ${meant} is meant?`}`,
      );
    }
    given.push({ name, path: value.path });
    let place = raw;
    for (const key of value.path.slice(0, -1)) {
      if (typeof (place[key] ?? 0) !== 'object') place[key] = {};
      place = place[key] as Record<string, unknown>;
    }
    place[value.path.at(-1)!] = value.isText ? text : parsedValue(name, text);
  }
  return given;
}

function parsedValue(name: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new ConfigError(`${name}: is no YAML; a list is written ["a.yaml","b.yaml"]`);
  }
}

const RESERVED: ReadonlySet<string> = new Set(['CONFIG', 'HASH_KEY', 'URL', 'TOKEN'].map((name) => PREFIX + name));

/** What Kubernetes sets in every pod beside a service that is called overreach: OVERREACH_PORT=tcp://10.0.0.7:8410. */
const SERVICE_LINK =
  /^OVERREACH_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

interface EnvironmentValue {
  path: string[];
  /** It is a text whatever it looks like: `1e5` and `no` are names too. */
  isText: boolean;
}

/** OVERREACH_HTTP_PORT -> http.port, for every value that is no item of a list. */
export function environmentValues(): Map<string, EnvironmentValue> {
  const values = new Map<string, EnvironmentValue>();
  const walk = (schema: JsonSchema, path: string[]): void => {
    const name = PREFIX + path.join('_').toUpperCase();
    if (path.length > 0 && !values.has(name)) values.set(name, { path, isText: schema.type === 'string' });
    for (const [key, inner] of Object.entries(schema.properties ?? {})) walk(inner, [...path, key]);
    for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(inner, path);
  };
  walk(configJsonSchema() as JsonSchema, []);
  return values;
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

export const configJsonSchema = (): object => z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });

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
