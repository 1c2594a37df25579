import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHome, startHere } from '../support/service.ts';
import { contextforge } from './contextforge.ts';
import { fastmcp } from './fastmcp.ts';
import { ask, GRANTED, SUMS } from './support.ts';
import { toolhive } from './toolhive.ts';

/**
 * Gateways as they are, live, end to end to an alert. Skipped where a gateway is not installed: `npm run live -- NAME`
 * installs it.
 */
describe.each([toolhive, contextforge, fastmcp])('$name', (gateway) => {
  it('each call of a client through it is one right event, and the one that no grant covers is told', async ({
    skip,
  }) => {
    skip(!gateway.installed(), `not installed: npm run live -- ${gateway.name}`);
    const home = await createHome(
      {},
      { grants: [{ id: 'live', effect: 'allow', agents: [gateway.agent], targets: GRANTED }] },
    );
    const service = await startHere(home);
    try {
      const folder = join(home.folder, gateway.name);
      await mkdir(folder);
      await gateway.run(service, folder);
      const calls = await ask(
        service,
        `SELECT replaceRegexpOne(target_name, '^everything[-_]', '') AS tool, outcome_status AS outcome, scope, count() AS n
           FROM v_events WHERE agent_id = '${gateway.agent}' AND method = 'tools/call' GROUP BY ALL ORDER BY tool, outcome`,
      );
      expect(calls).toEqual(
        expect.arrayContaining([
          { tool: 'echo', outcome: 'ok', scope: 'in', n: 1 },
          { tool: 'get-env', outcome: 'ok', scope: 'out', n: 1 },
        ]),
      );
      // ToolHive does not look at isError: a tool that failed is told as one that did well.
      const sums = calls.filter(({ tool }) => tool === 'get-sum').map(({ n }) => Number(n));
      expect(sums.reduce((sum, n) => sum + n, 0)).toBe(SUMS + 1);
      const told = await ask(
        service,
        `SELECT target_name AS tool FROM v_alerts WHERE agent_id = '${gateway.agent}' AND detector = 'out-of-scope'`,
      );
      expect(told.map(({ tool }) => String(tool))).toContainEqual(expect.stringMatching(/get-env$/));
      expect(await ask(service, 'SELECT * FROM v_rejects')).toEqual([]);
    } finally {
      await service.stop();
      await home.remove();
    }
  }, 180_000);
});
