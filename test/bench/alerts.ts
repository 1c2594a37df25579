/**
 * How soon an alert is told: from producing the event to Kafka to the signed webhook received, while other events flow.
 * A broker, the program and the engine on one machine. `npm run bench:alerts -- [events a second] [seconds]`
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { NativeEvent } from '../../schemas/event.ts';
import { fresh, producerOf, until } from '../kafka/support.ts';
import { startKafka } from '../support/kafka-broker.ts';
import { createHome, startChild } from '../support/service.ts';

const RATE = Number(process.argv[2] ?? 5_000);
const SECONDS = Number(process.argv[3] ?? 20);
const WARM_SECONDS = 5;
/** One in so many events is outside of its agent's grants. Each is of another agent and tool: alike ones would be one story, or one storm. */
const EVERY = 250;
const AIM_MS = 500;
const STEP_MS = 10;
const AGENTS = 500;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const produced = new Map<string, number>();
const latencies: number[] = [];
const verifier = new Webhook(SECRET);

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const at = performance.now();
    const body = Buffer.concat(chunks).toString();
    verifier.verify(body, request.headers as Record<string, string>);
    const { data } = JSON.parse(body) as { data: { detector: string; event_ids: string[] } };
    const id = data.event_ids.find((one) => produced.has(one));
    if (data.detector === 'out-of-scope' && id !== undefined) {
      latencies.push(at - produced.get(id)!);
      produced.delete(id);
    }
    response.writeHead(204).end();
  });
});

const eventOf = (n: number, out: boolean): NativeEvent => ({
  event_id: `e-${n}`,
  occurred_at: new Date().toISOString(),
  agent: { id: `agent-${out ? AGENTS + n : n % AGENTS}`, name: 'worker' },
  session_id: `s-${n % AGENTS}-${Math.floor(n / 50_000)}`,
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: out ? `export_${n}` : `get_${n % 7}` },
  args: { id: n % 1_000, state: 'open' },
  outcome: { status: 'ok' },
});

const quantile = (sorted: readonly number[], q: number): string =>
  `${(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN).toFixed(0)} ms`;

const broker = await startKafka();
const topic = fresh('mcp-events');
await broker.topic(topic, 4);
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const home = await createHome(
  {
    sources: {
      kafka: { brokers: broker.brokers, group_id: fresh('group'), topics: [{ name: topic, keyed_by_agent: true }] },
    },
    alerts: {
      allow_networks: ['127.0.0.0/8'],
      allow_http: true,
      channels: [{ kind: 'webhook', name: 'soc', url, secret: SECRET, min_severity: 'info' }],
    },
  },
  { grants: [{ id: 'reads', effect: 'allow', agents: ['agent-*'], servers: ['tickets'], targets: ['get_*'] }] },
);
const child = await startChild(home);
const producer = producerOf(broker.brokers, topic);

let sent = 0;
let measured = 0;
const sending: Promise<void>[] = [];
const started = performance.now();
await new Promise<void>((resolve, reject) => {
  const timer = setInterval(() => {
    const elapsed = (performance.now() - started) / 1_000;
    if (elapsed > WARM_SECONDS + SECONDS) {
      clearInterval(timer);
      resolve();
      return;
    }
    const messages = [];
    for (; sent < elapsed * RATE; sent += 1) {
      const out = sent % EVERY === EVERY - 1;
      if (out && elapsed > WARM_SECONDS) {
        produced.set(`e-${sent}`, performance.now());
        measured += 1;
      }
      const event = eventOf(sent, out);
      messages.push({ key: event.agent.id, value: JSON.stringify(event), headers: {}, timestamp: Date.now() });
    }
    if (messages.length > 0) sending.push(producer.send(topic, messages));
    sending.at(-1)?.catch(reject);
  }, STEP_MS);
});
await Promise.all(sending);
await until('every alert is told', () => produced.size === 0, 60_000).catch(() => {});
await child.kill('SIGTERM');
await producer.close();
receiver.closeAllConnections();
receiver.close();
await broker.close();
await home.remove();

latencies.sort((a, b) => a - b);
const told = `${latencies.length} of ${measured} alerts told`;
console.log(
  `${(sent / (WARM_SECONDS + SECONDS)).toFixed(0)} events a second: ${told}; produce to signed webhook received p50 ${quantile(latencies, 0.5)}, p90 ${quantile(latencies, 0.9)}, p99 ${quantile(latencies, 0.99)}, at most ${quantile(latencies, 1)} (aim: p99 under ${AIM_MS} ms)`,
);
process.exitCode = latencies.length === measured ? 0 : 1;
