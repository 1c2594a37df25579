import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { ConfigError } from '../../errors.ts';

const storySchema = z.object({
  id: z.string(),
  title: z.string(),
  agent: z.string(),
  event_ids: z.array(z.string()),
});
/** What was planted in the month, and the events it is made of. */
export type PlantedStory = z.output<typeof storySchema>;

/** A file of examples/, which lies beside the sources and beside the built package alike. */
export function exampleFile(name: string): string {
  for (const up of ['../../..', '../../../..']) {
    const path = fileURLToPath(new URL(`${up}/examples/${name}`, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new ConfigError(`examples/${name} is not installed`);
}

/** The recorded month by day, as lines. */
export function readMonth(): Map<string, string[]> {
  const days = new Map<string, string[]>();
  const text = gunzipSync(readFileSync(exampleFile('demo.events.jsonl.gz'))).toString('utf8');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const day = /"occurred_at":"(\d{4}-\d\d-\d\d)/.exec(line)![1]!;
    const lines = days.get(day);
    if (lines === undefined) days.set(day, [line]);
    else lines.push(line);
  }
  return days;
}

export const readStories = (): PlantedStory[] =>
  readFileSync(exampleFile('demo.stories.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => storySchema.parse(JSON.parse(line)));
