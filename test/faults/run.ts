import { parseArgs } from 'node:util';
import { startKafka } from '../support/kafka-broker.ts';
import { smallCompany } from '../support/service.ts';
import { differences, prepare, readUnder, type Trouble, type Work } from './compare.ts';
import { burst, poisoned, repeated, wrongWith } from './contents.ts';
import { brokerDies, type Extent, joinAndLeave, kills, stalls, standsStill, storeAway, storeDies } from './troubles.ts';

/** The fault tests at length: `npm run fault -- T1 [--events N] [--count N] [--partitions N]` prints what came out. */
interface Fault {
  title: string;
  count: number;
  events?: number;
}

/** A process, the broker or the store is in trouble while the topic is read; the run is held against one in peace. */
const TROUBLES: Record<string, Fault & { trouble(extent: Extent): Trouble }> = {
  T1: { title: 'kill -9 at random moments', count: 100, trouble: kills },
  T2: { title: 'the broker dies and comes back', count: 10, trouble: (extent) => brokerDies(extent, 30_000) },
  T3: { title: 'a process joins and leaves', count: 60, trouble: joinAndLeave },
  T4: { title: 'a process stands still while another goes on', count: 20, trouble: (e) => standsStill(e, 10_000) },
  T4b: { title: 'the only process stands still beyond its session', count: 20, trouble: (e) => stalls(e, 10_000) },
  T5: { title: 'the store is away', count: 3, trouble: (extent) => storeAway(extent, 180_000) },
  T6: { title: 'the store is killed', count: 50, trouble: storeDies },
};

/** What comes is the trouble. */
const CONTENTS: Record<string, Fault & { run(work: Work, count: number): Promise<string[]> }> = {
  T10: { title: 'poison among the events, each kind', count: 20, events: 100_000, run: runPoison },
  T12: {
    title: 'three in ten come again, in other partitions and much later',
    count: 1,
    events: 100_000,
    run: runRepeats,
  },
  T15: { title: 'a burst of ten times a speed of', count: 1_000, events: 110_000, run: runBurst },
};

const FAULTS: Record<string, Fault> = { ...TROUBLES, ...CONTENTS };
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, count: { type: 'string' }, partitions: { type: 'string', default: '6' } },
});
const name = positionals[0] ?? '';
const fault = FAULTS[name];
if (fault === undefined) throw new Error(`which one? ${Object.keys(FAULTS).join(', ')}`);

const wanted = Number(values.events ?? fault.events ?? 1_000_000);
const count = Number(values.count ?? fault.count);
/** Longer than any of them takes. */
const patience = 3_600_000;
// A world of so many agents makes about 35 events a day for each.
const days = Math.ceil(wanted / 200 / 30) + 10;
// It ends long before today: what silence brings about is told of the last day alone, and no run may come upon that.
const start = (Math.floor(Date.now() / 86_400_000) - days - 60) * 86_400_000;
const world = smallCompany({ agents: 200, days, start });
const broker = await startKafka();
try {
  const events = world.events.slice(0, wanted);
  const partitions = Number(values.partitions);
  const work: Work = { broker, grants: world.grants, events, partitions, patience };
  console.log(`${name}: ${fault.title}, ${count} times; ${events.length} events on ${partitions} partitions`);
  const found = CONTENTS[name] === undefined ? await runTrouble(work) : await CONTENTS[name].run(work, count);
  console.log(found.length === 0 ? 'nothing lost, nothing twice, nothing differs' : found.join('\n'));
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  await broker.close();
}

async function runTrouble(work: Work): Promise<string[]> {
  const prepared = await prepare(work);
  const { seconds, undisturbed, produced } = prepared;
  console.log(`in peace: ${seconds.toFixed(1)} s, ${undisturbed.alerts.length} alert revisions`);
  const trouble = TROUBLES[name]!.trouble({ count, total: work.events.length, patience });
  const outcome = await readUnder(trouble, prepared);
  const { rows, keys, states, alerts, ownAlerts } = outcome.left;
  console.log(`under faults: ${outcome.seconds.toFixed(1)} s, ${outcome.troubles} faults`);
  console.log(
    `produced ${produced}, stored ${rows} rows of ${keys} keys, ${states.size} states, ${alerts.length} alert revisions`,
  );
  for (const { title } of ownAlerts) console.log(`it told of itself: ${title}`);
  return differences(prepared, outcome);
}

async function runPoison(work: Work, rounds: number): Promise<string[]> {
  const clean = await poisoned(work, 0);
  const came = await poisoned(work, rounds);
  const share = clean.seconds / came.seconds;
  console.log(
    `clean ${clean.seconds.toFixed(1)} s, with ${came.poison} poisonous records ${came.seconds.toFixed(1)} s`,
  );
  console.log(
    `${(share * 100).toFixed(0)} % of the speed; ${came.left.rejects} rejects, ${came.left.keys} events stored`,
  );
  return [...wrongWith(came, came.poison), ...(share < 0.9 ? ['it costs more than a tenth of the speed'] : [])];
}

async function runRepeats(work: Work): Promise<string[]> {
  const came = await repeated(work);
  console.log(
    `${came.repeats} repeats; ${came.left.rows} rows of ${came.left.keys} keys in ${came.seconds.toFixed(1)} s`,
  );
  return wrongWith(came, 0);
}

async function runBurst(work: Work, perSecond: number): Promise<string[]> {
  const came = await burst(work, perSecond);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(`memory ${mb(came.steady)} before the burst, ${mb(came.peak)} at most; ${came.left.keys} events stored`);
  return wrongWith(came, 0);
}
