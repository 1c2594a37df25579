import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { decodeAll } from '../support/decoding.ts';

export type Json = Record<string, unknown>;

/** A line of a gateway's samples. */
export const sample = (name: string, line = 0): Json =>
  JSON.parse(readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8').split('\n')[line]!);

export const told = (...records: unknown[]) => decodeAll(records.map((record) => JSON.stringify(record)));

/** The one event that a record is. */
export const only = (record: unknown): CanonicalEvent => {
  const { events, rejects } = told(record);
  expect([events.length, rejects]).toEqual([1, []]);
  return events[0]!.body;
};

export const gatewayNamed = (name: string): Gateway => gateways.find((gateway) => gateway.name === name)!;
