import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantsFile } from '../../schemas/grant.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { ROOT } from '../support/program.ts';
import { createHome, type Home, startHere } from '../support/service.ts';
import { traced } from './traced-transport.ts';
import { tracing } from './tracing.ts';

/**
 * The exporters of OpenTelemetry's SDK, as they are, before a running service: spans of a client of the MCP SDK in
 * protobuf, those of the reference server, in a process of its own behind stdio, in JSON.
 */
const grant: GrantsFile['grants'][number] = {
  id: 'sums',
  effect: 'allow',
  agents: ['support-agent'],
  targets: ['get-sum', 'echo'],
};
let home: Home;
let service: Service;

beforeAll(async () => {
  home = await createHome({}, { grants: [grant] });
  service = await startHere(home);
});
afterAll(async () => {
  await service.stop();
  await home.remove();
});

const COLUMNS = `agent_id AS agent, server_id AS server, method, target_name AS target, outcome_status AS outcome,
  scope, phase, args, trace_id`;

const ask = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await service.store.query(sql, { maxRows: 1_000, maxSeconds: 30, maxBytes: 1e7 })).rows;
const events = (where: string) =>
  ask(`SELECT ${COLUMNS} FROM v_events WHERE ${where} ORDER BY toUInt32OrZero(jsonrpc_id)`);

/** One conversation over stdio, and both sides' spans sent: the client's first, or the server's. */
async function converse(agent: string, clientFirst: boolean): Promise<void> {
  const exporter = new OTLPTraceExporter({ url: `${service.url}/v1/traces` });
  const provider = tracing(agent, exporter);
  const client = new Client({ name: 'a name it gave itself', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', 'test/otel/traced-server.ts'],
    cwd: ROOT,
    env: { ...getDefaultEnvironment(), OTEL_EXPORTER_OTLP_ENDPOINT: service.url },
  });
  await client.connect(traced(transport, provider.getTracer('mcp-client')));
  await client.listTools();
  await client.callTool({ name: 'echo', arguments: { message: 'good morning' } });
  await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 40 } });
  await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 40 } });
  await client.callTool({ name: 'get-sum', arguments: { a: 'two' } }).catch(() => {});
  await client.callTool({ name: 'get-env' });
  await client.getPrompt({ name: 'no-such-prompt' }).catch(() => {});
  await client.readResource({ uri: 'demo://resource/dynamic/text/1' });
  if (clientFirst) await provider.forceFlush();
  await client.close();
  await provider.shutdown();
}

const CALLS = [
  ['initialize', '', 'ok'],
  ['tools/list', '', 'ok'],
  ['tools/call', 'echo', 'ok'],
  ['tools/call', 'get-sum', 'ok'],
  ['tools/call', 'get-sum', 'ok'],
  ['tools/call', 'get-sum', 'tool_error'],
  ['tools/call', 'get-env', 'ok'],
  ['prompts/get', 'no-such-prompt', 'protocol_error'],
  ['resources/read', 'demo://resource/dynamic/text/1', 'ok'],
];

describe('a client and a server of MCP, each with an exporter of its own', () => {
  it.each([
    ['support-agent', true],
    ['another-agent', false],
  ])('%s: each call is one event, whoever sent first', async (agent, clientFirst) => {
    await converse(agent, clientFirst);
    const told = await events(`agent_id = '${agent}'`);
    expect(told.map(({ method, target, outcome }) => [method, target, outcome])).toEqual(CALLS);
    expect(new Set(told.map(({ server, phase }) => `${server} ${phase}`))).toEqual(new Set(['everything complete']));
    expect(new Set(told.map(({ trace_id }) => trace_id)).size).toBe(CALLS.length);
    expect(JSON.parse(String(told[3]!.args))).toEqual({ a: 2, b: 40 });
    expect(told[4]!.scope).toBe(agent === 'support-agent' ? 'in' : 'ungoverned');
    expect(await events("agent_id NOT IN ('support-agent', 'another-agent')")).toEqual([]);
  });

  it('the one outside of its grant is told', async () => {
    const told = await ask(
      "SELECT target_name AS target FROM v_alerts WHERE agent_id = 'support-agent' AND detector = 'out-of-scope'",
    );
    expect(told).toContainEqual({ target: 'get-env' });
  });

  it('log records with the same attributes are events too', async () => {
    const logs = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'a-gateway' }),
      processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${service.url}/v1/logs` }) })],
    });
    logs.getLogger('access').emit({
      severityNumber: SeverityNumber.INFO,
      body: 'request',
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'search',
        'mcp.server.name': 'wiki',
        'user.id': 'alice',
      },
    });
    await logs.shutdown();
    expect(await events("agent_id = 'alice'")).toMatchObject([{ server: 'wiki', target: 'search', outcome: 'ok' }]);
  });
});
