import { describe, expect, it } from 'vitest';
import { argumentNovelty } from '../../detectors/argument-novelty.ts';
import { targetCreep } from '../../detectors/target-creep.ts';
import { at, createRun, opened } from '../support/run.ts';

/** Five weeks of reading twelve secrets and of looking up a new person now and then. */
function keeper() {
  const run = createRun([argumentNovelty, targetCreep]);
  const read = (day: number, minute: number, path: string, status: 'ok' | 'denied' = 'ok') =>
    run.send({ at: at(day, 10, minute), server: 'vault', tool: 'read_secret', args: { path }, status });
  const usual = (day: number) =>
    Array.from({ length: 8 }, (_, n) => [
      read(day, n, `kv/platform/service-${(5 * day + n) % 12}`),
      run.send({
        at: at(day, 10, 20 + n),
        server: 'crm',
        tool: 'get_contact',
        args: { email: `p${day}-${n}@x.example` },
      }),
    ]).flat();
  for (let day = 0; day < 35; day += 1) usual(day);
  return { run, read, usual };
}

describe('target-creep', () => {
  it('finds a known tool that is used on a few more targets every day, once', () => {
    const { run, read, usual } = keeper();
    const days = Array.from({ length: 14 }, (_, day) => [
      ...usual(35 + day),
      ...[0, 1].map((n) => read(35 + day, 40 + n, `kv/project-${day}-${n}/key`)),
    ]);
    const told = days.map((judged) => opened(judged, 'target-creep'));
    expect(told.flat()).toMatchObject([{ reason: 'new_targets', severity: 'high', target: 'read_secret' }]);
    expect(told.slice(0, 8).flat()).toHaveLength(1);
    const state = run.state();
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  });

  it('finds them where each was refused before it was let in', () => {
    const { read, usual } = keeper();
    const judged = Array.from({ length: 14 }, (_, day) => [
      ...usual(35 + day),
      ...[0, 1].flatMap((n) => {
        const path = `kv/project-${day}-${n}/key`;
        return [read(35 + day, 40 + 2 * n, path, 'denied'), read(35 + day, 41 + 2 * n, path)];
      }),
    ]).flat();
    expect(opened(judged, 'target-creep')).toHaveLength(1);
  });

  it('is silent about the usual targets, and about a tool that meets new ones every day', () => {
    const { usual } = keeper();
    expect(Array.from({ length: 21 }, (_, day) => usual(35 + day)).flatMap((judged) => opened(judged))).toEqual([]);
  });

  it('is silent about one new project, and about a tool that is new itself', () => {
    const { run, read, usual } = keeper();
    const judged = Array.from({ length: 14 }, (_, day) => [
      ...usual(35 + day),
      read(35 + day, 40, `kv/shop/service-${day % 4}`),
      run.send({
        at: at(35 + day, 10, 50),
        server: 'files',
        tool: 'read_file',
        args: { path: `/srv/data/${day}/a.txt` },
      }),
    ]).flat();
    expect(opened(judged, 'target-creep')).toEqual([]);
  });

  /** Five weeks of one secret, twice on every workday; then a week of it and of what comes beside it. */
  const habit = (then: (day: number) => string[], known = (day: number) => day % 7 < 5) => {
    const run = createRun([argumentNovelty, targetCreep]);
    const told: { day: number; alerts: ReturnType<typeof opened> }[] = [];
    for (let day = 0; day < 42; day += 1) {
      const paths = [...(known(day) ? ['kv/apps/api', 'kv/apps/api'] : []), ...(day < 35 ? [] : then(day - 35))];
      const judged = paths.flatMap((path, n) =>
        run.send({ at: at(day, 10, n), server: 'vault', tool: 'read_secret', args: { path } }),
      );
      const alerts = opened(judged, 'target-creep');
      if (alerts.length > 0) told.push({ day: day - 35, alerts });
    }
    return told;
  };
  const sweep = (day: number): string[] => Array.from({ length: 6 }, (_, n) => `kv/team-${n}/key-${day}`);

  it('finds within days who reads one secret every day and begins to read many', () => {
    const told = habit(sweep);
    expect(told).toMatchObject([{ alerts: [{ reason: 'new_targets', severity: 'high', target: 'read_secret' }] }]);
    expect(told[0]!.day).toBeLessThan(2);
  });

  it('is silent where it reads a few more, or the known one far more', () => {
    expect(habit((day) => (day < 4 ? [`kv/team/key-${day}`] : []))).toEqual([]);
    expect(habit(() => Array.from({ length: 40 }, () => 'kv/apps/api'))).toEqual([]);
    // Who hardly used it does not know it.
    expect(
      habit(
        (day) => sweep(day).slice(0, 2),
        (day) => day === 0 || day === 20,
      ),
    ).toEqual([]);
  });

  /** Four weeks of changes to three repositories, a fourth after two of them; then what `then` reads by a tool that is new. */
  const coder = (then: (day: number) => string[], usual: (day: number, n: number) => string = known) => {
    const run = createRun([argumentNovelty, targetCreep]);
    const told: number[] = [];
    for (let day = 0; day < 35; day += 1) {
      const calls = [0, 1, 2].map((n) => ({ tool: 'create_pull_request', repo: usual(day, n) }));
      const read = day < 28 ? [] : then(day - 28).map((repo) => ({ tool: 'get_file_contents', repo }));
      const judged = [...calls, ...read].flatMap(({ tool, repo }, n) =>
        run.send({ at: at(day, 10, n), server: 'github', tool, args: { owner: 'acme', repo } }),
      );
      if (opened(judged, 'target-creep').length > 0) told.push(day - 28);
    }
    return told;
  };
  const known = (day: number, n: number): string => (day === 14 && n === 0 ? 'shop-api' : `svc-${(day + n) % 3}`);
  const others = (day: number, many: number): string[] => Array.from({ length: many }, (_, n) => `other-${day}-${n}`);

  it('finds repositories of others that are read by a tool that is new, many within days or some on every day', () => {
    expect(coder((day) => (day < 3 ? others(day, 7) : []))).toEqual([1]);
    expect(coder((day) => others(day, 3))).toEqual([1]);
  });

  it('takes no branch for a repository', () => {
    const run = createRun([argumentNovelty, targetCreep]);
    const send = (day: number, n: number, args: Record<string, string>) =>
      run.send({ at: at(day, 10, n), server: 'build', tool: 'trigger_build', args });
    const judged = Array.from({ length: 28 }, (_, day) => [
      ...[0, 1, 2].map((n) => send(day, n, { repo: `svc-${n}` })),
      ...(day < 21 ? [] : others(day, 5).map((name, n) => send(day, 10 + n, { repo: 'svc-0', ref: `bot/${name}` }))),
    ]).flat();
    expect(opened(judged, 'target-creep')).toEqual([]);
  });

  it('is silent about a few new repositories, about known ones by a new tool, and where new ones are usual', () => {
    expect(coder((day) => (day < 3 ? others(day, 1) : []))).toEqual([]);
    expect(coder((day) => (day === 2 ? others(day, 3) : []))).toEqual([]);
    expect(coder(() => ['svc-0', 'svc-1', 'svc-2', 'shop-api'])).toEqual([]);
    expect(
      coder(
        (day) => others(day, 3),
        (day, n) => (n === 0 ? `spike-${day}` : `svc-${n}`),
      ),
    ).toEqual([]);
  });
});
