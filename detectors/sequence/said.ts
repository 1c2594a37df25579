import { backOff, type Context } from '../stats/back-off.ts';

/** The first step of a session comes after it. */
export const START = '^';

/** Where in the session a step stands. */
export function placed(key: string): string {
  const context = key.slice(1);
  const [before, one] = context.includes('\n') ? context.split('\n') : [undefined, context];
  if (one === START) return 'as the first step of the session';
  return before === undefined || before === START ? `as the second step, after ${one}` : `after ${before}, ${one}`;
}

/** What would rather have come, the likeliest first; of equals by name, so that a restart does not change their order. */
export const likely = (symbols: readonly string[], levels: readonly Context[], unknown: number): string[] =>
  symbols
    .map((symbol) => [symbol, backOff(levels, symbol, unknown)] as const)
    .sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    .slice(0, 3)
    .map(([symbol]) => symbol);

/** Two figures are all that a tail is worth. */
export const odds = (p: number): string =>
  p > 0.1 ? 'not its usual step' : `about 1 in ${grouped(Number((1 / Math.max(p, 1e-12)).toPrecision(2)))} steps`;

/** 12,000: as `toLocaleString` writes it, which takes longer than all the rest of the step. */
const grouped = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
