import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { DAY } from '../../schemas/durations.ts';
import { proofSql, sessionSql, trendSql } from '../../src/engine/proof.ts';
import type { Store } from '../../src/stores/store.ts';
import { judged, migratedStore, rowsOf } from '../stores/support.ts';

const START = Date.UTC(2026, 9, 1);
const AGENT = "o'hara\\bot";

describe('the query of a proof', () => {
  let store: Store;
  let remove: () => Promise<void>;
  const keys: string[] = [];
  beforeAll(async () => {
    ({ store, remove } = await migratedStore());
    const rows = [];
    // A day has ten reads, and as many writes as its number.
    for (let day = 1; day <= 9; day += 1)
      for (let n = 0; n < 10 + day; n += 1) {
        const body = { agent: { id: AGENT, id_basis: 'subject' as const } };
        const privilege = n < 10 ? ('read' as const) : ('write' as const);
        const occurredAt = START + day * DAY + n * 60_000;
        rows.push(judged(day * 100 + n, { occurredAt, body, judgement: { class: privilege } }));
      }
    keys.push(...rows.slice(-2).map(({ event }) => event.key));
    await store.writeEvents(store.pack(rows));
  });
  afterAll(async () => {
    await remove();
  });

  it('of growth shows the days of the agent, and what was privileged of them', async () => {
    const rows = await rowsOf(store, trendSql('days', AGENT, START + 9 * DAY));
    expect(rows.map(({ calls, privileged }) => [Number(calls), Number(privileged)])).toEqual(
      Array.from({ length: 9 }, (_, n) => [11 + n, 1 + n]),
    );
    expect(rows.at(-1)).toMatchObject({ day: '2026-10-10', share: 0.474, execute_and_above: 0, servers: ['tickets'] });
    expect(await rowsOf(store, trendSql('days', AGENT, START + 4 * DAY + 1))).toHaveLength(4);
  });

  it('of a burst shows the hours', async () => {
    expect(await rowsOf(store, trendSql('hours', AGENT, START + 9 * DAY))).toHaveLength(9);
  });

  it('of a session shows all of it, however the session was told apart', async () => {
    const firstAt = START + 20 * DAY;
    const at = { firstAt, lastAt: firstAt + 180_500 };
    const rows = (['gateway', 'trace', 'task', 'idle'] as const).flatMap((from, kind) =>
      [0, 1, 2].map((n) =>
        judged(5_000 + kind * 10 + n, {
          occurredAt: firstAt + n * 90_250,
          body: {
            agent: { id: AGENT, id_basis: 'subject' },
            session_id: from === 'gateway' ? "it's" : undefined,
            ...(from === 'trace' ? { trace_id: 't-1' } : {}),
            ...(from === 'task' ? { task: { id: 'k:1' } } : {}),
          } as object,
        }),
      ),
    );
    await store.writeEvents(store.pack(rows));
    const shown = async (from: 'gateway' | 'trace' | 'task' | 'idle', key: string) =>
      await rowsOf(store, sessionSql(AGENT, { key, from, ...at }));
    expect(await shown('gateway', "it's")).toHaveLength(3);
    expect(await shown('trace', 'trace:t-1')).toHaveLength(3);
    expect(await shown('task', 'task:k:1')).toHaveLength(3);
    expect(await shown('idle', 'idle:0')).toHaveLength(3);
  });

  it('of single findings shows their events, whatever the agent calls itself', async () => {
    expect(await rowsOf(store, proofSql(AGENT, keys))).toHaveLength(2);
  });

  it('of a detector shows what its findings are about', async () => {
    const body = {
      agent: { id: AGENT, id_basis: 'subject' as const },
      user: { id: 'dana' },
      delegation: [{ sub: AGENT }, { sub: 'dana' }],
      credential: { id: 'k-1', expires_at: '2026-10-20T00:00:00Z' },
      client: { name: 'curl' },
      src: { ip: '203.0.113.9', user_agent: 'curl/8' },
    };
    const row = judged(9_000, { occurredAt: START + 25 * DAY, body });
    await store.writeEvents(store.pack([row]));
    const shown: Record<string, unknown> = {};
    for (const { columns } of detectors)
      if (columns !== undefined)
        Object.assign(shown, (await rowsOf(store, proofSql(AGENT, [row.event.key], columns)))[0]);
    expect(shown).toMatchObject({
      user_id: 'dana',
      delegation: [AGENT, 'dana'],
      credential_id: 'k-1',
      credential_expires_at: expect.stringContaining('2026-10-20'),
      client_name: 'curl',
      src_ip: '203.0.113.9',
      src_user_agent: 'curl/8',
    });
  });
});
