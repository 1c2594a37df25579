import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeEvent } from '../../schemas/event.ts';
import { baselineCommand } from '../../src/commands/baseline.ts';
import { openReader } from '../../src/commands/support/reader.ts';
import { ADMIN_HTTP, createHome, type Home, leftIn, post, smallCompany, startHere } from '../support/service.ts';

const CONFIG = { http: ADMIN_HTTP };

async function run(home: Home, ...args: string[]): Promise<string> {
  let said = '';
  const command = baselineCommand({
    open: () => openReader(home.config),
    write: (text) => {
      said += text;
    },
    warn: () => {},
    now: Date.now,
  });
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => {} });
  await command.parseAsync(['rebuild', ...args], { from: 'user' });
  return said;
}

async function streamed(home: Home, events: readonly NativeEvent[]): Promise<void> {
  const service = await startHere(home);
  for (let from = 0; from < events.length; from += 997) await post(service.url, events.slice(from, from + 997));
  await service.stop();
}

describe('baseline rebuild', () => {
  const { events, grants } = smallCompany();
  const middle = Math.floor(events.length / 2);
  const from = events[middle]!.occurred_at;
  const late = events.filter(({ occurred_at }) => occurred_at >= from);
  let home: Home;
  let shorter: Home;
  beforeAll(async () => {
    home = await createHome(CONFIG, grants);
    shorter = await createHome(CONFIG, grants);
    await streamed(home, events);
    await streamed(shorter, late);
  }, 240_000);
  afterAll(async () => {
    await home.remove();
    await shorter.remove();
  });

  it('changes nothing in a dry run, and nothing where all events count', async () => {
    const before = await leftIn(home);
    expect(await run(home, '--from', '2000-01-01', '--dry-run')).toMatch(
      /every state is as it was.*nothing was changed/,
    );
    expect(await run(home, '--from', '2000-01-01')).toMatch(/every state is as it was.*was replaced/);
    const after = await leftIn(home);
    expect([...after.states].sort()).toEqual([...before.states].sort());
    expect(after.alerts).toEqual(before.alerts);
  }, 120_000);

  it('is from a later time what streaming from then on made, byte by byte; the service goes on from it', async () => {
    expect(await run(home, '--from', from)).toMatch(/states differ from the checkpoint/);
    const rebuilt = await leftIn(home);
    const wanted = await leftIn(shorter);
    // The partition's own row holds what peers said: it too.
    expect([...rebuilt.states.keys()].sort()).toEqual([...wanted.states.keys()].sort());
    for (const [agent, state] of wanted.states) expect(rebuilt.states.get(agent), agent).toBe(state);
    const service = await startHere(home);
    await service.stop();
    expect([...(await leftIn(home)).states].sort()).toEqual([...wanted.states].sort());
  }, 120_000);

  it('refuses while a service holds the record, and a time that is none', async () => {
    const service = await startHere(home);
    try {
      await expect(run(home, '--from', '2026-01-01')).rejects.toThrow(/a service holds the record/);
    } finally {
      await service.stop();
    }
    await expect(run(home, '--from', 'yesterday')).rejects.toThrow(/a date as/);
  }, 60_000);
});
