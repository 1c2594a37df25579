import { stringify } from 'yaml';
import { type Grant, grantsFileSchema } from '../../schemas/grant.ts';
import { utcDay } from '../../schemas/utc.ts';
import { unprintable } from '../engine/pattern.ts';
import { compileGrants, judgeScope } from '../engine/scope.ts';
import { showUnseen } from '../unseen.ts';
import { exactly, idOf } from './import/format.ts';
import type { Usage } from './usage.ts';
import { callOf } from './usage.ts';

interface SuggestOptions {
  agent: string;
  /** Use that the policy is made from. */
  usage: readonly Usage[];
  /** All that is stored of the agent: what the dry run is held against. */
  history: readonly Usage[];
  format: 'native' | 'teleport';
  /** Targets used less often are left out, and counted by the dry run. */
  minCalls?: number;
}

interface Suggestion {
  /** The policy, a comment of evidence on each line. */
  policy: string;
  grants: Grant[];
  dryRun: DryRun;
}

interface DryRun {
  calls: number;
  denied: number;
  /** What would have been refused, the most used first. */
  what: { server: string; target: string; calls: number; last: number }[];
}

/**
 * The least that covers what the agent does, made from calls that worked; refused and failed ones earn nothing, and a name
 * with characters that cannot be seen is never granted.
 */
export function suggestGrants({ agent, usage, history, format, minCalls = 1 }: SuggestOptions): Suggestion {
  const used = usage.filter(
    (one) => one.agent === agent && one.worked >= minCalls && one.worked > 0 && !unprintable(one.server + one.target),
  );
  const groups = alike(used);
  const grants = groups.map(grantOf);
  const dryRun = tryOut(
    grants,
    history.filter((one) => one.agent === agent),
  );
  const policy = format === 'teleport' ? teleportRole(agent, used) : native(grants, groups);
  return { policy: `${dryRunLines(dryRun)}${policy}`, grants, dryRun };
}

/** What one grant can cover and allow no more than was used: of one server the same method up to the same class. */
function alike(used: readonly Usage[]): Usage[][] {
  const groups = new Map<string, Usage[]>();
  for (const one of used) {
    const key = JSON.stringify([one.server, one.method, one.class]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function grantOf(group: readonly Usage[]): Grant {
  const { agent, server, method, class: most } = group[0]!;
  return {
    id: idOf(agent, server, method, most),
    effect: 'allow',
    agents: [exactly(agent)],
    servers: [exactly(server)],
    targets: targetsOf(group).map((target) => exactly(target)),
    methods: [exactly(method)],
    max_class: most,
  };
}

const targetsOf = (used: readonly Usage[]): string[] => [...new Set(used.map((one) => one.target))].sort();

function tryOut(grants: readonly Grant[], history: readonly Usage[]): DryRun {
  const compiled = compileGrants(grantsFileSchema.parse({ grants }));
  const covered = (one: Usage): boolean => judgeScope(compiled, callOf(one), one.class, one.last).scope === 'in';
  const refused = history.filter((one) => one.worked > 0 && !covered(one));
  return {
    calls: history.reduce((sum, one) => sum + one.worked, 0),
    denied: refused.reduce((sum, one) => sum + one.worked, 0),
    what: refused
      .map(({ server, target, worked, last }) => ({ server, target, calls: worked, last }))
      .sort((a, b) => b.calls - a.calls || (a.target < b.target ? -1 : 1)),
  };
}

const count = (value: number): string => value.toLocaleString('en-US');
const counted = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

function dryRunLines({ calls, denied, what }: DryRun): string {
  if (calls === 0) return '# No dry run: no call of this agent that worked is stored.\n';
  const head = `# Dry run against stored history: would have denied ${count(denied)} of ${counted(calls, 'call')}${denied > 0 ? ', these:' : '.'}\n`;
  const lines = what
    .slice(0, 20)
    .map(
      (one) => `#   ${safe(`${one.server}/${one.target}`)}: ${counted(one.calls, 'call')}, last ${utcDay(one.last)}\n`,
    );
  return head + lines.join('') + (what.length > 20 ? `#   and ${counted(what.length - 20, 'more target')}\n` : '');
}

/** Names come from whoever wrote the log: none may end a comment and begin a line of policy, or be another than it looks. */
const safe = (text: string): string => showUnseen(JSON.stringify(text).slice(1, -1));

function evidence(target: string, used: readonly Usage[]): string {
  const mine = used.filter((one) => one.target === target);
  const sum = (of: (one: Usage) => number): number => mine.reduce((total, one) => total + of(one), 0);
  const outside = sum((one) => one.outside);
  const days = [Math.min(...mine.map((one) => one.first)), Math.max(...mine.map((one) => one.last))].map(utcDay);
  const calls = counted(
    sum((one) => one.worked),
    'call',
  );
  const sessions = counted(
    sum((one) => one.sessions),
    'session',
  );
  return `${mine[0]!.class}, ${calls} in ${sessions}, ${[...new Set(days)].join(' to ')}${outside > 0 ? `; ${count(outside)} of them outside of the grants of their time: review` : ''}`;
}

const scalar = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();

function native(grants: readonly Grant[], groups: readonly Usage[][]): string {
  if (grants.length === 0) return 'grants: []\n';
  const lines = ['grants:'];
  for (const [at, grant] of grants.entries()) {
    const mine = groups[at]!;
    lines.push(
      `  - id: ${scalar(grant.id)}`,
      `    agents: ${scalar(grant.agents)}`,
      `    servers: ${scalar(grant.servers)}`,
    );
    lines.push(`    methods: ${scalar(grant.methods)}`, `    max_class: ${grant.max_class}`, '    targets:');
    for (const target of targetsOf(mine)) lines.push(`      - ${scalar(exactly(target))} # ${evidence(target, mine)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Which apps a role reaches is said by labels in Teleport: they are the operator's to fill in. */
function teleportRole(agent: string, used: readonly Usage[]): string {
  const tools = used.filter((one) => one.method === 'tools/call');
  return [...new Set(tools.map((one) => one.server))]
    .sort()
    .map((server) => {
      const mine = tools.filter((one) => one.server === server);
      const lines = targetsOf(mine).map(
        (target) => `        - ${scalar(teleportName(target))} # ${evidence(target, mine)}`,
      );
      return `kind: role\nversion: v8\nmetadata:\n  name: ${scalar(idOf(agent, server))}\nspec:\n  allow:\n    app_labels: ${scalar({ 'mcp-server': teleportName(server) })}\n    mcp:\n      tools:\n${lines.join('\n')}\n`;
    })
    .join('---\n');
}

const teleportName = (name: string): string => {
  const pattern = exactly(name);
  return typeof pattern === 'string' && !/^\^.*\$$/.test(pattern)
    ? pattern
    : `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
};
