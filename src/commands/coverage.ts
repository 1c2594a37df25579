import { Command } from 'commander';
import type { Detector } from '../../detectors/detector.ts';
import { detectors } from '../../detectors/index.ts';
import type { Frameworks } from '../../schemas/alert.ts';
import { jsonLine } from './support/json-lines.ts';

const FRAMEWORKS: Record<keyof Frameworks, string> = {
  owasp_asi: 'OWASP Top 10 for Agentic Applications',
  mitre_atlas: 'MITRE ATLAS',
  maestro: 'CSA MAESTRO layers',
  nist_ai_rmf: 'NIST AI RMF functions',
};

/** What the ids are called. Of the frameworks that are short all of them: so that what nobody watches shows as well. */
const TITLES: Record<keyof Frameworks, Readonly<Record<string, string>>> = {
  owasp_asi: {
    ASI01: 'Agent Goal Hijack',
    ASI02: 'Tool Misuse and Exploitation',
    ASI03: 'Identity and Privilege Abuse',
    ASI04: 'Agentic Supply Chain Vulnerabilities',
    ASI05: 'Unexpected Code Execution',
    ASI06: 'Memory and Context Poisoning',
    ASI07: 'Insecure Inter-Agent Communication',
    ASI08: 'Cascading Failures',
    ASI09: 'Human-Agent Trust Exploitation',
    ASI10: 'Rogue Agents',
  },
  mitre_atlas: {
    'AML.T0012': 'Valid Accounts',
    'AML.T0034.002': 'Cost Harvesting: Agentic Resource Consumption',
    'AML.T0051': 'LLM Prompt Injection',
    'AML.T0053': 'AI Agent Tool Invocation',
    'AML.T0073': 'Impersonation',
    'AML.T0080': 'AI Agent Context Poisoning',
    'AML.T0081': 'Modify AI Agent Configuration',
    'AML.T0083': 'Credentials from AI Agent Configuration',
    'AML.T0084.001': 'Discover AI Agent Configuration: Tool Definitions',
    'AML.T0085.001': 'Data from AI Services: AI Agent Tools',
    'AML.T0086': 'Exfiltration via AI Agent Tool Invocation',
    'AML.T0091.000': 'Use Alternate Authentication Material: Application Access Token',
    'AML.T0098': 'AI Agent Tool Credential Harvesting',
    'AML.T0109': 'AI Supply Chain Rug Pull',
    'AML.T0110': 'AI Agent Tool Poisoning',
  },
  maestro: {
    L1: 'Foundation Models',
    L2: 'Data Operations',
    L3: 'Agent Frameworks',
    L4: 'Deployment and Infrastructure',
    L5: 'Evaluation and Observability',
    L6: 'Security and Compliance',
    L7: 'Agent Ecosystem',
  },
  nist_ai_rmf: { GOVERN: '', MAP: '', MEASURE: '', MANAGE: '' },
};

export interface Covered {
  framework: keyof Frameworks;
  id: string;
  /** What the framework calls it; '' where the id says it. */
  title: string;
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
      process.stdout.write(json ? rows.map(jsonLine).join('') : shown(rows));
    });
}

/** Every id of every framework with the detectors tagged with it; empty where there is none. */
export function coverage(list: readonly Detector[]): Covered[] {
  return (Object.keys(FRAMEWORKS) as (keyof Frameworks)[]).flatMap((framework) => {
    const titles = TITLES[framework];
    const tagged = list.flatMap((detector) => detector.tags[framework]);
    return [...new Set([...Object.keys(titles), ...tagged.sort()])].map((id) => ({
      framework,
      id,
      title: titles[id] ?? '',
      detectors: list.filter((detector) => detector.tags[framework].includes(id)).map((detector) => detector.id),
    }));
  });
}

function shown(rows: readonly Covered[]): string {
  const names = rows.map(({ id, title }) => (title === '' ? id : `${id} ${title}`));
  const width = Math.max(...names.map((name) => name.length));
  return (Object.keys(FRAMEWORKS) as (keyof Frameworks)[])
    .map((framework) => {
      const lines = rows.flatMap((row, index) =>
        row.framework === framework
          ? [`  ${names[index]!.padEnd(width)}  ${row.detectors.length > 0 ? row.detectors.join(', ') : '-'}`]
          : [],
      );
      return `${FRAMEWORKS[framework]}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
