import avro from 'avsc';
import { backoff } from '../wait.ts';
import { boundAvro } from './avro-bounds.ts';

boundAvro(avro.types);

/**
 * Schemas of a Confluent Schema Registry, by id (GET /schemas/ids/ID, and the subjects that one refers to): read here,
 * since of the two clients that are kept one needs Node 22, takes a registry that is away for a status 400 and has no
 * time-out, and the other brings three clouds' key services. What counts, Avro, is avsc's, as in both of them.
 */
export interface SchemaRegistry {
  /**
   * How values of this schema are read; or why they cannot be. Waits for as long as the registry is away, and not where
   * it is this one schema alone that it does not tell; rejects only when the signal aborts.
   */
  schema(id: number, signal: AbortSignal): Promise<Schema>;
}
/** `read` answers JSON text, and throws where the bytes are not of this schema. */
export type Schema = { read(payload: Buffer): string } | { refused: string };

export interface SchemaRegistryOptions {
  url: string;
  /** Value of the header Authorization. */
  authorization?: string;
  timeoutMs: number;
  /** Told at each failure, and null when it answers again. */
  onTrouble(what: string | null): void;
  now(): number;
  /** Waits so many milliseconds before it is asked once more. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

interface Found {
  schema: string;
  schemaType?: string;
  references?: { subject: string; version: number }[];
}

type Body = Partial<Found> & { error_code?: unknown };

/** Ids never change their meaning, so nothing is asked twice; but for what is not told, which may come. */
const UNKNOWN_MS = 30_000;
const MAX_SCHEMAS = 1_000;
const MAX_REFERENCES = 64;
const MAX_BACKOFF_MS = 10_000;
/** Error codes of the registry for what is not there; a 404 without one is some other server's. */
const NOT_THERE = new Set<unknown>([40401, 40402, 40403]);
/** Of the caller or of the moment, whatever is asked for. */
const OF_ALL = new Set([401, 408, 429]);
/** So often what may pass by itself is asked for again. */
const TRIES = 4;
/** Subjects asked whether it is this schema alone. */
const MAX_OTHERS = 5;

/** May be said of what was asked for, and not by a registry that is away: a 4xx in its own words, or an error in it. */
const isOfThisAlone = (status: number, body: Body | null): boolean =>
  status >= 500 || (status >= 400 && !OF_ALL.has(status) && typeof body?.error_code === 'number');

export function createSchemaRegistry(options: SchemaRegistryOptions): SchemaRegistry {
  const { url, authorization, timeoutMs, onTrouble, now, pause } = options;
  const known = new Map<number, { schema: Schema; until: number }>();
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    ...(authorization === undefined ? {} : { authorization }),
  };

  /** Where a schema was told last. */
  let told: string | undefined;

  async function get(path: string, signal: AbortSignal): Promise<{ status: number; body: Body | null }> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const answer = await fetch(`${url.replace(/\/$/, '')}${path}`, { headers, signal: limit });
    return { status: answer.status, body: (await answer.json().catch(() => null)) as Body | null };
  }

  /** Whether it tells some other schema: what it told last, or else the newest of one of its subjects. */
  async function tellsAnother(signal: AbortSignal): Promise<boolean> {
    const paths = told === undefined ? await newest(signal) : [told];
    for (const path of paths) if (typeof (await get(path, signal)).body?.schema === 'string') return true;
    return false;
  }

  async function newest(signal: AbortSignal): Promise<string[]> {
    const { body } = await get('/subjects', signal);
    const subjects = Array.isArray(body) ? body.slice(0, MAX_OTHERS) : [];
    return subjects.map((subject) => `/subjects/${encodeURIComponent(String(subject))}/versions/latest`);
  }

  /** What is there, or what the registry does instead of telling it, while it tells others. */
  async function ask(path: string, signal: AbortSignal): Promise<Found | { refused: string }> {
    for (let failures = 0; ; failures += 1) {
      try {
        const { status, body } = await get(path, signal);
        const isThere = typeof body?.schema === 'string';
        const isAbsent = status === 404 && NOT_THERE.has(body?.error_code);
        const isRefused = failures >= TRIES && isOfThisAlone(status, body) && (await tellsAnother(signal));
        if (!isThere && !isAbsent && !isRefused) throw new Error(`it answered with status ${status}`);
        onTrouble(null);
        if (!isThere) return { refused: isAbsent ? 'knows no' : `answers with status ${status} for` };
        told = path;
        return body as Found;
      } catch (error) {
        signal.throwIfAborted();
        const { cause, message } = error as Error;
        onTrouble(cause instanceof Error ? cause.message : message);
      }
      await pause(backoff(failures, MAX_BACKOFF_MS, 200), signal);
      signal.throwIfAborted();
    }
  }

  /** `lasts`: what was found can never be another. */
  async function load(id: number, signal: AbortSignal): Promise<{ schema: Schema; lasts: boolean }> {
    const found = await ask(`/schemas/ids/${id}`, signal);
    if ('refused' in found)
      return { schema: { refused: `the schema registry ${found.refused} schema ${id}` }, lasts: false };
    const type = found.schemaType ?? 'AVRO';
    // Whether an event is right is for the adapters to say, so that JSON needs no schema.
    if (type === 'JSON') return { schema: { read: (payload) => payload.toString('utf8') }, lasts: true };
    if (type !== 'AVRO')
      return { schema: { refused: `schema ${id} is of type ${type}: only AVRO and JSON are read` }, lasts: true };
    const names = {};
    const met = new Set<string>();
    let lasts = true;
    const define = async ({ schema, references = [] }: Found): Promise<avro.Type> => {
      for (const { subject, version } of references) {
        const path = `/subjects/${encodeURIComponent(subject)}/versions/${Number(version)}`;
        if (met.has(path)) continue;
        if (met.add(path).size > MAX_REFERENCES) throw new Error(`it refers to more than ${MAX_REFERENCES} others`);
        const referred = await ask(path, signal);
        if ('refused' in referred) {
          lasts = false;
          throw new Error(`it refers to ${subject}: the registry ${referred.refused} it`);
        }
        await define(referred);
      }
      return parse(schema, names);
    };
    try {
      const avroType = await define(found);
      return { schema: { read: (payload) => toJson(avroType.fromBuffer(payload)) }, lasts };
    } catch (error) {
      signal.throwIfAborted();
      return { schema: { refused: `schema ${id} cannot be read: ${(error as Error).message.slice(0, 200)}` }, lasts };
    }
  }

  return {
    async schema(id, signal) {
      const kept = known.get(id);
      if (kept !== undefined && kept.until > now()) return kept.schema;
      const { schema, lasts } = await load(id, signal);
      known.delete(id);
      known.set(id, { schema, until: lasts ? Number.POSITIVE_INFINITY : now() + UNKNOWN_MS });
      if (known.size > MAX_SCHEMAS) known.delete(known.keys().next().value!);
      return schema;
    },
  };
}

/** 64-bit numbers beyond what JSON's readers keep become text. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer): number | string => {
    const value = bytes.readBigInt64LE();
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  },
  toBuffer: (value: number | string): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: Number,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'number' || typeof value === 'string',
  compare: (a: number, b: number) => a - b,
});

/** A name that an earlier schema defined is found; `names` gathers those that this one defines. */
function parse(schema: string, names: Record<string, avro.Type>): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema, {
    registry: Object.assign(names, { long }),
    // Only so may a union hold several records, as topics of several kinds of events have them.
    wrapUnions: 'always',
  });
}

/** A value of a union, by the name of its type. */
const isBranch = (value: unknown): value is { unwrap(): unknown } =>
  typeof (value as { unwrap?: unknown } | null | undefined)?.unwrap === 'function';

const toJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key, inner: unknown) {
    const own = this[key];
    const meant = isBranch(own) ? own.unwrap() : own;
    return Buffer.isBuffer(meant) ? meant.toString('base64') : meant === own ? inner : meant;
  });
