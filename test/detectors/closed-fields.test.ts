import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { tablesOf } from '../../detectors/creep/tables.ts';
import { targetCreep } from '../../detectors/target-creep.ts';
import { at, createRun, opened } from '../support/run.ts';

type Args = Record<string, unknown>;

const WEEKS = 21;
const each = (count: number, of: (n: number) => Args): Args[] => Array.from({ length: count }, (_, n) => of(n));

/** Alerts on what an agent, or each of a team, is used for: by days, from the first on. */
function lived(tool: string, days: number, of: (day: number) => Args[], team = ['agent']) {
  const run = createRun([argumentNovelty, targetCreep]);
  const judged = Array.from({ length: days }, (_, day) =>
    team.flatMap((agent, nth) =>
      of(day).map((args, n) =>
        run.send({
          at: at(day, 10, n) + nth,
          agent,
          group: team.length > 1 ? 'team' : undefined,
          server: 'srv',
          tool,
          args,
        }),
      ),
    ),
  );
  const told = judged.flatMap((some, day) => opened(some, 'target-creep').map((alert) => ({ day, alert })));
  const state = run.state(team[0]);
  expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  return told;
}

const pod = (namespace: string, day: number, n: number): Args => ({
  namespace,
  name: `${namespace}-api-${day}x${n}f7`,
});
const usualPods = (day: number): Args[] => each(4, (n) => pod(['checkout', 'identity'][n % 2]!, day, n));
const file = (repo: string): Args => ({ owner: 'acme', repo, path: 'README.md' });
const usualFiles = (): Args[] => each(4, (n) => file(['web', 'shop', 'docs'][n % 3]!));

describe('target-creep of closed fields', () => {
  it('finds namespaces never read before, though the name of every pod is new', () => {
    const told = lived('pods_log', WEEKS + 4, (day) => [
      ...usualPods(day),
      ...(day < WEEKS ? [] : each(4, (n) => pod(`team-${'abcd'[n]}${'wxyz'[day - WEEKS]}`, day, n))),
    ]);
    expect(told).toMatchObject([
      { alert: { reason: 'new_targets', severity: 'medium', title: expect.stringContaining('namespace') } },
    ]);
    expect(told[0]!.day).toBeLessThan(WEEKS + 4);
  });

  it('finds a new repository a day, of an agent that is three weeks old', () => {
    const told = lived('get_file_contents', WEEKS + 11, (day) => [
      ...usualFiles(),
      ...(day < WEEKS ? [] : [file(`other-${'abcdefghijklmn'[day - WEEKS]}`)]),
    ]);
    expect(told).toMatchObject([{ alert: { reason: 'new_targets', severity: 'medium' } }]);
  });

  it('is silent about new work, one thing at a time, about an incident and about the first weeks', () => {
    const name = (day: number) => `repo-${'abcdefghijklmnopqrstuvwxyz'[day % 26]}${day >= 26 ? 'b' : ''}`;
    const weekly = lived('get_file_contents', 60, (day) => [
      ...usualFiles(),
      ...(day % 5 === 0 ? [file(name(day))] : []),
    ]);
    const incident = lived('pods_log', WEEKS + 7, (day) => [
      ...usualPods(day),
      ...(day === WEEKS || day === WEEKS + 1 ? each(12, (n) => pod(`ns-${'abcdefghijkl'[n]}${day}`, day, n)) : []),
    ]);
    const young = lived('get_file_contents', 14, (day) => [...usualFiles(), ...(day < 6 ? [] : [file(name(day))])]);
    expect([weekly, incident, young]).toEqual([[], [], []]);
  });

  it('is silent about a field that is open by nature, and about new values of a few choices', () => {
    const open = lived('search', 42, (day) =>
      each(day < WEEKS ? 3 : 8, (n) => ({ query: `word-${day}${'abcdefgh'[n]}` })),
    );
    const state = ['open', 'closed', 'all', 'merged', 'draft'];
    const choices = lived('list_issues', 42, (day) => [
      { repo: 'web', state: 'open' },
      { repo: 'web', state: state[day < WEEKS ? 0 : day % 5] },
    ]);
    expect([open, choices]).toEqual([[], []]);
  });

  it('is low where the whole team widens together', () => {
    const team = ['one', 'two', 'three', 'four', 'five'];
    const told = lived(
      'get_file_contents',
      WEEKS + 11,
      (day) => [...usualFiles(), ...(day < WEEKS ? [] : [file(`other-${'abcdefghijklmn'[day - WEEKS]}`)])],
      team,
    );
    expect(new Set(told.map(({ alert }) => alert.severity))).toEqual(new Set(['low']));
  });
});

const sql = (statement: string): Args => ({ statement });
const sales = (day: number): Args[] =>
  each(3, (n) => sql(`SELECT sum(o.net) FROM mart.orders o JOIN mart.stores s USING (id) WHERE day = '${day}-${n}'`));

describe('target-creep of schemas', () => {
  it('finds who takes up a schema of personal data, be it beside its own work in one statement', () => {
    const told = lived('run_query', WEEKS + 12, (day) => [
      ...sales(day),
      ...(day < WEEKS
        ? []
        : [sql('SELECT s.id, avg(e.base) FROM mart.stores s JOIN hr.employees e ON e.store = s.id GROUP BY 1')]),
    ]);
    expect(told).toMatchObject([{ alert: { reason: 'new_schema', severity: 'medium' } }]);
    expect(told[0]!.alert.title).toContain('hr');
  });

  it('says low of one table of a new schema, and medium of several', () => {
    const ops = (table: (day: number) => string) =>
      lived('run_query', WEEKS + 10, (day) => [
        ...sales(day),
        ...(day < WEEKS ? [] : [sql(`select * from "Ops".${table(day)} limit 5`)]),
      ]).map(({ alert }) => alert.severity);
    expect(ops(() => 'shifts')).toEqual(['low']);
    expect(ops((day) => `shifts_${'ab'[day % 2]}`)).toEqual(['medium']);
  });

  it('is silent about new tables of the same schema, a schema met on a few days, one of the first weeks, and respelt ones', () => {
    const then = (of: (day: number) => string, from = WEEKS) =>
      lived('run_query', WEEKS + 12, (day) => [...sales(day), ...(day < from ? [] : [sql(of(day))])]);
    expect([
      then((day) => `select * from mart.table_${'abcdefghijkl'[(day - WEEKS) >> 2]}`),
      then((day) => (day < WEEKS + 2 ? 'select * from hr.staff' : 'select * from mart.orders')),
      then(() => 'select * from hr.staff', 7),
      then((day) => `select * from prod.mart.orders where day = ${day}`),
      then(() => "select 'from hr.staff' from mart.orders -- from hr.staff"),
    ]).toEqual([[], [], [], [], []]);
  });

  it('reads tables with their schemas out of statements, and no functions, texts and catalogues', () => {
    const names = (statement: string) => tablesOf({ sql: statement }).map(({ schema, name }) => `${schema} ${name}`);
    expect(names('INSERT INTO A.b SELECT * FROM c.d.e JOIN `f`.`g` USING (h)')).toEqual(['a b', 'c.d e', 'f g']);
    expect(names('with x as (select * from a.b) update a.c set d = (select 1 from x)')).toEqual(['a b', 'a c']);
    expect(names("select 'from a.b' /* join a.c */ from pg_catalog.pg_class, gen.series(1) where x.y = z.w")).toEqual(
      [],
    );
    expect(names('select * from api.rows_of(3)')).toEqual([]);
    expect(names('please take it from acme.example')).toEqual([]);
    expect(tablesOf({ note: 'select * from a.b' })).toEqual([]);
  });
});
