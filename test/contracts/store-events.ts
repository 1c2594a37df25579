import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InLog } from '../../schemas/place.ts';
import { pieceOf } from '../../src/engine/pieces.ts';
import type { JudgedEvent, Store } from '../../src/stores/store.ts';
import { judgedEvent } from '../stores/arbitrary.ts';
import { gather, judged, NOW, rowsOf } from '../stores/support.ts';

const NO_FACTS = { args: [], result: [], redacted: [], tools: [] };

/** A partition that no other test writes to. */
let partitions = 0;
const place = (): { source: string; partition: number } => ({ source: 'contract', partition: partitions++ });

export function storeEvents(store: () => Store): void {
  describe('events', () => {
    it('gives back every event to the letter', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(judgedEvent, { minLength: 1, maxLength: 50 }), async (events) => {
          const { source, partition } = place();
          const rows = events.map(({ event, judgement }, offset) => ({
            event: {
              ...event,
              key: `${partition}-${offset}-`.padEnd(32, '0'),
              position: { source, partition, offset, index: offset % 2 },
            },
            judgement,
          }));
          await store().writeEvents(store().pack(rows));
          expect(await gather(store().replay({ source, partition }, 0))).toEqual(rows);
        }),
        // A counterexample is told, though its shrinking would outlast the test.
        { numRuns: 25, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true },
      );
    });

    it('replays from an offset on, in order of offset and index, in bounded batches', async () => {
      const at = place();
      const rows = Array.from({ length: 5_000 }, (_, i) => judged(i >> 1, { ...at, index: i & 1, key: key(at, i) }));
      await store().writeEvents(store().pack(rows.slice(3_000)));
      await store().writeEvents(store().pack(rows.slice(0, 3_000)));
      const batches: JudgedEvent[][] = [];
      for await (const batch of store().replay(at, 1_000)) batches.push(batch);
      expect(batches.flat()).toEqual(rows.slice(2_000));
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(2_500);
    });

    it('can be left in the middle of a replay, and goes on', async () => {
      const at = place();
      await store().writeEvents(
        store().pack(Array.from({ length: 5_000 }, (_, i) => judged(i, { ...at, key: key(at, i) }))),
      );
      for await (const batch of store().replay(at, 0)) {
        expect(batch[0]!.event.position.offset).toBe(0);
        break;
      }
      expect(await store().nextOffset(at)).toBe(5_000);
    });

    it('holds the same rows once, however often they are written', async () => {
      const at = place();
      const rows = Array.from({ length: 50 }, (_, i) => judged(i, { ...at, key: key(at, i) }));
      for (let round = 0; round < 3; round += 1) await store().writeEvents(store().pack(rows));
      expect(await gather(store().replay(at, 0))).toEqual(rows);
      const partition = `${at.source}/${at.partition}`;
      const counted =
        'SELECT count() AS n, uniqExact(event_key) AS keys FROM v_events WHERE partition = {partition:String}';
      expect(await rowsOf(store(), counted, { partition })).toEqual([{ n: 50, keys: 50 }]);
    });

    it('keeps the first arrival of a key, whatever the order of writing', async () => {
      const at = place();
      const same = { ...at, key: key(at, 1), occurredAt: NOW };
      const first = judged(5, { ...same, receivedAt: NOW + 10 });
      const second = judged(9, { ...same, receivedAt: NOW + 10 });
      const third = judged(2, { ...same, receivedAt: NOW + 2_000 });
      const agent = { id: 'first-arrival', id_basis: 'subject' } as const;
      for (const row of [second, first, third]) row.event.body.agent = agent;
      for (const row of [second, third, first, second]) await store().writeEvents(store().pack([row]));
      expect(await gather(store().replay(at, 0))).toEqual([first]);
    });

    it('keeps and shows events of every clock, many months in one write', async () => {
      const at = place();
      const times = [0, Date.UTC(2100, 4, 5), Date.UTC(2261, 11, 31), Date.UTC(9999, 11, 31), Date.UTC(1900, 0, 1)];
      for (let month = 0; month < 150; month += 1) times.push(Date.UTC(2000, month, 3, 4, 5, 6, 789));
      const live = times.map((occurredAt, i) => judged(i, { ...at, occurredAt, receivedAt: NOW, key: key(at, i) }));
      const backfilled = times.map((occurredAt, i) =>
        judged(1_000 + i, { ...at, occurredAt, key: key(at, 1_000 + i) }),
      );
      await store().writeEvents(store().pack([...live, ...backfilled]));
      expect(await gather(store().replay(at, 0))).toEqual([...live, ...backfilled]);
      const sql = 'SELECT count() AS n, min(occurred_at) AS first FROM v_events WHERE partition = {p:String}';
      expect(await rowsOf(store(), sql, { p: `${at.source}/${at.partition}` })).toEqual([
        { n: 310, first: '1900-01-01T00:00:00.000Z' },
      ]);
    });

    it('shows a call that came in pieces once, as of its last phase, and replays every piece', async () => {
      const at = place();
      const body = { agent: { id: 'pieces', id_basis: 'subject' } } as const;
      const piece = (
        offset: number,
        n: number,
        phase: 'request' | 'response' | 'complete',
        occurredAt = NOW,
      ): JudgedEvent => judged(offset, { ...at, key: key(at, n), occurredAt, body: { ...body, phase } });
      const rows = [
        piece(0, 1, 'request'),
        piece(1, 2, 'request'),
        piece(2, 1, 'response', NOW + 5_000),
        piece(3, 2, 'complete'),
        piece(4, 3, 'request'),
        piece(5, 4, 'complete'),
      ];
      await store().writeEvents(store().pack(rows));
      expect(await gather(store().replay(at, 0))).toEqual(rows);
      const shown = await rowsOf(
        store(),
        "SELECT offset, phase FROM v_events WHERE agent_id = 'pieces' ORDER BY offset",
      );
      expect(shown).toEqual([
        { offset: 2, phase: 'response' },
        { offset: 3, phase: 'complete' },
        { offset: 4, phase: 'request' },
        { offset: 5, phase: 'complete' },
      ]);
    });

    it('knows the keys of the last offsets and the next offset, over events, rejects and manifests', async () => {
      const at = place();
      expect(await store().nextOffset(at)).toBe(0);
      await store().writeEvents(
        store().pack([0, 1, 2, 7].map((offset) => judged(offset, { ...at, key: key(at, offset) }))),
      );
      expect(await store().nextOffset(at)).toBe(8);
      expect(await store().recentKeys(at, { offset: 7 }, 6)).toEqual(
        [1, 2].map((offset) => ({
          offset,
          key: key(at, offset),
          contentHash: key(at, offset).slice(0, 16),
          phase: 'complete',
          basis: 'subject',
          status: 'ok',
          effect: '',
          asks: false,
          brings: false,
        })),
      );
      const reject = {
        reason: 'not_json',
        detail: "' \ud800",
        gateway: '',
        instance: 'gw',
        raw: '{"\0',
        receivedAt: NOW,
      } as const;
      await store().writeRejects([{ position: { ...at, offset: 12, index: 0 }, ...reject }]);
      await store().writeRejects([{ position: { ...at, offset: 12, index: 0 }, ...reject }]);
      expect(await store().nextOffset(at)).toBe(13);
      expect(await store().nextOffset(at, { epoch: 0, offset: 3 })).toBe(13);
      expect(await store().nextOffset(at, { epoch: 0, offset: 20 })).toBe(20);
      expect(await store().nextOffset(at, { epoch: 1, offset: 3 })).toBe(3);
      const sql =
        'SELECT reason, source, source_instance, offset, received_at, raw FROM v_rejects WHERE partition = {p:String}';
      expect(await rowsOf(store(), sql, { p: `${at.source}/${at.partition}` })).toEqual([
        {
          reason: 'not_json',
          source: 'contract',
          source_instance: 'gw',
          offset: 12,
          received_at: new Date(NOW).toISOString(),
          raw: '{"\0',
        },
      ]);
    });

    it('knows of each piece that another may follow whether it told what was asked, and what came back', async () => {
      const at = place();
      const hash = 'a'.repeat(16);
      const pieces: [Partial<JudgedEvent['event']['body']>, Partial<JudgedEvent['event']['facts']>][] = [
        [{ phase: 'request' }, { args: [{ field: 'to', kind: 'email', hash }] }],
        [{ phase: 'response', bytes_out: 0 }, {}],
        // More than its column holds.
        [{ phase: 'response', bytes_out: 1e300 }, {}],
        [{ phase: 'response' }, { result: [{ field: '', kind: 'email', hash }] }],
        [{ phase: 'response' }, { tools: [{ name: 'get_ticket', hash }] }],
        [{ phase: 'response', args_state: 'absent' }, {}],
      ];
      const rows = pieces.map(([body, facts], offset) => {
        const row = judged(offset, { ...at, key: key(at, offset), body });
        return { ...row, event: { ...row.event, facts: { ...NO_FACTS, ...facts } } };
      });
      await store().writeEvents(store().pack(rows));
      const known = await store().recentKeys(at, { offset: rows.length }, 100);
      expect(known.map(({ brings }) => brings)).toEqual([false, true, true, true, true, false]);
      expect(known.map(({ brings }) => brings)).toEqual(rows.map(({ event }) => pieceOf(event).brings));
      expect(known.map(({ asks }) => asks)).toEqual([true, true, true, true, true, false]);
    });

    it('knows the calls that were open at an offset, by their last pieces, the newest of them', async () => {
      const at = place();
      const absent = { args_state: 'absent' } as const;
      const told: [number, Partial<JudgedEvent['event']['body']>][] = [
        [0, { phase: 'decision', ...absent }],
        [0, { phase: 'request', args: { id: 'T-1' }, args_state: 'full' }],
        [1, { phase: 'request', ...absent }],
        [1, { phase: 'complete' }],
        [2, { phase: 'request' }],
        [2, { phase: 'response', args_state: 'full' }],
        [3, { phase: 'response', ...absent }],
        [4, { phase: 'complete' }],
        [5, { phase: 'request' }],
        [5, { phase: 'response', args_state: 'full' }],
      ];
      const rows = told.map(([n, body], offset) => {
        const row = judged(offset, { ...at, key: key(at, n), body });
        return { ...row, event: { ...row.event, facts: NO_FACTS } };
      });
      await store().writeEvents(store().pack(rows));
      const open = (offset: number, window: number, most = 10) =>
        gather(store().openCalls(at, { offset }, window, most));
      expect(await open(9, 100)).toEqual([rows[1], rows[6], rows[8]]);
      expect(await open(9, 100, 2)).toEqual([rows[6], rows[8]]);
      expect(await open(9, 5)).toEqual([rows[6], rows[8]]);
      expect(await open(10, 100)).toEqual([rows[1], rows[6]]);
      expect(await gather(store().openCalls(at, { epoch: 1, offset: 9 }, 100, 10))).toEqual([]);
    });

    it('holds what stood at one place of two logs side by side, each once, the older log first', async () => {
      const at = place();
      const newer = { ...at, epoch: 2 };
      const rows = [
        ...[0, 1, 2].map((offset) => judged(offset, { ...at, key: key(at, offset) })),
        ...[0, 1].map((offset) => judged(offset, { ...newer, key: key(at, 10 + offset) })),
      ];
      const refused = [at, newer].map((one) => ({
        position: { ...one, offset: 5, index: 0 },
        receivedAt: NOW,
        reason: 'not_json' as const,
        detail: '',
        gateway: '',
        raw: 'epoch' in one ? 'new' : 'old',
      }));
      for (let round = 0; round < 2; round += 1) {
        await store().writeEvents(store().pack(rows.slice(round === 0 ? 3 : 0)));
        await store().writeRejects(refused);
      }
      expect(await gather(store().replay(at, 0))).toEqual(rows);
      const sql = 'SELECT epoch, offset, raw FROM v_rejects WHERE partition = {p:String} ORDER BY epoch';
      expect(await rowsOf(store(), sql, { p: `${at.source}/${at.partition}` })).toEqual([
        { epoch: 0, offset: 5, raw: 'old' },
        { epoch: 2, offset: 5, raw: 'new' },
      ]);
      const keys = async (before: InLog, window: number) =>
        (await store().recentKeys(at, before, window)).map(({ offset, key: known }) => [offset, known]);
      const old = [0, 1, 2].map((offset) => [offset - 3, key(at, offset)]);
      const own = [0, 1].map((offset) => [offset, key(at, 10 + offset)]);
      expect(await keys({ offset: 3 }, 10)).toEqual([0, 1, 2].map((offset) => [offset, key(at, offset)]));
      expect(await keys({ epoch: 2, offset: 2 }, 10)).toEqual([...old, ...own]);
      expect(await keys({ epoch: 2, offset: 2 }, 3)).toEqual([old[2], ...own]);
      expect(await keys({ epoch: 2, offset: 2 }, 1)).toEqual([own[1]]);
      expect(await keys({ epoch: 3, offset: 0 }, 1)).toEqual([[-1, key(at, 11)]]);
      // A log that lost its end alone, and is read on from the middle.
      expect(await keys({ epoch: 3, offset: 2, begins: 2 }, 2)).toEqual([
        [0, key(at, 10)],
        [1, key(at, 11)],
      ]);
      expect(await keys({ epoch: 3, offset: 3, begins: 2 }, 2)).toEqual([[1, key(at, 11)]]);
    });

    it('writes nothing where there is nothing to write', async () => {
      await store().writeEvents(store().pack([]));
      await store().writeRejects([]);
      await store().writeGaps([]);
    });

    it('keeps gaps', async () => {
      const gap = {
        kind: 'lost',
        source: 'kafka:x',
        partition: 3,
        fromOffset: 5,
        toOffset: 9,
        from: NOW,
        to: NOW + 1,
      } as const;
      await store().writeGaps([{ ...gap, detail: 'retention' }]);
      await store().writeGaps([{ ...gap, detail: 'retention' }]);
      expect(await rowsOf(store(), 'SELECT kind, from_offset, to_offset FROM gaps FINAL')).toEqual([
        { kind: 'lost', from_offset: 5, to_offset: 9 },
      ]);
    });
  });
}

const key = ({ partition }: { partition: number }, n: number): string => `${partition}x${n}`.padEnd(32, 'f');
