/** How many of a thing to expect, as people say it: of a twentieth of one, hardly any. */
export const few = (mean: number): string =>
  mean < 0.1 ? 'hardly any' : mean < 10 ? mean.toFixed(1).replace(/\.0$/, '') : `${Math.round(mean)}`;
