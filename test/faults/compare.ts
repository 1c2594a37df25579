import type { Status } from '../../schemas/api.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { until } from '../kafka/support.ts';
import { difference } from '../support/difference.ts';
import type { TestBroker } from '../support/kafka-broker.ts';
import { BEARER, type Child } from '../support/service.ts';
import { type Bed, fill, type Left, makeBed, topicOf } from './bed.ts';

export interface Work {
  broker: TestBroker;
  events: readonly NativeEvent[];
  grants: GrantsFile;
  partitions: number;
  /** How long one run may take, in ms. */
  patience: number;
}

/** A topic that was read in peace once. */
export interface Prepared extends Work {
  topic: string;
  /** Distinct events in it. */
  produced: number;
  undisturbed: Left;
  /** Of the undisturbed run, from its start to its end. */
  seconds: number;
}

/** What goes wrong while a program reads the topic; it answers the program that is to finish. */
export type Trouble = (bed: Bed, first: Child) => Promise<{ survivor: Child; troubles: number }>;

export interface Outcome {
  left: Left;
  troubles: number;
  seconds: number;
}

const noTrouble: Trouble = (_, survivor) => Promise.resolve({ survivor, troubles: 0 });

export async function prepare(work: Work): Promise<Prepared> {
  const topic = await topicOf(work.broker, work.partitions);
  await fill(work.broker, topic, work.events);
  const produced = new Set(work.events.map(({ event_id }) => event_id)).size;
  const { left, seconds } = await readUnder(noTrouble, { ...work, topic, produced });
  return { ...work, topic, produced, undisturbed: left, seconds };
}

/** The topic once more, by a new group into a new store, with trouble; it is let run until everything is stored. */
export async function readUnder(
  trouble: Trouble,
  { broker, grants, topic, produced, partitions, patience }: Omit<Prepared, 'undisturbed' | 'seconds'>,
): Promise<Outcome> {
  const bed = await makeBed({ broker, topic, grants });
  const started = Date.now();
  try {
    const { survivor, troubles } = await trouble(bed, await bed.up());
    await until(`${produced} rows are stored`, async () => ((await bed.rows()) ?? 0) >= produced, patience);
    await until(`all ${produced} are stored`, async () => (await bed.stored()) === produced, patience);
    // Those before it may have stored more than they saved their place of: it folds that again.
    await until('everything is read', () => hasRead(survivor, partitions), patience, POLL_MS);
    await survivor.kill('SIGTERM');
    const seconds = (Date.now() - started) / 1000;
    return { left: await bed.left(partitions), troubles, seconds };
  } finally {
    await bed.remove();
  }
}

/** Null where it does not answer now, or was asked too often. */
export async function statusOf({ url }: Child): Promise<Status | null> {
  const answer = await fetch(`${url}/v1/status`, { headers: BEARER }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Status) : null;
}

/** The program asks for patience where it is asked too often. */
export const POLL_MS = 250;

export async function hasRead(child: Child, partitions: number): Promise<boolean> {
  const status = await statusOf(child);
  if (status === null) return false;
  const held = status.sources.reduce((sum, source) => sum + source.partitions, 0);
  return held === partitions && status.sources.every(({ lag = 0 }) => lag === 0);
}

/** Everything in which a disturbed run differs from the undisturbed one, in words; nothing where all is well. */
export function differences({ undisturbed, produced }: Prepared, { left }: Outcome): string[] {
  const found: string[] = [];
  if (left.keys !== produced) found.push(`${left.keys} events are stored and ${produced} were produced`);
  if (left.rows !== left.keys) found.push(`${left.rows} rows for ${left.keys} events`);
  if (left.nextOffset !== undisturbed.nextOffset)
    found.push(`it ended at ${left.nextOffset} and not at ${undisturbed.nextOffset}`);
  found.push(...left.unequal);
  for (const name of new Set([...undisturbed.states.keys(), ...left.states.keys()])) {
    const differs = difference(undisturbed.states.get(name), left.states.get(name));
    if (differs !== '') found.push(`state of ${name}: ${differs}`);
  }
  const alerts = difference(JSON.stringify(undisturbed.alerts), JSON.stringify(left.alerts));
  if (alerts !== '') found.push(`alerts: ${alerts}`);
  return found;
}
