import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import { MINUTE } from '../../schemas/durations.ts';
import type { Channel, Delivery, SendResult } from '../../src/alerts/channel.ts';
import { createGuard } from '../../src/alerts/guard.ts';
import type { DeliveryLog, NotifierLog, NotifierMetrics, Schedule } from '../../src/alerts/ports.ts';
import type { DeliveryRow } from '../../src/stores/store.ts';

export const START = Date.parse('2026-11-20T14:00:00Z');

export function alertOf(over: Partial<Alert> = {}): Alert {
  return {
    alert_id: 'a'.repeat(32),
    detector: 'first-seen',
    title: 'support-7 read a secret for the first time',
    summary: 'support-7 called vault/read_secret, which it never did in 41 days. It has no grant for it.',
    severity: 'high',
    score: 4.2,
    reason: 'new_class',
    occurred_at: '2026-11-20T14:02:11.250Z',
    agent: { id: 'support-7', name: 'support', owner: 'team-care' },
    session_id: 's-81',
    on_behalf_of: ['user:mia@acme.example', 'app:desk'],
    server: 'vault',
    target: 'read_secret',
    event_ids: ['ev-1', 'ev-2'],
    class: 'secret',
    scope: 'out',
    grant_id: 'support-reads',
    proof: {
      seen: 'first call of class secret',
      expected: 'classes discover and read',
      n: 1204,
      window: '41 d',
      threshold: 3,
      contributors: [
        { name: 'class secret', value: 3.1 },
        { name: 'server vault', value: 1.1 },
      ],
      sql: "SELECT * FROM v_events WHERE agent_id = 'support-7' AND class = 'secret'",
    },
    revision: 1,
    stage: 'open',
    frameworks: { owasp_asi: ['ASI03'], mitre_atlas: ['AML.T0053'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
    suppressed_count: 0,
    status: 'new',
    ...over,
  };
}

/** The n-th alert of a series, each one its own. */
export const alertNumber = (n: number, over: Partial<Alert> = {}): Alert =>
  alertOf({ alert_id: n.toString(16).padStart(32, '0'), title: `alert ${n}`, ...over });

/** The same finding of the n-th agent, so many minutes after two o'clock. */
export const finding = (n: number, minute = 0, over: Partial<Alert> = {}): Alert =>
  alertNumber(n, {
    agent: { id: `agent-${n}`, owner: 'team-care' },
    title: `agent-${n}: first call of vault/read_secret`,
    occurred_at: new Date(START + minute * MINUTE).toISOString(),
    ...over,
  });

/** A store of deliveries in memory that keeps the contract of the real one: the newest row of a delivery is its state. */
export function memoryLog() {
  const alerts = new Map<string, Alert>();
  const rows = new Map<string, DeliveryRow>();
  const history: DeliveryRow[] = [];
  const verdicts: Verdict[] = [];
  const failing = { write: false };
  const keyOf = (alertId: string, revision: number): string => `${alertId}.${revision}`;
  const held = (row: DeliveryRow): number => (row.attempt === 0 ? row.nextAttemptAt : 0);
  const log: DeliveryLog = {
    async writeAlerts(written) {
      for (const alert of written) alerts.set(keyOf(alert.alert_id, alert.revision), alert);
    },
    async writeDeliveries(written) {
      if (failing.write) throw new Error('the store is down');
      history.push(...written);
      for (const row of written) rows.set(row.deliveryId, row);
    },
    async deliveries(alertIds) {
      return [...rows.values()].filter((row) => alertIds.includes(row.alertId));
    },
    async verdicts(alertId) {
      return verdicts.filter(({ alert_id }) => alert_id === alertId);
    },
    async undelivered({ channel, limit }) {
      return [...rows.values()]
        .filter((row) => row.channel === channel && (row.state === 'pending' || row.state === 'failed'))
        .sort((a, b) => held(a) - held(b) || Number(b.attempt > 0) - Number(a.attempt > 0) || a.at - b.at)
        .slice(0, limit)
        .map((delivery) => ({
          delivery,
          alert: alerts.get(keyOf(delivery.alertId, delivery.revision))!,
          failingSince:
            history.findLast(({ deliveryId, attempt }) => deliveryId === delivery.deliveryId && attempt === 1)?.at ?? 0,
        }));
    },
  };
  const states = (channel?: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const row of rows.values())
      if (channel === undefined || row.channel === channel) counts[row.state] = (counts[row.state] ?? 0) + 1;
    return counts;
  };
  return { log, alerts, rows, history, verdicts, failing, states };
}

/** A clock that stands still until it is moved; timers fall due in order. */
export function fakeClock(start = START) {
  let at = start;
  let timers: { due: number; run: () => void }[] = [];
  const schedule: Schedule = (ms, run) => {
    const timer = { due: at + ms, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  return {
    now: () => at,
    schedule,
    next: () => Math.min(...timers.map(({ due }) => due)),
    /** Moves on by so much, timer by timer; after each, what it began runs until it waits for time or the network. */
    async advance(ms: number): Promise<void> {
      const end = at + ms;
      await turns();
      for (;;) {
        const next = timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        at = Math.max(at, next.due);
        next.run();
        await turns();
      }
      at = end;
    },
  };
}

/** Lets promises that need no network run to their end. */
export async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A channel whose answers a test decides; it keeps what was sent, in order. */
export function scripted(name: string, answer: (delivery: Delivery, nth: number) => SendResult | Promise<SendResult>) {
  const sent: Delivery[] = [];
  const channel: Channel = { name, send: async (delivery) => await answer(delivery, sent.push(delivery)) };
  return { channel, sent };
}

export const ok: SendResult = { ok: true, status: 200, detail: 'OK' };
export const failure = (status: number, over: Partial<SendResult & { ok: false }> = {}): SendResult => ({
  ok: false,
  status,
  detail: 'no',
  retry: true,
  ...over,
});

export const silentLog: NotifierLog = { info: () => {}, warn: () => {}, error: () => {} };
export const noMetrics: NotifierMetrics = { tried: () => {}, waiting: () => {} };

/** What reaches a receiver on this machine, over plain http as well. */
export const guard = createGuard({ allowNetworks: ['127.0.0.0/8'], allowHttp: true });

/** What a notifier needs beside its store, its channels and their routing. */
export const world = ({ now, schedule }: Pick<ReturnType<typeof fakeClock>, 'now' | 'schedule'>) => ({
  storm: { agents: 5, minutes: 10 },
  now,
  schedule,
  random: () => 0.5,
  metrics: noMetrics,
  log: silentLog,
});

export const TLS = {
  key: readFileSync(new URL('./tls/localhost.key.pem', import.meta.url), 'utf8'),
  cert: readFileSync(new URL('./tls/localhost.cert.pem', import.meta.url), 'utf8'),
};

export interface Received {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

type Answer = (request: Received, response: http.ServerResponse, nth: number) => void;

/** A receiver on 127.0.0.1 that keeps what it gets; it answers 204 unless told otherwise. */
export async function receiver(answer: Answer = (_request, response) => response.writeHead(204).end(), secure = false) {
  const received: Received[] = [];
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const got = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      answer(got, response, received.push(got));
    });
  };
  const server = secure ? https.createServer(TLS, listener) : http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
