import avro from 'avsc';
import { backoff, pause } from '../wait.ts';
import { boundAvro } from './avro-bounds.ts';

boundAvro(avro.types);

/**
 * Schemas of a Confluent Schema Registry, by id (GET /schemas/ids/ID, and the subjects that one refers to): read here,
 * since of the two clients that are kept one needs Node 22, takes a registry that is away for a status 400 and has no
 * time-out, and the other brings three clouds' key services. What counts, Avro, is avsc's, as in both of them.
 */
export interface SchemaRegistry {
  /**
   * How values of this schema are read; or why they never can be. Waits for as long as the registry is away; rejects
   * only when the signal aborts.
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
}

interface Found {
  schema: string;
  schemaType?: string;
  references?: { subject: string; version: number }[];
}

/** Ids never change their meaning, so nothing is asked twice; but for what is not there, which may come. */
const UNKNOWN_MS = 30_000;
const MAX_SCHEMAS = 1_000;
const MAX_REFERENCES = 64;
const MAX_BACKOFF_MS = 10_000;
/** Error codes of the registry for what is not there; a 404 without one is some other server's. */
const NOT_THERE = new Set<unknown>([40401, 40402, 40403]);

export function createSchemaRegistry(options: SchemaRegistryOptions): SchemaRegistry {
  const { url, authorization, timeoutMs, onTrouble, now } = options;
  const known = new Map<number, { schema: Schema; until: number }>();
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    ...(authorization === undefined ? {} : { authorization }),
  };

  /** What is there; null where the registry itself says that there is nothing. */
  async function ask(path: string, signal: AbortSignal): Promise<Found | null> {
    for (let failures = 0; ; failures += 1) {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        const answer = await fetch(`${url.replace(/\/$/, '')}${path}`, { headers, signal: limit });
        const body = (await answer.json().catch(() => null)) as (Found & { error_code?: unknown }) | null;
        const absent = answer.status === 404 && NOT_THERE.has(body?.error_code);
        if (!absent && typeof body?.schema !== 'string') throw new Error(`it answered with status ${answer.status}`);
        onTrouble(null);
        return absent ? null : body;
      } catch (error) {
        signal.throwIfAborted();
        const { cause, message } = error as Error;
        onTrouble(cause instanceof Error ? cause.message : message);
      }
      await pause(backoff(failures, MAX_BACKOFF_MS, 200), signal);
      signal.throwIfAborted();
    }
  }

  async function load(id: number, signal: AbortSignal): Promise<Schema | null> {
    const found = await ask(`/schemas/ids/${id}`, signal);
    if (found === null) return null;
    const type = found.schemaType ?? 'AVRO';
    // Whether an event is right is for the adapters to say, so that JSON needs no schema.
    if (type === 'JSON') return { read: (payload) => payload.toString('utf8') };
    if (type !== 'AVRO') return { refused: `schema ${id} is of type ${type}: only AVRO and JSON are read` };
    const names = {};
    const met = new Set<string>();
    const define = async ({ schema, references = [] }: Found): Promise<avro.Type> => {
      for (const { subject, version } of references) {
        const path = `/subjects/${encodeURIComponent(subject)}/versions/${Number(version)}`;
        if (met.has(path)) continue;
        const referred = met.add(path).size > MAX_REFERENCES ? null : await ask(path, signal);
        if (referred === null) throw new Error(`it refers to ${subject}, which is not there`);
        await define(referred);
      }
      return parse(schema, names);
    };
    try {
      const avroType = await define(found);
      return { read: (payload) => toJson(avroType.fromBuffer(payload)) };
    } catch (error) {
      signal.throwIfAborted();
      return { refused: `schema ${id} cannot be read: ${(error as Error).message.slice(0, 200)}` };
    }
  }

  return {
    async schema(id, signal) {
      const kept = known.get(id);
      if (kept !== undefined && kept.until > now()) return kept.schema;
      const loaded = await load(id, signal);
      const schema = loaded ?? { refused: `the schema registry knows no schema ${id}` };
      known.delete(id);
      known.set(id, { schema, until: loaded === null ? now() + UNKNOWN_MS : Number.POSITIVE_INFINITY });
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
    wrapUnions: 'never',
  });
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key, inner: unknown) {
    const own = this[key];
    return Buffer.isBuffer(own) ? own.toString('base64') : inner;
  });
