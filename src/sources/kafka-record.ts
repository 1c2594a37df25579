import type { KafkaMessage } from 'kafkajs';
import type { SourceRecord } from './source.ts';

/** A message as a record: its value as it is, and of what stands beside it what is read. */
export function toRecord({ offset, value, timestamp, headers }: KafkaMessage): SourceRecord {
  const read = headersOf(headers);
  return {
    offset: Number(offset),
    value,
    receivedAt: millisOf(timestamp),
    ...(read === undefined ? {} : { headers: read }),
  };
}

/** A producer may write any 64 bits: what is no calendar's is micro- or nanoseconds, or no time at all. */
function millisOf(timestamp: string): number {
  let ms = Number(timestamp);
  while (ms >= 1e14) ms = Math.floor(ms / 1000);
  return Math.max(ms, NO_TIME);
}

/** As Kafka says it. */
const NO_TIME = -1;

/** What adapters read: CloudEvents in binary mode, the content's type, the session that MCP's messages belong to; and our own. */
const WANTED = /^(?:ce_[a-z]+|content-type|mcp-session-id|(overreach-(?:posted|mark)))$/;
const LONGEST = 4_096;
/** What was seen in an event that was posted to us: some hundred facts. */
const LONGEST_OURS = 262_144;

function headersOf(headers: KafkaMessage['headers']): Record<string, string> | undefined {
  let read: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase();
    const wanted = WANTED.exec(key);
    if (wanted === null || value === undefined || Array.isArray(value)) continue;
    if (value.length > (wanted[1] === undefined ? LONGEST : LONGEST_OURS)) continue;
    read ??= {};
    read[key] = value.toString();
  }
  return read;
}
