import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeAll } from '../support/decoding.ts';

/** What gateways write beside their documentation: read in their sources, or in what they sent. */
type Json = Record<string, unknown>;
const sample = (name: string, line = 0): Json =>
  JSON.parse(readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8').split('\n')[line]!);
const told = (...records: unknown[]) => decodeAll(records.map((record) => JSON.stringify(record)));
const only = (record: unknown) => {
  const { events, rejects } = told(record);
  expect([events.length, rejects]).toEqual([1, []]);
  return events[0]!.body;
};

describe('Teleport', () => {
  const request = sample('teleport', 1);

  it('a bot that impersonates its own roles is its own impersonator, and no human stands behind it', () => {
    const { agent, user } = only({ ...request, impersonator: 'bot-ops-agent' });
    expect([agent.id, agent.id_basis, user]).toEqual(['ops-agent', 'bot', undefined]);
  });

  it('who impersonates a user is the agent, and the user the one on whose behalf', () => {
    const { bot_name: _, ...record } = request;
    const { agent, user } = only({ ...record, user: 'alice', impersonator: 'jenkins' });
    expect([agent.id, agent.id_basis, user]).toEqual(['jenkins', 'subject', { id: 'alice' }]);
  });
});
