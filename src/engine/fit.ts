/** What came of holding values against a constraint: `maybe` where it cannot be decided. */
export type Fit = 'yes' | 'maybe' | 'no';

export const anyFits = (fits: readonly Fit[]): Fit =>
  fits.includes('yes') ? 'yes' : fits.includes('maybe') ? 'maybe' : 'no';
