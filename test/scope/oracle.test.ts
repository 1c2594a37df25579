import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';
import { jsonLines } from '../support/json-lines.ts';
import { call } from './support.ts';

const DIR = '../shared/corpus/agentdyn-dev';
const there = existsSync(`${DIR}/events.jsonl.gz`) && existsSync(`${DIR}/grants.yaml`);

/** Written apart from the engine: every grant against every call, globs by splitting at the star. */
function oracle(
  grants: { agents: string[]; servers: string[]; tasks: string[]; targets: string[] }[],
  body: Line,
): string {
  const glob = (pattern: string, text: string): boolean => {
    const star = pattern.indexOf('*');
    return star < 0
      ? pattern === text
      : text.startsWith(pattern.slice(0, star)) && text.endsWith(pattern.slice(star + 1));
  };
  const mine = grants.filter((grant) => grant.agents.some((pattern) => glob(pattern, body.agent.id)));
  if (mine.length === 0) return 'ungoverned';
  const covers = mine.some(
    (grant) =>
      grant.servers.some((pattern) => glob(pattern, body.server.id)) &&
      grant.tasks.some((pattern) => glob(pattern, body.task.id)) &&
      grant.targets.some((pattern) => glob(pattern, body.target.name)),
  );
  return covers ? 'in' : 'out';
}

interface Line {
  agent: { id: string };
  server: { id: string };
  task: { id: string };
  target: { name: string; type: 'tool' };
  args: Record<string, unknown>;
}

describe.skipIf(!there)('scope against a brute-force oracle (skipped where the labelled traces are not there)', () => {
  it('agrees on every call', () => {
    const raw = parse(readFileSync(`${DIR}/grants.yaml`, 'utf8'));
    const compiled = compileGrants(grantsFileSchema.parse(raw));
    const lines = jsonLines<Line>(gunzipSync(readFileSync(`${DIR}/events.jsonl.gz`)).toString());
    let out = 0;
    for (const body of lines) {
      const expected = oracle(raw.grants, body);
      const { agent, server, task, target, args } = body;
      const event = call({ agent: { ...agent, id_basis: 'service_account' }, server, task, target, args });
      const { scope } = judgeScope(compiled, event, 'identity', 0);
      if (scope !== expected) expect.fail(`${agent.id} ${task.id} ${target.name}: ${scope}, not ${expected}`);
      if (scope === 'out') out += 1;
    }
    expect(lines.length).toBeGreaterThan(10_000);
    expect(out).toBeGreaterThan(1000);
  });
});
