import { readFile } from 'node:fs/promises';
import type { NativeEvent } from '../../schemas/event.ts';
import type { KafkaMessageOut } from '../../src/sources/kafka-producer.ts';
import { producerOf, until } from '../kafka/support.ts';
import { type Bed, type Left, makeBed, topicOf } from './bed.ts';
import { hasRead, POLL_MS, type Work } from './compare.ts';
import { poisonous } from './poison.ts';

/** What comes is the trouble here: no process dies. */
export interface Came {
  left: Left;
  seconds: number;
  /** Distinct honest events that were sent. */
  produced: number;
}

const messageOf = (event: NativeEvent, key = event.agent.id): KafkaMessageOut => ({
  key,
  value: JSON.stringify(event),
  timestamp: Date.parse(event.occurred_at),
});

const distinct = (events: readonly NativeEvent[]): number => new Set(events.map(({ event_id }) => event_id)).size;

async function send(work: Work, topic: string, messages: readonly KafkaMessageOut[]): Promise<void> {
  const producer = producerOf(work.broker.brokers, topic);
  for (let from = 0; from < messages.length; from += 1_000)
    await producer.send(topic, messages.slice(from, from + 1_000));
  await producer.close();
}

/** Reads a topic that is full already, until all honest events are stored. */
async function readAll(work: Work, topic: string, produced: number, keyed = true): Promise<Came> {
  const bed = await makeBed({ ...work, topic, keyed });
  try {
    const started = Date.now();
    const child = await bed.up();
    await stored(bed, produced, work.patience);
    const seconds = (Date.now() - started) / 1000;
    // A topic that is re-keyed is read beside the one that is folded.
    const folded = keyed ? work.partitions : 6;
    const read = keyed ? folded : folded + work.partitions;
    await until('everything is read', () => hasRead(child, read), work.patience, POLL_MS);
    await child.kill('SIGTERM');
    return { left: await bed.left(folded), seconds, produced };
  } finally {
    await bed.remove();
  }
}

const stored = (bed: Bed, produced: number, patience: number): Promise<void> =>
  until(
    `all ${produced} are stored`,
    async () => ((await bed.rows()) ?? 0) >= produced && (await bed.stored()) === produced,
    patience,
  );

/** T10: every kind of poison so many times, spread over the honest ones; `rounds` 0 is the topic without. */
export async function poisoned(work: Work, rounds: number): Promise<Came & { poison: number }> {
  const topic = await topicOf(work.broker, work.partitions);
  // One record of 20 MB is as good as many.
  const poison = Array.from({ length: rounds }, (_, round) =>
    poisonous().filter((value) => round === 0 || value.length < 1 << 20),
  ).flat();
  const step = Math.max(1, Math.floor(work.events.length / Math.max(poison.length, 1)));
  const messages = work.events.flatMap((event, at) => {
    const bad = at % step === 0 ? poison[at / step] : undefined;
    return bad === undefined ? [messageOf(event)] : [{ key: `poison ${at}`, value: bad }, messageOf(event)];
  });
  for (const part of portions(messages)) await send(work, topic, part);
  return { ...(await readAll(work, topic, distinct(work.events))), poison: poison.length };
}

/** A message of 20 MB goes alone. */
function* portions(messages: readonly KafkaMessageOut[]): Generator<KafkaMessageOut[]> {
  let part: KafkaMessageOut[] = [];
  for (const message of messages) {
    if (message.value.length > 1 << 20) {
      yield part;
      yield [message];
      part = [];
    } else part.push(message);
  }
  yield part;
}

/** T12: three in ten come again, under other keys and so in other partitions, after all the others: hours later. */
export async function repeated(work: Work): Promise<Came & { repeats: number }> {
  const topic = await topicOf(work.broker, work.partitions);
  const again = work.events.filter((_, at) => at % 10 < 3);
  for (const [round, events] of [work.events, again].entries())
    await send(
      work,
      topic,
      events.map((event, at) => messageOf(event, `${round} ${at}`)),
    );
  return { ...(await readAll(work, topic, distinct(work.events), false)), repeats: again.length };
}

/** T15: a while at one speed, then ten times as many in as long a time. Memory in bytes. */
export async function burst(work: Work, perSecond: number): Promise<Came & { steady: number; peak: number }> {
  const topic = await topicOf(work.broker, work.partitions);
  const bed = await makeBed({ ...work, topic });
  try {
    const started = Date.now();
    const child = await bed.up();
    const calm = Math.floor(work.events.length / 11);
    await paced(work, topic, work.events.slice(0, calm), perSecond);
    await stored(bed, distinct(work.events.slice(0, calm)), work.patience);
    const steady = (await memoryOf(child.pid)).peak;
    await paced(work, topic, work.events.slice(calm), perSecond * 10);
    const produced = distinct(work.events);
    await stored(bed, produced, work.patience);
    const { peak } = await memoryOf(child.pid);
    await until('everything is read', () => hasRead(child, work.partitions), work.patience, POLL_MS);
    await child.kill('SIGTERM');
    return { left: await bed.left(work.partitions), seconds: (Date.now() - started) / 1000, produced, steady, peak };
  } finally {
    await bed.remove();
  }
}

async function paced(work: Work, topic: string, events: readonly NativeEvent[], perSecond: number): Promise<void> {
  const producer = producerOf(work.broker.brokers, topic);
  const began = Date.now();
  const step = Math.ceil(perSecond / 10);
  for (let from = 0; from < events.length; from += step) {
    await producer.send(
      topic,
      events.slice(from, from + step).map((event) => messageOf(event)),
    );
    const wait = began + ((from + step) / perSecond) * 1000 - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  await producer.close();
}

export async function memoryOf(pid: number): Promise<{ peak: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return { peak: Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024 };
}

/** What is wrong with what is left, in words. */
export function wrongWith({ left, produced }: Came, rejects: number): string[] {
  const found = [...left.unequal];
  if (left.keys !== produced) found.push(`${left.keys} events are stored and ${produced} were produced`);
  if (left.rows !== left.keys) found.push(`${left.rows} rows for ${left.keys} events`);
  if (left.rejects !== rejects) found.push(`${left.rejects} rejects, and ${rejects} records were no events`);
  return found;
}
