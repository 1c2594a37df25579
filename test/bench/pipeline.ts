import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';
import { fill, topicOf } from '../faults/bed.ts';
import { startKafka } from '../support/kafka-broker.ts';
import { smallCompany } from '../support/service.ts';
import { readPlainly, readWhole, type Took, type Topic } from './pipeline/road.ts';

/**
 * How fast a topic is read: Overreach whole beside a plain copy into the same engine and beside kafkajs alone, each in a
 * process of its own, one after the other, on the same keyed topic of a real broker.
 * `npm run bench:pipeline [-- --events 500000 --rounds 1]`
 */
const ROADS = {
  kafkajs: 'kafkajs alone',
  copy: 'plain copy: parse, zod, insert into chDB',
  whole: 'Overreach, every detector',
  rekeyed: 'Overreach, topic not keyed by agent',
} as const;
type Road = keyof typeof ROADS;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '1' },
    road: { type: 'string' },
    topic: { type: 'string' },
  },
});

if (values.road !== undefined) {
  const topic = JSON.parse(values.topic!) as Topic;
  const road = values.road as Road;
  const took =
    road === 'kafkajs' || road === 'copy'
      ? await readPlainly(topic, road === 'copy')
      : await readWhole(topic, road === 'whole');
  process.stdout.write(JSON.stringify(took));
  process.exit(0);
}

const wanted = Number(values.events);
const events = smallCompany({ agents: 200, days: Math.ceil(wanted / 6000) + 10 }).events.slice(0, wanted);
const bytes = Math.round(events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / events.length);
const broker = await startKafka();
try {
  const name = await topicOf(broker, 6);
  await fill(broker, name, events);
  console.log(`${events.length} events of ${bytes} bytes, 200 agents, 6 partitions`);

  const topic: Topic = { brokers: broker.brokers, name, events: new Set(events.map(({ event_id }) => event_id)).size };
  const took = Object.fromEntries(Object.keys(ROADS).map((road) => [road, []])) as unknown as Record<Road, Took[]>;
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const road of Object.keys(ROADS) as Road[])
      took[road].push(
        JSON.parse(
          execFileSync(
            process.execPath,
            ['--import', 'tsx', 'test/bench/pipeline.ts', '--road', road, '--topic', JSON.stringify(topic)],
            { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
          ),
        ) as Took,
      );
  const rate = (road: Road): number => topic.events / median(took[road].map(({ seconds }) => seconds));
  const spentOn = (all: readonly Took[]): string =>
    Object.keys(all[0]!.spent)
      .map((what) => `${what} ${((1e6 * median(all.map(({ spent }) => spent[what]!))) / topic.events).toFixed(0)}`)
      .join(', ');
  for (const road of Object.keys(ROADS) as Road[]) {
    const peak = Math.max(...took[road].map((one) => one.peak)) / 1e6;
    console.log(
      `${ROADS[road].padEnd(42)} ${Math.round(rate(road)).toLocaleString('en-US').padStart(9)} events/s, ` +
        `${(rate(road) / rate('copy')).toFixed(2)} of the copy, ${(rate(road) / rate('kafkajs')).toFixed(2)} of kafkajs, ` +
        `${peak.toFixed(0)} MB at most; us an event: ${spentOn(took[road])}`,
    );
  }
} finally {
  await broker.close();
}
