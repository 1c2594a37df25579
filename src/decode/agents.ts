import { ConfigError } from '../errors.ts';
import { readEach } from '../mistakes.ts';
import { compileLinear } from './linear.ts';

/** Folds ephemeral agent ids together: `{ match: "^(.+)-[0-9a-f]{8}$", id: "$1" }` makes one agent of all its pods. */
export interface AgentRule {
  match: string;
  id: string;
}

export function createAgentFolder(rules: readonly AgentRule[]): (id: string) => string {
  if (rules.length === 0) return (id) => id;
  const compiled = readEach(rules.entries(), ([index, { match, id }]) => {
    const find = compileLinear(match, `agents.${index}.match`);
    const stray = strayIn(id, find.groups);
    if (stray === undefined) return { find, id };
    // It would stand in the id as it is, and make one agent of all that match.
    throw new ConfigError(`agents.${index}.id: ${stray} is no group of match, which has ${find.groups || 'none'}`);
  });
  return (agent) => {
    for (const { find, id } of compiled) if (find.test(agent)) return find.replace(agent, id) || agent;
    return agent;
  };
}

/** What is meant as a group and is none; `$$` is a dollar sign. */
function strayIn(id: string, groups: number): string | undefined {
  const isGroup = (name: string): boolean =>
    name === '$$' || (Number(name.slice(1)) >= 1 && Number(name.slice(1)) <= groups);
  return id.match(/\$(?:\d+|\$|\w*)/g)?.find((name) => !isGroup(name));
}
