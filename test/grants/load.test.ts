import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueSchema } from '../../schemas/catalogue.ts';
import { changeSchema, charterSchema, grantSchema } from '../../schemas/grant.ts';
import { grantKeys } from '../../src/commands/support/grant-keys.ts';
import { ConfigError } from '../../src/errors.ts';
import { loadGrants, parseGrants } from '../../src/grants/load.ts';
import { checkYaml, readYaml } from '../../src/yaml.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grants-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const GOOD = 'grants:\n  - { id: a, agents: [x], servers: [s] }\n';

describe('loading grants', () => {
  it('reads the examples', async () => {
    expect(loadGrants(['examples/grants.yaml']).grants.length).toBeGreaterThan(5);
    expect(checkYaml(readYaml('examples/privileges.yaml'), catalogueSchema).privileges.length).toBe(3);
  });

  it('explains every key in the help', () => {
    for (const schema of [grantSchema, charterSchema, changeSchema])
      for (const [key, { description }] of Object.entries(schema.shape)) {
        expect(description, key).toBeTruthy();
        expect(grantKeys).toContain(`  ${key.padEnd(15)}${description}\n`);
      }
    expect(grantKeys.split('\n').filter((line) => line.length > 84)).toEqual([]);
  });

  it.each([
    [
      'a key that is not there',
      'grants:\n  - id: a\n    agents: [x]\n    tools: [y]\n',
      'f.yaml:4: grants.0: there is no key tools here; targets is meant?',
    ],
    [
      'one value in place of a list',
      'grants:\n  - id: a\n    agents: x\n',
      'f.yaml:3: grants.0.agents: a list is expected: put the value in [ ]',
    ],
    ['no YAML', 'grants: [\n', 'f.yaml:2:'],
    [
      'an anchor that would bind nothing',
      'grants:\n  - id: a\n    effect: deny\n    agents: [x]\n    targets:\n      - { regex: "(^drop_|^delete_)" }\n',
      'f.yaml:6: grants.0.targets.0.regex: an anchor stands within it',
    ],
    [
      'nothing in it, as while it is written',
      '# grants\n',
      'there is nothing in it; write "grants: []" if that is meant',
    ],
    [
      'a number where a text is expected',
      'grants:\n  - id: a\n    agents: [x]\n    args: { account: [042] }\n',
      'f.yaml:4: grants.0.args.account.0: a text is expected: put the value in quotes',
    ],
    [
      'an expression that is none',
      'grants:\n  - id: a\n    agents: [x]\n    targets:\n      - regex: "(a"\n',
      'f.yaml:5: grants.0.targets.0.regex: not an expression of RE2',
    ],
    [
      'an id twice',
      'grants:\n  - { id: a, agents: [x] }\n  - { id: a, agents: [y] }\n',
      'f.yaml:3: grants.1.id: a is the id of another grant',
    ],
    [
      'an end before its beginning',
      'grants:\n  - id: a\n    agents: [x]\n    valid_from: 2026-02-01T00:00:00Z\n    valid_to: 2026-01-01T00:00:00Z\n',
      'f.yaml:5: grants.0.valid_to: it ends before it begins',
    ],
    [
      'a method that MCP has not',
      'grants:\n  - id: a\n    agents: [x]\n    methods: [tools/*, admin/reset, tool/call]\n',
      'f.yaml:4: grants.0.methods.2: MCP has no method tool/call; tools/call is meant?',
    ],
    [
      'a class that is none',
      'grants:\n  - id: a\n    agents: [x]\n    max_class: admin\n',
      'f.yaml:4: grants.0.max_class:',
    ],
  ])('names file, line and mend: %s', (_, text, message) => {
    expect(() => parseGrants(text, 'f.yaml')).toThrow(message);
  });

  it('refuses an id that is in two files', async () => {
    const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
    await writeFile(one, GOOD);
    await writeFile(two, 'grants: [{servers: [s], agents: [x], id: a}]');
    expect(() => loadGrants([one, two])).toThrow('ids are unique over all files');
    expect(() => loadGrants([join(folder, 'none.yaml')])).toThrow('none.yaml: there is no such file');
  });
});

describe('a file of grants', () => {
  it('an alias of nothing, or of too much, is told with the file; a key that objects have by nature is no other word', () => {
    const of = (text: string) => () => parseGrants(text, 'f.yaml');
    expect(of('grants:\n  - *nobody\n')).toThrow(
      new ConfigError('f.yaml: Unresolved alias (the anchor must be set before the alias): nobody'),
    );
    const lists = Array.from({ length: 9 }, (_, i) => `l${i}: &l${i} [${`${i ? `*l${i - 1}` : 'x'},`.repeat(9)}]`);
    expect(of(lists.join('\n'))).toThrow(ConfigError);
    expect(of('grants: [{ id: a, agents: [x], constructor: 1, __proto__: 2 }]')).not.toThrow(/is meant/);
    expect(of('grants: [{ id: a, agents: [x], constructor: 1 }]')).toThrow('there is no key constructor here');
  });
});
