/** A token that sent events for agents beyond those that it may speak for. */
export interface Overstepping {
  token: string;
  since: number;
  lastAt: number;
  count: number;
  /** How many for each agent that was named, the first twenty. */
  agents: Map<string, number>;
}
