import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import { type Config, type ConfigInput, configSchema } from '../../schemas/config.ts';
import { readTokens } from '../../src/api/access.ts';
import { createApp } from '../../src/api/app.ts';
import type { AppOptions } from '../../src/api/ports.ts';
import { createDecoder, type Decoder } from '../../src/decode/decode.ts';
import { configJsonSchema } from '../../src/environment.ts';
import { createHasher } from '../../src/hash.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { bounded } from '../../src/sources/bounded.ts';
import { createHttpSource, type HttpSource } from '../../src/sources/http.ts';
import type { Batch, RecordOutcome } from '../../src/sources/source.ts';
import type { DeliveryRow, Review } from '../../src/stores/store.ts';

export const NOW = Date.parse('2026-11-20T12:00:00Z');
export const TOKENS = {
  gateway: 'token-of-the-gateway-1',
  reader: 'token-of-the-reader-22',
  analyst: 'token-of-the-analyst-3',
  admin: 'token-of-the-admin-4444',
} as const;
export const bearer = (name: keyof typeof TOKENS) => ({ authorization: `Bearer ${TOKENS[name]}` });

const ROLES = { gateway: ['ingest'], reader: ['read'], analyst: ['read', 'respond'], admin: ['admin'] } as const;
const tokenConfig: NonNullable<ConfigInput['http']>['tokens'] = (
  ['gateway', 'reader', 'analyst', 'admin'] as const
).map((name) => ({
  name,
  token_env: `TOKEN_${name.toUpperCase()}`,
  roles: [...ROLES[name]],
  ...(name === 'gateway' && { agents: ['support-*'] }),
}));

export const event = (id: string, more: object = {}): object => ({
  event_id: id,
  occurred_at: '2026-11-20T11:59:59Z',
  agent: { id: 'support-1' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: 'get_ticket' },
  ...more,
});

export interface Harness {
  app: FastifyInstance;
  source: HttpSource;
  batches: Batch[];
  alerts: Map<string, Alert>;
  verdicts: Verdict[];
  deliveries: DeliveryRow[];
  reviews: Review[];
  queries: { sql: string; params: unknown; maxRows: number }[];
  logged: string[];
  /** Stops answering records until the returned function is called. */
  hold(): () => void;
  trouble: { store: string | null; notReady: string | null };
  close(): Promise<void>;
}

interface Wishes {
  guarded?: boolean;
  http?: ConfigInput['http'];
  options?: Partial<AppOptions>;
}

/** The HTTP side before a small record of its own: real decoding, duplicates by key, and everything kept in memory. */
export async function harness({ guarded = false, http = {}, options = {} }: Wishes = {}): Promise<Harness> {
  const config: Config = configSchema.parse({ http: { ...(guarded && { tokens: tokenConfig }), ...http } });
  const source = createHttpSource();
  const logged: string[] = [];
  const destination = new Writable({ write: (line, _encoding, done) => done(void logged.push(String(line))) });
  let gate = Promise.resolve();
  const kept: Omit<Harness, 'app' | 'hold' | 'close'> = {
    source,
    batches: [],
    alerts: new Map(),
    verdicts: [],
    deliveries: [],
    reviews: [],
    queries: [],
    logged,
    trouble: { store: null, notReady: null },
  };
  const app = await createApp({
    http: config.http,
    tokens: readTokens(config.http.tokens, (name) => TOKENS[name.slice(6).toLowerCase() as keyof typeof TOKENS]),
    limits: { maxRows: 100, maxSeconds: 5, maxBytes: 1e8 },
    ingest: bounded(source, config.http.max_pending_events),
    store: {
      alerts: async ({ agent, limit }) =>
        [...kept.alerts.values()].filter((alert) => agent === undefined || alert.agent.id === agent).slice(0, limit),
      alert: async (id) => kept.alerts.get(id) ?? null,
      verdicts: async (id) => kept.verdicts.filter(({ alert_id }) => alert_id === id),
      deliveries: async (id) => kept.deliveries.filter(({ alertId }) => alertId === id),
      query: async (sql, { maxRows }, params) => {
        kept.queries.push({ sql, params, maxRows });
        return { columns: [{ name: 'n', type: 'UInt8' }], rows: [{ n: 1 }], truncated: false, elapsedMs: 1 };
      },
      ping: async () => {
        if (kept.trouble.store !== null) throw new Error(kept.trouble.store);
      },
    },
    agents: {
      list: async () => [{ agent_id: 'support-1' }],
      one: async (id) => (id === 'team/support-1' ? { agent_id: id } : null),
    },
    gateways: ['native', 'toolhive'],
    detectors: [],
    verdict: async (verdict) => {
      if (!kept.alerts.has(verdict.alert_id)) return null;
      kept.verdicts.push(verdict);
      return kept.alerts.get(verdict.alert_id)!;
    },
    around: async () => ({
      first_step: 'Rotate the secret.',
      beside: [{ detector: '<i>connection</i>', severity: 'low', alert_id: 'ab'.repeat(16) }],
      calls: [
        { at: '2026-11-20T11:59:00Z', server: 'tickets', target: 'get_ticket', class: 'read', outcome: 'ok' },
        {
          at: '2026-11-20T11:59:59Z',
          server: 'vault',
          target: '<b>read</b>',
          class: 'secret',
          outcome: 'ok',
          told: true,
        },
      ],
    }),
    said: async (limit) =>
      kept.verdicts
        .slice(-limit)
        .map((said) => ({ ...said, detector: 'rate', agent: 'support-1', title: 'a burst', hidden: 3 })),
    channels: ['soc'],
    resend: async ({ ids }) => ids.length,
    redact: (text) => text,
    review: async (review) => void kept.reviews.push(review),
    reload: async () => ({ changed: ['grants'], versions: { grants: 'v2' } }),
    status: () => STATUS,
    notReady: () => kept.trouble.notReady,
    metrics: createMetrics({ now: () => NOW }),
    log: createLog('info', destination),
    version: '1.2.3',
    configSchema: configJsonSchema,
    now: () => NOW,
    ...options,
  });
  const consumed = consume(source, kept.batches, () => gate);
  return {
    ...kept,
    app,
    hold() {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    async close() {
      await source.stop();
      await consumed;
      await app.close();
    },
  };
}

async function consume(source: HttpSource, batches: Batch[], gate: () => Promise<void>): Promise<void> {
  const decode = createDecoder({ hasher: createHasher(Buffer.alloc(32, 7)) });
  const keys = new Set<string>();
  for await (const item of source) {
    if (item.kind === 'assigned') {
      item.assignment.seek(100);
      continue;
    }
    if (item.kind !== 'batch') continue;
    batches.push(item.batch);
    await gate();
    item.batch.settled!({ outcomes: outcomesOf(decode, item.batch, keys) });
  }
}

function outcomesOf(decode: Decoder, batch: Batch, keys: Set<string>): RecordOutcome[] {
  return decode(batch).map(({ offset, items, dropped }) => {
    const outcome: RecordOutcome = { offset, accepted: 0, duplicates: 0, dropped, rejected: [] };
    for (const item of items)
      if (item.kind === 'reject') outcome.rejected.push({ reason: item.reject.reason, detail: item.reject.detail });
      else if (keys.has(item.event.key)) outcome.duplicates += 1;
      else {
        keys.add(item.event.key);
        outcome.accepted += 1;
      }
    return outcome;
  });
}

export const STATUS = {
  version: '1.2.3',
  started_at: '2026-11-20T11:00:00.000Z',
  ready: true,
  store: { kind: 'chdb', ok: true },
  sources: [{ name: 'http', partitions: 1, next_offset: 7, last_seen: '2026-11-20T11:59:59.000Z' }],
  gateways: [],
  events: { stored: 907, accepted: 7, duplicates: 1, dropped: 0, rejected: 2 },
  rejects: { not_json: 2 },
  agents: { known: 2, learning: 1, in_memory: 2 },
  alerts: { high: 1 },
  deliveries: [{ channel: 'soc', waiting: 0, failing: false }],
  buffered_rows: 0,
  checkpoint_age_seconds: 4,
  warnings: [],
};

export const ALERT: Alert = {
  alert_id: 'a1',
  detector: 'first-seen',
  title: 'support-1 read a secret',
  summary: 'It never did before.',
  severity: 'high',
  score: 5,
  reason: 'new_class',
  occurred_at: '2026-11-20T11:59:00.000Z',
  agent: { id: 'support-1' },
  session_id: 's-1',
  event_ids: ['e1'],
  class: 'secret',
  scope: 'out',
  proof: { seen: 's', expected: 'e', n: 40, window: '30 d', threshold: 3, contributors: [], sql: 'SELECT 1' },
  revision: 1,
  stage: 'open',
  frameworks: { owasp_asi: [], mitre_atlas: [], maestro: [], nist_ai_rmf: [] },
  suppressed_count: 0,
  status: 'new',
};
