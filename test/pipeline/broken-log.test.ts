import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/decode/decode.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { rekey } from '../../src/pipeline/rekey.ts';
import type { SourceRecord } from '../../src/sources/source.ts';
import type { Store } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { hasher, nativeEvent } from '../support/decoding.ts';
import { brokerLog, uncounted } from './log.ts';
import { pipelineOf } from './pipeline.ts';

const START = Date.UTC(2026, 10, 20);
const LIMITS = { maxRows: 10, maxSeconds: 10, maxBytes: 1e6 };

/** Records from an offset on, each with a call of its own: `n` is that of the first. */
const records = (from: number, count: number, n = from): SourceRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    offset: from + at,
    value: JSON.stringify(
      nativeEvent({ event_id: `call-${n + at}`, occurred_at: new Date(START + n + at).toISOString() }),
    ),
    receivedAt: START + n + at,
  }));

const read = records(0, 600);
const cases: [string, SourceRecord[], { calls: number; gaps: [string, number][] }][] = [
  ['as it was, and grown', [...read, ...records(600, 50)], { calls: 650, gaps: [] }],
  ['that lost its last records', read.slice(0, 595), { calls: 600, gaps: [['cut', 575]] }],
  [
    'that lost its last records, and has not grown back to our place',
    [...read.slice(0, 525), ...records(525, 50, 5_000)],
    { calls: 650, gaps: [['cut', 525]] },
  ],
  [
    'that lost its last records, and has grown past our place again',
    [...read.slice(0, 590), ...records(590, 80, 5_000)],
    { calls: 680, gaps: [['cut', 575]] },
  ],
  ['made anew, and shorter', records(0, 30, 5_000), { calls: 630, gaps: [['remade', 600]] }],
  ['made anew, and grown past our place', records(0, 650, 5_000), { calls: 1_250, gaps: [['remade', 600]] }],
];

const now = (): number => START;
const decode = createDecoder({ hasher });

/** Reads all that the log holds, in a process of its own. */
async function fold(store: Store, log: SourceRecord[], writer: string): Promise<void> {
  const source = brokerLog(log);
  const pipeline = pipelineOf({ source, store, writer, dedupeWindow: 200, now });
  const running = pipeline.run();
  await source.read;
  await pipeline.stop();
  await running;
}

/** Calls that the states know of, and what is said of the log. */
async function leftIn(store: Store) {
  let calls = 0;
  for await (const states of store.allStates((await store.newestManifest('kafka:t/0'))!))
    for (const [agentId, state] of states) if (agentId !== '') calls += (JSON.parse(state) as AgentState).calls;
  const { rows } = await store.query('SELECT kind, from_offset FROM v_gaps', LIMITS);
  const gaps = rows.map(({ kind, from_offset }) => [kind, from_offset]);
  const { rows: stored } = await store.query('SELECT count() AS n FROM v_events', LIMITS);
  return { calls, gaps, stored: Number(stored[0]!.n), missing: (await reconcile(store)).map(({ missing }) => missing) };
}

/** Re-keys all that the log holds, likewise; answers how many went on, and what was said of the log. */
async function passOn(store: Store, log: SourceRecord[]) {
  let sent = 0;
  const gaps: unknown[] = [];
  const source = brokerLog(log);
  const done = rekey(source, {
    decode,
    produce: async (messages) => {
      sent += messages.length;
    },
    tooLarge: () => false,
    store: { ...store, writeGaps: async () => {} },
    persist: (_what, write) => write(),
    observer: uncounted,
    onGap: ({ kind, fromOffset }) => gaps.push([kind, fromOffset]),
    now,
    elapsed: now,
  });
  await source.read;
  await source.stop();
  await done;
  return { sent, gaps };
}

describe('a log, found when it is read on', () => {
  it.each(cases)(
    '%s: each call counts once, and what became of it is said',
    async (_, found, { calls, gaps }) => {
      const { store, remove } = await migratedStore();
      try {
        await fold(store, read, 'first');
        await fold(store, found, 'second');
        expect(await leftIn(store)).toEqual({ calls, gaps, stored: calls, missing: [0] });
        // What was found is known from then on.
        await fold(store, [...found, ...records(found.length, 10, 9_000)], 'third');
        expect(await leftIn(store)).toEqual({ calls: calls + 10, gaps, stored: calls + 10, missing: [0] });

        // A topic that is re-keyed alike: only what lies near the end that it lost goes on twice, and the fold knows it.
        await passOn(store, read);
        const again = await passOn(store, found);
        expect(again.gaps).toEqual(gaps);
        expect(again.sent).toBeGreaterThanOrEqual(calls - read.length);
        expect(again.sent).toBeLessThanOrEqual(calls - read.length + 100);
      } finally {
        await remove();
      }
    },
    60_000,
  );
});
