import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createHome, startHere } from '../support/service.ts';
import { answers, connect, figures, freePort, start, startEverything, startIssuer } from './support.ts';

/**
 * Stacklok ToolHive's vMCP, built by Go, between agents and the reference server of MCP: its audit lines go to a running
 * Overreach as a collector would send them. `npx tsx test/live/toolhive.ts`; needs Go, and some minutes the first time.
 */
const VERSION = 'v0.47.0';
const AUDIENCE = 'everything';

function vmcp(): string {
  const bin = join(homedir(), '.cache', 'overreach', `toolhive-${VERSION}`);
  if (!existsSync(join(bin, 'vmcp'))) {
    process.stderr.write(`building vmcp ${VERSION}\n`);
    const env = { ...process.env, GOBIN: bin };
    execFileSync('go', ['install', `github.com/stacklok/toolhive/cmd/vmcp@${VERSION}`], { env, stdio: 'inherit' });
  }
  return join(bin, 'vmcp');
}

const program = vmcp();
const home = await createHome(
  { log: { level: 'warn' } },
  {
    grants: [
      { id: 'support', effect: 'allow', agents: ['support-agent'], targets: ['*echo', '*get-sum'] },
      { id: 'deploy', effect: 'allow', agents: ['deployer'], targets: ['*'] },
    ],
  },
);
const service = await startHere(home);
const everything = await startEverything();
const issuer = await startIssuer(AUDIENCE);
const port = await freePort();
const config = {
  name: 'live',
  groupRef: 'live',
  backends: [{ name: 'everything', url: everything.url, transport: 'streamable-http' }],
  incomingAuth: {
    type: 'oidc',
    oidc: {
      issuer: issuer.url,
      clientId: 'vmcp',
      audience: AUDIENCE,
      resource: `http://127.0.0.1:${port}/mcp`,
      jwksUrl: `${issuer.url}/jwks`,
      jwksAllowPrivateIp: true,
      protectedResourceAllowPrivateIp: true,
      insecureAllowHttp: true,
    },
    authz: {
      type: 'cedar',
      policies: [
        'permit(principal == Client::"support-agent", action, resource) unless { resource == Tool::"everything_get-tiny-image" };',
        'permit(principal == Client::"deployer", action, resource);',
      ],
    },
  },
  outgoingAuth: { source: 'inline', default: { type: 'unauthenticated' } },
  aggregation: { conflictResolution: 'prefix', conflictResolutionConfig: { prefixFormat: '{workload}_' } },
  audit: { enabled: true, component: 'vmcp-server', includeRequestData: true },
};
const folder = join(home.folder, 'vmcp');
await mkdir(folder);
await writeFile(join(folder, 'vmcp.yaml'), stringify(config, { lineWidth: 0 }));

const lines: string[] = [];
const said: string[] = [];
const gateway = start(program, ['serve', '--config', join(folder, 'vmcp.yaml'), '--port', String(port)], {
  env: { PATH: process.env.PATH, HOME: folder },
  cwd: folder,
  onLine: (line) => void (line.includes('"audit_event"') ? lines : said).push(line),
});

try {
  const url = `http://127.0.0.1:${port}/mcp`;
  await answers(url);
  const support = await connect(url, issuer.token({ sub: 'support-agent', name: 'Support agent' }));
  const { tools } = await support.listTools();
  const named = (name: string): string => tools.find((tool) => tool.name.endsWith(name))?.name ?? name;
  const call = (name: string, args: Record<string, unknown> = {}) =>
    support.callTool({ name: named(name), arguments: args }).catch((error: Error) => error.message);
  for (let n = 0; n < 20; n++) await call('get-sum', { a: n, b: 40 });
  await call('echo', { message: 'good morning' });
  await call('get-sum', { a: 'two' });
  await call('get-env');
  await call('everything_get-tiny-image');
  await call('no-such-tool');
  const deployer = await connect(url, issuer.token({ sub: 'deployer', act: { sub: 'release-bot' } }));
  await deployer.callTool({ name: named('echo'), arguments: { message: 'release' } });
  await connect(url, 'no token at all').catch(() => {});
  await Promise.all([support.close(), deployer.close()]);
} catch (error) {
  process.stderr.write(`${said.slice(-20).join('\n')}\n`);
  throw error;
} finally {
  await gateway.stop();
  await everything.stop();
  issuer.stop();
}

if (process.env.LINES !== undefined) await writeFile(process.env.LINES, lines.join('\n'));
const body = lines.join('\n');
const posted = await fetch(`${service.url}/v1/events`, {
  method: 'POST',
  body,
  headers: { 'content-type': 'application/x-ndjson' },
});
process.stdout.write(`${lines.length} audit lines: ${posted.status} ${await posted.text()}\n`);
await figures(service);
await service.stop();
await home.remove();
