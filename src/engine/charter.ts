import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { type CanonicalEvent, MAX_ID } from '../../schemas/event.ts';
import type { Change, Charter } from '../../schemas/grant.ts';
import { remembered } from '../../schemas/remember.ts';
import { compileTarget } from './constraint.ts';
import type { Fit } from './fit.ts';
import { untilOf } from './grant-rule.ts';
import { compileAny, type Match, showPatterns, visible } from './pattern.ts';

/** What an agent is for, as its owner declared it. */
interface CompiledCharter {
  charter: Charter;
  agent: Match;
  server: Match;
  target: Match;
}

/** A change that was announced, with its span in epoch milliseconds. */
export interface CompiledChange {
  change: Change;
  agent: Match;
  from: number;
  to: number;
}

const anything: Match = () => true;
const surely =
  (holds: (name: string) => Fit): Match =>
  (name) =>
    holds(name) === 'yes';

export interface Charters {
  all: readonly CompiledCharter[];
  /** Those that name an agent. */
  of(agent: string): readonly CompiledCharter[];
}

const MAX_AGENTS = 10_000;

export function compileCharters(charters: readonly Charter[]): Charters {
  const all = charters.map((charter) => ({
    charter,
    agent: compileAny(charter.agents),
    server: charter.servers ? compileAny(charter.servers) : anything,
    target: charter.targets ? surely(compileTarget(charter.targets, 'allow')) : anything,
  }));
  const of = (agent: string): CompiledCharter[] => {
    // What is said of an agent binds also one that passes for it by characters that cannot be seen.
    const shown = visible(agent);
    return all.filter((entry) => entry.agent(shown));
  };
  return { all, of: remembered(of, MAX_AGENTS, MAX_ID) };
}

export const compileChanges = (changes: readonly Change[]): CompiledChange[] =>
  changes.map((change) => ({
    change,
    agent: compileAny(change.agents),
    from: Date.parse(change.from),
    to: untilOf(change.to),
  }));

interface Declared {
  charters: Charters;
  changes: readonly CompiledChange[];
}

/** Who answers for an agent: the first charter that names it and says so. */
export const ownerOf = ({ charters }: Pick<Declared, 'charters'>, agentId: string): string | undefined =>
  charters.of(agentId).find(({ charter }) => charter.owner !== undefined)?.charter.owner;

/** What an agent is for and who reviews it: of all charters that name it. */
export function missionOf({ charters }: Pick<Declared, 'charters'>, agentId: string) {
  const all = charters.of(agentId).map(({ charter }) => charter);
  return {
    purposes: [...new Set(all.flatMap(({ purpose }) => purpose ?? []))],
    reviewers: [...new Set(all.flatMap(({ reviewers }) => reviewers ?? []))],
  };
}

/** The change that was announced for this agent and time, or null. */
export function announced({ changes }: Pick<Declared, 'changes'>, agentId: string, at: number): Change | null {
  if (changes.length === 0) return null;
  return changes.find((entry) => at >= entry.from && at < entry.to && entry.agent(agentId))?.change ?? null;
}

/**
 * Why a call lies outside of what the agent is for, or ''. Where several charters name an agent, one that takes the
 * call in is enough; where none does, the first one's reason is told, with its purpose. Discovery breaks no charter.
 */
export function charterBreach(
  { charters }: Pick<Declared, 'charters'>,
  body: CanonicalEvent,
  privilege: PrivilegeClass,
): string {
  if (charters.all.length === 0 || privilege === 'discover') return '';
  let first = '';
  for (const entry of charters.of(body.agent.id)) {
    const breach = breachOf(entry, body, privilege);
    if (breach === '') return '';
    first ||= `${breach}${inWords(entry.charter)}`;
  }
  return first;
}

/** What the agent is for and who reviews it, as its charter says: whoever is told of a breach asks for that next. */
function inWords({ purpose, reviewers = [] }: Charter): string {
  const said = [
    ...(purpose === undefined ? [] : [`it is for: ${purpose}`]),
    ...(reviewers.length === 0 ? [] : [`to be reviewed by ${reviewers.join(', ')}`]),
  ];
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

function breachOf(
  { charter, server, target }: CompiledCharter,
  body: CanonicalEvent,
  privilege: PrivilegeClass,
): string {
  if (!server(body.server.id)) return `server ${body.server.id} is not among ${showPatterns(charter.servers ?? [])}`;
  if (body.target.name !== undefined && !target(body.target.name))
    return `target ${body.target.name} is not among ${showPatterns(charter.targets ?? [])}`;
  if (charter.max_class && classRank(privilege) > classRank(charter.max_class))
    return `class ${privilege} is above ${charter.max_class}`;
  return '';
}
