import { parseExact } from '../../schemas/exact-json.ts';
import { literal } from '../../schemas/sql-literal.ts';

/** Rows of one insert as text, in pieces. */
export type Lines = readonly Uint8Array[];

/** Part of the answer to an analyst's query: the columns, and a list of values a row. */
export interface AnswerPart {
  names: string[];
  types: string[];
  rows: unknown[][];
  /** Size of the text it came as. */
  bytes: number;
}

/** Limits of one analyst's query, as the engine holds them. */
interface AskLimits {
  maxRows: number;
  maxSeconds: number;
  maxBytes: number;
  maxMemoryBytes: number;
  gone?: AbortSignal | undefined;
}

/**
 * A way to the engine: chDB in this process, or a server over HTTP. Statements of our own go through the first four;
 * what people ask goes through `ask` alone, over a read-only connection of its own. Calls may run side by side.
 */
export interface Connection {
  readonly database: string;
  command(sql: string): Promise<void>;
  /**
   * Resolves when the rows are durable. Lines are objects (JSONEachRow; what they leave out takes its default), or lists
   * of the values of `columns` (JSONCompactEachRow).
   */
  insert(table: string, lines: Lines, columns?: readonly string[]): Promise<void>;
  read<Row>(sql: string): Promise<Row[]>;
  /** Rows as the engine finds them, each a list of its values, in batches; leaving the loop early ends the query. */
  stream(sql: string): AsyncIterable<unknown[][]>;
  /** At least one piece where the statement has columns; leaving the loop early ends the query. */
  ask(sql: string, limits: AskLimits, params: Record<string, unknown>): AsyncIterable<AnswerPart>;
  close(): Promise<void>;
}

/** Times leave the engine as RFC 3339, in UTC. For our own reads: a clause, since a setting would stay on a connection. */
export const ISO_TIMES = "SETTINGS date_time_output_format = 'iso'";

/**
 * The same for what is streamed: small blocks, since one is in memory as text and as rows at once; and a sort that does
 * not fit into memory goes by way of the disk.
 */
export const STREAMED = `${ISO_TIMES}, max_block_size = 1000, max_bytes_before_external_sort = 500000000`;

/** Texts as a list for IN; an empty one holds what no column holds. */
export const literals = (texts: readonly string[]): string =>
  texts.length === 0 ? "('\\0')" : `(${texts.map(literal).join(', ')})`;

/** Settings that hold on a connection of ours, whatever the engine's defaults are in this version. */
export const OWN_SETTINGS = {
  // 1 by default since 26.3: rows would wait in memory for company, and an answer would be no promise.
  async_insert: 0,
  // Rows that are written twice are collapsed when they are read and merged; looking for them on insert costs a tenth.
  optimize_on_insert: 0,
  // A manifest names every process that ever wrote of its partition.
  max_query_size: 16_777_216,
  output_format_json_quote_64bit_integers: 0,
  output_format_json_named_tuples_as_objects: 1,
  // A NaN or an infinity is null, as in JSON.
  output_format_json_quote_denormals: 0,
  // A user's profile may say otherwise: then alerts without a verdict pass for resolved, and no time that we write is one.
  join_use_nulls: 0,
  aggregate_functions_null_for_empty: 0,
  data_type_default_nullable: 0,
  date_time_input_format: 'best_effort',
} as const;

/** Settings of an analyst's connection. Order counts: nothing can be set after readonly. */
export const askSettings = ({ maxRows, maxSeconds, maxMemoryBytes }: AskLimits) =>
  ({
    ...OWN_SETTINGS,
    date_time_output_format: 'iso',
    max_execution_time: maxSeconds,
    timeout_overflow_mode: 'throw',
    max_memory_usage: maxMemoryBytes,
    // The engine stops soon after the last row that is wanted; the reader stops at the byte, between blocks.
    max_result_rows: maxRows + 1,
    result_overflow_mode: 'break',
    max_block_size: 1000,
    readonly: 1,
  }) as const;

/** Rows that begin with two of names and types. */
export const PIECES = 'JSONCompactEachRowWithNamesAndTypes';

/** A row for a person: a whole number that JavaScript would round (a hash, nanoseconds) is told as text, to its last digit. */
export const exactRow = (line: string, types: readonly string[]): unknown[] =>
  (types.some((type) => /Int(?:64|128|256)/.test(type)) ? parseExact(line) : JSON.parse(line)) as unknown[];
