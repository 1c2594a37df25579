import { eventSchema, type ParsedEvent } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';

/**
 * What is kept of the original record beside the canonical event: all of a foreign format, without the content that
 * the event carries or must not carry; of the native format only what the event has no place for.
 */
export function remainder(record: Record<string, unknown>, parsed: ParsedEvent, gateway: Gateway): unknown {
  if (gateway.name !== 'native') return parsed.raw ?? withoutContent(record, parsed);
  if (parsed.raw !== undefined) return parsed.raw;
  const rest: Record<string, unknown> = {};
  let any = false;
  for (const key of Object.keys(record)) {
    const unknown = key === '__proto__' ? undefined : beyond(key, record[key]);
    if (unknown === undefined) continue;
    rest[key] = unknown;
    any = true;
  }
  return any ? rest : undefined;
}

/** The part of a value that the event has no place for. */
function beyond(key: string, value: unknown): unknown {
  const known = SHAPE.get(key);
  if (known === undefined) return value;
  if (known === null || typeof value !== 'object' || value === null) return undefined;
  const extra = Object.entries(value).filter(([name]) => !known.has(name));
  return extra.length === 0 ? undefined : Object.fromEntries(extra);
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
