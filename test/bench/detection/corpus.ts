import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { Event } from '../../../schemas/event.ts';
import { type GrantsFile, grantsFileSchema } from '../../../schemas/grant.ts';
import { createDecoder } from '../../../src/decode/decode.ts';
import { createHasher } from '../../../src/hash.ts';

/** One labelled session, as the corpus tells it. */
export interface Label {
  session_id: string;
  agent_id: string;
  phase: 'baseline' | 'test';
  label: 'benign' | 'hijacked' | 'resisted';
  task_seen?: boolean;
  saw_injection?: boolean;
  events?: [id: string, malicious: 0 | 1 | null][];
}

export interface Corpus {
  name: string;
  events: Event[];
  labels: Label[];
  grants?: GrantsFile;
}

/** Learning ends here in every set. */
export const LEARN_UNTIL = Date.parse('2026-11-01T00:00:00Z');

/** A set of labelled sessions, decoded, or null where the folder has none. */
export function loadCorpus(folder: string, name: string): Corpus | null {
  const at = join(folder, name);
  if (!existsSync(join(at, 'events.jsonl.gz'))) return null;
  const decode = createDecoder({
    hasher: createHasher(new Uint8Array(32).fill(7)),
    redaction: {},
    capture: [],
    agents: [],
  });
  const records = gunzipSync(readFileSync(join(at, 'events.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((value, offset) => ({ offset, value, receivedAt: 0 }));
  const events: Event[] = [];
  for (const { items } of decode({
    source: name,
    instance: name,
    partition: 0,
    generation: 0,
    records,
    gateway: 'native',
    backfill: true,
  }))
    for (const item of items) if (item.kind === 'event') events.push(item.event);
  const labels = gunzipSync(readFileSync(join(at, 'labels.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Label);
  const grants = join(at, 'grants.yaml');
  return {
    name,
    events,
    labels,
    ...(existsSync(grants) ? { grants: grantsFileSchema.parse(parse(readFileSync(grants, 'utf8'))) } : {}),
  };
}
