import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantsCommand } from '../../src/commands/grants.ts';
import { reading } from '../../src/commands/support/reading.ts';
import { call, type House, house, post, run } from './support.ts';

const GRANTS = `grants:
  - { id: reads, agents: ["support-*"], servers: [tickets], targets: ["get_*"], max_class: read }
charters:
  - { agents: ["support-*"], owner: mia@acme.example, purpose: answers tickets, servers: [tickets] }
`;

it('a policy is suggested by what was used: no grants are taken that it would not look at', async () => {
  const none = () => Promise.reject(new Error('nothing is opened'));
  const command = grantsCommand({ open: none, write: () => {}, warn: () => {}, now: Date.now });
  expect(await run(command, ['suggest', '--agent', 'support-1', '--grants', 'other.yaml'])).toMatch(
    /unknown option '--grants'/,
  );
});

describe('grants diff without a grants file', () => {
  let home: House;
  const diff = async (...args: string[]) => {
    let out = '';
    const world = { write: (text: string) => (out += text), warn: () => {}, now: () => Date.UTC(2026, 10, 21) };
    const error = await run(
      reading((open) => grantsCommand({ open, ...world })),
      ['diff', '--json', '--config', home.config, ...args],
    );
    expect(error).toBeUndefined();
    return JSON.parse(out.split('\n').find((line) => line.includes('get_ticket') || line.includes('get_*'))!) as object;
  };
  beforeAll(async () => {
    home = await house();
    await writeFile(join(home.folder, 'grants.yaml'), GRANTS);
    await home.configure({ data_dir: 'data', grants: ['grants.yaml'] });
    const service = await home.start();
    await post(service.url, [call(1), call(2)]);
    await service.stop();
  }, 60_000);
  afterAll(() => home.remove());

  it('is held against those that were in force in the record; a file that is named counts before them', async () => {
    const asItShouldBe = { granted: 'yes', grant_id: 'reads', declared: 'yes', owner: 'mia@acme.example' };
    expect(await diff()).toMatchObject(asItShouldBe);
    await home.configure({ data_dir: 'data' });
    expect(await diff()).toMatchObject(asItShouldBe);
    await writeFile(join(home.folder, 'grants.yaml'), 'grants: [{ agent: typo }]\n');
    await home.configure({ data_dir: 'data', grants: ['grants.yaml'] });
    expect(await diff(), 'files that are broken are in force nowhere').toMatchObject(asItShouldBe);
    await home.configure({ data_dir: 'data' });
    const other = join(home.folder, 'other.yaml');
    await writeFile(other, 'grants:\n  - { id: another, agents: [support-1], targets: [another] }\n');
    expect(await diff('--grants', other)).toMatchObject({
      granted: 'no',
      verdict: 'no longer granted',
    });
  }, 60_000);
});
