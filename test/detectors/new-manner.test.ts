import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { firstSeen } from '../../detectors/first-seen.ts';
import { newManner } from '../../detectors/new-manner.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'agent' | 'server' | 'tool' | 'args' | 'status'>;
const claim = (id: string, args: Record<string, unknown>): Call => ({
  server: 'claims',
  tool: 'decide_claim',
  args: { claim_id: id, decision: 'approve', ...args },
});
const DAYS = 21;

/** Three weeks of claims: of twelve providers and one more every other day, each over an amount of its own. */
function worked() {
  const run = createRun([firstSeen, argumentNovelty, newManner]);
  const send = (calls: readonly Call[], at: number, gap: number, session?: string) =>
    calls.flatMap((call, i) => run.news({ at: at + i * gap, session_id: session ?? `s-${at}-${i}`, ...call }));
  for (let day = 0; day < DAYS; day += 1) {
    const calls = Array.from({ length: 6 }, (_, n) =>
      claim(`CLM-${day}-${n}`, {
        provider: n === 5 && day % 2 === 0 ? `PRV-9${day}` : `PRV-1${(day + 2 * n) % 12}`,
        amount: 100 + 13.7 * day + 211.3 * n,
      }),
    );
    expect(send(calls, MONDAY + day * DAY, 60_000)).toEqual([]);
  }
  return (calls: readonly Call[], gap = 60_000, session?: string) => send(calls, MONDAY + DAYS * DAY, gap, session);
}
const claims = (times: number, args: (n: number) => Record<string, unknown>): Call[] =>
  Array.from({ length: times }, (_, n) => claim(`CLM-x${n}`, args(n)));
const alike = { provider: 'PRV-8599', amount: 4_950 };

describe('new-manner', () => {
  it('tells claims of one new provider over one new amount, as one story', () => {
    const [opened, ...more] = worked()(claims(8, () => alike));
    expect(opened).toMatchObject({ stage: 'open', reason: 'new_manner', severity: 'medium' });
    expect(opened!.proof.seen).toBe(
      '4 things that claims/decide_claim changed were given the same amount and the same provider, neither of which was ever given there before',
    );
    expect(more.filter(({ stage }) => stage === 'open')).toEqual([]);
  });
  it('sees them day by day, and among other claims', () => {
    expect(
      worked()(
        claims(5, () => alike),
        24 * HOUR,
      ),
    ).not.toEqual([]);
    expect(worked()(claims(12, (n) => (n % 3 === 0 ? alike : { provider: `PRV-1${n}`, amount: 71 + n })))).not.toEqual(
      [],
    );
  });
  it('tells a field that was never given before beside one that takes a new value', () => {
    expect(worked()(claims(5, () => ({ provider: 'PRV-11', amount: 4_950, tariff: 99 })))).not.toEqual([]);
  });
  it('tells them where the first of the session failed', () => {
    const calls = claims(6, () => alike).map(
      (call, n): Call => (n === 0 ? { ...call, status: 'transport_error' } : call),
    );
    expect(worked()(calls, 1_000, 'one')).not.toEqual([]);
  });
  it('does not hold against what comes again that it came again', () => {
    const known = claims(5, () => ({ provider: 'PRV-8599', amount: 4_950 }));
    const [opened] = worked()(known);
    expect(opened!.proof.contributors[1]).toMatchObject({
      name: 'new amount comes again',
      value: expect.closeTo(0.006, 2),
    });
  });
  it.each<[string, Call[]]>([
    ['three of them', claims(3, () => alike)],
    ['a new provider of other amounts', claims(9, (n) => ({ ...alike, amount: 4_950 + n }))],
    ['a new amount of all providers', claims(9, (n) => ({ ...alike, provider: `PRV-1${n}` }))],
    ['a provider and an amount that are known', claims(9, () => ({ provider: 'PRV-11', amount: 100 }))],
    ['two new fields alone', claims(9, (n) => ({ provider: 'PRV-11', amount: 71 + n, form: 'b2', tariff: 99 }))],
    ['one claim over and over', Array.from({ length: 9 }, () => claim('CLM-x', alike))],
    [
      'what is corrected under one ticket',
      claims(9, (n) => ({ provider: `PRV-1${n}`, amount: 4_950, ticket_id: 'CHG-8812' })),
    ],
    [
      'letters with the same text',
      claims(9, (n) => ({
        provider: `PRV-1${n}`,
        amount: 71 + n,
        title: 'New terms apply',
        text: 'They do from June on',
      })),
    ],
    ['what was refused', claims(9, () => alike).map((call) => ({ ...call, status: 'denied' }) satisfies Call)],
    ['reads', claims(9, () => alike).map((call) => ({ ...call, tool: 'get_claim' }))],
    ['a tool that is new', claims(9, () => alike).map((call) => ({ ...call, server: 'claims-2' }))],
  ])('is silent about %s', (_, calls) => {
    expect(worked()(calls)).toEqual([]);
  });
});
