import { describe, expect, it } from 'vitest';
import { removedBy } from '../../detectors/mass-removal/removes.ts';
import { massRemoval } from '../../detectors/mass-removal.ts';
import { createRun, DAY, HOUR, MONDAY, type Told } from '../support/run.ts';
import { bytes, plain } from './session.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args' | 'status'>;
const gone = (file: string): Call => ({ server: 'drive', tool: 'delete_file', args: { file_id: file } });
const many = (times: number, call: (n: number) => Call): Call[] => Array.from({ length: times }, (_, n) => call(n));

/** So many days of reading, ten hours a day, and of each day what `over` says. */
function worked(days = 20, over: (day: number) => Call[] = () => []) {
  const run = createRun([massRemoval]);
  const send = (calls: readonly Call[], at: number) =>
    calls.flatMap((call, i) => run.news({ at: at + i * 5_000, ...call }));
  for (let day = 0; day < days; day += 1) {
    for (let hour = 0; hour < 10; hour += 1)
      send([{ server: 'drive', tool: 'read_file', args: { file_id: `f-${hour}` } }], MONDAY + day * DAY + hour * HOUR);
    expect(send(over(day), MONDAY + day * DAY + 3 * HOUR)).toEqual([]);
  }
  return { run, asked: (calls: readonly Call[], late = 0) => send(calls, MONDAY + days * DAY + late) };
}

describe('mass-removal', () => {
  it('tells the tenth thing that is removed within an hour by an agent that never removes any, and all of it as one story', () => {
    const { asked } = worked();
    const [opened, ...more] = asked(many(40, (n) => gone(`g-${n}`)));
    expect(opened).toMatchObject({ stage: 'open', reason: 'mass_removal', severity: 'medium' });
    expect(opened!.proof.seen).toBe('removed 10 things by drive/delete_file within an hour');
    expect(opened!.proof.expected).toBe('nothing: in 201 hours of work it removed nothing by this tool');
    expect(more.filter(({ stage }) => stage === 'open')).toEqual([]);
    expect(
      asked(
        many(12, (n) => gone(`h-${n}`)),
        HOUR,
      ).filter(({ stage }) => stage === 'open'),
    ).toEqual([]);
  });
  it('counts a list by its length, and what the call is told to do where the tool is for everything', () => {
    const list = {
      server: 'erp',
      tool: 'execute',
      args: { action: 'deleteRecords', ids: many(30, (n) => gone(`${n}`)) },
    };
    const [opened] = worked().asked([list]);
    expect(opened!.proof.seen).toBe('removed 30 things by erp/execute within an hour, 30 of them in one call');
  });
  it('is quiet about a few, about what failed, about the same thing again, and about two hours of some', () => {
    const { asked } = worked();
    expect(asked(many(9, (n) => gone(`g-${n}`)))).toEqual([]);
    expect(
      asked(
        many(9, (n) => gone(`h-${n}`)),
        HOUR,
      ),
    ).toEqual([]);
    expect(worked().asked(many(40, (n) => ({ ...gone(`g-${n}`), status: 'denied' as const })))).toEqual([]);
    expect(worked().asked(many(40, () => gone('g')))).toEqual([]);
  });
  it('asks for more where it removes things every day, and for far more than it ever did', () => {
    const daily = (day: number): Call[] => many(6, (n) => gone(`d-${day}-${n}`));
    expect(worked(20, daily).asked(many(13, (n) => gone(`g-${n}`)))).toEqual([]);
    expect(worked(20, daily).asked(many(60, (n) => gone(`g-${n}`)))).not.toEqual([]);
    const once = (day: number): Call[] => many(day === 9 ? 9 : 1, (n) => gone(`d-${day}-${n}`));
    expect(worked(20, once).asked(many(13, (n) => gone(`g-${n}`)))).toEqual([]);
  });
  it('does not learn what it told', () => {
    const { asked } = worked();
    expect(asked(many(40, (n) => gone(`g-${n}`)))).not.toEqual([]);
    const later = asked(
      many(30, (n) => gone(`h-${n}`)),
      10 * DAY,
    );
    expect(later.filter(({ stage }) => stage === 'open')).toHaveLength(1);
  });
  it('keeps bounded, plain state', () => {
    const { run, asked } = worked(8);
    asked(many(300, (n) => ({ server: 's', tool: `delete_${n}_${'x'.repeat(300)}`, args: { id: `__proto__${n}` } })));
    expect(bytes(run.state())).toBeLessThan(12_000);
    expect(plain(run.state())).toBe(true);
  });
});

describe('what a call removes', () => {
  it.each([
    ['drive', 'delete_drive_file', {}, 1],
    ['crm', 'bulkDeleteContacts', { ids: ['1', '2', '3'] }, 3],
    ['pims', 'patient_loeschen', { id: 1 }, 1],
    ['pims', 'löschePatient', { id: 1 }, 1],
    ['erp', 'do_action', { action: 'remove_user', id: 4 }, 1],
    ['api', 'request', { method: 'DELETE', path: '/v1/things/4' }, 1],
    ['github', 'remove_labels', { labels: ['a', 'b'] }, 0],
    ['kubernetes', 'pods_delete', { name: 'web-7d9f' }, 0],
    ['kubernetes', 'delete_pod_disruption_budget', { name: 'web' }, 1],
    ['kubernetes', 'deployments_delete', { name: 'web' }, 1],
    ['mail', 'list_deleted_items', {}, 0],
    ['erp', 'do_action', { action: 'get_user', note: 'delete it later' }, 0],
    ['drive', 'create_file', { files: ['a', 'b'] }, 0],
  ])('%s/%s %j: %i', (server, tool, args, things) => {
    expect(removedBy(server, tool, args)).toBe(things);
  });
});
