import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createHome, startHere } from '../support/service.ts';
import { answers, connect, figures, freePort, start, startEverything, stored } from './support.ts';

/**
 * IBM's ContextForge between agents and the reference server of MCP: its spans go to a running Overreach over OTLP.
 * `npx tsx test/live/contextforge.ts`; needs Python 3.11, and a minute the first time.
 */
const PACKAGE = 'mcp-contextforge-gateway[observability]';
const SECRET = 'a secret that only this run knows, 32+';
const SUMS = 20;
/** Those that reach a tool: what it does not know leaves no span. */
const CALLS = SUMS + 3;
const ADMIN = 'admin@example.com';

function program(): string {
  const venv = join(homedir(), '.cache', 'overreach', 'contextforge');
  if (!existsSync(join(venv, 'bin', 'mcpgateway'))) {
    process.stderr.write(`installing ${PACKAGE}\n`);
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', PACKAGE], { stdio: 'inherit' });
  }
  return join(venv, 'bin');
}

const bin = program();
const home = await createHome(
  { log: { level: 'warn' } },
  { grants: [{ id: 'support', effect: 'allow', agents: [ADMIN], targets: ['*echo', '*get-sum', '*get_sum'] }] },
);
const service = await startHere(home);
const everything = await startEverything();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const folder = join(home.folder, 'contextforge');
await mkdir(folder);
const said: string[] = [];
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  DATABASE_URL: `sqlite:///${folder}/mcp.db`,
  JWT_SECRET_KEY: SECRET,
  AUTH_ENCRYPTION_SECRET: SECRET,
  BASIC_AUTH_PASSWORD: 'Only-this-run-1!',
  PLATFORM_ADMIN_EMAIL: ADMIN,
  PLATFORM_ADMIN_PASSWORD: 'Only-this-run-1!',
  MCPGATEWAY_UI_ENABLED: 'false',
  CACHE_TYPE: 'memory',
  SSRF_ALLOW_LOCALHOST: 'true',
  SSRF_ALLOW_PRIVATE_NETWORKS: 'true',
  OTEL_ENABLE_OBSERVABILITY: 'true',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http',
  OTEL_EXPORTER_OTLP_ENDPOINT: `${service.url}/v1/traces`,
  OTEL_SERVICE_NAME: 'contextforge',
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_CAPTURE_IDENTITY_ATTRIBUTES: 'true',
  OTEL_EMIT_LANGFUSE_ATTRIBUTES: 'true',
  OTEL_CAPTURE_INPUT_SPANS: 'tool.invoke',
};
const gateway = start(join(bin, 'mcpgateway'), ['--host', '127.0.0.1', '--port', String(port)], {
  cwd: folder,
  env,
  onLine: (line) => void said.push(line),
});

try {
  await answers(`${url}/health`);
  const make = [
    '-m',
    'mcpgateway.utils.create_jwt_token',
    '--username',
    ADMIN,
    '--exp',
    '60',
    '--secret',
    SECRET,
    '--admin',
  ];
  const token = execFileSync(join(bin, 'python'), make, {
    encoding: 'utf8',
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const asked = await fetch(`${url}/gateways`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'everything', url: everything.url, transport: 'STREAMABLEHTTP' }),
  });
  if (!asked.ok) throw new Error(`/gateways: ${asked.status} ${await asked.text()}`);
  const client = await connect(`${url}/mcp/`, token);
  const { tools } = await client.listTools();
  process.stdout.write(`${tools.length} tools, e.g. ${tools[0]?.name}\n`);
  const named = (name: string): string => tools.find((tool) => tool.name.endsWith(name))?.name ?? name;
  const call = (name: string, args: Record<string, unknown> = {}) =>
    client.callTool({ name: named(name), arguments: args }).catch((error: Error) => error.message);
  for (let n = 0; n < SUMS; n++) await call('get-sum', { a: n, b: 40 });
  await call('echo', { message: 'good morning' });
  await call('get-sum', { a: 'two' });
  await call('get-env');
  await call('no-such-tool');
  await client.close();
  await stored(service, "method = 'tools/call'", CALLS);
} catch (error) {
  process.stderr.write(`${said.slice(-20).join('\n')}\n`);
  throw error;
} finally {
  await gateway.stop();
  await everything.stop();
}

await figures(service);
await service.stop();
await home.remove();
