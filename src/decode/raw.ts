import { eventSchema, type ParsedEvent } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';

/**
 * What is kept of the original record beside the canonical event: all of a foreign format, without the content that
 * the event carries or must not carry; of the native format only what the event has no place for.
 */
export function remainder(record: Record<string, unknown>, parsed: ParsedEvent, gateway: Gateway): unknown {
  if (gateway.name !== 'native') return parsed.raw ?? withoutContent(record, parsed);
  if (parsed.raw !== undefined) return parsed.raw;
  let rest: Record<string, unknown> | undefined;
  for (const key in record) {
    const extra = beyond(SHAPE.get(key), record[key]);
    if (extra === undefined || key === '__proto__') continue;
    rest ??= {};
    rest[key] = extra;
  }
  return rest;
}

/** The part of a value that the event has no place for. */
function beyond(known: ReadonlySet<string> | null | undefined, value: unknown): unknown {
  if (known === undefined) return value;
  if (known === null || typeof value !== 'object' || value === null) return undefined;
  for (const name in value)
    if (!known.has(name)) return Object.fromEntries(Object.entries(value).filter(([key]) => !known.has(key)));
  return undefined;
}

/** Keys of the event, each with the keys of its object, or null where it is no object of fixed keys. */
const SHAPE = new Map<string, ReadonlySet<string> | null>(
  Object.entries(eventSchema.shape).map(([key, schema]) => {
    const inner = 'unwrap' in schema ? (schema.unwrap() as unknown) : schema;
    const shape = (inner as { shape?: object }).shape;
    return [key, shape === undefined ? null : new Set(Object.keys(shape))];
  }),
);

/** A copy in which arguments and result, wherever the record held them, are left out. */
function withoutContent(record: Record<string, unknown>, { args, result }: ParsedEvent): unknown {
  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null || depth > 16) return value;
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key];
      if (key !== '__proto__' && !(typeof inner === 'object' && inner !== null && (inner === args || inner === result)))
        out[key] = copy(inner, depth + 1);
    }
    return out;
  };
  return copy(record, 0);
}
