import { wordsOf } from '../../schemas/words.ts';
import type { Seen } from '../detector.ts';
import { lastName, leavesOf } from '../stats/leaves.ts';

/** Under what the work is filed: all that belongs to one legal hold or one request names it, and it gets nothing of it. */
const MATTERS = new Set('case matter request ticket issue incident change task job batch'.split(' '));
/** What else a reference to one is called: `case_id`, `change_number`. */
const REFERENCE = new Set('id ids no nr number num key ref reference sys name'.split(' '));

/** Whether a field says to which matter a call belongs, and not to whom anything goes. */
export function isMatter(field: string): boolean {
  const words = wordsOf(lastName(field));
  const own = words.filter((word) => !REFERENCE.has(word));
  return MATTERS.has(own.at(-1) ?? '');
}

/** Whether a field names the one for whom the agent acts: a colleague who is new signs all that is done for them. */
export function isAsker({ event: { body } }: Seen, field: string): boolean {
  const { id = '', email = id } = body.user ?? {};
  const path = field.replaceAll('[]', '');
  return leavesOf(body.args).some(
    ([name, value]) => name === path && typeof value === 'string' && isOne(value, id, email),
  );
}

const isOne = (value: string, id: string, email: string): boolean => {
  const name = value.trim().toLowerCase();
  return name !== '' && (name === id.toLowerCase() || name === email.toLowerCase());
};
