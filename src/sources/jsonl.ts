import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { OperationError, unreadable } from '../errors.ts';
import { documentOrLines } from './json-document.ts';
import type { Batch, SourceRecord } from './source.ts';

/**
 * Records out of a file or a stream, one a line (or one JSON document), plain or gzip (told by its first bytes). Memory
 * is bounded: a line beyond the limit is cut to one byte more than it, so that decoding refuses it as too large.
 */
export interface JsonlOptions {
  /** Path, or a stream such as process.stdin. */
  input: string | Readable;
  /** source.instance of events that do not say their own. */
  instance: string;
  gateway?: string;
  batchRecords?: number;
  batchBytes?: number;
  maxLineBytes?: number;
}

const NEWLINE = 10;
const RETURN = 13;
/** What gunzip hands over at once: four times its default costs half as much, and is all that a broken archive can lose. */
const CHUNK_BYTES = 64 * 1024;

export async function* readJsonl(options: JsonlOptions): AsyncGenerator<Batch> {
  // Small batches: what is read of one is decoded, and is garbage, before the collector comes to copy it.
  const { batchRecords = 250, batchBytes = 4 * 1024 * 1024, maxLineBytes = 1024 * 1024 } = options;
  // Only for formats that name no time of their own: what a file holds counts as received when it happened.
  const receivedAt = Date.now();
  let records: SourceRecord[] = [];
  let bytes = 0;
  let offset = 0;
  const batch = (): Batch => {
    const full: Batch = {
      source: 'file',
      instance: options.instance,
      partition: 0,
      generation: 0,
      gateway: options.gateway ?? 'auto',
      backfill: true,
      records,
    };
    records = [];
    bytes = 0;
    return full;
  };
  const lines = (chunks: AsyncIterable<Buffer>) => linesOf(chunks, maxLineBytes);
  let failure: unknown;
  try {
    for await (const some of documentOrLines(await plain(options.input), maxLineBytes, lines)) {
      for (const line of some) {
        // Offsets are line numbers: a blank line takes one, and is no record.
        if (line.length > 0) records.push({ offset, value: line, receivedAt });
        offset++;
        bytes += line.length;
        if (records.length >= batchRecords || bytes >= batchBytes) yield batch();
      }
      // What comes by and by is not held back for what may never come.
      if (records.length > 0) yield batch();
    }
  } catch (error) {
    const name = typeof options.input === 'string' ? options.input : options.instance;
    failure = named(error as NodeJS.ErrnoException, name, offset);
  }
  if (records.length > 0) yield batch();
  if (failure !== undefined) throw failure;
}

/** What kept a file from being read to its end, with its name and the place. */
function named(error: NodeJS.ErrnoException, name: string, line: number): Error {
  const { code = '', message } = error;
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') return unreadable(name, error);
  if (code === 'Z_BUF_ERROR') return new OperationError(`${name}: the gzip data ends too early, after line ${line}`);
  if (code.startsWith('Z_')) return new OperationError(`${name}: broken gzip data after line ${line} (${message})`);
  return error;
}

/** Lines without their ends, those of a chunk together; the last one needs none. */
async function* linesOf(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer[]> {
  let parts: Buffer[] = [];
  let held = 0;
  const take = (part: Buffer): void => {
    const room = limit + 1 - held;
    if (room <= 0 || part.length === 0) return;
    // Copied where it outlives its chunk's neighbours, so that a short line does not keep a whole chunk in memory.
    parts.push(part.length > room ? part.subarray(0, room) : part);
    held += Math.min(part.length, room);
  };
  const line = (): Buffer => {
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    held = 0;
    return whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole;
  };
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, end));
      lines.push(line());
      from = end + 1;
    }
    take(chunk.subarray(from));
    yield lines;
  }
  if (held > 0) yield [line()];
}

/** The bytes as they were before gzip, where gzip's magic number stands in front. */
async function plain(input: string | Readable): Promise<AsyncIterable<Buffer>> {
  const stream = typeof input === 'string' ? createReadStream(input, { highWaterMark: 256 * 1024 }) : input;
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await head(chunks);
  async function* whole(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield asBuffer(next.value);
  }
  if (first[0] !== 0x1f || first[1] !== 0x8b) return whole();
  return pipeline(whole, createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) as unknown as AsyncIterable<Buffer>;
}

/** At least two bytes, where there are so many. */
async function head(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, asBuffer(next.value)]);
  }
  return first;
}

const asBuffer = (chunk: Buffer | string): Buffer => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
