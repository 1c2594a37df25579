import { isChange } from '../../schemas/alert.ts';
import type { Seen } from '../detector.ts';

/** Read-only by its hint, and more than that by its name or by what is known of it. */
export function belied({ event: { body }, class: name, classFrom, classRule }: Seen): string {
  if (
    body.annotations?.read_only !== true ||
    body.method !== 'tools/call' ||
    classFrom === 'annotations' ||
    classFrom === 'default'
  )
    return '';
  // A read that reaches a secret is still a read.
  if (!isChange(name) || (name === 'secret' && classRule.startsWith('args:'))) return '';
  return `${body.server.id}/${body.target.name ?? ''} is called read-only and is of class ${name} (${classRule})`;
}
