import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../src/commands/support/service.ts';
import {
  answers,
  CACHE,
  connect,
  converse,
  freePort,
  type LiveGateway,
  start,
  startEverything,
  stored,
} from './support.ts';

/** IBM's ContextForge, a package of Python: its spans go to Overreach over OTLP. */
const PACKAGE = 'mcp-contextforge-gateway[observability]==1.0.7.post20260921';
const SECRET = 'a secret that only this run knows, 32+';
const ADMIN = 'admin@example.com';
const venv = join(CACHE, 'contextforge');
const bin = join(venv, 'bin');

export const contextforge: LiveGateway = {
  name: 'contextforge',
  agent: ADMIN,
  installed: () => existsSync(join(bin, 'mcpgateway')),
  install() {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', PACKAGE], { stdio: 'inherit' });
  },
  async run(service, folder) {
    const everything = await startEverything();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = environment(service, folder);
    const said: string[] = [];
    const gateway = start(join(bin, 'mcpgateway'), ['--host', '127.0.0.1', '--port', String(port)], {
      cwd: folder,
      env,
      onLine: (line) => void said.push(line),
    });
    try {
      // It makes a database of its own first, which takes a minute on a busy machine.
      await answers(`${url}/health`, 240);
      const make = ['-m', 'mcpgateway.utils.create_jwt_token', '--username', ADMIN, '--exp', '60', '--secret', SECRET];
      const token = execFileSync(join(bin, 'python'), [...make, '--admin'], {
        encoding: 'utf8',
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      const registered = await fetch(`${url}/gateways`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'everything', url: everything.url, transport: 'STREAMABLEHTTP' }),
      });
      if (!registered.ok) throw new Error(`/gateways: ${registered.status} ${await registered.text()}`);
      const client = await connect(`${url}/mcp/`, token);
      const calls = await converse(client);
      await client.close();
      // A tool that it does not know leaves no span.
      await stored(service, "method = 'tools/call'", calls - 1);
    } catch (error) {
      throw new Error(said.slice(-20).join('\n'), { cause: error });
    } finally {
      await gateway.stop();
      await everything.stop();
    }
  },
};

const environment = (service: Service, folder: string): NodeJS.ProcessEnv => ({
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
});
