import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { classRank } from '../../schemas/alert.ts';
import { eventSchema, type NativeEvent } from '../../schemas/event.ts';
import { grantsFileSchema } from '../../schemas/grant.ts';
import type { World } from '../../src/simulate/company.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { FURTHER, ROLES } from '../../src/simulate/roles.ts';
import { STORY_KINDS } from '../../src/simulate/stories.ts';
import { createWorld } from '../../src/simulate/world.ts';
import { streamOf, writeWorld } from '../../src/simulate/write.ts';
import { classify, tool } from '../scope/support.ts';
import { jsonLines, linesIn } from '../support/json-lines.ts';

const classOf = (name: string) => classify(tool(...(name.split('/') as [string, string]))).class;

describe('chance', () => {
  const random = createRandom('7');
  const mean = (draw: () => number, n = 20_000): number =>
    Array.from({ length: n }, draw).reduce((a, b) => a + b, 0) / n;

  it('is the same for the same seed, and another for each fork', () => {
    const draw = (seed: string, fork: string) => createRandom(seed).fork(fork).next();
    expect(draw('a', 'x')).toBe(draw('a', 'x'));
    expect(new Set([draw('a', 'x'), draw('a', 'y'), draw('b', 'x')]).size).toBe(3);
  });
  it('has the means it says', () => {
    expect(mean(() => random.next())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.poisson(2.5))).toBeCloseTo(2.5, 1);
    expect(mean(() => random.poisson(80), 4000) / 80).toBeCloseTo(1, 1);
    expect(mean(() => random.gamma(0.5))).toBeCloseTo(1, 1);
    expect(mean(() => random.gamma(20))).toBeCloseTo(1, 1);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  });
});

describe('roles', () => {
  it('say of each tool what the classifier says', () => {
    for (const [name, tools] of Object.entries(FURTHER))
      for (const one of tools) expect([one, classOf(one)]).toEqual([one, name]);
    const { isPrivileged } = createWorld({ agents: 10, days: 20 });
    for (const one of ROLES.flatMap(({ tasks }) => tasks.flatMap(({ calls }) => calls.split(' '))))
      expect([one, isPrivileged(one)]).toEqual([one, classRank(classOf(one)) >= classRank('write')]);
  });
});

describe('a company of many agents for half a year', () => {
  it('plants as many stories as it was asked for, within its days, however few they are', () => {
    for (const days of [1, 7, 30]) {
      const { truth } = createWorld({ agents: 40, days, stories: { share: 0.5, from: 0.45, to: 0.8 } });
      const planted = truth.filter(({ kind }) => !kind.startsWith('honest:'));
      expect(planted, `${days} days`).toHaveLength(20);
      expect(planted.filter(({ day }) => day >= days)).toEqual([]);
    }
    expect(
      createWorld({ agents: 1, days: 1, stories: { share: 1, from: 0, to: 0, kinds: ['dormant'] } }).truth,
    ).toEqual([]);
  });

  it('names no two grants alike, so that they load', () => {
    const { grants } = createWorld({ seed: 'held together', agents: 200, days: 177, start: Date.UTC(2026, 6, 2) });
    const ids = grants.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(ids.some((id) => id.endsWith('-again-2'))).toBe(true);
  });

  it('has no story that outgrows all the rest of it, however many its days', () => {
    const stories = { share: 0.5, from: 0.45, to: 0.5, kinds: ['charter-drift', 'new-targets'] };
    const { agents, settings } = createWorld({ agents: 20, days: 365, stories });
    const planted = agents.flatMap(({ works }) => works.filter(({ story }) => story));
    expect(planted).toHaveLength(10);
    for (const { perDay } of planted) expect(perDay(settings.days - 1)).toBeLessThan(500);
  });
});

describe('a world', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = createWorld({ seed: 'test', agents: 60, days: 60, stories: { share: 0.6, from: 0.6, to: 0.8 } });
    folder = await mkdtemp(join(tmpdir(), 'simulated-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds a story of every kind', () => {
    expect(new Set(world.truth.map(({ kind }) => kind).filter((kind) => !kind.startsWith('honest:')))).toEqual(
      new Set(STORY_KINDS),
    );
  });

  it('writes valid events in order, grants that load, and the truth; the same each time', async () => {
    const small = { seed: 'test', agents: 12, days: 60, stories: { share: 0.6, from: 0.6, to: 0.8 } };
    const one = createWorld(small);
    await mkdir(join(folder, 'taken', 'events.jsonl.gz'), { recursive: true });
    await expect(writeWorld(one, join(folder, 'taken'))).rejects.toThrow(/EISDIR/);
    const { events } = await writeWorld(one, folder);
    const written = jsonLines<NativeEvent>(gunzipSync(await readFile(join(folder, 'events.jsonl.gz'))).toString());
    expect(written.length).toBe(events);
    const times = written.map(({ occurred_at }) => occurred_at);
    expect(times).toEqual([...times].sort());
    for (const event of written.slice(0, 500)) expect(eventSchema.safeParse(event).success).toBe(true);
    expect(new Set(written.map(({ event_id }) => event_id)).size).toBe(events);
    expect([...streamOf(createWorld(small))].map((event) => JSON.stringify(event))).toEqual(
      written.map((event) => JSON.stringify(event)),
    );
    expect(grantsFileSchema.safeParse(parse(await readFile(join(folder, 'grants.yaml'), 'utf8'))).success).toBe(true);
    const truth = linesIn(await readFile(join(folder, 'truth.jsonl'), 'utf8'));
    expect(truth.length).toBe(one.truth.length);
  });

  it('makes privileged calls grow where it says so', () => {
    const story = world.truth.find(({ kind }) => kind === 'use-creep-high')!;
    const counts = new Array<number>(60).fill(0);
    for (const { agent, occurred_at, server, target } of streamOf(world))
      if (agent.id === story.agent_id && world.isPrivileged(`${server.id}/${target?.name}`))
        counts[Math.floor((Date.parse(occurred_at) - world.settings.start) / 86_400_000)]! += 1;
    const sum = (from: number, to: number) => counts.slice(from, to).reduce((a, b) => a + b, 0);
    expect(sum(story.day + 5, story.day + 12)).toBeGreaterThan(sum(story.day - 7, story.day) * 1.2);
  });
});
