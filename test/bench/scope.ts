/**
 * How fast calls are judged: 1,000,000 calls of 1,000 agents against 10,000 grants. `npm run bench:scope`. The floor is
 * held against seconds of CPU, which others on the machine do not stretch as they do seconds of the clock.
 */
import { grantsFileSchema } from '../../schemas/grant.ts';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';
import { AT, call } from '../scope/support.ts';

const CALLS = 1_000_000;
const AGENTS = 1000;
const FLOOR = 200_000;

/** Ten grants an agent: literal and glob agents, servers, targets, arguments, tasks, dates, and a few denials. */
function grantsOf(agent: number): object[] {
  const id = `agent-${agent}`;
  return Array.from({ length: 10 }, (_, index) => ({
    id: `${id}-g${index}`,
    agents: index === 0 ? [`${id}*`] : [id],
    servers: [`server-${index}`],
    targets: index % 2 === 0 ? ['get_*', 'list_*'] : ['create_issue', 'merge_pull_request'],
    ...(index % 3 === 0 && { max_class: 'write' }),
    ...(index % 4 === 1 && { args: { repo: ['acme/*'] } }),
    ...(index % 5 === 4 && { tasks: ['release/*'] }),
    ...(index === 9 && { effect: 'deny', targets: ['delete_*'] }),
    valid_from: '2026-01-01T00:00:00Z',
  }));
}

const bodies = Array.from({ length: 20_000 }, (_, i) => {
  const server = i % 10;
  const name = server % 2 === 0 ? `get_${i % 50}` : i % 20 === 3 ? 'delete_branch' : 'create_issue';
  return call({
    agent: { id: `agent-${(i * 7) % AGENTS}`, id_basis: 'service_account' },
    server: { id: `server-${server}` },
    target: { type: 'tool', name },
    task: { id: 'release/7' },
    args: { repo: i % 50 === 1 ? 'evil/x' : 'acme/site', title: 'x' },
  });
});

const compileStart = performance.now();
const compiled = compileGrants(
  grantsFileSchema.parse({ grants: Array.from({ length: AGENTS }, (_, agent) => grantsOf(agent)).flat() }),
);
const compileMs = performance.now() - compileStart;

/** One pass over all calls; the best of three is told, since the others share the machine with whatever else runs. */
function pass(): { seconds: number; cpu: number; scopes: Record<string, number> } {
  const scopes: Record<string, number> = {};
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < CALLS; i += 1) {
    const { scope } = judgeScope(compiled, bodies[i % bodies.length]!, 'write', AT);
    scopes[scope] = (scopes[scope] ?? 0) + 1;
  }
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, scopes };
}

const best = [pass(), pass(), pass()].sort((a, b) => a.cpu - b.cpu)[0]!;
const rate = Math.round(CALLS / best.cpu);
console.log(`${compiled.rules} grants compiled in ${Math.round(compileMs)} ms`);
console.log(
  `${CALLS} calls judged in ${best.cpu.toFixed(2)} s of CPU (${best.seconds.toFixed(2)} s): ${rate} a second (${JSON.stringify(best.scopes)})`,
);
if (rate < FLOOR) {
  console.error(`below the floor of ${FLOOR} a second`);
  process.exitCode = 1;
}
