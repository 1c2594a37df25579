import { parseExact } from '../../schemas/exact-json.ts';

/** Bytes of a document that are read whole; a longer one is taken line by line. */
const MAX_DOCUMENT = 64 * 1024 * 1024;
/** How a pretty-printed document begins: a bracket, and nothing else in its line. */
const OPENING = /^(?:\[|\{|\[\s*\{)\s*$/;

/**
 * A file may be one JSON document rather than lines: pretty-printed, or an array longer than a record may be (as
 * exports are, and the files that CloudTrail and Azure deliver). Then its records are the elements; else `lines` of the same
 * bytes. Both come some at a time. Only what begins like a document is held back, so a pipe that never ends is read as it comes.
 */
export async function* documentOrLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
  lines: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer[]>,
): AsyncGenerator<Buffer[]> {
  const rest = chunks[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let size = 0;
  let ended = false;
  const readMore = async (): Promise<void> => {
    const next = await rest.next();
    if (next.done === true) ended = true;
    else {
      held.push(next.value);
      size += next.value.length;
    }
  };
  let first: string | undefined;
  while (!ended && first === undefined) {
    await readMore();
    first = firstLine(held, size, maxLineBytes);
  }
  if (first !== undefined && OPENING.test(first)) {
    while (!ended && size <= MAX_DOCUMENT) await readMore();
    const records = ended ? recordsOf(Buffer.concat(held)) : undefined;
    if (records !== undefined) {
      yield records;
      return;
    }
  }
  async function* again(): AsyncGenerator<Buffer> {
    yield* held.splice(0);
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  }
  yield* lines(again());
}

/** The first line that is not blank; of one that is longer than a record may be, its first byte. */
function firstLine(held: Buffer[], size: number, maxLineBytes: number): string | undefined {
  if (held.length > 1 && size <= maxLineBytes) held.splice(0, held.length, Buffer.concat(held));
  const text =
    held[0]
      ?.subarray(0, maxLineBytes + 1)
      .toString('utf8')
      .replace(/^\ufeff?\s*/, '') ?? '';
  const end = text.indexOf('\n');
  if (end !== -1) return text.slice(0, end);
  return size > maxLineBytes ? text.slice(0, 1) : undefined;
}

function recordsOf(bytes: Buffer): Buffer[] | undefined {
  try {
    const parsed = parseExact(bytes.toString('utf8').replace(/^\ufeff/, ''));
    const { Records, records: others } = parsed as { Records?: unknown; records?: unknown };
    const records = [parsed, Records, others].find((held) => Array.isArray(held)) ?? [parsed];
    return records.map((record) => Buffer.from(JSON.stringify(record)));
  } catch {
    return undefined;
  }
}
