import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { AgentState } from '../../src/engine/agent-state.ts';
import type { Found } from '../../src/engine/inputs.ts';
import { argumentShape, compileVerdicts, type FoldVerdict, isHidden } from '../../src/engine/verdicts.ts';
import { judged } from '../stores/support.ts';

const NOW = Date.UTC(2026, 10, 20);
const SAFE: FoldVerdict = {
  verdict: 'safe',
  alertId: 'a1',
  detector: 'first-seen',
  agentId: 'support-1',
  server: 'files',
  target: 'read_file',
  shape: argumentShape({ path: '/srv/a.txt', options: { raw: true } }),
  class: 'read',
  expiresAt: NOW + 1_000,
};

const NEW_TOOL: Found = { detector: 'first-seen', subject: 'new_tool', score: 3 };

interface Call {
  agent?: string;
  server?: string;
  target?: string;
  args?: Record<string, unknown>;
  class?: PrivilegeClass;
  at?: number;
}

function seenOf({
  agent = 'support-1',
  server = 'files',
  target = 'read_file',
  args,
  class: name = 'read',
  at = NOW,
}: Call) {
  const body = {
    agent: { id: agent, id_basis: 'subject' as const },
    server: { id: server },
    target: { type: 'tool' as const, name: target },
    args: args ?? { options: { raw: false }, path: '/srv/b.txt' },
  };
  return { event: judged(1, { occurredAt: at, body }).event, at, class: name };
}

describe('a verdict safe', () => {
  const { cleared } = compileVerdicts([SAFE]);

  it('covers the same shape of call, whatever the values', () => {
    expect(cleared(NEW_TOOL, seenOf({}))).toBe('a1');
    expect(cleared(NEW_TOOL, seenOf({ class: 'discover' }))).toBe('a1');
  });

  it.each<[string, Call]>([
    ['another agent', { agent: 'support-2' }],
    ['another server', { server: 'vault' }],
    ['another tool', { target: 'write_file' }],
    ['one argument more', { args: { path: 'x', options: { raw: true }, mode: 'w' } }],
    ['one argument less', { args: { path: 'x' } }],
    ['another kind', { args: { path: ['x'], options: { raw: true } } }],
    ['another name', { args: { path: 'x', options: { Raw: true } } }],
    ['no arguments', { args: {} }],
    ['a higher class', { class: 'secret' }],
    ['a time after it has expired', { at: NOW + 1_000 }],
  ])('does not cover %s', (_what, call) => {
    expect(cleared(NEW_TOOL, seenOf(call))).toBeUndefined();
  });

  it('does not cover another detector', () => {
    expect(cleared({ ...NEW_TOOL, detector: 'out-of-scope' }, seenOf({}))).toBeUndefined();
  });

  it('covers what was judged: one place is not another, nor one principal', () => {
    const of = (one: Partial<FoldVerdict>) => compileVerdicts([{ ...SAFE, ...one }]).cleared;
    const place = of({ detector: 'identity', subject: 'new_net 203.0.113.0' });
    const net = (subject: string): Found => ({ detector: 'identity', subject, score: 4 });
    expect(place(net('new_net 203.0.113.0'), seenOf({}))).toBe('a1');
    expect(place(net('new_net 192.0.2.0'), seenOf({}))).toBeUndefined();
    expect(place(net('basis_weakened'), seenOf({}))).toBeUndefined();
    const ofOldRecord = of({ detector: 'identity' });
    expect(ofOldRecord(net('new_net 192.0.2.0'), seenOf({}))).toBe('a1');
  });

  it('covers a session that is about as unusual as the one that was judged', () => {
    const of = (score: number, judgedAt?: number) =>
      compileVerdicts([{ ...SAFE, detector: 'session', ...(judgedAt !== undefined && { score: judgedAt }) }]).cleared(
        { detector: 'session', score },
        seenOf({}),
      );
    expect([of(3.4, 3.5), of(3.9, 3.5), of(4, 3.5), of(6.25, 3.5)]).toEqual(['a1', 'a1', undefined, undefined]);
    expect(of(6.25)).toBe('a1');
  });

  it('holds beside others of the same tool', () => {
    const other = { ...SAFE, alertId: 'a2', shape: argumentShape({ path: 'x' }) };
    const both = compileVerdicts([SAFE, other]);
    expect(both.cleared(NEW_TOOL, seenOf({}))).toBe('a1');
    expect(both.cleared(NEW_TOOL, seenOf({ args: { path: 'y' } }))).toBe('a2');
  });
});

describe('the shape of arguments', () => {
  it('names each and its kind', () => {
    expect(argumentShape({ to: ['a', 1], n: null, o: { 'a.b': true }, e: [] })).toBe(
      '"e"[] "n":null "o"."a.b":boolean "to"[]:number "to"[]:string',
    );
    expect(argumentShape(undefined)).toBe('');
  });

  it('does not hang on values or their order, and is bounded', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()))), (args) => {
        const turned = Object.fromEntries(Object.entries(args).reverse());
        expect(argumentShape(turned)).toBe(argumentShape(args));
      }),
    );
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]));
    expect(argumentShape(wide).split(' ')).toHaveLength(64);
  });
});

describe('what a verdict hides', () => {
  it('is counted with the agent, of the newest verdicts only', () => {
    const agent = {} as AgentState;
    const hide = (alertId: string): boolean =>
      isHidden(
        agent,
        NEW_TOOL,
        seenOf({}) as Parameters<typeof isHidden>[2],
        {
          ...compileVerdicts([{ ...SAFE, alertId }]),
        } as Parameters<typeof isHidden>[3],
      );
    for (let n = 0; n < 100; n += 1) expect(hide(`x${n}`)).toBe(true);
    expect(hide('x99')).toBe(true);
    expect(Object.keys(agent.hidden!)).toHaveLength(64);
    expect(agent.hidden).toMatchObject({ x98: 1, x99: 2 });
    expect(JSON.parse(JSON.stringify(agent))).toEqual(agent);
  });
});
