import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreepDay } from '../../schemas/creep.ts';
import { loadConfig } from '../../src/config.ts';
import { createCreepHistory } from '../../src/creep/history.ts';
import { loadGrants } from '../../src/grants/load.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { ADMIN_HTTP, createHome, type Home, post, smallCompany, startHere } from '../support/service.ts';

const CONFIG = { http: ADMIN_HTTP };
const LIMITS = { maxRows: 10_000, maxSeconds: 30, maxBytes: 1 << 26 };

describe('the history of the creep index', () => {
  const { events, grants } = smallCompany({ agents: 4 });
  let home: Home;
  let store: Store;
  let now = Date.parse('2026-07-20T00:10:00Z');
  const ask = async (sql: string) => (await store.query(sql, LIMITS)).rows;
  const keeper = (write = (days: readonly CreepDay[]) => store.writeCreepDays(days)) => {
    const { config } = loadConfig(home.config, {});
    return createCreepHistory({
      port: { query: async (sql, params) => (await store.query(sql, LIMITS, params)).rows },
      write,
      grants: async () => loadGrants(config.grants),
      now: () => now,
    });
  };

  beforeAll(async () => {
    home = await createHome(CONFIG, grants);
    const service = await startHere(home);
    await post(service.url, events);
    await service.stop();
    store = await openStore(loadConfig(home.config, {}).config);
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await home.remove();
  });

  it('has a row for each agent and day that is over, from its first day on', async () => {
    const keep = keeper();
    const rows = await keep();
    const [row] = await ask(
      'SELECT count() AS n, uniqExact(agent_id) AS agents, toString(min(day)) AS first, toString(max(day)) AS last FROM v_creep_index',
    );
    expect(row).toMatchObject({ first: '2026-07-02', last: '2026-07-19' });
    expect(Number(row!.n)).toBe(rows);
    expect(Number(row!.agents)).toBe(4);
    const [worst] = await ask('SELECT creep, undeclared, terms FROM v_creep_index ORDER BY undeclared DESC LIMIT 1');
    expect(Number(worst!.undeclared)).toBeGreaterThan(0);
    expect(JSON.parse(String(worst!.terms))).toBeInstanceOf(Array);
    expect(await keep()).toBe(0);
  });

  it('goes on with the days that came, after a restart too, and writes none twice', async () => {
    expect(await keeper()()).toBe(0);
    now += 3 * 86_400_000;
    expect(await keeper()()).toBe(3 * 4);
    expect(await ask('SELECT agent_id, day FROM v_creep_index GROUP BY agent_id, day HAVING count() > 1')).toEqual([]);
  });

  it('makes up for the agents that a day broken off left out, a restart later', async () => {
    now += 2 * 86_400_000;
    let written = 0;
    const broken = keeper(async (days) => {
      written += 1;
      if (written > 2) throw new Error('the disk is full');
      await store.writeCreepDays(days);
    });
    await expect(broken()).rejects.toThrow('the disk is full');
    expect(await keeper()()).toBe(2 * 2);
    expect(await keeper()()).toBe(0);
    expect(
      await ask("SELECT day, count() AS n FROM v_creep_index WHERE day >= '2026-07-23' GROUP BY day ORDER BY day"),
    ).toEqual([
      { day: '2026-07-23', n: 4 },
      { day: '2026-07-24', n: 4 },
    ]);
  });
});
