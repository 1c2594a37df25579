import { remembered } from '../../schemas/remember.ts';
import { spaced } from '../../schemas/words.ts';
import { leavesOf } from '../stats/leaves.ts';
import { isRight, lastWords } from './field.ts';

/** Rights over everything, as groups, roles and policies are named; a blank on either side of each word. */
const ADMIN =
  / (?:admins?|administrators?|administrator ?access|super ?(?:users?|admins?)|root|owners?|sudo(?:ers)?|wheel|privileged|break ?glass|(?:full|all) ?access|full ?control|power ?users?) /;
/** Fields of a call that names its deciding values in its own way, as `policy_arn`. */
const POLICY = /(?:^|_)polic(?:y|ies)(?:_(?:arns?|ids?|names?))?$/;
/** Flags that make somebody an administrator. */
const FLAG = /(?:^|_)(?:admin|superuser|sudo|root|owner|privileged)$/;
const LONGEST = 200;
const FIELDS = 4096;

/**
 * Whether a field of the call decides who may do what, and the one that gives administration; '' where none does.
 * Only arguments that the gateway logs say so; what was redacted says nothing.
 */
export function givenBy(args: unknown): { decides: boolean; admin: string } {
  let decides = false;
  for (const [field, found] of leavesOf(args)) {
    const name = deciding(field.slice(-LONGEST));
    if (name === null) continue;
    decides = true;
    const values = Array.isArray(found) ? found : [found];
    const admin = values.find((value) => givesAdmin(name, value));
    if (admin !== undefined) return { decides, admin: `${field.slice(0, 40)} ${String(admin).slice(0, 60)}` };
  }
  return { decides, admin: '' };
}

/** The last name in a field's path where it decides who may do what; else null. Fields come again with every call. */
const deciding = remembered(
  (field): string | null => {
    const name = lastWords(field);
    return isRight(name) || POLICY.test(name) || FLAG.test(name) ? name : null;
  },
  FIELDS,
  LONGEST,
);

function givesAdmin(name: string, value: unknown): boolean {
  if (value === true) return FLAG.test(name);
  if (typeof value !== 'string' || value.length > LONGEST) return false;
  if (FLAG.test(name)) return /^(?:true|yes|1)$/i.test(value);
  return value === '*' || ADMIN.test(spaced(value));
}
