import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  answers,
  CACHE,
  connect,
  converse,
  freePort,
  type LiveGateway,
  start,
  startEverything,
  startIssuer,
} from './support.ts';

/**
 * Stacklok ToolHive's vMCP, built by Go (some minutes): it checks tokens, refuses by Cedar, and its audit lines go to
 * Overreach as a collector would send them.
 */
const VERSION = 'v0.47.0';
const AUDIENCE = 'everything';
const bin = join(CACHE, `toolhive-${VERSION}`);

export const toolhive: LiveGateway = {
  name: 'toolhive',
  agent: 'support-agent',
  installed: () => existsSync(join(bin, 'vmcp')),
  install() {
    const env = { ...process.env, GOBIN: bin };
    execFileSync('go', ['install', `github.com/stacklok/toolhive/cmd/vmcp@${VERSION}`], { env, stdio: 'inherit' });
  },
  async run(service, folder) {
    const everything = await startEverything();
    const issuer = await startIssuer(AUDIENCE);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    const config = join(folder, 'vmcp.yaml');
    await writeFile(config, stringify(configuration(everything.url, issuer.url, url), { lineWidth: 0 }));
    const lines: string[] = [];
    const said: string[] = [];
    const gateway = start(join(bin, 'vmcp'), ['serve', '--config', config, '--port', String(port)], {
      env: { PATH: process.env.PATH, HOME: folder },
      cwd: folder,
      onLine: (line) => void (line.includes('"audit_event"') ? lines : said).push(line),
    });
    try {
      await answers(url);
      const support = await connect(url, issuer.token({ sub: 'support-agent', name: 'Support agent' }));
      await converse(support);
      await support.callTool({ name: 'everything_get-tiny-image' }).catch(() => {});
      const deployer = await connect(url, issuer.token({ sub: 'deployer', act: { sub: 'release-bot' } }));
      await deployer.callTool({ name: 'everything_echo', arguments: { message: 'release' } });
      await connect(url, 'no token at all').catch(() => {});
      await Promise.all([support.close(), deployer.close()]);
    } catch (error) {
      throw new Error(said.slice(-20).join('\n'), { cause: error });
    } finally {
      await gateway.stop();
      await everything.stop();
      issuer.stop();
    }
    const headers = { 'content-type': 'application/x-ndjson' };
    const posted = await fetch(`${service.url}/v1/events`, { method: 'POST', body: lines.join('\n'), headers });
    if (posted.status !== 202) throw new Error(`${posted.status}: ${await posted.text()}`);
  },
};

const configuration = (backend: string, issuer: string, resource: string) => ({
  name: 'live',
  groupRef: 'live',
  backends: [{ name: 'everything', url: backend, transport: 'streamable-http' }],
  incomingAuth: {
    type: 'oidc',
    oidc: {
      issuer,
      clientId: 'vmcp',
      audience: AUDIENCE,
      resource,
      jwksUrl: `${issuer}/jwks`,
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
});
