import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES, type Scope } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';
import { AT, call } from './support.ts';

const name = fc.constantFrom('a', 'ab', 'b', 'get_x', 'set_x', 'get_y');
const pattern = fc.oneof(name, fc.constantFrom('*', 'a*', 'get_*', '?', '*_x'), fc.constant({ regex: '^get' }));
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
const time = fc.constantFrom(-2, -1, 1, 2).map((days) => new Date(AT + days * 86_400_000).toISOString());
const limits = {
  servers: patterns,
  targets: patterns,
  methods: fc.constantFrom(['tools/*'], ['prompts/get'], ['*']),
  max_class: fc.constantFrom(...CLASSES),
  args: fc.dictionary(fc.constantFrom('p', 'q'), patterns, { maxKeys: 2 }),
  tasks: patterns,
  on_behalf_of: patterns,
  valid_from: time,
  valid_to: time,
  condition_raw: fc.constant('x'),
};
const grant = fc.record({ agents: patterns, ...limits }, { requiredKeys: ['agents'] });
const event: fc.Arbitrary<CanonicalEvent> = fc
  .record({
    agent: name,
    server: name,
    target: fc.option(name, { nil: undefined }),
    args: fc.dictionary(
      fc.constantFrom('p', 'q', 'P'),
      fc.oneof(name, fc.array(name), fc.integer(), fc.constant(null)),
    ),
    state: fc.constantFrom('full', 'absent', 'keys_only', 'redacted'),
    task: name,
    user: fc.option(name, { nil: undefined }),
  })
  .map(({ agent, server, target, args, state, task, user }) =>
    call({
      agent: { id: agent, id_basis: 'actor' },
      server: { id: server },
      method: target === undefined ? 'tools/list' : 'tools/call',
      target: target === undefined ? { type: 'none' } : { type: 'tool', name: target },
      args,
      args_state: state as CanonicalEvent['args_state'],
      task: { id: task },
      ...(user === undefined ? {} : { user: { id: user } }),
    }),
  );
const file = (list: object[]) =>
  grantsFileSchema.parse({ grants: list.map((one, index) => ({ id: `g${index}`, ...one })) });
const allow = grant.map((one) => ({ ...one, effect: 'allow' }));
const deny = grant.map((one) => ({ ...one, effect: 'deny' }));
const list = fc.array(fc.oneof(allow, allow, deny), { maxLength: 6 });
/** Few calls are in scope by chance: here everybody may do something, which is limited twice at most. */
const open = fc
  .tuple(list, fc.record(limits), fc.subarray(Object.keys(limits), { maxLength: 2 }))
  .map(([grants, all, kept]) => {
    const limited = Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key)));
    return [...grants, { agents: ['*'], effect: 'allow', ...limited }];
  });
const level = fc.constantFrom(...CLASSES);
const verdict = (grants: object[], body: CanonicalEvent, privilege: (typeof CLASSES)[number]) =>
  judgeScope(compileGrants(file(grants)), body, privilege, AT);
const RUNS = { numRuns: 400 };
const LIMITS: readonly Scope[] = ['in', 'maybe', 'out'];

describe('properties of scope', () => {
  it('an allow grant more never limits a call of a governed agent', () => {
    fc.assert(
      fc.property(open, allow, event, level, (grants, more, body, privilege) => {
        const before = verdict(grants, body, privilege);
        fc.pre(before.governed);
        const after = verdict([...grants, more], body, privilege);
        expect(LIMITS.indexOf(after.scope)).toBeLessThanOrEqual(LIMITS.indexOf(before.scope));
      }),
      RUNS,
    );
  });

  it('a deny grant more never frees a call', () => {
    fc.assert(
      fc.property(fc.oneof(list, open), deny, event, level, (grants, more, body, privilege) => {
        const before = verdict(grants, body, privilege);
        const after = verdict([...grants, more], body, privilege);
        expect(LIMITS.indexOf(after.scope)).toBeGreaterThanOrEqual(LIMITS.indexOf(before.scope));
      }),
      RUNS,
    );
  });

  it('the order of the grants does not matter, and a verdict asked for twice is the same', () => {
    fc.assert(
      fc.property(list, event, level, (grants, body, privilege) => {
        const numbered = grants.map((one, index) => ({ ...one, id: `g${index}` }));
        const compiled = compileGrants(grantsFileSchema.parse({ grants: numbered }));
        const first = judgeScope(compiled, body, privilege, AT);
        expect(judgeScope(compiled, body, privilege, AT)).toEqual(first);
        const turned = compileGrants(grantsFileSchema.parse({ grants: [...numbered].reverse() }));
        expect(judgeScope(turned, body, privilege, AT)).toEqual(first);
      }),
      RUNS,
    );
  });

  it('a delegated call may no more than the least of its chain', () => {
    const chain = fc.array(name, { minLength: 1, maxLength: 3 });
    const rank = { ungoverned: 0, in: 1, maybe: 2, out: 3 };
    // Grants that name somebody: one for everybody does not limit the people behind an agent.
    const named = list.map((all) => all.map((one) => ({ ...one, agents: one.agents.filter((who) => who !== '*') })));
    fc.assert(
      fc.property(named, event, level, chain, (all, asked, privilege, subs) => {
        const grants = all.filter((one) => one.agents.length > 0);
        // Who is behind it is said, so that the chain says it nowhere.
        const body = { ...asked, user: asked.user ?? { id: 'b' } };
        const scopes = [body.agent.id, ...subs].map(
          (id) => verdict(grants, { ...body, agent: { ...body.agent, id } }, privilege).scope,
        );
        const whole = verdict(grants, { ...body, delegation: subs.map((sub) => ({ sub })) }, privilege);
        expect(rank[whole.scope]).toBe(Math.max(...scopes.map((scope) => rank[scope])));
      }),
      { numRuns: 1000 },
    );
  });

  it('no spelling of a path is inside one folder for what allows and inside another for what forbids', () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '//',
        '\\',
        '..',
        '.',
        '...',
        '../',
        '/..;/',
        '%2e%2e',
        '%2f',
        '%252e',
        '%c0%ae',
        '．',
        '／',
        '⁄',
        '\u200b',
      ],
      ...[
        'srv',
        'app',
        'etc',
        'SRV',
        '/srv/app/',
        '/etc/',
        'x',
        ' ',
        ',',
        ':',
        ';',
        '~',
        '$HOME',
        '{a,b}',
        '*',
        '?',
        '\0',
      ],
      ...['file://', 'http:', '@', '&#46;', '\\u002e', '/proc/self/root', '/proc/self/cwd', 'C:', '%', '<', '"'],
    );
    const allowing = compileGrants(file([{ agents: ['*'], args: { path: ['/srv/app/*'] } }]));
    const forbidding = compileGrants(
      file([{ agents: ['*'] }, { agents: ['*'], effect: 'deny', args: { path: ['/etc/*'] } }]),
    );
    const value = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          value.map((rest) => `/srv/app/${rest}`),
        ),
        (path) => {
          const body = call({ args: { path } });
          const inside = judgeScope(allowing, body, 'read', AT).scope === 'in';
          expect(inside && judgeScope(forbidding, body, 'read', AT).scope === 'out').toBe(false);
        },
      ),
      {
        numRuns: 3000,
        examples: [
          ['/srv/app/:http:x/etc/etc'],
          ['/srv/app/</%2e%2e/etc/file:///'],
          ['/srv/app/C:/..//etc/app/'],
          ['/srv/app/ http:app/etc/@'],
          ['/srv/app/ @/etc/*/'],
          ['/srv/app/:/%252e．/etc/%'],
        ],
      },
    );
  });

  it('a condition that was not understood never makes a call out that was not', () => {
    fc.assert(
      fc.property(open, event, level, (grants, body, privilege) => {
        fc.pre(verdict(grants, body, privilege).scope === 'in');
        const conditional = grants.map((one) => ({ ...one, condition_raw: 'x' }));
        expect(verdict(conditional, body, privilege).scope).not.toBe('out');
      }),
      RUNS,
    );
  });
});
