import { describe, expect, it } from 'vitest';
import { defineDetector } from '../../detectors/detector.ts';
import { outOfScope } from '../../detectors/out-of-scope.ts';
import { rate } from '../../detectors/rate.ts';
import { BLANK } from '../support/blank-detector.ts';
import { createRun, DAY, HOUR, MONDAY, type RunOptions, type Told } from '../support/run.ts';

/** Finds every tool that it has not learned; only the session tells of it. */
const newTool = defineDetector<unknown, { known: string[] }, never, string>({
  id: 'new-tool',
  ...BLANK,
  tells: 'session',
  initial: () => ({ known: [] }),
  observe: (_state, { event }) => event.body.target.name ?? '',
  score: ({ known }, name) =>
    known.includes(name)
      ? null
      : { score: 6, reason: 'new', seen: name, expected: '', n: 0, days: 0, contributors: [] },
  learn: ({ known }, name) => {
    known.push(name);
  },
});

/** Sessions of one call of a tool, one a day after three quiet weeks: whether it was found in each. */
function foundDaily(tool: string, options: RunOptions, detector = newTool, more: Partial<Told> = {}): boolean[] {
  const run = createRun([detector], options);
  const found = (day: number, told: Partial<Told>): boolean =>
    run.send({ at: MONDAY + day * DAY + 9 * HOUR, ...told }).judgement.findings.length > 0;
  for (let day = 0; day < 21; day += 1) found(day, {});
  return [21, 22, 23].map((day) => found(day, { tool, ...more }));
}

describe('what only the session tells of', () => {
  it('is learned where the session is not told', () => {
    expect(foundDaily('run_job', {})).toEqual([true, false, false]);
  });

  it('is learned where the session is told as merely unlikely, whatever its calls can do: a new duty is told once', () => {
    for (const tool of ['update_ticket', 'run_job'])
      expect(foundDaily(tool, { session: true, sessionThreshold: 0.1 })).toEqual([true, false, false]);
  });

  it('is not learned where the session is held against it: far less likely than what is told, or at secrets', () => {
    expect(foundDaily('run_job', { session: true, sessionThreshold: -0.9 })).toEqual([true, true, true]);
    expect(foundDaily('read_secret', { session: true, sessionThreshold: 0.1 })).toEqual([true, true, true]);
  });

  it('is handed to what counts held things apart, with its session, and only where it is not learned', () => {
    const held: string[] = [];
    const counting = {
      ...newTool,
      hold: (_state: unknown, name: unknown, session: string) => void held.push(`${name} ${session.slice(0, 5)}`),
    };
    foundDaily('run_job', { session: true, sessionThreshold: 0.1 }, counting);
    expect(held).toEqual([]);
    foundDaily('run_job', { session: true, sessionThreshold: -0.9 }, counting);
    expect(held.length).toBeGreaterThanOrEqual(3);
    expect(held.at(-1)).toMatch(/^run_job /);
  });

  it('is not learned then either where by itself it says little', () => {
    const little = { ...newTool, defaults: { ...newTool.defaults, threshold: 7 } };
    expect(foundDaily('run_job', {}, little)).toEqual([true, false, false]);
    expect(foundDaily('run_job', { session: true, sessionThreshold: -0.9 }, little)).toEqual([true, true, true]);
    // Or every further day of one story would be as new as its first.
    expect(foundDaily('read_secret', { session: true, sessionThreshold: 0.1 }, little)).toEqual([true, false, false]);
  });

  it('is no matter of the session where the call was refused', () => {
    expect([sessionsTold({ status: 'ok' }), sessionsTold({ status: 'denied' })]).toEqual([1, 0]);
  });

  it('is one where the server says that it failed: it took the data all the same', () => {
    for (const status of ['protocol_error', 'transport_error', 'timeout'] as const)
      expect(sessionsTold({ outcome: { status } })).toBe(1);
    expect(sessionsTold({ outcome: { status: 'protocol_error' }, decision: { effect: 'deny' } })).toBe(0);
  });

  it('is one where the server says that it refused: only what the gateway refused did not happen', () => {
    for (const effect of ['unknown', 'allow'] as const)
      expect(sessionsTold({ outcome: { status: 'denied' }, decision: { effect } })).toBe(1);
    expect(sessionsTold({ outcome: { status: 'denied' }, decision: { effect: 'deny' } })).toBe(0);
  });
});

/** Alerts of a session with a new tool, after three quiet weeks. */
function sessionsTold(told: Partial<Told>): number {
  const run = createRun([newTool], { session: true, sessionThreshold: 0.1 });
  const send = (day: number, more: Partial<Told>) =>
    run.send({ at: MONDAY + day * DAY + 9 * HOUR, ...more }).alerts.length;
  for (let day = 0; day < 21; day += 1) send(day, {});
  return send(21, { tool: 'run_job', ...told });
}

describe('a session that an analyst called compromised', () => {
  it('is none of the past that later ones are held against', () => {
    const past = (session: string): number => {
      const verdict = { verdict: 'compromised', alertId: 'a', detector: 'session', agentId: 'agent', session } as const;
      const run = createRun([newTool], { verdicts: [verdict] });
      for (let day = 0; day < 6; day += 2) run.send({ at: MONDAY + day * DAY });
      return run.agent().fusion.n;
    };
    expect([past('agent 2026-10-05'), past('another')]).toEqual([1, 2]);
  });
});

describe('a call that failed', () => {
  const failed = { tool: 'run_job', outcome: { status: 'protocol_error' as const } };

  it('is no habit', () => {
    expect(foundDaily('run_job', {}, newTool, failed)).toEqual([true, true, true]);
  });

  it('is told as what went through, and that an error came back', () => {
    const grants = { grants: [{ id: 'reads', agents: ['agent'], servers: ['tickets'], targets: ['get_*'] }] };
    const tell = (told: Partial<Told>) => createRun([outOfScope], { grants }).send({ at: MONDAY, ...told }).alerts[0];
    expect(tell(failed)).toMatchObject({ severity: 'critical', proof: { seen: expect.stringMatching(/^called /) } });
    expect(tell(failed)?.summary).toContain('An error came back, which is no proof that nothing happened.');
    expect(tell({ tool: 'run_job' })?.summary).not.toContain('error');
  });

  it('counts as a call: an outage does not make the hours after it look busy', () => {
    const rows = createRun([rate]);
    for (let n = 0; n < 5; n += 1) rows.send({ at: MONDAY + n * HOUR, outcome: { status: 'transport_error' } });
    expect(rows.agent().detectors.rate?.learned).toBe(5);
  });
});
