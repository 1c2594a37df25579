#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { reading } from './commands/support/reading.ts';
import { colored } from './commands/support/screen.ts';
import { packageVersion } from './config.ts';

/** Verbs are loaded when they are asked for: `--help` and `scan` need no database engine. */
const verbs: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  gateways: async () => (await import('./commands/gateways.ts')).gatewaysCommand(),
  normalize: async () => (await import('./commands/normalize.ts')).normalizeCommand(),
  scan: async () => (await import('./commands/scan.ts')).scanCommand(),
  classify: async () => (await import('./commands/classify.ts')).classifyCommand(),
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  query: async () => {
    const { queryCommand } = await import('./commands/query.ts');
    return reading((open) => queryCommand({ open, write, warn }));
  },
  status: async () => {
    const { statusCommand } = await import('./commands/status.ts');
    return reading((open) => statusCommand({ open, write, color: colored }));
  },
  alerts: async () => {
    const { alertsCommand } = await import('./commands/alerts.ts');
    const { alertsPort } = await import('./commands/support/alerts-port.ts');
    const screen = { write, color: colored, width: process.stdout.columns };
    return reading((open) => alertsCommand({ open: async (config) => alertsPort(await open(config), screen), screen }));
  },
  rejects: async () => {
    const { rejectsCommand } = await import('./commands/rejects.ts');
    const { rejectsPort } = await import('./commands/support/rejects-port.ts');
    return reading((open) => rejectsCommand({ open: async (config) => rejectsPort(await open(config)), write }));
  },
  reconcile: async () => {
    const { reconcileCommand } = await import('./commands/reconcile.ts');
    return reading((open) => reconcileCommand({ open, write, color: colored }));
  },
  grants: async () => {
    const { grantsCommand } = await import('./commands/grants.ts');
    return reading((open) => grantsCommand({ open, write, warn, now: Date.now }));
  },
  agents: async () => {
    const { agentsCommand } = await import('./commands/agents.ts');
    const { agentsPort } = await import('./commands/support/agents-port.ts');
    return reading((open) =>
      agentsCommand({ open: async (config) => agentsPort(await open(config)), write, now: Date.now }),
    );
  },
  baseline: async () => {
    const { baselineCommand } = await import('./commands/baseline.ts');
    return reading((open) => baselineCommand({ open, write, warn, now: Date.now }));
  },
  backtest: async () => {
    const { backtestCommand } = await import('./commands/backtest.ts');
    const { createProgress } = await import('./commands/support/progress.ts');
    const progress = () => createProgress('events judged again', process.stderr);
    return reading((open) => backtestCommand({ open, write, progress, now: Date.now }));
  },
  connections: async () => {
    const { connectionsCommand } = await import('./commands/connections.ts');
    const { connectionsPort } = await import('./commands/support/connections-port.ts');
    return reading((open) =>
      connectionsCommand({ open: async (config) => connectionsPort(await open(config)), write }),
    );
  },
  detectors: async () => (await import('./commands/detectors.ts')).detectorsCommand({ write, color: colored }),
  config: async () => (await import('./commands/config.ts')).configCommand({ write }),
};

const write = (text: string): void => void process.stdout.write(text);
const warn = (text: string): void => void process.stderr.write(text);

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('overreach')
    .description('Watches what AI agents do through MCP: out-of-scope calls, privilege creep, hijacked sessions.')
    .version(packageVersion())
    .showHelpAfterError('(add --help for what there is)');
  const asked = argv.find((word) => !word.startsWith('-'));
  const wanted = asked !== undefined && Object.hasOwn(verbs, asked) ? [asked] : Object.keys(verbs);
  for (const verb of wanted) program.addCommand(inherit(await verbs[verb]!()));
  program.exitOverride();
  await program.parseAsync([...argv], { from: 'user' });
}

/** Sub-verbs end the same way as their parent: by an error that is mapped to an exit code below. */
function inherit(command: Command): Command {
  command.exitOverride().showHelpAfterError('(add --help for what there is)');
  for (const inner of command.commands) inherit(inner);
  return command;
}

/** 0 fine, 1 failed, 2 wrong use or configuration. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { name, message, stack, syscall } = error as NodeJS.ErrnoException;
  if (name === 'ConfigError' || name === 'RuleError' || name === 'QueryError') {
    for (const line of message.split('\n')) process.stderr.write(`overreach: ${line}\n`);
    return 2;
  }
  // What the system refused names its file or address itself.
  const plain = name === 'OperationError' || syscall !== undefined;
  process.stderr.write(`overreach: ${plain ? message : (stack ?? message)}\n`);
  return 1;
}

// Who reads along may leave early (`| head`): no failure. A disk that is full is one, and no use to go on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`overreach: stdout: cannot be written (${error.code ?? error.message})\n`);
  process.exit(1);
});
// What is said besides has nobody else to be told to.
process.stderr.on('error', () => {});
main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = exitCode(error);
});
