import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/commands/support/service.ts';
import { linesIn } from '../support/json-lines.ts';
import { call, type House, house, post, spawned } from './support.ts';

let held: House;
let service: Service;
beforeAll(async () => {
  held = await house();
  service = await held.start();
  const write = { target: { type: 'tool', name: 'update_ticket' }, args: { id: '7' } };
  await post(service.url, [call(1), call(2), call(3, write), { app: 'nobody' }]);
  await service.pipeline.checkpoint();
}, 60_000);
afterAll(async () => {
  await service.stop();
  await held.remove();
});

/** Names that are no snake_case, and numbers that are a time in milliseconds. */
function strange(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return value > 1e12 ? [`${path} is ${value}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(/[A-Z]/.test(name) ? [`${path}.${name}`] : []),
    ...strange(inner, `${path}.${name}`),
  ]);
}

it.each([
  'agents',
  'agents support-1',
  'backtest',
  'baseline rebuild --from 2026-01-01 --dry-run',
  'classify tickets get_ticket',
  'connections list',
  'detectors rate',
  'gateways kong',
  'grants diff',
  'grants suggest --agent support-1 --min-calls 2',
  'reconcile',
  'rejects list',
  'rejects replay --dry-run',
  'status',
])(
  '%s --json names things in snake_case and tells times in RFC 3339',
  async (verb) => {
    const alone = /^(?:backtest|baseline)/.test(verb);
    if (alone) await service.stop();
    const config = verb === 'gateways kong' ? [] : ['--config', held.config];
    const { code, out } = await spawned([...verb.split(' '), '--json', ...config]);
    if (alone) service = await held.start();
    expect(code).toBe(0);
    // An object, or one a line.
    const values = out.startsWith('[') ? [out] : linesIn(out);
    for (const value of values) expect(strange(JSON.parse(value))).toEqual([]);
  },
  60_000,
);
