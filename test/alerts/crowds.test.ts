import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { HOUR } from '../../schemas/durations.ts';
import type { Event, Phase } from '../../schemas/event.ts';
import { type CountedEvent, createCrowds } from '../../src/alerts/watch/crowds.ts';
import { agentFlood } from '../../src/alerts/watch/words.ts';
import { createFloods } from '../../src/commands/support/floods.ts';

const AT = Date.UTC(2026, 10, 2, 9);
const named = (instance: string, id: string): CountedEvent => ({
  source: { instance },
  agent: { id },
  phase: 'complete',
});

describe('a flood of agents', () => {
  it('is one finding of its gateway, whatever the number, and over when it is over', () => {
    const crowds = createCrowds({ agents_hourly: 100 });
    for (let n = 0; n < 50_000; n += 1) crowds.hear(named('gw-1', `pod-${n}`), AT + n);
    const found = crowds.crowds(AT + 60_000);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ gateway: 'gw-1', agents: 201, calls: 201 });
    expect(agentFlood(found[0]!, 100, AT, AT).summary).toContain('agents: [{ match, id }]');
    expect(crowds.crowds(AT + HOUR + 60_000)).toHaveLength(1);
    crowds.hear(named('gw-1', 'pod-1'), AT + 2 * HOUR);
    expect(crowds.crowds(AT + 2 * HOUR)).toEqual([]);
  });

  it('is told by a scan too, once a gateway, whether its calls come whole or in pieces', () => {
    const floods = createFloods({ agents_hourly: 100 });
    const event = (n: number, agent: string, phase: Phase = 'complete', instance = 'gw-1'): Event =>
      ({ effectiveAt: AT + n, body: { source: { instance }, agent: { id: agent }, phase } }) as Event;
    const told: Alert[] = [];
    for (let n = 0; n < 5_000; n += 1)
      for (const phase of ['request', 'response'] as const) told.push(...floods.hear(event(n, `pod-${n}`, phase)));
    for (let n = 0; n < 5_000; n += 1) told.push(...floods.hear(event(HOUR + n, `run-${n}`)));
    // Many at the beginning of an hour, but they come again.
    for (let n = 0; n < 1_000; n += 1)
      told.push(...floods.hear(event(2 * HOUR + n, `agent-${n % 150}`, 'complete', 'gw-2')));
    told.push(...floods.tell());
    expect(told.map(({ reason, target }) => [reason, target])).toEqual([['agent_flood', 'gw-1']]);
  });

  it('is none where many agents work, or few come once', () => {
    const crowds = createCrowds({ agents_hourly: 100 });
    for (let n = 0; n < 1000; n += 1) crowds.hear(named('gw-1', `agent-${n % 150}`), AT + n);
    for (let n = 0; n < 90; n += 1) crowds.hear(named('gw-2', `pod-${n}`), AT + n);
    expect(crowds.crowds(AT + 60_000)).toEqual([]);
  });

  it('of one gateway does not hide that of another', () => {
    const crowds = createCrowds({ agents_hourly: 100 });
    const found = (at: number): string[] => crowds.crowds(at).map(({ gateway }) => gateway);
    for (let n = 0; n < 5000; n += 1) crowds.hear(named(`gw-${n % 3}`, `pod-${n}`), AT + n);
    for (let n = 0; n < 120; n += 1) crowds.hear(named('gw-9', `pod-${n}`), AT + n);
    expect(found(AT + 60_000)).toEqual(['gw-0', 'gw-1', 'gw-2', 'gw-9']);
    // A large one whose agents come again is none, and counted out all the same.
    for (let n = 0; n < 2000; n += 1) crowds.hear(named('large', `agent-${n % 180}`), AT + HOUR + n);
    for (let n = 0; n < 5000; n += 1) crowds.hear(named('gw-9', `pod-${n}`), AT + HOUR + n);
    expect(found(AT + HOUR + 60_000)).toContain('gw-9');
    expect(found(AT + HOUR + 60_000)).not.toContain('large');
  });

  it('is found within a bound, however many gateways are made up for it', () => {
    const crowds = createCrowds({ agents_hourly: 10 });
    for (let g = 0; g < 2000; g += 1) for (let n = 0; n < 20; n += 1) crowds.hear(named(`gw-${g}`, `pod-${n}`), AT + n);
    expect(crowds.crowds(AT + 60_000)).toHaveLength(20);
  });
});
