import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import chdb from 'chdb/connection';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import { WRITTEN_COLUMNS, writeRows } from '../../src/stores/rows.ts';
import { openChdb } from '../../src/stores/sql-store.ts';
import type { JudgedEvent } from '../../src/stores/store.ts';

/**
 * Rows a second through `writeEvents` beside a plain JSONEachRow insert of the same events by @clickhouse/client, in the
 * same run on the same engine: into a table of a few columns and the event as JSON, which is what one would write first.
 * `npx tsx test/bench/store.ts`
 */
const EVENTS = 20_000;
const ROUNDS = 5;

const native = (i: number): string =>
  JSON.stringify({
    event_id: `ev-${i}`,
    occurred_at: new Date(1_790_812_800_000 + i * 1000).toISOString(),
    source: { kind: 'native', instance: 'gw-prod' },
    agent: { id: `support-agent-${i % 50}`, id_basis: 'service_account', name: 'support-agent' },
    user: { id: `idp|${i % 200}`, email: `user${i % 200}@example.test` },
    session_id: `7b1f5f8f-6e0f-4e0d-9c1b-${String(i >> 4).padStart(12, '0')}`,
    server: { id: 'tickets' },
    method: 'tools/call',
    target: { type: 'tool', name: ['search_tickets', 'get_ticket', 'update_ticket'][i % 3] },
    args: {
      query: `printer on floor ${i % 40} is jammed`,
      limit: 20,
      assignee: `user${i % 90}@example.test`,
      ticket: i,
    },
    args_state: 'full',
    outcome: { status: 'ok' },
    phase: 'complete',
    duration_ms: 40 + (i % 100),
  });

const decode = createDecoder({ hasher: createHasher(Buffer.from('a key that is only for measuring')) });
const records = Array.from({ length: EVENTS }, (_, offset) => ({
  offset,
  value: native(offset),
  receivedAt: 1_790_812_800_000,
}));
const judgement: JudgedEvent['judgement'] = {
  class: 'read',
  classFrom: 'lexicon',
  classRule: 'verb:get',
  scope: 'in',
  grantId: 'support-reads',
  scopeWhy: '',
  score: 0.4,
  findings: [{ detector: 'rate', score: 0.4 }],
};
const batch = { source: 'bench', instance: 'bench', partition: 0, generation: 0, gateway: 'auto', records };
const rows: JudgedEvent[] = decode(batch).flatMap(({ items }) =>
  items.flatMap((item) => (item.kind === 'event' ? [{ event: item.event, judgement }] : [])),
);

/** Milliseconds, the best of a few rounds: the others were disturbed. */
async function best(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const path = await mkdtemp(join(tmpdir(), 'overreach-bench-'));
const store = await openChdb(path, { retention: { eventsDays: 400, alertsDays: 800 }, maxMemoryMb: 1024 });
await store.migrate();
const plain = createClient({
  connection: chdb.createChdbConnection({ path }) as unknown as NonNullable<
    Parameters<typeof createClient>[0]
  >['connection'],
});
await plain.command({
  query:
    "CREATE TABLE plain (id String, at DateTime64(3, 'UTC'), agent LowCardinality(String), server LowCardinality(String), target LowCardinality(String), event String) ENGINE = MergeTree ORDER BY (agent, at)",
});
const values = (): object[] =>
  rows.map(({ event }) => ({
    id: event.body.event_id,
    at: event.body.occurred_at,
    agent: event.body.agent.id,
    server: event.body.server.id,
    target: event.body.target.name,
    event: JSON.stringify(event.body),
  }));

let blocked = 0;
let last = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  blocked = Math.max(blocked, now - last - 5);
  last = now;
}, 5);
const whole = await best(() => store.writeEvents(store.pack(rows)));
clearInterval(timer);
const copy = await best(() => plain.insert({ table: 'plain', values: values(), format: 'JSONEachRow' }));
const all = WRITTEN_COLUMNS.map(() => true);
const encoding = await best(() => writeRows(rows, all).bytes());
const perSecond = (ms: number): number => Math.round((EVENTS / ms) * 1000);
console.log(
  JSON.stringify({
    write_events_per_s: perSecond(whole),
    plain_insert_per_s: perSecond(copy),
    ratio: +(copy / whole).toFixed(3),
    encoding_us_an_event: +((encoding * 1000) / EVENTS).toFixed(2),
    bytes_a_row: Math.round(writeRows(rows, all).bytes().length / EVENTS),
    event_loop_blocked_ms: Math.round(blocked),
  }),
);
await plain.close();
await store.close();
await rm(path, { recursive: true, force: true });
