import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/simulate/roles.ts';
import { type Run, runCompany } from '../bench/creep/run.ts';
import { simulated } from '../bench/creep/source.ts';
import { type Tally, tallyOf } from '../bench/creep/tally.ts';

const KINDS = [
  'ladder',
  'grant-creep',
  'charter-drift',
  'delegation',
  'credentials',
  'dormant',
  'secret-reach',
  'data-volume',
];

/** `npm run bench:creep` in short: few agents, one seed, and the bars that are reached with margin. */
describe('growing privilege in a small company', () => {
  let run: Run;
  let tally: Tally;
  beforeAll(() => {
    run = runCompany(
      simulated({
        seed: 'in short',
        agents: 28,
        days: 56,
        roles: ROLES.filter(({ name }) => ['support', 'researcher', 'coder', 'operator', 'biller'].includes(name)),
        tasks: { median: 7, spread: 0.4 },
        stories: { share: 0.75, from: 0.6, to: 0.74, kinds: KINDS },
      }),
    );
    tally = tallyOf(run, 'in short', 0);
  }, 300_000);

  it('is found within a fortnight', () => {
    const missed = tally.outcomes.filter(({ days }) => days.ours === null).map(({ kind }) => kind);
    expect(new Set(tally.outcomes.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(missed.length / tally.outcomes.length, missed.join(', ')).toBeLessThanOrEqual(0.05);
  });

  it('brings few false alerts, fewer than the simple detectors', () => {
    expect(tally.alerts.ours! / tally.weeks, tally.cases.join('\n')).toBeLessThan(0.05);
    for (const [name, alerts] of Object.entries(tally.alerts))
      if (name !== 'ours') expect(alerts, name).toBeGreaterThan(tally.alerts.ours!);
  });
});
