import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeEvent } from '../schemas/event.ts';
import { createRandom } from '../src/simulate/random.ts';
import { difference } from './support/difference.ts';
import {
  type Child,
  createHome,
  type Home,
  type Left,
  leftIn,
  post,
  smallCompany,
  startChild,
  startHere,
} from './support/service.ts';
import { answered, asked } from './support/two-pieces.ts';

/** What is done to a running service, in order: a crash is an item among the others. */
type Item =
  | { do: 'post'; events: NativeEvent[] }
  /** Dies so many milliseconds after the post was sent; it is posted again to the next process. */
  | { do: 'crash'; events: NativeEvent[]; afterMs: number }
  | { do: 'stop' };

const POST = 110;
const CRASHES = 9;
const company = smallCompany({ days: 16 });
const { grants } = company;
/** Every other call in two pieces, whose answer alone brings what the next ones take up. */
const events = company.events.flatMap((event, n) => {
  const call = { ...event, result: `of customer-${n % 40}@known.example` };
  return n % 2 === 0 ? [call] : [asked(call), answered(call)];
});
/** How many calls the first events tell of. */
const callsIn = (count: number): number => new Set(events.slice(0, count).map(({ event_id }) => event_id)).size;
// Saved often, so that crashes meet checkpoints too.
const CONFIG = { checkpoint: { every_events: 400 } };

function plan(): Item[] {
  const random = createRandom('crashes');
  const items: Item[] = [];
  for (let from = 0; from < events.length; from += POST)
    items.push({ do: 'post', events: events.slice(from, from + POST) });
  const places = new Set<number>();
  while (places.size < CRASHES) places.add(1 + random.below(items.length - 2));
  const planned = items.map(
    (item, at): Item =>
      places.has(at) && item.do === 'post' ? { ...item, do: 'crash', afterMs: random.below(90) } : item,
  );
  planned.splice(planned.length >> 1, 0, { do: 'stop' });
  return planned;
}

describe('kill -9 at any moment', () => {
  const homes: Home[] = [];
  let child: Child | null = null;
  let undisturbed: Left;
  let disturbed: Left;
  let again: Left;
  const told = {
    acknowledged: 0,
    lost: [] as string[],
    crashes: 0,
    unanswered: 0,
    repeated: { accepted: 0, duplicates: 0 },
  };

  /** Rows that a running service holds. */
  async function held(url: string): Promise<number> {
    const response = await fetch(`${url}/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql: 'SELECT uniqExact(event_key) AS n FROM v_events' }),
    });
    const { rows } = (await response.json()) as { rows: { n: number }[] };
    return Number(rows[0]!.n);
  }

  async function crash(running: Child, { events: posted, afterMs }: Extract<Item, { do: 'crash' }>): Promise<boolean> {
    const answer = post(running.url, posted).then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await running.kill('SIGKILL');
    return await answer;
  }

  beforeAll(async () => {
    const quiet = await createHome(CONFIG, grants);
    const rough = await createHome(CONFIG, grants);
    homes.push(quiet, rough);

    const service = await startHere(quiet);
    for (const item of plan()) if (item.do !== 'stop') await post(service.url, item.events);
    await service.stop();
    undisturbed = await leftIn(quiet);

    for (const item of plan()) {
      child ??= await startChild(rough);
      if (item.do === 'stop') {
        await child.kill('SIGTERM');
        child = null;
        continue;
      }
      let acknowledged = true;
      if (item.do === 'crash') {
        acknowledged = await crash(child, item);
        told.crashes += 1;
        if (!acknowledged) told.unanswered += 1;
        child = await startChild(rough);
        const rows = await held(child.url);
        const most = callsIn(told.acknowledged + item.events.length);
        const least = acknowledged ? most : callsIn(told.acknowledged);
        if (rows < least || rows > most) told.lost.push(`${rows} rows where ${least} to ${most} may be`);
      }
      if (item.do === 'post' || !acknowledged) await post(child.url, item.events);
      told.acknowledged += item.events.length;
    }
    await child!.kill('SIGTERM');
    child = null;
    disturbed = await leftIn(rough);

    child = await startChild(rough);
    told.repeated = await post(child.url, events);
    await child.kill('SIGTERM');
    child = null;
    again = await leftIn(rough);
  }, 400_000);

  afterAll(async () => {
    await child?.kill('SIGKILL');
    for (const home of homes) await home.remove();
  });

  it('met posts under way', () => {
    expect(told.crashes).toBe(CRASHES);
    expect(told.unanswered).toBeGreaterThanOrEqual(3);
  });

  it('loses nothing that was acknowledged', () => {
    expect(told.lost).toEqual([]);
    expect(disturbed.keys).toBe(callsIn(events.length));
  });

  it('counts nothing twice', () => {
    expect(disturbed.rows).toBe(disturbed.keys);
    expect(undisturbed).toMatchObject({ rows: callsIn(events.length), keys: callsIn(events.length) });
  });

  it('shows of calls in two pieces what was asked, wherever it died between them', () => {
    expect(
      undisturbed.calls.filter(({ args_state, phase }) => args_state === 'absent' && phase === 'response'),
    ).toEqual([]);
    expect(disturbed.calls).toEqual(undisturbed.calls);
  });

  it('ends in the state of a run that nothing disturbed', () => {
    expect([...disturbed.states.keys()]).toEqual([...undisturbed.states.keys()]);
    for (const [agent, state] of undisturbed.states)
      expect(difference(state, disturbed.states.get(agent)), agent).toBe('');
  });

  it('tells the same alerts in the same revisions', () => {
    expect(undisturbed.alerts.length).toBeGreaterThan(10);
    expect(disturbed.alerts).toEqual(undisturbed.alerts);
  });

  it('takes a second posting of everything for what it is', () => {
    expect(told.repeated).toMatchObject({ accepted: 0, duplicates: events.length, rejected_total: 0 });
    expect({ ...again, nextOffset: 0 }).toEqual({ ...disturbed, nextOffset: 0 });
  });
});
