import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { stringify } from 'yaml';
import type { NativeEvent } from '../../schemas/event.ts';
import type { World } from './company.ts';
import { eventsOf } from './day.ts';

/** All events of the world, day by day, each day in order of time: no more than one day is held. */
export function* streamOf(world: World): Generator<NativeEvent> {
  for (let day = 0; day < world.settings.days; day += 1) {
    const events: NativeEvent[] = [];
    for (const agent of world.agents) events.push(...eventsOf(world, agent, day));
    yield* events.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : a.occurred_at > b.occurred_at ? 1 : 0));
  }
}

/** events.jsonl.gz, grants.yaml and truth.jsonl in a folder; answers how many events there are. */
export async function writeWorld(world: World, folder: string): Promise<{ events: number }> {
  await mkdir(folder, { recursive: true });
  let events = 0;
  function* text(): Generator<string> {
    let lines = '';
    for (const event of streamOf(world)) {
      events += 1;
      lines += `${JSON.stringify(event)}\n`;
      if (lines.length < 65_536) continue;
      yield lines;
      lines = '';
    }
    yield lines;
  }
  await pipeline(text, createGzip(), createWriteStream(join(folder, 'events.jsonl.gz')));
  const { grants, charters } = world;
  await writeFile(join(folder, 'grants.yaml'), stringify({ grants, charters }, { lineWidth: 0 }));
  const truth = world.truth.map(({ day, until, ...told }) =>
    JSON.stringify({
      ...told,
      begins: world.at(day),
      ...(until === undefined || until > world.settings.days ? {} : { ends: world.at(until) }),
    }),
  );
  await writeFile(join(folder, 'truth.jsonl'), truth.map((line) => `${line}\n`).join(''));
  return { events };
}
