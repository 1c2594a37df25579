import { MINUTE } from '../../../schemas/durations.ts';
import type { Event } from '../../../schemas/event.ts';
import type { Gateway } from '../../../schemas/gateways/gateway.ts';
import { blindness } from '../../../schemas/gateways/lib/blindness.ts';
import type { SeenSource } from '../../../schemas/seen.ts';
import type { DecodedItem } from '../../decode/decode.ts';
import { SEEN_FIELDS } from './seen-fields.ts';

/** Which gateways are heard, how far their clocks are off, and what they cannot say: told once of each, kept for `status`. */
export interface SeenSources {
  hear(decoded: readonly { items: readonly DecodedItem[] }[]): void;
  list(): SeenSource[];
}

interface SeenSourcesOptions {
  gateways: readonly Gateway[];
  /** Ids of the detectors in force. */
  detectors: readonly string[];
  /** Told once of each source. */
  onFirst(source: SeenSource): void;
}

interface Kept {
  kind: string;
  instance: string;
  events: number;
  lastAt: number;
  /** Milliseconds that events were stamped after their receipt, the last of them; history has none. */
  skews: Float64Array;
  skewed: number;
  beyond: number;
  /** Bits of SEEN_FIELDS that some event had. */
  had: number;
}

/** Names come from outside: further ones are not kept apart. */
const MAX_SOURCES = 256;
const SKEWS = 64;
/** From so many events on, what none of them had is taken for what the source does not say. */
export const ENOUGH = 100;
/** Beyond it the time of receipt is believed, not the event's own. */
const BELIEVED_MS = 10 * MINUTE;

export function createSeenSources({ gateways, detectors, onFirst }: SeenSourcesOptions): SeenSources {
  const kinds = new Map<string, Map<string, Kept>>();
  let known = 0;

  function count(event: Event): void {
    const { kind, instance } = event.body.source;
    const instances = kinds.get(kind) ?? new Map<string, Kept>();
    kinds.set(kind, instances);
    let kept = instances.get(instance);
    if (kept === undefined) {
      if (known >= MAX_SOURCES) return;
      known += 1;
      kept = { kind, instance, events: 0, lastAt: 0, skews: new Float64Array(SKEWS), skewed: 0, beyond: 0, had: 0 };
      instances.set(instance, kept);
      onFirst(told(kept));
    }
    kept.events += 1;
    kept.lastAt = event.receivedAt;
    const skew = event.occurredAt - event.receivedAt;
    if (skew !== 0) kept.skews[kept.skewed++ % SKEWS] = skew;
    if (Math.abs(skew) > BELIEVED_MS) kept.beyond += 1;
    for (let bit = 0; bit < SEEN_FIELDS.length; bit++)
      if ((kept.had & (1 << bit)) === 0 && SEEN_FIELDS[bit]![1](event)) kept.had |= 1 << bit;
  }

  function told({ kind, instance, events, lastAt, skews, skewed, beyond, had }: Kept): SeenSource {
    const claimed = gateways.find(({ name }) => name === kind)?.carries ?? ['*'];
    const carries = events < ENOUGH ? claimed : SEEN_FIELDS.flatMap(([name], bit) => (had & (1 << bit) ? [name] : []));
    const last = [...skews.subarray(0, Math.min(skewed, SKEWS))].sort((a, b) => a - b);
    const worst = last.reduce((far, skew) => (Math.abs(skew) > Math.abs(far) ? skew : far), 0);
    return {
      gateway: kind,
      instance,
      events,
      ...(lastAt === 0 ? {} : { last_received: new Date(lastAt).toISOString() }),
      ...(last.length === 0
        ? {}
        : { skew: { median_ms: last[last.length >> 1]!, worst_ms: worst, beyond_10_minutes: beyond } }),
      ...blindness({ carries }, detectors),
    };
  }

  return {
    hear(decoded) {
      for (const { items } of decoded) for (const item of items) if (item.kind === 'event') count(item.event);
    },
    list: () => [...kinds.values()].flatMap((instances) => [...instances.values()].map(told)),
  };
}
