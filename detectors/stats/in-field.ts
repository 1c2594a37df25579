import { spaced } from '../../schemas/words.ts';
import { lastName } from './leaves.ts';

/** What stands in a field, by its kind: `email in to`, but `payment.iban` where the field says already what it holds. */
export function inField(kind: string, field: string): string {
  const last = spaced(lastName(field));
  return last.includes(` ${kind} `) || last.includes(` ${kind}s `) ? field : `${kind} in ${field}`;
}
