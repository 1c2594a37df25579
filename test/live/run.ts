import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createHome, startHere } from '../support/service.ts';
import { contextforge } from './contextforge.ts';
import { fastmcp } from './fastmcp.ts';
import { figures, GRANTED, type LiveGateway } from './support.ts';
import { toolhive } from './toolhive.ts';

/** `npm run live -- toolhive`: installs the gateway where it is not yet, runs it, and says what Overreach made of it. */
const gateways: readonly LiveGateway[] = [toolhive, contextforge, fastmcp];
const gateway = gateways.find(({ name }) => name === process.argv[2]);
if (gateway === undefined) {
  process.stderr.write(`name one of: ${gateways.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
if (!gateway.installed()) gateway.install();
const grants = [{ id: 'live', effect: 'allow' as const, agents: [gateway.agent], targets: GRANTED }];
const home = await createHome({}, { grants });
const service = await startHere(home);
try {
  const folder = join(home.folder, gateway.name);
  await mkdir(folder);
  await gateway.run(service, folder);
  process.stdout.write(await figures(service));
} finally {
  await service.stop();
  await home.remove();
}
