import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Status } from '../../schemas/api.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { createHome, type Home, post, startHere, writeGrants } from '../support/service.ts';

let home: Home;
let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await home.remove();
});

const READS = grantsFileSchema.parse({
  grants: [{ id: 'reads', agents: ['support-1'], servers: ['tickets'], targets: ['get_*'] }],
});
const BROKEN = 'grants:\n  - { id: reads, agents: [support-1], targest: ["*"] }\n';

const call = (event_id: string, name: string): NativeEvent => ({
  event_id,
  occurred_at: new Date().toISOString(),
  agent: { id: 'support-1' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { type: 'tool', name },
  outcome: { status: 'ok' },
});
const scopeOf = async (event_id: string) => {
  const { rows } = await service!.store.query(
    'SELECT scope FROM v_events WHERE event_id = {id:String}',
    { maxRows: 1, maxSeconds: 10, maxBytes: 1_000 },
    { id: event_id },
  );
  return rows[0]?.scope;
};
const status = async () => (await (await fetch(`${service!.url}/v1/status`)).json()) as Status;

it('broken grants files at a start leave in force what was so last, which is said and alerted until they are mended', async () => {
  home = await createHome({}, READS);
  service = await startHere(home);
  const version = (await service.store.newestInput('grants'))?.version;
  await service.stop();
  await writeFile(join(home.folder, 'grants.yaml'), BROKEN);

  service = await startHere(home);
  await post(service.url, [call('read', 'get_ticket'), call('write', 'close_ticket')], '');
  expect([await scopeOf('read'), await scopeOf('write')]).toEqual(['in', 'out']);
  expect((await service.store.newestInput('grants'))?.version).toBe(version);
  expect((await status()).warnings).toEqual([
    expect.stringMatching(/old ones stay in force: .*grants.yaml:2.*targest/),
  ]);
  await service.watch.look();
  expect(service.watch.troubles).toContain('The grants files are broken: the old grants stay in force');

  await writeGrants(home.folder, { grants: [{ ...READS.grants[0]!, targets: ['*_ticket'] }] });
  await expect.poll(async () => (await status()).warnings.join(), { timeout: 10_000 }).not.toContain('old ones');
  await post(service.url, [call('later', 'close_ticket')], '');
  expect(await scopeOf('later')).toBe('in');
}, 60_000);

it('grants files that are not there are a mistake of the configuration, whatever was in force', async () => {
  home = await createHome({}, READS);
  await (await startHere(home)).stop();
  await writeFile(home.config, 'data_dir: data\nhttp: { port: 0 }\ngrants: [nowhere.yaml]\n');
  await expect(startHere(home)).rejects.toThrow('nowhere.yaml: there is no such file');
}, 60_000);

it('where there never were grants, broken ones are refused as every mistake is', async () => {
  home = await createHome({}, { grants: [] });
  await (await startHere(home)).stop();
  await writeFile(join(home.folder, 'grants.yaml'), BROKEN);
  await expect(startHere(home)).rejects.toThrow(/grants.yaml:2.*targest/);
}, 60_000);
