import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { type Config, configSchema } from '../schemas/config.ts';
import { ConfigError } from './errors.ts';

/** The configuration as loaded: checked, with the secrets that it names and the place it came from. */
export interface LoadedConfig {
  config: Config;
  /** The file it came from; absent where all is default. */
  file?: string;
  /** Value of an environment variable that the configuration names. */
  secret(name: string): string | undefined;
  /** The same, but missing is a mistake of configuration at `path`. */
  requireSecret(name: string, path: string): string;
}

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_FILE = 'overreach.config.yaml';
const PREFIX = 'OVERREACH_';

/**
 * Reads `file`, else OVERREACH_CONFIG, else ./overreach.config.yaml where it is; then the overrides of the environment:
 * OVERREACH_HTTP_PORT=9000 is http.port, OVERREACH_GRANTS='["a.yaml"]' a whole list (values are YAML).
 */
export function loadConfig(file?: string, env: Env = process.env): LoadedConfig {
  const path = file ?? env.OVERREACH_CONFIG ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const raw = path === undefined ? {} : readYaml(path);
  applyEnvironment(raw, env);
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) throw new ConfigError(`${path ?? 'configuration'}: ${describeIssue(parsed.error)}`);
  const config = relativeTo(path === undefined ? '.' : dirname(path), parsed.data);
  const secret = (name: string): string | undefined => env[name] || undefined;
  return {
    config,
    ...(path === undefined ? {} : { file: resolve(path) }),
    secret,
    requireSecret(name, where) {
      const value = secret(name);
      if (value === undefined) throw new ConfigError(`${where}: the environment variable ${name} is not set`);
      return value;
    },
  };
}

/** The first mistake, as one line with the path of the value. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const nested = issue.code === 'invalid_union' ? issue.errors.flat()[0] : undefined;
  const path = [...issue.path, ...(nested?.path ?? [])].map(String).join('.');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return `${path || 'the whole file'}: ${nested?.message ?? issue.message}${more}`;
}

/** Reads a YAML (or JSON) file; what cannot be read is one line with the place. */
export function readYaml(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
    );
  }
  try {
    const value: unknown = parse(text) ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
      throw new ConfigError(`${path}: a mapping is expected at the top`);
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw new ConfigError(`${path}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`);
    throw error;
  }
}

function applyEnvironment(raw: Record<string, unknown>, env: Env): void {
  const paths = environmentPaths();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || value === undefined || RESERVED.has(name)) continue;
    const path = paths.get(name);
    if (path === undefined) {
      if (JSON.stringify(raw).includes(`"${name}"`)) continue;
      throw new ConfigError(`${name}: names no value of the configuration (see \`overreach config schema\`)`);
    }
    let place = raw;
    for (const key of path.slice(0, -1)) {
      const inner = place[key];
      if (typeof inner !== 'object' || inner === null) place[key] = {};
      place = place[key] as Record<string, unknown>;
    }
    place[path.at(-1)!] = parse(value);
  }
}

const RESERVED: ReadonlySet<string> = new Set([
  'OVERREACH_CONFIG',
  'OVERREACH_HASH_KEY',
  'OVERREACH_URL',
  'OVERREACH_TOKEN',
]);

/** OVERREACH_HTTP_PORT -> [http, port], for every value that is no item of a list. */
export function environmentPaths(): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const walk = (schema: JsonSchema, path: string[]): void => {
    if (path.length > 0) paths.set(PREFIX + path.join('_').toUpperCase(), path);
    for (const [key, inner] of Object.entries(schema.properties ?? {})) walk(inner, [...path, key]);
    for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(inner, path);
  };
  walk(configJsonSchema() as JsonSchema, []);
  return paths;
}

interface JsonSchema {
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
    alerts: {
      ...config.alerts,
      channels: config.alerts.channels.map((channel) =>
        channel.kind === 'file' ? { ...channel, path: place(channel.path) } : channel,
      ),
    },
  };
}

/**
 * The key of all keyed hashes: from the environment, else from a 0600 file beside the data, made once. It never leaves
 * this machine; who has it and the record can test guesses of what was redacted.
 */
export function hashKey(loaded: LoadedConfig): Buffer {
  const { config } = loaded;
  const known = knownKey(loaded);
  if (known !== undefined) return known;
  const path = join(config.data_dir, 'hash.key');
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  writeFileSync(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return key;
}

/** For verbs that keep nothing: the same key where there is one, else a random one that dies with the process. */
export const passingHashKey = (loaded: LoadedConfig): Buffer => knownKey(loaded) ?? randomBytes(32);

function knownKey({ config, secret }: LoadedConfig): Buffer | undefined {
  const given = secret(config.redaction.key_env);
  if (given !== undefined) {
    if (given.length < 16)
      throw new ConfigError(`${config.redaction.key_env}: a key of at least 16 characters is needed`);
    return Buffer.from(given, 'utf8');
  }
  const path = join(config.data_dir, 'hash.key');
  return existsSync(path) ? Buffer.from(readFileSync(path, 'utf8').trim(), 'hex') : undefined;
}

/** The version that package.json names, from the sources and from the built package alike. */
export function packageVersion(): string {
  for (const up of ['..', '../..']) {
    const path = new URL(`${up}/package.json`, import.meta.url);
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  }
  return '0.0.0';
}
