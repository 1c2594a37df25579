import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert, NativeEvent } from '../src/index.ts';
import * as overreach from '../src/index.ts';

const { arm, compileRules, createDecoder, createEngine, createHasher, createPartition, defineDetector } = overreach;
const { detectors, eventSchema, grantsFileSchema, readJsonl, SESSION_DEFAULTS } = overreach;

const calls: NativeEvent[] = ['get_ticket', 'get_ticket', 'delete_ticket'].map((tool, n) => ({
  event_id: `e-${n}`,
  occurred_at: new Date(Date.UTC(2026, 10, 20, 9, n)).toISOString(),
  agent: { id: 'support-1', id_basis: 'service_account' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { type: 'tool', name: tool },
  outcome: { status: 'ok' },
}));

const grants = grantsFileSchema.parse({
  grants: [{ id: 'support-reads', agents: ['support-*'], servers: ['tickets'], targets: ['get_*'], max_class: 'read' }],
});

async function alertsOf(rules: Pick<ReturnType<typeof compileRules>, 'engine' | 'inputs'>): Promise<Alert[]> {
  const decode = createDecoder({ hasher: createHasher(new Uint8Array(32)) });
  const partition = createPartition({ id: 'mine/0', engine: rules.engine, dedupeWindow: 100, nextOffset: 0 });
  const input = Readable.from([calls.map((call) => JSON.stringify(call)).join('\n')]);
  const alerts: Alert[] = [];
  for await (const batch of readJsonl({ input, instance: 'gw-1', gateway: 'auto' }))
    for (const { items, offset } of decode(batch)) {
      for (const item of items)
        if (item.kind === 'event') alerts.push(...partition.fold(item.event, rules.inputs).alerts);
      partition.pass(offset);
    }
  return alerts;
}

describe('the package, embedded', () => {
  it('judges records without a store', async () => {
    for (const call of calls) expect(eventSchema.safeParse(call).error).toBeUndefined();
    const alerts = await alertsOf(compileRules({ grants: { file: grants, earlier: [] } }));
    expect(alerts).toMatchObject([{ detector: 'out-of-scope', event_ids: ['e-2'], stage: 'open' }]);
    for (const alert of alerts) expect(overreach.alertSchema.safeParse(alert).error).toBeUndefined();
  });

  it("takes a detector of one's own", async () => {
    const deletes = defineDetector({
      id: 'deletes',
      version: 1,
      title: 'Something is deleted',
      description: 'Any tool with delete in its name.',
      falsePositives: [],
      blindSpots: [],
      references: [],
      tags: { owasp_asi: ['ASI02'], mitre_atlas: [], maestro: [], nist_ai_rmf: [] },
      config: z.object({}),
      defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'high', cooldownMs: 3_600_000 },
      initial: () => ({ deleted: 0 }),
      observe: (_state, { event: { body } }) => (body.target.name?.startsWith('delete_') ? body.target.name : null),
      score: ({ deleted }, tool) => ({
        score: 4,
        reason: 'delete',
        seen: `${tool} was called`,
        expected: 'no deletion',
        n: deleted,
        days: 0,
        contributors: [],
      }),
      learn: (state) => {
        state.deleted += 1;
      },
    });
    const own = { detector: deletes, config: {}, settings: deletes.defaults };
    const engine = createEngine({ armed: [...arm({}), own], session: { ...SESSION_DEFAULTS, enabled: false } });
    const alerts = await alertsOf({ ...compileRules({}), engine });
    expect(alerts).toMatchObject([
      { detector: 'deletes', severity: 'high', proof: { seen: 'delete_ticket was called' } },
    ]);
    expect(detectors.map(({ id }) => id)).not.toContain('deletes');
  });
});
