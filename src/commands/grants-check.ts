import { Command } from 'commander';
import { counted } from '../../schemas/counted.ts';
import { loadConfig } from '../config.ts';
import { endOf } from '../engine/grant-rule.ts';
import { compileRules } from '../engine/rules.ts';
import { ConfigError } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import { repeated } from './support/arguments.ts';
import { jsonLine } from './support/json-lines.ts';

interface World {
  write(text: string): void;
  now(): number;
}

interface Options {
  config?: string;
  grants: string[];
  json?: boolean;
}

/** What is in grants files that are right. */
interface Checked {
  files: string[];
  grants: number;
  agents: number;
  charters: number;
  changes: number;
  /** Grants that are over. */
  expired: string[];
}

/** Reads grants files as a start would, before they are in force. */
export const grantsCheck = ({ write, now }: World): Command =>
  new Command('check')
    .description('Whether grants files are right: every mistake with its file, its line and the mend.')
    .argument('[file...]', 'grants files; without any those of the configuration')
    .option('--config <file>', 'configuration')
    .addOption(repeated('--grants <file>', 'the same as a file that is named'))
    .option('--json', 'for machines')
    .addHelpText('after', '\nExample:\n  overreach grants check grants.yaml')
    .action((named: string[], options: Options) => {
      const given = [...named, ...options.grants];
      const files = given.length > 0 ? given : loadConfig(options.config).config.grants;
      if (files.length === 0)
        throw new ConfigError('no grants file is named, and the configuration has none under `grants`');
      const checked = check(files, now());
      write(options.json ? jsonLine(checked) : said(checked));
    });

function check(files: string[], now: number): Checked {
  const file = loadGrants(files);
  // What only shows once rules are made of them.
  compileRules({ grants: { file, earlier: [] } });
  return {
    files,
    grants: file.grants.length,
    agents: new Set(file.grants.flatMap(({ agents }) => agents ?? ['*'])).size,
    charters: file.charters.length,
    changes: file.changes.length,
    expired: file.grants.filter((grant) => endOf(grant) <= now).map(({ id }) => id),
  };
}

const SHOWN = 10;

function said({ files, grants, agents, charters, changes, expired }: Checked): string {
  const more = expired.length > SHOWN ? ` and ${expired.length - SHOWN} more` : '';
  const over = expired.length === 0 ? '' : `over by now: ${expired.slice(0, SHOWN).join(', ')}${more}\n`;
  const held = [counted(grants, 'grant'), counted(charters, 'charter'), counted(changes, 'announced change')];
  return `${files.join(', ')}: right; ${held.join(', ')}, for ${counted(agents, 'agent')} or patterns of them\n${over}`;
}
