import { spaced } from '../../schemas/words.ts';

/** What stands in a field, by its kind: `email in to`, but `payment.iban` where the field says already what it holds. */
export function inField(kind: string, field: string): string {
  const last = spaced(field.slice(field.lastIndexOf('.') + 1));
  return last.includes(` ${kind} `) || last.includes(` ${kind}s `) ? field : `${kind} in ${field}`;
}
