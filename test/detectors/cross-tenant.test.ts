import { describe, expect, it } from 'vitest';
import { familiesOf } from '../../detectors/cross-tenant/families.ts';
import { crossTenant } from '../../detectors/cross-tenant.ts';
import type { PeerView, Score, Seen } from '../../detectors/detector.ts';
import { drive, type Step, told } from './drive.ts';
import { bytes, plain } from './session.ts';

const knowing = (key: string, holders: number): PeerView => ({
  agents: 9,
  holders: (_, one) => (one === key ? holders : 0),
  sum: () => 0,
});
const others = { fleet: knowing('patientId NT', 4) };

const factsOf = (args: Record<string, string>): Step['facts'] =>
  Object.entries(args).map(([field, hash]) => ({ field, kind: 'word', hash }));

const chart = (id: string, day: number, over: Partial<Step> = {}): Step => ({
  facts: factsOf({ patientId: id }),
  body: { server: { id: 'his' }, target: { type: 'tool', name: 'get_chart' }, args: { patientId: id } },
  day,
  ...over,
});

/** So many days of work on patients of one clinic, eight a day, and what else came. */
function worked(days: number, over: (day: number) => string[] = () => []) {
  const run = drive(crossTenant);
  const scores: (Score | null)[] = [];
  for (let day = 0; day < days; day += 1) {
    for (let n = 0; n < 8; n += 1) scores.push(run.step(chart(`AK-${1000 + day * 8 + n}`, day, { seen: others })));
    for (const id of over(day)) scores.push(run.step(chart(id, day, { seen: others })));
  }
  expect(scores.map((score) => told(crossTenant, score)).filter((reason) => reason !== null)).toEqual([]);
  return {
    run,
    asked: (ids: readonly string[], day = days, seen: Step['seen'] = others) =>
      ids.map((id) => run.step(chart(id, day, { seen }))).filter((score) => told(crossTenant, score) !== null),
  };
}
const ids = (family: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${family}-${7000 + i}`);

describe('cross-tenant', () => {
  it('tells several records of a tenant that other agents work on, and this one never did', () => {
    const [first, ...more] = worked(30).asked(ids('NT', 8));
    expect(first).toMatchObject({ reason: 'other_tenant', subject: 'patientId NT' });
    expect(first!.severity).toBeUndefined();
    expect(first!.seen).toBe('his/get_chart on 5 things of NT (patientId), whose records it never worked on');
    expect(first!.expected).toBe('AK in 244 records; 4 other agents work on NT');
    // All of it is one story, and none of it is learned.
    expect(new Set([first, ...more].map((score) => score!.story)).size).toBe(1);
  });
  it('is low where nobody works on it, as on a new tenant, and where peers do', () => {
    const nobody = worked(30).asked(ids('NT', 8), 30, {});
    expect(nobody[0]).toMatchObject({ severity: 'low' });
    // However soon others work on it too.
    const { run } = worked(30);
    const soon = ids('NT', 8).map((id, n) => run.step(chart(id, 30, { seen: n < 2 ? {} : others })));
    expect(soon.filter((score) => told(crossTenant, score) !== null)[0]).toMatchObject({ severity: 'low' });
    const weeks = ids('NT', 16)
      .slice(8)
      .map((id, n) => run.step(chart(id, 60 + n, { seen: others })));
    expect(weeks.filter((score) => told(crossTenant, score) !== null && score?.severity !== 'low')).toEqual([]);
    const sharing = (...keys: string[]): Partial<Seen> => ({
      ...others,
      peers: { agents: 4, holders: (_, key) => (keys.includes(key) ? 2 : 0), sum: () => 0 },
    });
    const pooled = worked(30).asked(ids('NT', 8), 30, sharing('patientId NT', 'patientId AK'));
    expect(pooled[0]).toMatchObject({ severity: 'low' });
    // Where each peer has a tenant of its own, that one of them works on it explains nothing.
    const apart = worked(30).asked(ids('NT', 8), 30, sharing('patientId NT'));
    expect(apart[0]!.severity).toBeUndefined();
  });
  it('is quiet about one or two by the way, about the same record again, and in the first weeks', () => {
    expect(worked(30, (day) => (day % 9 === 0 ? ids('NT', 2) : [])).asked(ids('NT', 2))).toEqual([]);
    expect(worked(30).asked(Array.from({ length: 20 }, () => 'NT-7000'))).toEqual([]);
    expect(worked(10).asked(ids('NT', 8))).toEqual([]);
  });
  it('is quiet about what it works on from time to time, and where ids of every kind come', () => {
    expect(worked(30, (day) => (day % 3 === 0 ? ids('NT', 3) : [])).asked(ids('NT', 8))).toEqual([]);
    const letters = (day: number): string[] => [`${String.fromCharCode(65 + (day % 26))}X-100`];
    expect(worked(30, letters).asked(ids('NT', 4))).toEqual([]);
  });
  it('counts different calls where only the tenant is named', () => {
    const run = drive(crossTenant);
    const list = (site: string, n: number, day: number): Score | null => {
      const args = { site, type: `t-${n}` };
      return run.step({
        body: { server: { id: 'devices' }, target: { type: 'tool', name: 'list' }, args },
        facts: factsOf(args),
        day,
        seen: { fleet: knowing('site SE', 3) },
      });
    };
    for (let n = 0; n < 300; n += 1) list('AK', n, n / 9);
    expect(Array.from({ length: 9 }, () => told(crossTenant, list('SE', 1, 36))).filter((one) => one !== null)).toEqual(
      [],
    );
    expect(Array.from({ length: 9 }, (_, n) => told(crossTenant, list('SE', n, 37)))).toContain('other_tenant');
  });
  it('takes the letters of a plain id for the kind of what the tool is about', () => {
    const run = drive(crossTenant);
    const get = (tool: string, id: string, day: number): string | null =>
      told(
        crossTenant,
        run.step({
          body: { server: { id: 'crm' }, target: { type: 'tool', name: tool }, args: { id } },
          facts: factsOf({ id }),
          day,
          seen: { fleet: knowing('id ACCOUNT', 4) },
        }),
      );
    for (let n = 0; n < 300; n += 1) get('get_contact', `contact-${100 + n}`, n / 8);
    const accounts = Array.from({ length: 40 }, (_, n) => get('get_account', `account-${100 + n}`, 38));
    expect(accounts.filter((reason) => reason !== null)).toEqual([]);
    // The same tool on another kind of id is another matter.
    const others = Array.from({ length: 8 }, (_, n) => get('get_contact', `account-${100 + n}`, 38));
    expect(others).toContain('other_tenant');
  });
  it('keeps bounded, plain state', () => {
    const { run } = worked(16);
    for (let i = 0; i < 3_000; i += 1) {
      const name = String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + (Math.floor(i / 676) % 26));
      run.step(chart(`${name}-${1000 + i}`, 16 + (i % 40)));
      run.step({
        ...chart('x', 20),
        body: { server: { id: `s${i}` }, args: { [`f${name}`]: `${name}-12345` } },
        facts: [],
      });
    }
    expect(bytes(run.state)).toBeLessThan(40_000);
    expect(plain(run.state)).toBe(true);
  });
});

describe('whose record a call names', () => {
  it.each([
    [{ patientId: 'NT-7134434' }, ['patientId NT']],
    [{ filter: { issue: 'DAT-3977' } }, ['issue DAT']],
    [{ device: 'D-BEA-44267' }, ['device D-BEA']],
    [{ vendor: 'V51189', ids: ['ak-12', 'AK-13'] }, ['vendor V', 'ids AK']],
    [{ site: 'SE', status: 'open' }, ['site SE']],
    [{ q: 'all of NT-7134434', id: '1234', uuid: '0f8fad5b-d9cb-469f', date: '2026-11-02', version: '3.4.8' }, []],
  ])('%j', (args, expected) => {
    expect(familiesOf(args).map(({ field, family }) => `${field} ${family}`)).toEqual(expected);
  });
});
