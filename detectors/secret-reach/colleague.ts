import { spaced } from '../../schemas/words.ts';
import type { Seen } from '../detector.ts';
import { isAtHome } from '../stats/at-home.ts';
import { leavesOf, textsIn } from '../stats/leaves.ts';

/** What people share with each other every day; a mailbox is none of it. */
const SHARES =
  / (?:share|permissions?|acls?|access) (?:\w+ ){0,3}?(?:calendars?|files?|docs?|documents?|folders?|sheets?|spreadsheets?|presentations?) | (?:calendars?|files?|docs?|documents?|folders?|sheets?|spreadsheets?|presentations?) (?:\w+ ){0,3}?(?:permissions?|acls?|access) /;
const ROLE = /(?:^|[._])(?:role|permission|access|level|access_?(?:level|role)|permission_?level)$/i;
const LOOKS =
  /^(?:(?:limited_?)?read(?:er|_?only)?|view(?:er)?|can_?(?:view|read)|free_?busy_?(?:read(?:er)?)?|comment(?:er)?)$/i;
const BETWEEN = /[\s,;<>]+/;
const MOST_LEAVES = 100;

/** Whether somebody of the house of the one for whom it acts may look at a calendar or a file from now on: no more than that. */
export function letsColleagueLook({ class: name, event: { body } }: Seen): boolean {
  if (name !== 'identity' || !SHARES.test(spaced(body.target.name ?? ''))) return false;
  const leaves = leavesOf(body.args);
  if (leaves.length > MOST_LEAVES) return false;
  const roles = leaves.filter(([path]) => ROLE.test(path)).map(([, value]) => String(value));
  const people = leaves
    .flatMap(([, value]) => textsIn(value))
    .flatMap((text) => text.split(BETWEEN))
    .filter((word) => word.includes('@'));
  const isColleague = (address: string): boolean =>
    isAtHome(address.slice(address.lastIndexOf('@') + 1).toLowerCase(), body);
  return roles.length > 0 && roles.every((role) => LOOKS.test(role)) && people.length > 0 && people.every(isColleague);
}
