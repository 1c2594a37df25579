import type { Detector } from '../../detectors/detector.ts';
import { type Contribution, type Shares, shares } from '../../src/engine/contribution.ts';

type Values = Record<string, number>;

export const sharesOf = (values: Values): Shares =>
  shares((tell) => {
    for (const [key, value] of Object.entries(values)) tell(key, value);
  });

export const contributionOf = (told: Record<string, Values>): Contribution =>
  Object.fromEntries(Object.entries(told).map(([detector, values]) => [detector, sharesOf(values)]));

/** What the detector tells peers of an agent in this state. */
export function toldOf({ contribute }: Detector, state: unknown): Values {
  const told = new Map<string, number>();
  contribute?.(state, (key, value) => {
    if (told.has(key)) throw new Error(`${key} is told twice`);
    told.set(key, value);
  });
  return Object.fromEntries(told);
}
