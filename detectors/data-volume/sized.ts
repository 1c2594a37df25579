const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** An amount for people, to three figures: `431 kB`, `1.2 GB`. */
export function sized(bytes: number): string {
  let [amount, unit] = [Math.round(bytes), 0];
  for (; amount >= 999.5 && unit < UNITS.length - 1; unit += 1) amount /= 1000;
  return `${unit === 0 || amount >= 99.5 ? Math.round(amount) : Number(amount.toPrecision(3))} ${UNITS[unit]}`;
}
