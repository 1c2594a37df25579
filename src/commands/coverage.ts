import { Command } from 'commander';
import type { Detector } from '../../detectors/detector.ts';
import { detectors } from '../../detectors/index.ts';
import type { Frameworks } from '../../schemas/alert.ts';

const FRAMEWORKS: Record<keyof Frameworks, string> = {
  owasp_asi: 'OWASP Top 10 for Agentic Applications',
  mitre_atlas: 'MITRE ATLAS',
  maestro: 'CSA MAESTRO layers',
  nist_ai_rmf: 'NIST AI RMF functions',
};

/** The whole of those frameworks that are short: so that what nobody watches shows as well. */
const WHOLE: Partial<Record<keyof Frameworks, readonly string[]>> = {
  owasp_asi: ['ASI01', 'ASI02', 'ASI03', 'ASI04', 'ASI05', 'ASI06', 'ASI07', 'ASI08', 'ASI09', 'ASI10'],
  maestro: ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7'],
  nist_ai_rmf: ['GOVERN', 'MAP', 'MEASURE', 'MANAGE'],
};

export interface Covered {
  framework: keyof Frameworks;
  id: string;
  detectors: string[];
}

export function coverageCommand(): Command {
  return new Command('coverage')
    .description('What is watched under each id of OWASP ASI, MITRE ATLAS, CSA MAESTRO and NIST AI RMF.')
    .option('--json', 'a JSON line an id')
    .addHelpText(
      'after',
      "\nExamples:\n  overreach coverage\n  overreach coverage --json | jq -r 'select(.detectors == []) | .id'",
    )
    .action(({ json }: { json?: boolean }) => {
      const rows = coverage(detectors);
      process.stdout.write(json ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : shown(rows));
    });
}

/** Every id of every framework with the detectors tagged with it; empty where there is none. */
export function coverage(list: readonly Detector[]): Covered[] {
  return (Object.keys(FRAMEWORKS) as (keyof Frameworks)[]).flatMap((framework) => {
    const tagged = new Set(list.flatMap((detector) => detector.tags[framework]));
    return [...new Set([...(WHOLE[framework] ?? []), ...[...tagged].sort()])].map((id) => ({
      framework,
      id,
      detectors: list.filter((detector) => detector.tags[framework].includes(id)).map((detector) => detector.id),
    }));
  });
}

function shown(rows: readonly Covered[]): string {
  const width = Math.max(...rows.map((row) => row.id.length));
  return (Object.keys(FRAMEWORKS) as (keyof Frameworks)[])
    .map((framework) => {
      const lines = rows
        .filter((row) => row.framework === framework)
        .map((row) => `  ${row.id.padEnd(width)}  ${row.detectors.length > 0 ? row.detectors.join(', ') : '-'}`);
      return `${FRAMEWORKS[framework]}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
