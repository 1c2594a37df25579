import { beforeAll, describe, expect, it } from 'vitest';
import { runCompany } from '../bench/creep/run.ts';
import { elsewhere } from '../bench/creep/source.ts';
import { type Tally, tallyOf } from '../bench/creep/tally.ts';

const KINDS = ['ladder', 'charter-drift', 'delegation', 'credentials', 'secret-reach', 'data-volume'];

/** A company that shares nothing with the simulator: servers no catalogue knows, other rhythms, no sessions, no teams. */
describe('growing privilege in a company by other rules', () => {
  let tally: Tally;
  beforeAll(() => {
    const company = { seed: 'in short', agents: 24, days: 60, rates: [5, 30] as const, stories: 0.6, kinds: KINDS };
    const run = runCompany(elsewhere({ ...company, teams: false, sessions: false, grants: 'undated' }));
    tally = tallyOf(run, 'elsewhere in short', 0);
  }, 300_000);

  it('is found within a fortnight', () => {
    expect(new Set(tally.outcomes.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    const missed = tally.outcomes.filter(({ days }) => days.ours === null).map(({ kind }) => kind);
    expect(missed, tally.cases.join('\n')).toEqual([]);
  });

  it('brings few false alerts', () => {
    expect(tally.alerts.ours! / tally.weeks, tally.cases.join('\n')).toBeLessThan(0.05);
  });
});
