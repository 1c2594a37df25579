import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answers, CACHE, connect, converse, freePort, type LiveGateway, start, stored } from './support.ts';

/** No gateway: a server made with FastMCP, whose own spans tell who called. They go to Overreach over OTLP in protobuf. */
const PACKAGES = ['fastmcp==4.2.3', 'opentelemetry-sdk', 'opentelemetry-exporter-otlp-proto-http'];
const TOKEN = 'a token that only this run knows';
const AGENT = 'support-agent';
const venv = join(CACHE, 'fastmcp');
const bin = join(venv, 'bin');

export const fastmcp: LiveGateway = {
  name: 'fastmcp',
  agent: AGENT,
  installed: () => existsSync(join(bin, 'fastmcp')),
  install() {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
  },
  async run(service, folder) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    const said: string[] = [];
    const script = new URL('fastmcp-server.py', import.meta.url).pathname;
    const server = start(join(bin, 'python'), [script, String(port), TOKEN, AGENT], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        OTEL_SERVICE_NAME: 'everything',
        OTEL_EXPORTER_OTLP_ENDPOINT: service.url,
        OTEL_BSP_SCHEDULE_DELAY: '500',
      },
      onLine: (line) => void said.push(line),
    });
    try {
      await answers(url, 240);
      const client = await connect(url, TOKEN);
      const calls = await converse(client);
      // Its scope is one that the token lacks: it is said not to be there.
      await client.callTool({ name: 'delete-all' }).catch(() => {});
      await client.close();
      await stored(service, "method = 'tools/call'", calls + 1);
    } catch (error) {
      throw new Error(said.slice(-20).join('\n'), { cause: error });
    } finally {
      await server.stop();
    }
  },
};
