import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Reject } from '../../schemas/event.ts';
import { createWriter } from '../../src/pipeline/write.ts';
import { refusesRows } from '../../src/stores/errors.ts';
import { createPacker, inserts, type Packed } from '../../src/stores/event-rows.ts';
import { fromRow } from '../../src/stores/from-row.ts';
import { WRITTEN_COLUMNS, writeRows } from '../../src/stores/rows.ts';
import type { EventRows, JudgedEvent, Store } from '../../src/stores/store.ts';
import { judgedEvent } from './arbitrary.ts';
import { judged, NOW, series } from './support.ts';

const YEAR = 365 * 86_400_000;
const textOf = (packs: readonly EventRows[]): string[] =>
  (packs as readonly Packed[]).flatMap(({ bytes }) => Buffer.from(bytes).toString('utf8').trimEnd().split('\n'));

/** The values of one event's row, as the engine would give them back. */
const valuesOf = (row: JudgedEvent): unknown[] => {
  const all = WRITTEN_COLUMNS.map(() => true);
  return JSON.parse(Buffer.from(writeRows([row], all).bytes()).toString('utf8')) as unknown[];
};
const fact = (field: string) => ({ field, kind: 'word' as const, hash: '0123456789abcdef' });

function withFacts(...args: Fact[]): JudgedEvent {
  const row = judged(0);
  return { ...row, event: { ...row.event, facts: { ...row.event.facts, args } } };
}

describe('the row of an event', () => {
  it('is that event to the letter, whatever is in it', () => {
    fc.assert(
      fc.property(judgedEvent, (row) => {
        expect(fromRow(valuesOf(row))).toEqual(row);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['an empty issuer', judged(0, { body: { delegation: [{ iss: '', sub: 'x' }] } })],
    ['a bar in the name of a field', withFacts(fact('a|b'))],
    ['a bar behind a name that is no ASCII', withFacts(fact('漢字'), fact('a|b'))],
  ])('holds %s', (_, row) => {
    expect(fromRow(valuesOf(row))).toEqual(row);
  });

  it('holds no fact that the name of a field only spells', () => {
    const packed = valuesOf(withFacts(fact('a|word:fedcba9876543210:b')))[WRITTEN_COLUMNS.indexOf('arg_facts')];
    expect(packed).toBe('|word:0123456789abcdef:a¦word:fedcba9876543210:b');
  });
});

describe('rows of events, packed', () => {
  it('come apart into the same rows', () => {
    const [whole] = createPacker()(series(0, 5));
    const halves = whole!.halves();
    expect(halves.map(({ rows }) => rows)).toEqual([2, 3]);
    expect(textOf(halves)).toEqual(textOf([whole!]));
  });

  it('leave out no column that a row fills, nor the one that holds what another cannot', () => {
    const isDefault = (value: unknown): boolean =>
      value === '' || value === null || (Array.isArray(value) && value.length === 0);
    fc.assert(
      fc.property(judgedEvent, (row) => {
        const [{ columns }] = createPacker()([row]) as [Packed];
        expect(valuesOf(row).filter((value, n) => !columns[n] && !isDefault(value))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('go into one insert where they fill the same columns, within months that it may touch', () => {
    const pack = createPacker();
    const early = pack(series(0, 3));
    const wider = pack([judged(3, { body: { trace_id: 'a trace' } })]);
    const later = pack(series(4, 6));
    const old = pack([judged(6, { occurredAt: NOW - 30 * YEAR })]);
    expect(inserts([...early, ...wider, ...later, ...old], 10 * YEAR)).toEqual([early, [...wider, ...later], old]);
  });

  it('lose but the one row that the engine refuses, which is told with its place', async () => {
    const rows = series(0, 9);
    const bad = rows[6]!.event;
    const stored: string[] = [];
    const rejects: Reject[] = [];
    const store = {
      writeEvents(packs: readonly EventRows[]) {
        const texts = textOf(packs);
        if (texts.some((text) => text.includes(bad.key))) throw Object.assign(new Error('no'), { code: '27' });
        stored.push(...texts);
        return Promise.resolve();
      },
      writeRejects(more: readonly Reject[]) {
        rejects.push(...more);
        return Promise.resolve();
      },
    } as unknown as Store;
    const write = createWriter({
      store,
      refusesRows,
      persist: (_, work) => work(),
      notify: () => Promise.resolve(),
      onInserted: () => {},
      onRefused: () => {},
      elapsed: () => 0,
    });
    const pack = createPacker();
    await write({ events: [...pack(rows.slice(0, 4)), ...pack(rows.slice(4))], rejects: [], alerts: [], quiet: [] });
    expect(stored).toHaveLength(8);
    expect(
      rejects.map(({ position, receivedAt, reason, gateway }) => ({ position, receivedAt, reason, gateway })),
    ).toEqual([
      { position: bad.position, receivedAt: bad.receivedAt, reason: 'internal_error', gateway: bad.body.source.kind },
    ]);
    expect(rejects[0]!.raw).toContain(bad.key);
  });
});
