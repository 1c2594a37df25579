export interface ForAgents<Thing> {
  /** Its agents by their names; null where a pattern is among them. */
  names(thing: Thing): readonly string[] | null;
  fits(thing: Thing, agent: string): boolean;
}

/** What is for one agent, of many things: by look-up where they name their agents, else each is asked. */
export function findByName<Thing>(
  things: readonly Thing[],
  { names, fits }: ForAgents<Thing>,
): (agent: string) => Thing[] {
  const named = new Map<string, Thing[]>();
  const patterned: Thing[] = [];
  for (const thing of things) {
    const own = names(thing);
    if (own === null) patterned.push(thing);
    for (const name of new Set(own)) {
      const known = named.get(name);
      if (known === undefined) named.set(name, [thing]);
      else known.push(thing);
    }
  }
  return (agent) => [...(named.get(agent) ?? []), ...patterned.filter((thing) => fits(thing, agent))];
}
