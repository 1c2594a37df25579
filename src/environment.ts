import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../schemas/config.ts';
import { nearest } from './nearest.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const PREFIX = 'OVERREACH_';

/** A value of the environment, and where it goes. */
export interface Override {
  name: string;
  path: string[];
}

/** What the environment gave; `unread` are those whose value is none. */
interface Overrides {
  given: Override[];
  unread: Override[];
  mistakes: string[];
}

/** Puts the values of the environment into `raw`. One that is empty is as if it were not set. */
export function applyEnvironment(raw: Record<string, unknown>, env: Env): Overrides {
  const values = environmentValues();
  const { given, unread, mistakes }: Overrides = { given: [], unread: [], mistakes: [] };
  // The whole before its parts; last what is no value, for only then is all there that may name it as a secret.
  const depth = (name: string): number => values.get(name)?.path.length ?? 99;
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => depth(a) - depth(b))) {
    if (!name.startsWith(PREFIX) || !text || RESERVED.has(name) || SERVICE_LINK.test(name)) continue;
    const value = values.get(name);
    if (value === undefined) {
      if (JSON.stringify(raw).includes(`"${name}"`)) continue;
      const meant = nearest(name, [...values.keys()]);
      mistakes.push(
        `${name}: names no value of the configuration${meant === undefined ? ' (see `overreach config schema`)' : `; ${meant} is meant?`}`,
      );
      continue;
    }
    const read = value.isText ? text : parsedValue(text);
    if (read === undefined) {
      mistakes.push(`${name}: is no YAML; a list is written ["a.yaml","b.yaml"]`);
      unread.push({ name, path: value.path });
      continue;
    }
    given.push({ name, path: value.path });
    let place = raw;
    for (const key of value.path.slice(0, -1)) {
      if (typeof (place[key] ?? 0) !== 'object') place[key] = {};
      place = place[key] as Record<string, unknown>;
    }
    place[value.path.at(-1)!] = read;
  }
  return { given, unread, mistakes };
}

/** Undefined where it is no YAML. */
function parsedValue(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
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
