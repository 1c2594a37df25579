import { isRight, lastName } from './field.ts';

/** Rights over everything, as groups, roles and policies are named; a blank on either side of each word. */
const ADMIN =
  / (?:admins?|administrators?|administrator ?access|super ?(?:users?|admins?)|root|owners?|sudo(?:ers)?|wheel|privileged|break ?glass|(?:full|all) ?access|full ?control|power ?users?) /;
/** Fields of a call that names its deciding values in its own way, as `policy_arn`. */
const POLICY = /(?:^|_)polic(?:y|ies)(?:_(?:arns?|ids?|names?))?$/;
/** Flags that make somebody an administrator. */
const FLAG = /(?:^|_)(?:admin|superuser|sudo|root|owner|privileged)$/;
const LEAVES = 100;
const DEPTH = 5;
const LONGEST = 200;

/**
 * Whether a field of the call decides who may do what, and the one that gives administration; '' where none does.
 * Only arguments that the gateway logs say so; what was redacted says nothing.
 */
export function givenBy(args: unknown): { decides: boolean; admin: string } {
  const given = { decides: false, admin: '' };
  let left = LEAVES;
  const walk = (field: string, value: unknown, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > DEPTH) return;
    if (Array.isArray(value)) for (const one of value) walk(field, one, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(name, inner, depth + 1);
    else note(lastName(field.slice(0, LONGEST)), field, value);
  };
  const note = (name: string, field: string, value: unknown): void => {
    if (!isRight(name) && !POLICY.test(name) && !FLAG.test(name)) return;
    given.decides = true;
    if (given.admin === '' && givesAdmin(name, value))
      given.admin = `${field.slice(0, 40)} ${String(value).slice(0, 60)}`;
  };
  walk('', args, 0);
  return given;
}

function givesAdmin(name: string, value: unknown): boolean {
  if (value === true) return FLAG.test(name);
  if (typeof value !== 'string' || value.length > LONGEST) return false;
  if (FLAG.test(name)) return /^(?:true|yes|1)$/i.test(value);
  return (
    value === '*' ||
    ADMIN.test(
      ` ${value
        .replace(/([a-z\d])([A-Z])/g, '$1 $2')
        .replace(/[^A-Za-z\d]+/g, ' ')
        .toLowerCase()} `,
    )
  );
}
