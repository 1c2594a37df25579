import { eventSchema } from '../../schemas/event.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';

/**
 * How many native events a second decoding takes, beside JSON.parse + zod alone on the same bytes in the same run.
 * `npx tsx test/bench/decode.ts`
 */
const EVENTS = 20_000;
const ROUNDS = 5;

const text = (i: number): string =>
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
      ticket: i % 5000,
    },
    args_state: 'full',
    outcome: { status: 'ok' },
    phase: 'complete',
    duration_ms: 40 + (i % 100),
  });

const lines = Array.from({ length: EVENTS }, (_, i) => Buffer.from(text(i)));
const records = lines.map((value, offset) => ({ offset, value, receivedAt: 1_790_812_800_000 }));
const batches = Array.from({ length: EVENTS / 1000 }, (_, i) => ({
  source: 'bench',
  instance: 'bench',
  partition: 0,
  generation: 0,
  gateway: 'auto',
  records: records.slice(i * 1000, (i + 1) * 1000),
}));
const decode = createDecoder({ hasher: createHasher(Buffer.from('a key that is only for measuring')) });

const plain = (): void => {
  for (const line of lines) eventSchema.safeParse(JSON.parse(line.toString()));
};
const whole = (): void => {
  let items = 0;
  for (const batch of batches) items += decode(batch).reduce((sum, decoded) => sum + decoded.items.length, 0);
  if (items !== EVENTS) throw new Error(`decoded ${items} of ${EVENTS}`);
};

/** Best of a few rounds, events a second: the other runs were disturbed. */
function rate(run: () => void): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run();
    best = Math.max(best, (EVENTS / (performance.now() - start)) * 1000);
  }
  return best;
}

const base = rate(plain);
const full = rate(whole);
const bytes = lines.reduce((sum, line) => sum + line.length, 0) / EVENTS;
console.log(
  JSON.stringify({
    bytes_an_event: Math.round(bytes),
    parse_and_zod_per_s: Math.round(base),
    decode_per_s: Math.round(full),
    us_an_event: +(1e6 / full).toFixed(2),
    ratio: +(full / base).toFixed(3),
  }),
);
