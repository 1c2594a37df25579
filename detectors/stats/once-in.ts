import { counted } from '../../schemas/counted.ts';

/** How seldom a thing comes, as people say it: `one grant in about 15 months`. */
export function onceIn(perDay: number, what: string): string {
  const days = 1 / perDay;
  if (days < 1.5) return `one ${what} a day or more`;
  if (days < 21) return `one ${what} in about ${counted(Math.round(days), 'day')}`;
  if (days < 75) return `one ${what} in about ${counted(Math.round(days / 7), 'week')}`;
  if (days < 730) return `one ${what} in about ${counted(Math.round(days / 30.4), 'month')}`;
  return `one ${what} in more than ${Math.floor(days / 365)} years`;
}
