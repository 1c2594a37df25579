import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Status } from '../../schemas/api.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { createHome, type Home, post, startHere } from '../support/service.ts';

let home: Home;
let service: Service;
afterEach(async () => {
  await service.stop();
  await home.remove();
});

const rule = (word: string): string =>
  `privileges:\n  - { id: own, servers: [billing], tools: [settle], class: ${word} }\n`;

async function classOf(event_id: string): Promise<unknown> {
  const target = { type: 'tool' as const, name: 'settle' };
  const call = { agent: { id: 'a' }, server: { id: 'billing' }, method: 'tools/call', target };
  await post(service.url, [{ event_id, occurred_at: new Date().toISOString(), ...call }], '');
  const limits = { maxRows: 1, maxSeconds: 10, maxBytes: 1_000 };
  const sql = 'SELECT class FROM v_events WHERE event_id = {id:String}';
  return (await service.store.query(sql, limits, { id: event_id })).rows[0]?.class;
}
const warnings = async () => ((await (await fetch(`${service.url}/v1/status`)).json()) as Status).warnings.join();

it('a catalogue that is changed counts from then on; a broken one leaves in force what was so, and is told', async () => {
  home = await createHome({ catalogue: ['privileges.yaml'] });
  const path = join(home.folder, 'privileges.yaml');
  await writeFile(path, rule('read'));
  service = await startHere(home);
  expect(await classOf('before')).toBe('read');

  await writeFile(path, rule('grave'));
  await expect.poll(warnings, { timeout: 10_000 }).toMatch(/old ones stay in force: .*privileges.yaml:2/);
  expect(await classOf('broken')).toBe('read');

  await writeFile(path, rule('secret'));
  await expect.poll(warnings, { timeout: 10_000 }).toBe('');
  expect(await classOf('after')).toBe('secret');
});
