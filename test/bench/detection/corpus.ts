import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { Event } from '../../../schemas/event.ts';
import { type GrantsFile, grantsFileSchema } from '../../../schemas/grant.ts';
import { createDecoder } from '../../../src/decode/decode.ts';
import { createHasher } from '../../../src/hash.ts';
import { linesIn } from '../../support/json-lines.ts';

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

/** Events of a file of JSON lines or of lines made elsewhere, decoded under a key that is only for measuring. */
export function decoded(name: string, lines: readonly string[]): Event[] {
  const decode = createDecoder({
    hasher: createHasher(new Uint8Array(32).fill(7)),
    redaction: {},
    capture: [],
    agents: [],
  });
  const records = lines.map((value, offset) => ({ offset, value, receivedAt: 0 }));
  const batch = {
    source: name,
    instance: name,
    partition: 0,
    generation: 0,
    gateway: 'native',
    backfill: true,
  } as const;
  const events: Event[] = [];
  for (const { items } of decode({ ...batch, records }))
    for (const item of items) if (item.kind === 'event') events.push(item.event);
  return events;
}

export const linesOf = (path: string): string[] => linesIn(gunzipSync(readFileSync(path)).toString('utf8'));

/** A set of labelled sessions, decoded, or null where the folder has none. */
export function loadCorpus(folder: string, name: string): Corpus | null {
  const at = join(folder, name);
  if (!existsSync(join(at, 'events.jsonl.gz'))) return null;
  const grants = join(at, 'grants.yaml');
  return {
    name,
    events: decoded(name, linesOf(join(at, 'events.jsonl.gz'))),
    labels: linesOf(join(at, 'labels.jsonl.gz')).map((line) => JSON.parse(line) as Label),
    ...(existsSync(grants) ? { grants: grantsFileSchema.parse(parse(readFileSync(grants, 'utf8'))) } : {}),
  };
}

export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
