/** At most so many: of each field the first, then of each the second, and so on; in the order in which they came. */
export function evenly<T extends { field: string }>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const taken = new Map<string, number>();
  const turns = all.map(({ field }, place) => {
    const turn = taken.get(field) ?? 0;
    taken.set(field, turn + 1);
    return { turn, place };
  });
  const chosen = turns.sort((a, b) => a.turn - b.turn || a.place - b.place).slice(0, most);
  return chosen.sort((a, b) => a.place - b.place).map(({ place }) => all[place]!);
}
