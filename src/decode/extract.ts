import { type Fact, MAX_ARG_FACTS } from '../../schemas/event.ts';
import type { Hasher } from '../hash.ts';

/** Values of the arguments, known only by their keyed hashes. */
export function extractArgs(args: Record<string, unknown>, hasher: Hasher): Fact[] {
  const facts: Fact[] = [];
  const walk = (value: unknown, field: string): void => {
    if (facts.length >= MAX_ARG_FACTS || value === null) return;
    if (Array.isArray(value)) for (const item of value) walk(item, `${field}[]`);
    else if (typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) walk(inner, field === '' ? key : `${field}.${key}`);
    else
      facts.push({
        field,
        kind: typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text',
        hash: hasher(String(value)),
      });
  };
  walk(args, '');
  return facts;
}

export function extractResult(_result: unknown, _hasher: Hasher): Fact[] {
  return [];
}
