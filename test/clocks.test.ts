import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeEvent } from '../schemas/event.ts';
import type { Service } from '../src/commands/support/service.ts';
import { createHome, type Home, post, startHere } from './support/service.ts';

const at = (occurred_at: string, more: Partial<NativeEvent> = {}): NativeEvent => ({
  event_id: `at ${occurred_at}`,
  occurred_at,
  agent: { id: 'wanderer' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { type: 'tool', name: 'get_ticket' },
  outcome: { status: 'ok' },
  ...more,
});
const months = Array.from({ length: 150 }, (_, n) => at(new Date(Date.UTC(2014, n, 3)).toISOString()));

describe('a running service', () => {
  let home: Home;
  let service: Service;
  beforeAll(async () => {
    home = await createHome();
    service = await startHere(home);
  });
  afterAll(async () => {
    await service.stop();
    await home.remove();
  });
  const limits = { maxRows: 10, maxSeconds: 10, maxBytes: 1e7 };
  const count = async (where: string): Promise<number> =>
    Number((await service.store.query(`SELECT count() AS n FROM v_events WHERE ${where}`, limits)).rows[0]!.n);

  it('keeps events of 1970, 2100 and 150 months that came in one request', async () => {
    const odd = [at('1970-01-01T00:00:00Z'), at('2100-01-01T00:00:00Z'), ...months];
    expect(await post(service.url, odd, '')).toMatchObject({ accepted: odd.length, rejected_total: 0 });
    expect(await count("agent_id = 'wanderer'")).toBe(odd.length);
    expect(await post(service.url, odd, '')).toMatchObject({ accepted: 0, duplicates: odd.length });
    expect(await count("agent_id = 'wanderer'")).toBe(odd.length);
  });

  it('takes the same as history, and goes on', async () => {
    const history = [at('1970-01-02T00:00:00Z'), at('2100-01-02T00:00:00Z'), ...months].map((event) => ({
      ...event,
      event_id: `${event.event_id}, filled in`,
      agent: { id: 'historian' },
    }));
    expect(await post(service.url, history)).toMatchObject({ accepted: history.length, rejected_total: 0 });
    const now = at(new Date().toISOString(), { agent: { id: 'historian' } });
    expect(await post(service.url, [now], '')).toMatchObject({ accepted: 1 });
    await service.pipeline.checkpoint();
    expect(
      await count(
        "agent_id = 'historian' AND occurred_at > now() - INTERVAL 1 DAY AND occurred_at < now() + INTERVAL 1 DAY",
      ),
    ).toBe(1);
  });

  it('an alert of an event of 2100 has the time that it was judged by, and shows its call', async () => {
    const agent = { id: 'ahead' };
    const expired = { credential: { id: 'key-1', kind: 'api_key', expires_at: '2026-01-01T00:00:00Z' } };
    const before = Date.now();
    await post(service.url, [{ ...at('2100-01-03T00:00:00Z', { agent }), ...expired, session_id: 's-1' }], '');
    const [alert] = await service.store.alerts({ agent: 'ahead', limit: 10 });
    expect(alert).toMatchObject({ detector: 'credential-hygiene' });
    const told = Date.parse(alert!.occurred_at);
    expect([told >= before, told < Date.now() + 11 * 60_000]).toEqual([true, true]);
    const response = await fetch(`${service.url}/v1/alerts/${alert!.alert_id}`);
    expect(await response.json()).toMatchObject({ calls: [{ at: '2100-01-03T00:00:00.000Z', told: true }] });
  });

  it('refuses a time that no column holds, and its neighbours stay', async () => {
    const answer = await post(service.url, [at('1969-07-20T20:17:40Z'), at('2026-03-01T00:00:00Z')], '');
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 0, reason: 'bad_time' }] });
  });

  it('knows after a restart which piece of a call it has', async () => {
    const piece = (event_id: string, phase: NativeEvent['phase']) =>
      at('2026-11-20T12:00:00Z', { event_id, phase, agent: { id: 'in-pieces' } });
    await post(service.url, [piece('open', 'request'), piece('whole', 'complete')]);
    await service.stop();
    service = await startHere(home);
    expect(await post(service.url, [piece('open', 'complete')])).toMatchObject({ accepted: 1, duplicates: 0 });
    const again = [piece('open', 'complete'), piece('open', 'request'), piece('whole', 'complete')];
    expect(await post(service.url, again)).toMatchObject({ accepted: 0, duplicates: 3 });
    const { rows } = await service.store.query(
      "SELECT event_id, phase FROM v_events WHERE agent_id = 'in-pieces' ORDER BY event_id",
      limits,
    );
    expect(rows).toEqual([
      { event_id: 'open', phase: 'complete' },
      { event_id: 'whole', phase: 'complete' },
    ]);
  });

  it('finds an agent again whose name is no Unicode', async () => {
    const name = 'half \ud83d a pair';
    const named = (n: number) =>
      at('2026-11-20T13:00:00Z', { event_id: `half ${n}`, agent: { id: name }, session_id: name });
    await post(service.url, [named(1)]);
    await service.stop();
    service = await startHere(home);
    await post(service.url, [named(2)]);
    const [held] = [...service.pipeline.held.values()];
    expect(held!.partition.agents.get(name.toWellFormed())).toMatchObject({ calls: 2 });
    expect(await count(`agent_id = '${name.toWellFormed()}'`)).toBe(2);
  });
});
