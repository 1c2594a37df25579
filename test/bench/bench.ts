import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';
import { type Event, eventSchema } from '../../schemas/event.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { createPartition, type Partition } from '../../src/engine/partition.ts';
import { compileRules } from '../../src/engine/rules.ts';
import { createHasher } from '../../src/hash.ts';
import { readJsonl } from '../../src/sources/jsonl.ts';
import type { Batch } from '../../src/sources/source.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { smallCompany } from '../support/service.ts';

/**
 * What an event costs: decoding it, and judging it with every detector, beside JSON.parse + zod alone on the same bytes
 * in the same run. `npm run bench [-- --events 20000 --rounds 3 --file calls.jsonl.gz]`
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    file: { type: 'string' },
  },
});
const wanted = Number(values.events);
const rounds = Number(values.rounds);
const hasher = createHasher(Buffer.from('a key that is only for measuring'));
const CORPUS = join(import.meta.dirname, '../../../shared/corpus/agentdyn-dev/events.jsonl.gz');

type Work = 'parse' | 'decode' | 'fold';
const TITLES: Record<Work, string> = {
  parse: 'JSON.parse + zod',
  decode: 'decode',
  fold: 'decode + fold, every detector',
};

const valuesOf = (batches: readonly Batch[]): Buffer[] =>
  batches.flatMap(({ records }) => records.map(({ value }) => Buffer.from(value as Uint8Array)));

function parse(batches: readonly Batch[]): void {
  for (const value of valuesOf(batches)) eventSchema.safeParse(JSON.parse(value.toString('utf8')));
}

function decode(batches: readonly Batch[], take: (event: Event) => void): void {
  const decoder = createDecoder({ hasher });
  for (const batch of batches)
    for (const { items } of decoder(batch)) for (const item of items) if (item.kind === 'event') take(item.event);
}

function fold(batches: readonly Batch[]): Partition {
  const grants = { file: { grants: [], charters: [], changes: [] }, earlier: [] };
  const { engine, inputs } = compileRules({ detectors: {}, catalogues: [], grants });
  const partition = createPartition({ id: 'bench/0', engine, dedupeWindow: 100_000, nextOffset: 0 });
  decode(batches, (event) => void partition.fold(event, inputs));
  return partition;
}

function measure(title: string, batches: readonly Batch[]): void {
  const bytes = valuesOf(batches).map(({ length }) => length);
  const events = bytes.length;
  const spent: Record<Work, number[]> = { parse: [], decode: [], fold: [] };
  let partition: Partition | undefined;
  for (let round = 0; round < rounds; round += 1) {
    spent.parse.push(cpuMs(() => parse(batches)));
    spent.decode.push(cpuMs(() => decode(batches, () => {})));
    spent.fold.push(cpuMs(() => (partition = fold(batches))));
  }
  const { agents } = partition!;
  const state = [...agents.values()].reduce((sum, agent) => sum + JSON.stringify(agent).length, 0);
  const mean = Math.round(bytes.reduce((sum, length) => sum + length, 0) / events);
  console.log(`\n${title}: ${events} events of ${mean} bytes, median of ${rounds} rounds, processor time of one core`);
  const rate = (work: Work): number => (1_000 * events) / median(spent[work]);
  for (const work of Object.keys(TITLES) as Work[])
    console.log(
      `  ${TITLES[work].padEnd(30)} ${Math.round(rate(work)).toLocaleString('en-US').padStart(9)} events/s ` +
        `${(1e6 / rate(work)).toFixed(0).padStart(5)} us each, ratio to parsing ${(rate(work) / rate('parse')).toFixed(3)}`,
    );
  console.log(
    `  state ${Math.round(state / agents.size).toLocaleString('en-US')} bytes for each of ${agents.size} agents`,
  );
}

async function batchesOf(file: string): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of readJsonl({ input: file, instance: 'bench' })) batches.push(batch);
  return batches;
}

if (values.file !== undefined) measure(values.file, await batchesOf(values.file));
else {
  const lines = smallCompany({ agents: 50, days: Math.ceil(wanted / 1500) + 2 })
    .events.slice(0, wanted)
    .map((event) => Buffer.from(JSON.stringify(event)));
  const batches: Batch[] = [];
  for (let from = 0; from < lines.length; from += 2000) {
    const records = lines.slice(from, from + 2000).map((value, i) => ({ offset: from + i, value, receivedAt: 0 }));
    batches.push({ source: 'bench', instance: 'b', partition: 0, generation: 0, gateway: 'auto', records });
  }
  measure('simulated', batches);
  if (existsSync(CORPUS)) measure('recorded sessions, results and all', await batchesOf(CORPUS));
}
