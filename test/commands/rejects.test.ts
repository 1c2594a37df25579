import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { jsonLines } from '../support/json-lines.ts';
import { call, type House, house, post, spawned } from './support.ts';

const mapping = {
  name: 'mine',
  claims: { app: 'my-gw' },
  occurred_at: 'ts',
  method: { otherwise: 'tools/call' },
  target: 'tool',
  agent: [{ basis: 'consumer' as const, from: 'who' }],
  server: 'backend',
};
const known = { app: 'my-gw', ts: 1_791_188_043, tool: 'search', who: 'bot-7', backend: 'tickets' };
const unknown = { app: 'nobody', note: '\u001b[31mred \u009b31m \u202e \u{e0041}' };

const checkpoint = { dedupe_window: 20 };

describe('rejects', () => {
  let home: House;
  let service: Awaited<ReturnType<House['start']>>;
  const rejects = (...args: string[]) => spawned(['rejects', ...args, '--config', home.config]);
  const listed = async () =>
    jsonLines<{ place: string; received_at: string; raw: string; now: string }>((await rejects('list', '--json')).out);

  beforeAll(async () => {
    home = await house();
    await home.configure({ data_dir: 'data', checkpoint });
    service = await home.start();
    await post(service.url, [call(1), unknown, known]);
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await home.remove();
  });

  it('lists and shows what was refused, and gives a terminal no orders', async () => {
    const found = await listed();
    expect(found).toHaveLength(2);
    expect(found[0]!.received_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const table = await rejects('list');
    expect(table.code).toBe(0);
    expect(table.out).not.toContain('\u001b');
    expect((await rejects('list', '--reason', 'bad_time')).out).toBe('no rejects\n');
    const shown = await rejects('show', found[0]!.place);
    expect(shown.out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(shown.out)).toMatchObject({ place: found[0]!.place, raw: found[0]!.raw });
    expect(await rejects('show', 'http/0/9/9')).toMatchObject({ code: 1, err: expect.stringContaining('no record') });
  }, 60_000);

  it('has a closed list of reasons', async () => {
    expect(await rejects('list', '--reason', 'nope')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/unknown_format/),
    });
  }, 60_000);

  it('writes nothing where it asks a server elsewhere', async () => {
    const away = await house({ data_dir: 'data' });
    const { code, out } = await spawned(['rejects', 'list', '--url', service.url, '--config', away.config]);
    expect([code, out]).toEqual([0, expect.stringContaining('http/0/2/0')]);
    expect(await readdir(away.folder)).toEqual(['overreach.config.yaml']);
    await away.remove();
  }, 60_000);

  it('replays what a mended mapping understands: once, however often', async () => {
    expect((await rejects('replay')).out).toContain('2 still refused');
    await home.configure({ data_dir: 'data', checkpoint, mappings: [mapping] });
    const early = await rejects('replay');
    expect([early.code, early.out]).toEqual([0, expect.stringMatching(/1 still refused, 1 rejected\n.*restart it/)]);
    await service.stop();
    service = await home.start();
    expect((await rejects('replay', '--dry-run')).out).toMatch(/2 would be sent/);
    const standing = async () => (await listed()).map(({ now }) => now);
    expect(await standing()).toEqual(['understood', 'understood', 'refused']);
    expect((await rejects('replay')).out).toContain('1 accepted, 1 duplicate');
    expect(await standing(), 'what was replayed is told from what waits').toEqual([
      'in the record',
      'in the record',
      'refused',
    ]);
    // As much later as the fold has forgotten it.
    const later = Array.from({ length: checkpoint.dedupe_window + 1 }, (_, n) => call(100 + n));
    await post(service.url, later);
    expect((await rejects('replay', '--limit', '2')).out).toMatch(/^.*2 duplicate\n.*older ones are left/s);
    expect(service.pipeline.held.get('http/0')!.tally).toMatchObject({ folded: 2 + later.length, duplicates: 1 });
    const limits = { maxRows: 10, maxSeconds: 10, maxBytes: 1e6 };
    const { rows } = await service.store.query(
      "SELECT agent_id, target_name FROM v_events WHERE agent_id = 'bot-7'",
      limits,
    );
    expect(rows).toEqual([{ agent_id: 'bot-7', target_name: 'search' }]);
    expect(await listed()).toHaveLength(3);
  }, 120_000);
});

describe('records of one request', () => {
  it('are listed and replayed in the order in which they stood there', async () => {
    const home = await house({ data_dir: 'data' });
    let service = await home.start();
    try {
      // Both counts, offsets and places in a batch, go from one digit to two.
      const tools = Array.from({ length: 12 }, (_, at) => `tool_${at}`);
      const sent = tools.map((tool, at) => ({ ...known, tool, ts: known.ts + at }));
      await post(service.url, [{ ...call(2), args: { text: 'x'.repeat(1_200_000) } }, call(1), ...sent]);
      await service.stop();
      await home.configure({ data_dir: 'data', mappings: [mapping] });
      service = await home.start();
      const newest = await spawned(['rejects', 'list', '--limit', '1', '--json', '--config', home.config]);
      expect(JSON.parse((JSON.parse(newest.out) as { raw: string }).raw)).toMatchObject({ tool: 'tool_11' });
      const replayed = await spawned(['rejects', 'replay', '--json', '--config', home.config]);
      const cut = { place: 'http/0/0/0', why: expect.stringMatching(/^too_large: .*send it again/) as string };
      expect(JSON.parse(replayed.out)).toEqual({
        counts: { still_refused: 1, accepted: 12 },
        still_refused: [cut],
        older_left: false,
      });
      const limits = { maxRows: 20, maxSeconds: 10, maxBytes: 1e6 };
      const { rows } = await service.store.query(
        "SELECT target_name FROM v_events WHERE agent_id = 'bot-7' ORDER BY offset",
        limits,
      );
      expect(rows.map(({ target_name: tool }) => tool)).toEqual(tools);
    } finally {
      await service.stop();
      await home.remove();
    }
  }, 120_000);
});

describe('what a token sent of an agent that is not its own', () => {
  const tokens = [
    { name: 'soc', token_env: 'SOC_TOKEN', roles: ['admin' as const] },
    { name: 'gw', token_env: 'GW_TOKEN', roles: ['ingest' as const], agents: ['mine-*'] },
  ];
  const env = { SOC_TOKEN: 'the-token-of-the-soc', GW_TOKEN: 'the-token-of-a-gateway' };
  let home: House;
  let service: Awaited<ReturnType<House['start']>>;
  beforeAll(async () => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    home = await house({ data_dir: 'data', http: { port: 0, tokens } });
    service = await home.start();
    await post(service.url, [call(1, { agent: { id: 'mine-1' } }), call(2)], env.GW_TOKEN);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await service.stop();
    await home.remove();
  });

  it('is replayed under a token that may only where that is asked for', async () => {
    const replay = async (...args: string[]) =>
      (await spawned(['rejects', 'replay', ...args, '--config', home.config], { OVERREACH_TOKEN: env.SOC_TOKEN })).out;
    const agents = async () => {
      const limits = { maxRows: 10, maxSeconds: 10, maxBytes: 1e6 };
      return (await service.store.query('SELECT agent_id FROM v_events ORDER BY agent_id', limits)).rows;
    };
    expect(await replay()).toMatch(/^1 refused for its agent, not sent/);
    expect(await replay('http/0/1/0')).toMatch(/^1 refused for its agent, not sent/);
    expect(await agents()).toEqual([{ agent_id: 'mine-1' }]);
    expect(await replay('--reason', 'forbidden_agent')).toContain('1 accepted');
    expect(await agents()).toEqual([{ agent_id: 'mine-1' }, { agent_id: 'support-1' }]);

    // It stays what its gateway sent: where that may say so, and says it again, it is no second call.
    await service.stop();
    const anybody = tokens.map(({ agents: _, ...token }) => token);
    await home.configure({ data_dir: 'data', http: { port: 0, tokens: anybody } });
    service = await home.start();
    const sent = async (query: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${env.GW_TOKEN}` };
      const body = JSON.stringify(call(2));
      return await (await fetch(`${service.url}/v1/events${query}`, { method: 'POST', headers, body })).json();
    };
    expect(await sent('')).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await agents()).toHaveLength(2);
    expect(await sent('?instance=soc')).toMatchObject({ error: 'forbidden' });
  }, 60_000);
});
