import type { ParsedEvent } from '../event.ts';

/** What an adapter is told of a record besides its body. */
export interface RecordContext {
  /** Kafka or HTTP headers, lower-case names; empty where there are none. */
  headers: Readonly<Record<string, string>>;
  /** Name of the instance: topic, token name or file. */
  instance: string;
  /** The source is said to be of this gateway; absent where it was found out by the record alone. */
  named?: boolean;
}

/**
 * One gateway's format. `claims` is cheap and strict: no two adapters may claim one record. `translate` returns native
 * events (zod checks them afterwards), none where the record is no MCP call (counted and dropped), or throws a
 * GatewayError where the record is of this gateway and yet cannot be understood.
 */
export interface Gateway {
  /** Kebab-case; the file's name; what `gateway:` in the configuration says; becomes source.kind. */
  name: string;
  title: string;
  /** Where the format is documented, with the version that was read. */
  reference: string;
  /** Canonical fields the source can carry, dotted; what is not here, detectors are blind for. */
  carries: readonly string[];
  /** Those of them that it carries only where it is told to. */
  optional?: readonly string[];
  claims(record: Record<string, unknown>, context: RecordContext): boolean;
  /** What a record that it does not claim, and that looks like its own, is short of; '' where it does not look so. */
  lacks?(record: Record<string, unknown>): string;
  translate(record: Record<string, unknown>, context: RecordContext): NativeDraft[];
}

/**
 * A native event not yet checked: adapters fill what they know. Nulls, empty text and objects count as absent, and
 * times may be in any of the forms that gateways use.
 */
export type NativeDraft = { [K in keyof ParsedEvent]?: unknown } & {
  /** Names the call that this piece belongs to, where a call comes in pieces: pieces of one name get one key. */
  pair?: string | undefined;
  /**
   * Tells this piece from those of another call, where who calls chooses the name and may choose it again (the id of a
   * request, the parent of a span): two that differ in it, or in their time, are two calls. Not on pieces that follow it.
   */
  own?: string | undefined;
  /**
   * Where spans in spans tell one call: what this one is called by, and what one around it would be, which may come later
   * and knows nothing of what is inside.
   */
  kin?: { own: string; above: string | undefined } | undefined;
  /** What an answer lets guess of its question, where that is not known: what was asked is never told by the answer. */
  alone?: { method?: string; target?: ParsedEvent['target'] } | undefined;
};

/** The record is this gateway's, but says something that has no meaning: the message names the field. */
export class GatewayError extends Error {
  override name = 'GatewayError';
}
