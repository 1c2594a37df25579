import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { detectors } from '../../detectors/index.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { blindByDefault, blindness } from '../../schemas/gateways/lib/blindness.ts';
import { loadConfig } from '../config.ts';
import { createDecoder } from '../decode/decode.ts';
import { ownGateways } from '../decode/options.ts';
import { ConfigError } from '../errors.ts';
import { createHasher } from '../hash.ts';
import { exampleFile } from './support/demo-data.ts';
import { refusedOutside, refusedRecord } from './support/refused.ts';
import { colors } from './support/screen.ts';

export function gatewaysCommand(): Command {
  const command = new Command('gateways')
    .description('What each gateway can tell, and which detectors are blind or dim for it.')
    .argument('[name]', 'only this one')
    .option('--json', 'for machines')
    .option('--config <file>', 'configuration: mappings of your own')
    .addHelpText(
      'after',
      '\nopt-in: carried only where the gateway is told to (examples/gateways/README.md says how).\n\nExamples:\n  overreach gateways teleport\n  overreach gateways sample kong',
    )
    .action(list);
  command
    .command('sample')
    .description('One record of a gateway, before and after.')
    .argument('<name>', 'gateway')
    .action(sample);
  return command;
}

function list(name: string | undefined, { json, config }: { json?: boolean; config?: string }): void {
  const ids = detectors.map(({ id }) => id);
  const all = [...gateways, ...ownGateways(loadConfig(config).config)];
  const chosen = name === undefined ? all : [named(name, all)];
  const told = chosen.map((gateway) => ({
    name: gateway.name,
    title: gateway.title,
    reference: gateway.reference,
    carries: gateway.carries,
    optional: gateway.optional ?? [],
    ...blindness(gateway, ids),
    blind_by_default: blindByDefault(gateway, ids),
  }));
  if (json) print(JSON.stringify(told, null, 2));
  else for (const gateway of told) print(described(gateway));
}

type Told = Pick<Gateway, 'name' | 'title' | 'carries'> &
  ReturnType<typeof blindness> & { optional: readonly string[]; blind_by_default: string[] };

function described({ name, title, carries, blind, dim, optional, blind_by_default: until }: Told): string {
  const lines = [
    `${colors.bold(name)}  ${title}`,
    `  carries  ${carries.includes('*') ? 'all fields' : carries.join(', ')}`,
  ];
  if (optional.length > 0)
    lines.push(`  opt-in   ${optional.join(', ')}${until.length > 0 ? `; blind until then: ${until.join(', ')}` : ''}`);
  if (blind.length > 0) lines.push(`  blind    ${blind.join(', ')}`);
  if (dim.length > 0)
    lines.push(`  dim      ${dim.map(({ detector, without }) => `${detector} (no ${without.join(', ')})`).join('; ')}`);
  return lines.join('\n');
}

function sample(name: string): void {
  const text = readFileSync(exampleFile(`gateways/${named(name, gateways).name}.json`), 'utf8');
  // The key only makes the markers: it is no secret where the record is an example.
  const decode = createDecoder({ hasher: createHasher(Buffer.from('overreach gateways sample')) });
  const record = { offset: 0, value: text, receivedAt: Date.now() };
  const shared = { source: 'file', instance: name, partition: 0, generation: 0, gateway: 'auto' };
  const [decoded] = decode({ ...shared, backfill: true, records: [record] });
  print(colors.dim('# the record'));
  print(text.trimEnd());
  for (const item of decoded?.items ?? []) {
    print(colors.dim(item.kind === 'event' ? '# the event' : '# rejected'));
    const shown = item.kind === 'event' ? item.event.body : refusedOutside(refusedRecord(item.reject));
    print(JSON.stringify(shown, null, 2));
  }
}

function named(name: string, all: readonly Gateway[]): Gateway {
  const gateway = all.find((one) => one.name === name);
  if (gateway !== undefined) return gateway;
  throw new ConfigError(`${name}: no such gateway; there are ${all.map((each) => each.name).join(', ')}`);
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
