import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { openChdb } from '../../src/stores/sql-store.ts';
import type { AgentStateRow, DeliveryRow, JudgedEvent, Manifest, QueryLimits, Store } from '../../src/stores/store.ts';

export const OPTIONS = { retention: { eventsDays: 400, alertsDays: 800 }, maxMemoryMb: 512.3 };
export const LIMITS: QueryLimits = { maxRows: 1_000, maxSeconds: 10, maxBytes: 64 * 1_048_576 };
export const NOW = Date.UTC(2026, 10, 20, 14, 0, 0);

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'overreach-store-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A store with its tables, in a folder of its own. */
export async function migratedStore(): Promise<{ store: Store; remove(): Promise<void> }> {
  const folder = await temporaryFolder();
  const store = await openChdb(folder.path, OPTIONS);
  await store.migrate();
  const remove = async (): Promise<void> => {
    await store.close();
    await folder.remove();
  };
  return { store, remove };
}

/** The n-th event of a partition, an ordinary one unless told otherwise. */
export function judged(
  offset: number,
  {
    source = 'http',
    partition = 0,
    epoch,
    index = 0,
    occurredAt = NOW + offset * 1000,
    receivedAt = occurredAt,
    key = `${offset.toString(16).padStart(8, '0')}${index}`.padEnd(32, 'e'),
    body = {},
    judgement = {},
  }: {
    source?: string;
    partition?: number;
    epoch?: number;
    index?: number;
    occurredAt?: number;
    receivedAt?: number;
    key?: string;
    body?: Partial<CanonicalEvent>;
    judgement?: Partial<JudgedEvent['judgement']>;
  } = {},
): JudgedEvent {
  return {
    event: {
      key,
      contentHash: key.slice(0, 16),
      position: { source, partition, ...(epoch === undefined ? {} : { epoch }), offset, index },
      occurredAt,
      receivedAt,
      effectiveAt: Math.min(Math.max(occurredAt, receivedAt - 600_000), receivedAt + 600_000),
      body: {
        event_id: key,
        occurred_at: new Date(occurredAt).toISOString(),
        received_at: new Date(receivedAt).toISOString(),
        source: { kind: 'native', instance: 'gw-1' },
        agent: { id: `agent-${offset % 3}`, id_basis: 'subject', name: 'support' },
        session_id: `s-${offset % 7}`,
        server: { id: 'tickets' },
        method: 'tools/call',
        target: { type: 'tool', name: 'get_ticket' },
        args: { ticket: offset },
        args_state: 'full',
        outcome: { status: 'ok' },
        phase: 'complete',
        duration_ms: 12.5,
        ...body,
      },
      facts: { args: [{ field: 'ticket', kind: 'id', hash: '0123456789abcdef' }], result: [], redacted: [], tools: [] },
    },
    judgement: {
      class: 'read',
      classFrom: 'lexicon',
      classRule: 'verb:get',
      scope: 'in',
      grantId: 'support-reads',
      scopeWhy: '',
      score: 1.25,
      findings: [{ detector: 'rate', score: 1.25 }],
      ...judgement,
    },
  };
}

export const series = (from: number, to: number): JudgedEvent[] =>
  Array.from({ length: to - from }, (_, i) => judged(from + i));

export const manifestOf = (over: Partial<Manifest> = {}): Manifest => ({
  partition: 'http/0',
  epoch: 0,
  nextOffset: 100,
  writer: 'w1',
  writers: [{ writer: 'w1', nextOffset: over.nextOffset ?? 100 }],
  inputs: { grants: 'v1' },
  state: '',
  savedAt: NOW,
  ...over,
});

export const stateOf = (agentId: string, nextOffset: number, over: Partial<AgentStateRow> = {}): AgentStateRow => ({
  partition: 'http/0',
  agentId,
  nextOffset,
  writer: 'w1',
  state: JSON.stringify({ agentId, nextOffset, writer: over.writer ?? 'w1' }),
  ...over,
});

export const deliveryOf = (deliveryId: string, over: Partial<DeliveryRow> = {}): DeliveryRow => ({
  deliveryId,
  alertId: 'a'.repeat(32),
  revision: 1,
  channel: 'soc',
  state: 'pending',
  attempt: 0,
  nextAttemptAt: 0,
  at: NOW,
  status: 0,
  detail: '',
  ...over,
});

export async function gather<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

export const rowsOf = async (store: Store, sql: string, params?: Record<string, unknown>) =>
  (await store.query(sql, LIMITS, params)).rows;
