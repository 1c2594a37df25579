import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../../schemas/object.ts';
import { objectIn, parse } from './parse.ts';

/** What buses of clouds carry as bytes: base64 in JSON, and gzip in it where CloudWatch wrote it. */
type Headers = Readonly<Record<string, string>>;

/** What all wrappers of one record together may unpack to. */
const MAX_UNPACKED = 8 << 20;

/** How much may still be unpacked, and whether anything was: what was looked at before did not see into it. */
export interface Unpacking {
  left: number;
  opened: boolean;
}
export const newUnpacking = (): Unpacking => ({ left: MAX_UNPACKED, opened: false });

/** It would unpack to more than it may. */
export class UnpackedTooLarge extends Error {
  override name = 'UnpackedTooLarge';
  constructor() {
    super(`more than ${MAX_UNPACKED} bytes, unpacked`);
  }
}

/** The object whose `data` it is: in Pub/Sub, Kinesis and CloudWatch under these keys, of Firehose the record itself. */
export const HOLDERS = ['message', 'kinesis', 'awslogs'];

/** An object or list that stands packed in a wrapper; null where none does. */
export function packed(body: Json, headers: Headers, unpacking: Unpacking): { value: object; headers: Headers } | null {
  for (const holder of [body, ...HOLDERS.map((key) => body[key])]) {
    const { data, attributes } = (holder ?? {}) as Json;
    const value = typeof data === 'string' ? unpacked(data, unpacking) : null;
    if (value !== null) return { value, headers: { ...headers, ...headersOf(attributes) } };
  }
  return null;
}

const BASE64 = /^[A-Za-z0-9+/_-]{2,}={0,2}\s*$/;

/** The object or list that base64 stands for, gzip or not; null where it stands for anything else. */
export function unpacked(data: string, unpacking: Unpacking): object | null {
  if (!BASE64.test(data)) return null;
  const bytes = Buffer.from(data, 'base64');
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(bytes, unpacking) : bytes;
  if (plain === null || !isUtf8(plain)) return null;
  const text = plain.toString('utf8');
  const value = parse(text) ?? objectIn(text);
  if (typeof value !== 'object' || value === null) return null;
  unpacking.opened = true;
  return value;
}

function gunzipped(bytes: Buffer, unpacking: Unpacking): Buffer | null {
  if (unpacking.left <= 0) throw new UnpackedTooLarge();
  try {
    const plain = gunzipSync(bytes, { maxOutputLength: unpacking.left });
    unpacking.left -= plain.length;
    return plain;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new UnpackedTooLarge();
    return null;
  }
}

/** Attributes of Pub/Sub as the headers that adapters read: those of a CloudEvent, and the session of MCP. */
function headersOf(attributes: unknown): Headers {
  const found: Record<string, string> = {};
  if (typeof attributes !== 'object' || attributes === null) return found;
  for (const [name, value] of Object.entries(attributes)) {
    const match = /^(?:(ce)[-_]([a-z]{1,64})|mcp-session-id)$/.exec(name.toLowerCase());
    if (match === null || typeof value !== 'string' || value === '') continue;
    found[match[1] === undefined ? 'mcp-session-id' : `ce_${match[2]}`] = value;
  }
  return found;
}
