import { readEach } from '../mistakes.ts';
import { compileLinear } from './linear.ts';

/** Folds ephemeral agent ids together: `{ match: "^(.+)-[0-9a-f]{8}$", id: "$1" }` makes one agent of all its pods. */
export interface AgentRule {
  match: string;
  id: string;
}

export function createAgentFolder(rules: readonly AgentRule[]): (id: string) => string {
  if (rules.length === 0) return (id) => id;
  const compiled = readEach(rules.entries(), ([index, { match, id }]) => ({
    find: compileLinear(match, `agents.${index}.match`),
    id,
  }));
  return (agent) => {
    for (const { find, id } of compiled) if (find.test(agent)) return find.replace(agent, id) || agent;
    return agent;
  };
}
