import { Command } from 'commander';
import { blankEvent } from '../../schemas/blank-event.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { isObject } from '../../schemas/object.ts';
import { escapeTerminal } from '../alerts/escape.ts';
import { loadConfig } from '../config.ts';
import { createClassifier } from '../engine/privilege.ts';
import { ConfigError } from '../errors.ts';
import { repeated } from './support/arguments.ts';
import { loadCatalogues } from './support/files.ts';
import { jsonLine } from './support/json-lines.ts';

interface Options {
  args?: string;
  method: string;
  readOnly?: boolean;
  destructive?: boolean;
  catalogue: string[];
  config?: string;
  json?: boolean;
}

export function classifyCommand(): Command {
  return new Command('classify')
    .description('What privilege class a call is of, where that comes from, and which rule said so.')
    .argument('<server>', "the server's id, as gateways log it")
    .argument('<tool>', 'tool, resource or prompt')
    .option('--args <json>', 'arguments of the call: what they reach can raise the class')
    .option('--method <method>', 'JSON-RPC method', 'tools/call')
    .option('--read-only', 'the server hints that the tool is read-only')
    .option('--destructive', 'the server hints that the tool is destructive')
    .addOption(repeated('--catalogue <file>', 'a privileges file beside those of the configuration'))
    .option('--config <file>', 'configuration')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      `
Examples:
  overreach classify vault read_secret
  overreach classify filesystem read_file --args '{"path":"/home/ann/.ssh/id_rsa"}'
  overreach classify db query --args '{"sql":"DROP TABLE users"}'`,
    )
    .action(classify);
}

function classify(server: string, tool: string, options: Options): void {
  const { config } = loadConfig(options.config);
  const catalogues = loadCatalogues([...config.catalogue, ...options.catalogue]);
  const verdict = createClassifier(catalogues)(callOf(server, tool, options));
  if (options.json) {
    process.stdout.write(
      jsonLine({ server, tool, class: verdict.class, class_from: verdict.classFrom, class_rule: verdict.classRule }),
    );
    return;
  }
  process.stdout.write(`${verdict.class}  (${SOURCES[verdict.classFrom]}: ${escapeTerminal(verdict.classRule)})\n`);
}

const SOURCES = {
  catalogue: 'your catalogue',
  builtin: 'built-in catalogue',
  annotations: "the server's hints",
  lexicon: 'words of its name',
  default: 'nothing is known of it; a catalogue names its class, see examples/privileges.yaml',
};

function callOf(server: string, tool: string, options: Options): CanonicalEvent {
  const args = options.args === undefined ? undefined : readArgs(options.args);
  const hints = {
    ...(options.readOnly && { read_only: true }),
    ...(options.destructive && { destructive: true }),
  };
  return blankEvent({
    source: { kind: 'cli', instance: 'cli' },
    agent: { id: 'cli', id_basis: 'none' },
    server: { id: server },
    method: options.method,
    target: { type: options.method === 'tools/call' ? 'tool' : 'resource', name: tool },
    ...(Object.keys(hints).length > 0 && { annotations: hints }),
    ...(args && { args }),
    args_state: args === undefined ? 'absent' : 'full',
  });
}

function readArgs(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, with what is expected.
  }
  throw new ConfigError(`--args: a JSON object is expected, e.g. '{"path":"/etc/hosts"}'`);
}
