import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { NativeEvent } from '../../schemas/event.ts';
import { type Bed, fill, makeBed, topicOf } from '../faults/bed.ts';
import { hasRead, POLL_MS, statusOf } from '../faults/compare.ts';
import { memoryOf } from '../faults/contents.ts';
import { producerOf, until } from '../kafka/support.ts';
import { startKafka } from '../support/kafka-broker.ts';
import { smallCompany } from '../support/service.ts';

/**
 * How soon a process reads on where many agents are known: from its start to the first events that it has folded. What is
 * known of a company's agents is written down for many more of the same kind.
 * `npm run bench:restart [-- --agents 100000 --events 20000]`
 */
const { values } = parseArgs({
  options: { agents: { type: 'string', default: '100000' }, events: { type: 'string', default: '20000' } },
});
const PARTITIONS = 6;
const PATIENCE = 1_800_000;
const copyOf = (agent: string, n: number): string => `${agent}~${n}`;

/** Inside of the store: every agent's row so often more, under other names. */
async function multiply({ server, store }: Bed, copies: number): Promise<{ agents: number; kilobytes: number }> {
  const renamed = `concat(agent_id, '~', toString(number))`;
  const name = (of: string): string => `concat('"id":"', ${of}, '"')`;
  const copy = `INSERT INTO baselines (partition, agent_id, epoch, next_offset, writer, state)
    SELECT partition, ${renamed}, epoch, next_offset, writer, replaceOne(state, ${name('agent_id')}, ${name(renamed)})
    FROM baselines CROSS JOIN numbers(${copies}) AS n WHERE agent_id != ''`;
  const answer = await fetch(`${server.url}/?database=overreach`, { method: 'POST', body: copy });
  if (!answer.ok) throw new Error(await answer.text());
  const limits = { maxRows: 1, maxSeconds: 60, maxBytes: 1e6 };
  const sql = 'SELECT uniqExact(agent_id) AS agents, avg(length(state)) / 1000 AS kilobytes FROM baselines';
  const [sum] = (await store.query(sql, limits)).rows;
  return { agents: Number(sum!.agents), kilobytes: Number(sum!.kilobytes) };
}

const { events } = smallCompany({ agents: 200, days: Math.ceil(Number(values.events) / 6_000) + 10 });
const past = events.slice(0, Number(values.events));
const broker = await startKafka();
try {
  const topic = await topicOf(broker, PARTITIONS);
  await fill(broker, topic, past);
  const bed = await makeBed({ broker, topic, grants: { grants: [], charters: [], changes: [] } });
  try {
    const first = await bed.up();
    await until('all are stored', async () => ((await bed.rows()) ?? 0) >= past.length, PATIENCE, POLL_MS);
    await until('all is read', () => hasRead(first, PARTITIONS), PATIENCE, POLL_MS);
    await first.kill('SIGTERM');
    const agents = [...new Set(past.map(({ agent }) => agent.id))];
    const copies = Math.ceil(Number(values.agents) / agents.length) - 1;
    const known = await multiply(bed, copies);
    // One event each of a thousand agents that are known and not in memory, under the keys of those they were copied from.
    const producer = producerOf(broker.brokers, topic);
    const later = events.slice(past.length, past.length + 1_000);
    await producer.send(
      topic,
      later.map((event: NativeEvent, n) => ({
        key: event.agent.id,
        value: JSON.stringify({ ...event, agent: { ...event.agent, id: copyOf(event.agent.id, n % copies) } }),
        timestamp: Date.parse(event.occurred_at),
      })),
    );
    await producer.close();

    const started = performance.now();
    const second = await bed.up();
    const listens = performance.now() - started;
    await until('it folds', async () => ((await statusOf(second))?.events.accepted ?? 0) > 0, PATIENCE, 100);
    const folds = performance.now() - started;
    await until(
      'all are folded',
      async () => ((await statusOf(second))?.events.accepted ?? 0) >= later.length,
      PATIENCE,
      100,
    );
    const all = performance.now() - started;
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    console.log(`${known.agents} agents in ${PARTITIONS} partitions, ${known.kilobytes.toFixed(1)} kB of state each`);
    console.log(
      `listens after ${seconds(listens)}, folds after ${seconds(folds)}, ${later.length} events after ${seconds(all)}`,
    );
    console.log(`${((await memoryOf(second.pid)).peak / 1e6).toFixed(0)} MB of memory at most by then`);
  } finally {
    await bed.remove();
  }
} finally {
  await broker.close();
}
