/** Whether a day (since the epoch, whose first was a Thursday) is a Saturday or Sunday. */
export const isWeekend = (day: number): boolean => ((day + 4) % 7) % 6 === 0;
