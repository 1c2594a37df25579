import type { Event, Reject } from '../../../schemas/event.ts';
import type { Decoder } from '../../decode/decode.ts';
import { ConfigError } from '../../errors.ts';
import { readJsonl } from '../../sources/jsonl.ts';

/** What one stretch of a file, or of several, came to. */
interface ReadPart {
  events: Event[];
  rejects: Reject[];
  /** Formats of records that were known and are no MCP call, one each. */
  dropped: string[];
  /** Of the records, as they came. */
  bytes: number;
}

interface FileOptions {
  /** Where records come from that do not say it; absent: the file that they are in. */
  instance?: string | undefined;
  gateway: string;
  decode: Decoder;
  /** Another one, which remembers nothing of what is only looked at. */
  glance(): Decoder;
}

/**
 * Records of files, decoded. Several are read as one log in the order of their events' times, each file in its own
 * order, and none before its time has come: so parts of one log that were rotated are whole again, in whatever order
 * they are named. What breaks off is read as far as it goes; its failure is thrown after all the others.
 */
export async function* readFiles(files: readonly string[], options: FileOptions): AsyncGenerator<ReadPart> {
  const [first, ...more] = files;
  if (first === undefined || more.length === 0) yield* readFile(first ?? '-', options);
  else yield* inTimeOrder(await byTheirBeginnings(files, options), options);
}

/** One file, or stdin. */
export async function* readFile(
  file: string,
  { instance, gateway, decode }: Omit<FileOptions, 'glance'>,
): AsyncGenerator<ReadPart> {
  const [input, name] = file === '-' ? [process.stdin, 'stdin'] : [file, file];
  for await (const batch of readJsonl({ input, instance: instance ?? name, gateway })) {
    const part: ReadPart = { events: [], rejects: [], dropped: [], bytes: 0 };
    for (const { value } of batch.records) part.bytes += value?.length ?? 0;
    for (const { items, droppedOf = [] } of decode(batch)) {
      part.dropped.push(...droppedOf);
      for (const item of items)
        if (item.kind === 'event') part.events.push(item.event);
        else part.rejects.push(item.reject);
    }
    yield part;
  }
}

interface Beginning {
  file: string;
  /** Of its first event, epoch milliseconds; one without any is read at once, and told of. */
  from: number;
}

async function byTheirBeginnings(files: readonly string[], options: FileOptions): Promise<Beginning[]> {
  const all: Beginning[] = [];
  for (const file of files) all.push({ file, from: file === '-' ? -Infinity : await beginningOf(file, options) });
  return all.sort((a, b) => a.from - b.from);
}

async function beginningOf(file: string, { glance, ...options }: FileOptions): Promise<number> {
  try {
    for await (const { events } of readFile(file, { ...options, decode: glance() }))
      if (events[0] !== undefined) return events[0].effectiveAt;
  } catch (error) {
    // A name that is wrong is told before the work, whatever else is told when the file is read.
    if (error instanceof ConfigError) throw error;
  }
  return -Infinity;
}

/** A file at the place to which it is read. */
interface Reading {
  parts: AsyncGenerator<ReadPart>;
  events: readonly Event[];
  next: number;
}

const PART = 250;

async function* inTimeOrder(files: Beginning[], options: FileOptions): AsyncGenerator<ReadPart> {
  const waiting = [...files];
  const open: Reading[] = [];
  const failures: unknown[] = [];
  let offset = 0;
  let part: ReadPart = { events: [], rejects: [], dropped: [], bytes: 0 };

  /** Up to the next event of a file; at its end it is closed. */
  const refill = async (reading: Reading): Promise<void> => {
    try {
      while (reading.next === reading.events.length) {
        const { value, done } = await reading.parts.next();
        if (done === true) break;
        part.rejects.push(...value.rejects);
        part.dropped.push(...value.dropped);
        part.bytes += value.bytes;
        Object.assign(reading, { events: value.events, next: 0 });
        if (value.events.length > 0) return;
      }
    } catch (error) {
      failures.push(error);
    }
    open.splice(open.indexOf(reading), 1);
  };
  const begin = async ({ file }: Beginning): Promise<void> => {
    const reading: Reading = { parts: readFile(file, options), events: [], next: 0 };
    open.push(reading);
    await refill(reading);
  };

  while (waiting.length > 0 || open.length > 0) {
    let earliest: Reading | undefined;
    for (const reading of open)
      if (earliest === undefined || headOf(reading).effectiveAt < headOf(earliest).effectiveAt) earliest = reading;
    if (waiting.length > 0 && (earliest === undefined || waiting[0]!.from <= headOf(earliest).effectiveAt)) {
      await begin(waiting.shift()!);
      continue;
    }
    if (earliest === undefined) break;
    const event = headOf(earliest);
    // Places rise in a log: what is one log here is counted anew.
    event.position = { ...event.position, offset, index: 0 };
    offset += 1;
    earliest.next += 1;
    part.events.push(event);
    if (earliest.next === earliest.events.length) await refill(earliest);
    if (part.events.length >= PART) {
      yield part;
      part = { events: [], rejects: [], dropped: [], bytes: 0 };
    }
  }
  yield part;
  if (failures.length > 0) throw failures[0];
}

const headOf = ({ events, next }: Reading): Event => events[next]!;
