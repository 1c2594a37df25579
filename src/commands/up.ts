import { Command } from 'commander';
import { parsePort } from './support/arguments.ts';
import { loadWhole } from './support/configured.ts';
import { colored } from './support/screen.ts';
import { startService } from './support/service.ts';

export function upCommand(): Command {
  return new Command('up')
    .description(
      'Run everything that is configured: sources, store, detectors, alerts, HTTP. Stops cleanly on SIGINT, SIGTERM and SIGHUP.',
    )
    .option('--config <file>', 'configuration; default OVERREACH_CONFIG, else ./overreach.config.yaml where it is')
    .option('--port <port>', 'listen here instead of http.port; 0 takes a free one', parsePort)
    .addHelpText(
      'after',
      `
With no configuration at all: the record in ./data (embedded ClickHouse), HTTP on 127.0.0.1:8410, alerts on the console.
Every value of the configuration can be given in the environment: OVERREACH_HTTP_PORT=9000, OVERREACH_GRANTS='["grants.yaml"]'.

Examples:
  overreach up
  overreach up --config overreach.config.yaml
  curl -s --data-binary @events.jsonl -H 'content-type: application/x-ndjson' http://127.0.0.1:8410/v1/events`,
    )
    .action(up);
}

async function up(options: { config?: string; port?: number }): Promise<void> {
  const loaded = await loadWhole(options.config);
  if (options.port !== undefined) loaded.config.http.port = options.port;
  const { stdout, stderr } = process;
  const service = await startService({
    loaded,
    screen: { write: (text) => stdout.write(text), color: colored, width: stdout.columns },
  });
  const end = (signal: NodeJS.Signals): void => {
    stderr.write(`${signal}: stopping, what was accepted is being written\n`);
    // What went wrong is said below, once.
    service.stop().catch(() => {});
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // A terminal that was closed; without this it ends at once.
  process.once('SIGHUP', end);
  stderr.write(
    `overreach listens on ${service.url} - the page for people is there, events go to ${service.url}/v1/events\n`,
  );
  try {
    await service.done;
  } finally {
    await service.stop();
  }
}
