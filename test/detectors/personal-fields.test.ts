import { describe, expect, it } from 'vitest';
import { askedFor, tells } from '../../detectors/personal-fields/asked.ts';
import { personalFields } from '../../detectors/personal-fields.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const exports = (fields: readonly string[]): Call => ({
  server: 'redcap',
  tool: 'export_records',
  args: { project: 'CARD-01', fields },
});
const query = (sql: string): Call => ({ server: 'postgres', tool: 'query', args: { sql } });
const USUAL = ['record_id', 'age_group', 'arm', 'outcome'];

/** Thirty ordinary reads in ten days, then these, an hour between them; what they open. */
function told(calls: readonly Call[], before: readonly Call[] = [], usual = exports(USUAL)) {
  const run = createRun([personalFields]);
  const send = (call: Call, at: number) => run.news({ at, ...call });
  for (let n = 0; n < 30; n += 1)
    for (const call of [usual, ...(n === 0 ? before : [])]) expect(send(call, MONDAY + (n * DAY) / 3)).toEqual([]);
  return calls.flatMap((call, n) => send(call, MONDAY + 10 * DAY + n * HOUR));
}

describe('personal-fields', () => {
  it('tells once of details that were never asked for', () => {
    const call = exports([...USUAL, 'name', 'birth_date', 'ssn']);
    const alerts = told([call, call]);
    expect(alerts).toMatchObject([{ severity: 'medium', reason: 'personal_fields' }]);
    expect(alerts[0]!.proof.seen).toBe('asked redcap/export_records for name, date of birth, national id of people');
    expect(alerts[0]!.proof.expected).toBe('no such detail in 30 reads by it that listed what they ask for');
  });
  it.each<[string, Call[]]>([
    ['two of the weaker', [exports([...USUAL, 'birthDate', 'zip'])]],
    ['a list that is one text', [{ ...exports([]), args: { fields: 'record_id,diagnosis' } }]],
  ])('tells of %s', (_, calls) => {
    expect(told(calls)).toMatchObject([{ severity: 'medium' }]);
  });
  it('tells of several that are asked for one by one, but not of one now and then', () => {
    const each = ['name', 'birth_date', 'zip'].map((field) => exports([...USUAL, field]));
    const alerts = told(each);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]!.proof).toMatchObject({
      seen: 'asked redcap/export_records for name, date of birth of people',
      expected: 'no such detail in 31 reads by it that listed what they ask for',
    });
    expect(told(each.flatMap((call) => [call, ...Array.from({ length: 100 }, () => exports(USUAL))]))).toEqual([]);
  });
  it('reads the columns of a statement', () => {
    const usual = query('SELECT id, status FROM orders');
    expect(told([query('select o.id, p.iban from orders o join payees p on true')], [], usual)).toHaveLength(1);
    expect(told([query("SELECT id FROM orders WHERE iban = 'x'")], [], usual)).toEqual([]);
    expect(told([query('SELECT id -- , iban\nFROM orders')], [], usual)).toEqual([]);
  });
  it.each<[string, Call[], Call[]?]>([
    ['one of the weaker alone', [exports([...USUAL, 'phone'])]],
    ['what is no detail', [exports([...USUAL, 'visit_date', 'shipping_mode', 'panel'])]],
    ['what it asked for before', [exports([...USUAL, 'ssn'])], [query('SELECT ssn FROM staff')]],
    ['a tool of which little is known', [query('SELECT ssn FROM staff')]],
    ['what is written', [{ ...exports(['ssn']), tool: 'update_records' }]],
    ['a value', [{ ...exports(USUAL), args: { project: 'ssn', fields: USUAL } }]],
  ])('is silent about %s', (_, calls, before) => {
    expect(told(calls, before)).toEqual([]);
  });
  it('is low where it was refused', () => {
    expect(told([{ ...exports(['ssn']), status: 'denied' }])).toMatchObject([{ severity: 'low' }]);
  });
});

describe('what is asked for', () => {
  it.each([
    [{ $select: 'displayName,jobTitle,mobilePhone' }, ['telephone']],
    [{ columns: ['patient_name', 'SSN', 'home_address'] }, ['name', 'national id', 'home']],
    [{ attributes: ['passportNumber', 'salary'] }, ['passport', 'pay']],
    [{ fields: ['filename', 'card_numbers_count', 'company_name'] }, []],
    [{ path: 'ssn' }, null],
  ])('%o: %o', (args, expected) => expect(askedFor(args as Record<string, unknown>)).toEqual(expected));
  it('tells by one that is grave, or two', () => {
    expect([tells(['pay']), tells(['home']), tells(['home', 'name'])]).toEqual([true, false, true]);
  });
  it('is quick about a hostile argument', () => {
    const took = cpuMs(() => {
      for (const text of ['select ', 'select a,', '-- ', 'a,', 'ssn ', '/*'])
        for (const key of ['sql', 'fields']) askedFor({ [key]: text.repeat(50_000) });
    });
    expect(took).toBeLessThan(1_500);
  });
});
