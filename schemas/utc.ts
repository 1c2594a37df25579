/** The day of a moment in UTC: `2026-11-28`. */
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Its minute, for people: `2026-11-28 09:14 UTC`. */
export const utcMinute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
