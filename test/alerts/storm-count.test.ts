import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { spokenIn } from '../../src/alerts/intake.ts';
import { createNotifier } from '../../src/alerts/notifier.ts';
import { alertNumber, fakeClock, memoryLog, ok, START, scripted, turns, world } from './support.ts';

const RULE = { agents: 3, minutes: 10 };

/** What befalls a service: findings, the same told again, a store that fails once, an end and a new life, a tick. */
const EVENT = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ agents: fc.array(fc.nat(7), { minLength: 1, maxLength: 3 }), minutes: fc.nat(25) }),
  },
  { weight: 2, arbitrary: fc.record({ again: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.constantFrom('fails' as const, 'restart' as const, 'restart' as const, 'tick' as const) },
);
type Befallen = typeof EVENT extends fc.Arbitrary<infer T> ? T : never;

/** Lives through it; afterwards all storms are over. */
async function live(history: readonly Befallen[]) {
  const memory = memoryLog();
  const clock = fakeClock(START);
  const begin = () =>
    createNotifier({
      ...world(clock),
      store: memory.log,
      storm: RULE,
      channels: [scripted('soc', () => ok).channel],
      routing: () => [{ channel: 'soc', notBefore: 0 }],
    });
  let notifier = begin();
  const all: Alert[] = [];
  const tell = async (alerts: readonly Alert[]): Promise<void> => {
    await memory.log.writeAlerts(alerts);
    await notifier.notify(alerts).catch(() => {});
    if (!memory.failing.write) return;
    memory.failing.write = false;
    await notifier.notify(alerts);
  };
  for (const befallen of history) {
    if (befallen === 'fails') memory.failing.write = true;
    else if (befallen === 'tick') await notifier.tick().catch(() => {});
    else if (befallen === 'restart') {
      await notifier.close();
      notifier = begin();
      notifier.resume();
      memory.failing.write = false;
      const newest = new Map([...memory.alerts.values()].map((alert) => [alert.alert_id, alert]));
      await notifier.restore([...newest.values()]);
    } else if ('again' in befallen) await tell(all.slice(-befallen.again));
    else {
      await clock.advance(befallen.minutes * MINUTE);
      const found = befallen.agents.map((agent, n) =>
        alertNumber(all.length + n, {
          agent: { id: `agent-${agent}` },
          occurred_at: new Date(clock.now()).toISOString(),
        }),
      );
      all.push(...found);
      await tell(found);
    }
  }
  memory.failing.write = false;
  await clock.advance(200 * MINUTE);
  await notifier.tick();
  await turns();
  return memory;
}

/** Alerts that each storm keeps, by its id; and what each says of their number when it is over. */
async function counts(history: readonly Befallen[]) {
  const { rows, alerts } = await live(history);
  const kept = new Map<string, number>();
  for (const row of rows.values()) {
    const { storm } = spokenIn(row);
    if (row.detail.startsWith('part of storm ')) kept.set(storm, (kept.get(storm) ?? 0) + 1);
  }
  const closed = [...alerts.values()].filter(({ agent, stage }) => agent.id === 'fleet' && stage === 'close');
  return closed.map(({ alert_id: id, suppressed_count: said }) => ({ said, kept: kept.get(id) ?? 0 }));
}

describe('the number of alerts that a storm keeps back', () => {
  it('leaves out what went out by itself and is told again when the storm has begun', async () => {
    const history: Befallen[] = [
      { agents: [1], minutes: 0 },
      { agents: [2, 0], minutes: 0 },
      { again: 3 },
      { agents: [0], minutes: 0 },
    ];
    expect(await counts(history)).toEqual([{ said: 3, kept: 3 }]);
    expect(await counts([...history.slice(0, 2), 'restart', ...history.slice(2)])).toEqual([{ said: 3, kept: 3 }]);
  });

  it('is what the record says, whatever befalls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(EVENT, { minLength: 3, maxLength: 25 }), async (history) => {
        for (const { said, kept } of await counts(history)) expect(said).toBe(kept);
      }),
      { numRuns: 300 },
    );
  });
});
