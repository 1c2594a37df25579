import { rarityOf } from '../stats/rarity.ts';
import { isNews, type NetworkPlace, type PlaceKind, type Places } from './places.ts';

/** One of ten new networks is met in the midst of work elsewhere, or at an hour at which nobody works: a power of ten more. */
const SIGN = 1;

/** What each new place says, in powers of ten, `signs` at the network among them; and the program that it never used. */
export function newPlaces(
  { tallies }: Places,
  places: readonly NetworkPlace[],
  graded: number,
  signs: number,
): { parts: { name: string; place: string; value: number }[]; program: string | undefined } {
  const parts = places.map((place) => ({
    name: `new_${place.kind}`,
    place: place.name,
    value: isNews(place) ? rarityOf(...tallies[place.kind]) + graded : 0,
  }));
  const strange = (kind: PlaceKind) => parts.find(({ name, value }) => name === `new_${kind}` && value > 0);
  const [net, client, program] = [strange('net'), strange('client'), strange('program')];
  // A client or program that nobody knows, at a network that nobody knows: one is what the other alone is not.
  if (net !== undefined) net.value += Math.max(client?.value ?? 0, program?.value ?? 0) / 2 + SIGN * signs;
  // Programs change with their libraries: a new one by itself says nothing.
  if (program !== undefined) program.value = 0;
  return { parts, program: program?.place };
}
