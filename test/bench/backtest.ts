import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createHome, ENV, post, smallCompany, startChild } from '../support/service.ts';

/**
 * How long it takes to judge again what is stored, from the start of the command to its answer, which must be that of the
 * time: a made-up company's events are posted to a service, the service is stopped, `backtest --as-if` is run.
 * `npm run bench:backtest [-- --events 1000000 --agents 400]`
 */
const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, agents: { type: 'string', default: '400' } },
});
const agents = Number(values.agents);
const wanted = Number(values.events);
const company = smallCompany({ agents, days: Math.ceil(wanted / (agents * 30)) + 10 });
const events = company.events.slice(0, wanted);
const home = await createHome({}, company.grants);
try {
  const service = await startChild(home);
  const posting = performance.now();
  for (let from = 0; from < events.length; from += 5_000) await post(service.url, events.slice(from, from + 5_000));
  const posted = (performance.now() - posting) / 1000;
  await service.kill('SIGTERM');
  const days = (Date.parse(events.at(-1)!.occurred_at) - Date.parse(events[0]!.occurred_at)) / 86_400_000;
  console.log(
    `${events.length} events of ${agents} agents over ${Math.round(days)} days, stored at ${Math.round(events.length / posted)} a second`,
  );
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['dist/src/cli.js', 'backtest', '--as-if', '--record', home.config],
    { env: { PATH: process.env.PATH, ...ENV }, encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(stderr);
  console.log(stdout.trimEnd());
  console.log(
    `judged again in ${seconds.toFixed(1)} s, ${Math.round(events.length / seconds).toLocaleString('en-US')} events a second`,
  );
} finally {
  await home.remove();
}
