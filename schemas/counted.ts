/** A number of things as people say it: `1 hand`, `3 hands`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
