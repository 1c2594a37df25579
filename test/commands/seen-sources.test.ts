import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { blindness } from '../../schemas/gateways/lib/blindness.ts';
import type { SeenSource } from '../../schemas/seen.ts';
import { seenIn } from '../../src/commands/support/seen-in.ts';
import { createSeenSources } from '../../src/commands/support/seen-sources.ts';
import { loadConfig } from '../../src/config.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import { decodeAll, nativeEvent, RECEIVED_AT } from '../support/decoding.ts';
import { createHome, ENV, startHere } from '../support/service.ts';

/** What is known of the gateways that are heard: told once, with their clock, and what they do not say. */
const ids = detectors.map(({ id }) => id);

function listening() {
  const first: SeenSource[] = [];
  const seen = createSeenSources({ gateways, detectors: ids, onFirst: (source) => first.push(source) });
  const hear = (...values: object[]) => {
    const { events } = decodeAll(values.map((value) => JSON.stringify(value)));
    seen.hear([{ items: events.map((event) => ({ kind: 'event', event })) }]);
  };
  return { first, seen, hear };
}

const cloudflare = (n: number) => ({
  Datetime: new Date(RECEIVED_AT - 3_000 - n).toISOString(),
  PortalID: 'p',
  ServerID: 'tickets',
  SessionID: 's',
  UserID: 'alice',
  Method: 'tools/call',
  ToolCallName: 'search',
  Success: true,
  ServerResponseDurationMs: 3,
  ClientIP: '192.0.2.7',
});

describe('gateways that are heard', () => {
  it('are told once each, with the detectors that are blind or dim', () => {
    const { first, hear } = listening();
    hear(cloudflare(1), cloudflare(2));
    hear(cloudflare(3), nativeEvent());
    expect(first.map(({ gateway }) => gateway)).toEqual(['cloudflare', 'native']);
    const { carries } = gateways.find(({ name }) => name === 'cloudflare')!;
    expect(first[0]).toMatchObject(blindness({ carries }, ids));
    expect(first[0]!.blind).toContain('argument-novelty');
    expect(first[1]).toMatchObject({ blind: [], dim: [] });
  });

  it('are known by what they said, once that is enough to tell', () => {
    const { seen, hear } = listening();
    const events = Array.from({ length: 100 }, (_, n) => nativeEvent({ event_id: `e${n}`, args: { n } }));
    hear(...events.slice(0, 99));
    expect(seen.list()[0]!.blind).toEqual([]);
    hear(events[99]!);
    expect(seen.list()[0]!.blind).toEqual(expect.arrayContaining(['data-volume', 'delegation', 'tool-drift']));
    expect(seen.list()[0]!.blind).not.toContain('argument-novelty');
    hear(nativeEvent({ event_id: 'one more', bytes_out: 7 }));
    expect(seen.list()[0]!.blind).not.toContain('data-volume');
  });

  it('have a clock: the median and the worst of the last, and how often it was not believed', () => {
    const { seen, hear } = listening();
    const at = (ms: number) =>
      nativeEvent({ event_id: `at ${ms}`, occurred_at: new Date(RECEIVED_AT + ms).toISOString() });
    hear(at(-2_000), at(-1_000), at(5_000), at(-3_600_000), at(-3_000));
    expect(seen.list()[0]!.skew).toEqual({ median_ms: -2_000, worst_ms: -3_600_000, beyond_10_minutes: 1 });
  });

  it('made up by a stranger cost no more than so many', () => {
    const { first, hear } = listening();
    hear(...Array.from({ length: 400 }, (_, n) => nativeEvent({ event_id: `e${n}`, source: { instance: `i${n}` } })));
    expect(first.length).toBe(256);
  });

  it('are in the status of a running server, and in the record when it has stopped', async () => {
    const home = await createHome();
    const service = await startHere(home);
    try {
      // One look at the clock: two a millisecond apart may name the same time, and be one event.
      const now = Date.now();
      const sent = [2_000, 2_001].map((ms) => ({ ...cloudflare(1), Datetime: new Date(now - ms).toISOString() }));
      const many = Array.from({ length: 100 }, (_, n) => nativeEvent({ event_id: `e${n}`, args: { n } }));
      const body = [...sent, ...many].map((record) => JSON.stringify(record)).join('\n');
      await fetch(`${service.url}/v1/events`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-ndjson' },
      });
      const { gateways: heard } = (await (await fetch(`${service.url}/v1/status`)).json()) as {
        gateways: SeenSource[];
      };
      expect(heard).toMatchObject([
        { gateway: 'cloudflare', events: 2, blind: expect.arrayContaining(['provenance']) },
        { gateway: 'native', events: 100, blind: expect.arrayContaining(['data-volume']) },
      ]);
      await service.stop();
      const { config } = loadConfig(home.config, ENV);
      const store = await openStore(config);
      const [native, stored, ...others] = await seenIn(store, config);
      await store.close();
      expect(others).toEqual([]);
      expect(native).toMatchObject({ events: 100, blind: heard[1]!.blind, dim: heard[1]!.dim });
      expect(stored).toMatchObject({ gateway: 'cloudflare', events: heard[0]!.events, blind: heard[0]!.blind });
      expect(stored!.skew!.median_ms).toBeLessThan(-1_000);
    } finally {
      await service.stop();
      await home.remove();
    }
  });
});
