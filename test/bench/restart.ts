import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { NativeEvent } from '../../schemas/event.ts';
import { fill, makeBed, topicOf } from '../faults/bed.ts';
import { statusOf } from '../faults/compare.ts';
import { memoryOf } from '../faults/contents.ts';
import { until } from '../kafka/support.ts';
import { startKafka } from '../support/kafka-broker.ts';
import { smallCompany } from '../support/service.ts';

/**
 * How soon a process that knows many agents reads on after kill -9: from its start to the first event that it folds.
 * `npm run bench:restart [-- --agents 100000 --events 500000]`
 */
const { values } = parseArgs({
  options: { agents: { type: 'string', default: '100000' }, events: { type: 'string', default: '500000' } },
});
const [agents, wanted] = [Number(values.agents), Number(values.events)];
const PARTITIONS = 6;
const PATIENCE = 1_800_000;

/** A company's work dealt out to many agents of the same roles, a few events each. */
function* spread(): Generator<NativeEvent> {
  const { events } = smallCompany({ agents: 200, days: Math.ceil(wanted / 6_000) + 10 });
  for (let at = 0; at < wanted; at += 1) {
    const event = events[at % events.length]!;
    const id = `agent-${at % agents}`;
    yield { ...event, event_id: `${event.event_id}-${at}`, agent: { ...event.agent, id } };
  }
}

const broker = await startKafka();
try {
  const topic = await topicOf(broker, PARTITIONS);
  await fill(broker, topic, [...spread()]);
  const checkpoint = { every_events: 20_000, every_seconds: 5 };
  const bed = await makeBed({
    broker,
    topic,
    grants: { grants: [], charters: [], changes: [] },
    built: true,
    config: { checkpoint },
  });
  try {
    const first = await bed.up();
    await until('all are stored', async () => ((await bed.rows()) ?? 0) >= wanted, PATIENCE);
    await until('all is saved', async () => (await bed.left(PARTITIONS)).nextOffset === wanted, PATIENCE, 5_000);
    const known = (await statusOf(first))?.agents.known;
    await first.kill('SIGKILL');
    await fill(
      broker,
      topic,
      [...spread()].slice(0, 1_000).map((event) => ({ ...event, event_id: `${event.event_id}-later` })),
    );
    const started = performance.now();
    const second = await bed.up();
    const listens = performance.now() - started;
    await until('it folds', async () => ((await statusOf(second))?.events.accepted ?? 0) > 0, PATIENCE, 100);
    const folds = performance.now() - started;
    const { peak } = await memoryOf(second.pid);
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    console.log(`${known} agents in ${PARTITIONS} partitions, ${wanted} events; killed and started again`);
    console.log(
      `listens after ${seconds(listens)}, folds after ${seconds(folds)}, ${(peak / 1e6).toFixed(0)} MB of memory by then`,
    );
  } finally {
    await bed.remove();
  }
} finally {
  await broker.close();
}
