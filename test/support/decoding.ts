import type { Event, Reject } from '../../schemas/event.ts';
import { createDecoder, type DecoderOptions } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import type { SourceRecord } from '../../src/sources/source.ts';

export const hasher = createHasher(Buffer.from('a key that only tests know'));
export const RECEIVED_AT = Date.UTC(2026, 9, 5, 8, 20);

export interface Told {
  events: Event[];
  rejects: Reject[];
  dropped: number;
}

/** Decodes records as one batch of a live source, and sorts what came of them. */
export function decodeAll(
  values: (string | Uint8Array | null | SourceRecord)[],
  options: Partial<DecoderOptions> & { gateway?: string; agents_allowed?: string[]; backfill?: boolean } = {},
): Told {
  const { gateway = 'auto', agents_allowed, backfill, ...rest } = options;
  const decode = createDecoder({ hasher, ...rest });
  const records = values.map(
    (value, offset): SourceRecord =>
      typeof value === 'object' && value !== null && 'value' in value
        ? value
        : { offset, value: value as string, receivedAt: RECEIVED_AT },
  );
  const told: Told = { events: [], rejects: [], dropped: 0 };
  const batch = { source: 'test', instance: 'test', partition: 0, generation: 0, gateway, records };
  for (const { items, dropped } of decode({
    ...batch,
    ...(agents_allowed === undefined ? {} : { agents: agents_allowed }),
    ...(backfill === undefined ? {} : { backfill }),
  })) {
    told.dropped += dropped;
    for (const item of items)
      if (item.kind === 'event') told.events.push(item.event);
      else told.rejects.push(item.reject);
  }
  return told;
}

/** A native event with what a test changes. */
export const nativeEvent = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  event_id: 'ev-1',
  occurred_at: '2026-10-05T08:14:03.684Z',
  agent: { id: 'agent-1' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: 'search' },
  ...changes,
});
