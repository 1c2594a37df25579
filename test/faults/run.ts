import { parseArgs } from 'node:util';
import { startKafka } from '../support/kafka-broker.ts';
import { smallCompany } from '../support/service.ts';
import { differences, prepare, readUnder, type Trouble } from './compare.ts';
import { brokerDies, type Extent, joinAndLeave, kills, standsStill, storeAway, storeDies } from './troubles.ts';

/** The fault tests at length: `npm run fault -- T1 [--events N] [--count N] [--partitions N]` prints what came out. */
const FAULTS: Record<string, { title: string; count: number; trouble(extent: Extent): Trouble }> = {
  T1: { title: 'kill -9 at random moments', count: 100, trouble: kills },
  T2: { title: 'the broker dies and comes back', count: 10, trouble: (extent) => brokerDies(extent, 30_000) },
  T3: { title: 'a process joins and leaves', count: 60, trouble: joinAndLeave },
  T4: {
    title: 'a process stands still beyond its session',
    count: 20,
    trouble: (extent) => standsStill(extent, 10_000),
  },
  T5: { title: 'the store is away', count: 3, trouble: (extent) => storeAway(extent, 180_000) },
  T6: { title: 'the store is killed', count: 50, trouble: storeDies },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    count: { type: 'string' },
    partitions: { type: 'string', default: '6' },
  },
});
const fault = FAULTS[positionals[0] ?? ''];
if (fault === undefined) throw new Error(`which one? ${Object.keys(FAULTS).join(', ')}`);

const wanted = Number(values.events);
const count = Number(values.count ?? fault.count);
/** Longer than any of them takes. */
const patience = 3_600_000;
// A world of so many agents makes about 35 events a day for each.
const { events, grants } = smallCompany({ agents: 200, days: Math.ceil(wanted / 200 / 30) + 10 });
const broker = await startKafka();
try {
  const some = events.slice(0, wanted);
  console.log(
    `${positionals[0]}: ${fault.title}, ${count} times in ${some.length} events on ${values.partitions} partitions`,
  );
  const prepared = await prepare({ broker, grants, events: some, partitions: Number(values.partitions), patience });
  console.log(`in peace: ${prepared.seconds.toFixed(1)} s, ${prepared.undisturbed.alerts.length} alert revisions`);
  const outcome = await readUnder(fault.trouble({ count, total: some.length, patience }), prepared);
  const found = differences(prepared, outcome);
  const { rows, keys, states } = outcome.left;
  console.log(`under faults: ${outcome.seconds.toFixed(1)} s, ${outcome.troubles} faults`);
  console.log(`produced ${prepared.produced}, stored ${rows} rows of ${keys} keys, states of ${states.size} agents`);
  console.log(found.length === 0 ? 'no difference: rows, places, alerts and states are equal' : found.join('\n'));
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  await broker.close();
}
