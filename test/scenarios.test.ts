import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Alert } from '../schemas/alert.ts';
import { grantsFileSchema } from '../schemas/grant.ts';
import { createDecoder } from '../src/decode/decode.ts';
import { createPartition } from '../src/engine/partition.ts';
import { compileRules } from '../src/engine/rules.ts';
import { createHasher } from '../src/hash.ts';
import { readJsonl } from '../src/sources/jsonl.ts';
import { jsonLines } from './support/json-lines.ts';

/**
 * Short stories, and what is told of them: `<name>.jsonl` are native events, `<name>.grants.yaml` who may do what, and
 * `<name>.alerts.jsonl` what is to be told. GOLDEN=write npm test -- test/scenarios.test.ts writes them
 * anew; look at the difference before you commit it.
 */
const folder = new URL('scenarios/', import.meta.url).pathname;
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.alerts.jsonl'))
  .map((name) => name.slice(0, -'.jsonl'.length));

/** What is told, without its wording; scores to one digit, so that a last bit is no difference. */
const essence = ({ occurred_at, stage, revision, detector, severity, score, ...rest }: Alert): object => ({
  occurred_at,
  stage: `${stage} ${revision}`,
  detector,
  severity,
  score: Math.round(score * 10) / 10,
  class: rest.class,
  scope: rest.scope,
  reason: rest.reason,
  event_ids: rest.event_ids,
});

async function alertsOf(name: string): Promise<object[]> {
  const rules = `${folder}${name}.grants.yaml`;
  const file = grantsFileSchema.parse(existsSync(rules) ? parse(readFileSync(rules, 'utf8')) : {});
  const { engine, inputs } = compileRules({ grants: { file, earlier: [] } });
  const partition = createPartition({ id: 'file/0', engine, dedupeWindow: 10_000, nextOffset: 0 });
  const decode = createDecoder({ hasher: createHasher(Buffer.alloc(32, 1)) });
  const told: object[] = [];
  for await (const batch of readJsonl({ input: createReadStream(`${folder}${name}.jsonl`), instance: 'scenario' }))
    for (const { items } of decode(batch))
      for (const item of items) {
        if (item.kind === 'reject') throw new Error(`${name}: ${item.reject.reason}, ${item.reject.detail}`);
        told.push(...partition.fold(item.event, inputs).alerts.map(essence));
      }
  return told;
}

describe('what is told of', () => {
  it.each(names)('%s', async (name) => {
    const golden = `${folder}${name}.alerts.jsonl`;
    const told = await alertsOf(name);
    expect(told).not.toEqual([]);
    if (process.env.GOLDEN === 'write') writeFileSync(golden, told.map((one) => `${JSON.stringify(one)}\n`).join(''));
    expect(told).toEqual(jsonLines(readFileSync(golden, 'utf8')));
  });
});
