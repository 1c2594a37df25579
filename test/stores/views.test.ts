import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASSES, SCOPES } from '../../schemas/alert.ts';
import { DAY, MINUTE } from '../../schemas/durations.ts';
import { PHASES } from '../../schemas/event.ts';
import type { JudgedEvent, Store } from '../../src/stores/store.ts';
import { agentsOf, connectionsOf, delegationsOf, eventsOf, flowsOf, type Row } from './recount.ts';
import { judged, migratedStore } from './support.ts';

let made: Awaited<ReturnType<typeof migratedStore>>;
beforeAll(async () => {
  made = await migratedStore();
});
afterAll(() => made.remove());

const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
const NAMES = ['a', "it's", 'ü\n'];

/** An event as two gateways might tell it: around the ends of months and years, late, early, or with a lying clock. */
const one = fc.record({
  agent: fc.constantFrom(...NAMES),
  name: maybe('x', 'y'),
  id: fc.nat(12),
  gateway: fc.constantFrom('gw-1', 'gw-2'),
  day: fc.constantFrom(Date.UTC(2026, 0, 1), Date.UTC(2026, 10, 1), Date.UTC(2026, 9, 31, 12)),
  ms: fc.integer({ min: -3, max: 3 }),
  late: fc.constantFrom(0, 0, 9 * MINUTE, -5 * MINUTE, 40 * DAY, 430 * DAY, -430 * DAY),
  phase: fc.constantFrom('complete' as const, 'complete' as const, ...PHASES),
  session_id: maybe('s', 't'),
  task: maybe({ id: 'T' }, { intent: 'to mend' }),
  trace_id: maybe('abc'),
  user: maybe({ id: 'mia' }, { email: 'tom@acme.example' }, { id: 'mia', email: 'mia@acme.example' }),
  delegation: maybe([], [{ sub: 'a' }, { iss: 'idp', sub: 'mia' }], [{ sub: "it's" }]),
  server: fc.constantFrom({ id: 'web' }, { id: 'web', url: 'http://web.example' }, { id: '漢' }),
  target: fc.constantFrom(
    { type: 'tool' as const, name: 'fetch_page' },
    { type: 'tool' as const, name: 'pay' },
    { type: 'none' as const },
  ),
  status: fc.constantFrom('ok' as const, 'ok' as const, 'denied' as const, 'timeout' as const),
  effect: maybe('deny' as const, 'allow' as const),
  openWorld: maybe(true, false),
  credential: maybe({ id: 'c' }, { kind: 'oauth' }),
  class: fc.constantFrom(...CLASSES),
  scope: fc.constantFrom(...SCOPES),
  grantId: fc.constantFrom('', 'g1', 'g2'),
  score: fc.constantFrom(0, 1.25, 7),
  /** Repeats of it, each so much later. */
  again: fc.array(fc.constantFrom(0, MINUTE, 35 * DAY, 400 * DAY), { maxLength: 2 }),
});
type One = (typeof one extends fc.Arbitrary<infer T> ? T : never) & { run: string; n: number };

/** Most calls come whole; a piece shares the key of its call, and has a time of its own. */
const isWhole = ({ phase, again }: Pick<One, 'phase' | 'again'>): boolean => phase === 'complete' && again.length !== 1;

/** As it is written: once, and once more for each repeat. */
function writtenOf(drawn: One): JudgedEvent[] {
  const { run, n, day, ms, late, effect, openWorld } = drawn;
  const kept = isWhole(drawn) ? `c${n}` : `${drawn.id}`;
  const occurredAt = day + ms + n * 10;
  const said = <T>(name: string, value: T | undefined): Record<string, T> =>
    value === undefined ? {} : { [name]: value };
  return [0, ...drawn.again].map((after, copy) =>
    judged(copy * 1_000 + n, {
      source: `${run}${drawn.gateway}`,
      key: `${run}${drawn.gateway}-${kept}-`.padEnd(32, '0'),
      occurredAt,
      receivedAt: occurredAt + late + after,
      body: {
        event_id: kept,
        source: { kind: 'native', instance: drawn.gateway },
        agent: { id: run + drawn.agent, id_basis: 'subject', ...said('name', drawn.name) },
        server: drawn.server,
        target: drawn.target,
        outcome: { status: drawn.status },
        phase: drawn.phase,
        ...(drawn.session_id === undefined ? { session_id: undefined as never } : { session_id: drawn.session_id }),
        ...said('task', drawn.task),
        ...said('trace_id', drawn.trace_id && run + drawn.trace_id),
        ...said('user', drawn.user),
        ...said(
          'delegation',
          drawn.delegation?.map((by) => ({ ...by, sub: by.sub === 'mia' ? by.sub : run + by.sub })),
        ),
        ...said('credential', drawn.credential),
        ...said('decision', effect && { effect }),
        ...said('annotations', openWorld === undefined ? undefined : { open_world: openWorld }),
      },
      judgement: { class: drawn.class, scope: drawn.scope, grantId: run + drawn.grantId, score: drawn.score },
    }),
  );
}

let runs = 0;
const record = fc.array(one, { minLength: 1, maxLength: 30 }).map((all) => {
  runs += 1;
  const run = `r${runs}.`;
  const pieces = new Set<string>();
  return {
    run,
    written: all.flatMap((drawn, n) => {
      const { phase, gateway, id } = drawn;
      const piece = `${gateway} ${id} ${phase}`;
      if (!isWhole(drawn) && pieces.has(piece)) return [];
      pieces.add(piece);
      return writtenOf({ ...drawn, run, n, task: drawn.task?.id ? { id: run + drawn.task.id } : drawn.task } as One);
    }),
  };
});

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();

async function told(store: Store, view: string, of: readonly Row[], run: string): Promise<void> {
  const columns = of.length === 0 ? '*' : Object.keys(of[0]!).join(', ');
  const sql = `SELECT ${columns} FROM ${view} WHERE startsWith(agent_id, {run:String})`;
  const { rows } = await store.query(sql, { maxRows: 10_000, maxSeconds: 30, maxBytes: 2 ** 26 }, { run });
  expect(sorted(rows), view).toEqual(sorted(of));
}

describe('views', () => {
  it('say what can be counted again from all that was written', async () => {
    const { store } = made;
    await fc.assert(
      fc.asyncProperty(record, fc.nat(), async ({ run, written }, seed) => {
        // In any order, in many parts that nothing has merged yet.
        const order = written.map((row, n) => ({ row, at: (n * 7919 + seed) % 101 })).sort((a, b) => a.at - b.at);
        for (const part of [0, 1, 2])
          await store.writeEvents(store.pack(order.filter((_, n) => n % 3 === part).map(({ row }) => row)));
        const all = eventsOf(written);
        const rows = (of: (one: JudgedEvent) => Row) => all.map(of);
        const plain = ({ event: { body, key, occurredAt } }: JudgedEvent): Row => ({
          agent_id: body.agent.id,
          event_id: body.event_id,
          event_key: key,
          occurred_at: new Date(occurredAt).toISOString(),
        });
        await told(
          store,
          'v_events',
          rows((one) => ({ ...plain(one), offset: one.event.position.offset })),
          run,
        );
        await told(store, 'v_scope', all.filter(({ judgement }) => judgement.scope === 'out').map(plain), run);
        await told(
          store,
          'v_secret_access',
          all.filter(({ judgement }) => judgement.class === 'secret').map(plain),
          run,
        );
        await told(store, 'v_agents', agentsOf(all), run);
        await told(store, 'v_connections', connectionsOf(all), run);
        await told(store, 'v_delegations', delegationsOf(all), run);
        await told(store, 'v_flows', flowsOf(all), run);
      }),
      // What it found is said before the test's own time is up, shrunk as far as that goes.
      { numRuns: 8, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true },
    );
  }, 180_000);
});
