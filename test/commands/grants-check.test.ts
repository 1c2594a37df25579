import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantsCheck } from '../../src/commands/grants-check.ts';
import { type House, house, run } from './support.ts';

let held: House;
beforeAll(async () => {
  held = await house();
});
afterAll(() => held.remove());

const GOOD = `grants:
  - { id: reads, agents: [support-1], servers: [tickets], targets: ["get_*"] }
  - { id: was, agents: [support-1], servers: [crm], valid_to: 2026-01-01 }
`;
const BAD = `grants:
  - { id: reads, agents: [support-1], server: [tickets] }
  - { id: ends, agents: [support-1], servers: [crm], valid_from: 2026-03-01, valid_to: 2026-01-01 }
`;

async function checked(...args: string[]) {
  let out = '';
  const command = grantsCheck({ write: (text) => (out += text), now: () => Date.UTC(2026, 10, 1) });
  return { error: await run(command, args), out };
}
const file = async (name: string, text: string): Promise<string> => {
  const path = join(held.folder, name);
  await writeFile(path, text);
  return path;
};

describe('grants check', () => {
  it('says what is in files that are right, and what of it is over', async () => {
    const path = await file('good.yaml', GOOD);
    const { error, out } = await checked(path);
    expect(error).toBeUndefined();
    expect(out).toBe(
      `${path}: right; 2 grants, 0 charters, 0 announced changes, for 1 agent or patterns of them\nover by now: was\n`,
    );
    expect(JSON.parse((await checked(path, '--json')).out)).toEqual({
      files: [path],
      grants: 2,
      agents: 1,
      charters: 0,
      changes: 0,
      expired: ['was'],
    });
  });
  it('tells every mistake of every file, each with its line and the mend', async () => {
    const [one, other] = [await file('bad.yaml', BAD), await file('worse.yaml', 'grants: 4\n')];
    const { error, out } = await checked(one, other);
    expect(out).toBe('');
    expect(String(error)).toMatch(/bad\.yaml:2: .*servers/);
    expect(String(error)).toMatch(/worse\.yaml:1: /);
  });
  it('reads those of the configuration where none is named, and says where there are none', async () => {
    const path = await file('good.yaml', GOOD);
    await held.configure({ grants: [path] });
    expect((await checked('--config', held.config)).out).toContain('2 grants');
    await held.configure({});
    expect(String((await checked('--config', held.config)).error)).toContain('no grants file is named');
  });
});
