import { describe, expect, it } from 'vitest';
import type { Granted } from '../../detectors/detector.ts';
import { DAY } from '../../schemas/durations.ts';
import { type GrantsFile, grantsFileSchema } from '../../schemas/grant.ts';
import { createGranted } from '../../src/engine/granted.ts';
import { createClassifier } from '../../src/engine/privilege.ts';
import { compileGrants } from '../../src/engine/scope.ts';

const classify = createClassifier([]);
const fileOf = (grants: unknown[], rest: object = {}): GrantsFile => grantsFileSchema.parse({ grants, ...rest });
const granted = (grants: unknown[], rest: object = {}): readonly Granted[] =>
  createGranted(compileGrants(fileOf(grants, rest)), classify)('a');
const grant = (more: object): object => ({ id: 'g', agents: ['a'], ...more });

describe('what is granted to an agent', () => {
  it('is told by server and class: what is named counts by its name, a pattern by what the grant says', () => {
    const named = granted([
      grant({ servers: ['github'], targets: ['get_file_contents', 'push_files', 'create_branch'] }),
    ]);
    expect(named.map(({ class: name, reach }) => [name, reach])).toEqual([
      ['read', 1],
      ['write', 2],
    ]);
    const classOf = (more: object): string => granted([grant(more)])[0]!.class;
    expect(classOf({ servers: ['wiki'], max_class: 'read' })).toBe('read');
    expect(classOf({ servers: ['wiki'], targets: ['delete_page'], max_class: 'read' })).toBe('read');
    expect(classOf({ servers: ['wiki'] })).toBe('execute');
    expect(classOf({ servers: ['vault'] })).toBe('secret');
    expect(classOf({ servers: ['wiki'], targets: ['get_*'] })).toBe('read');
    expect(classOf({ servers: ['wiki'], targets: ['update_*'] })).toBe('write');
    expect(classOf({ servers: ['wiki'], targets: ['*_page'] })).toBe('execute');
    expect(classOf({ servers: ['wiki'], targets: [{ regex: '^get_' }] })).toBe('execute');
    expect(granted([grant({ servers: ['wiki'] })])[0]).toMatchObject({ reach: Number.POSITIVE_INFINITY, names: 1 });
    expect(granted([grant({ agents: ['a*'] })])[0]).toMatchObject({ server: '*', names: 0 });
    expect(granted([grant({ effect: 'deny' })])).toEqual([]);
  });

  it('dates what came with a later version, and knows the patterns of earlier ones', () => {
    const before = fileOf([grant({ id: 'old', servers: ['prod-*'] })]);
    const after = fileOf([grant({ id: 'old', servers: ['prod-db', 'wiki'] })]);
    const of = createGranted(compileGrants(after, 9 * DAY, [{ file: before, loadedAt: 2 * DAY }]), classify);
    expect(of('a').map(({ server, within, from }) => [server, within.toSorted(), from / DAY])).toEqual([
      ['prod-db', ['prod-*', 'prod-db'], 9],
      ['wiki', ['wiki'], 9],
    ]);
  });

  it('says how it stands to the charter: an open grant by its server alone, since nobody said how far it goes', () => {
    const charters = [{ agents: ['a'], servers: ['wiki'], max_class: 'write' }];
    const declared = (more: object): string => granted([grant(more)], { charters })[0]!.declared;
    expect(declared({ servers: ['wiki'] })).toBe('within');
    expect(declared({ servers: ['wiki'], max_class: 'execute' })).toBe('outside');
    expect(declared({ servers: ['shell'] })).toBe('outside');
    expect(granted([grant({ servers: ['wiki'] })])[0]!.declared).toBe('nothing');
  });
});
