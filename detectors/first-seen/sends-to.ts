import type { Seen } from '../detector.ts';

/** The argument by which a call sets up that things are sent on, as the class says it: `args:forward`. */
const SENDS_ON = /^args:((?:forward|redirect)\w*)$/i;
const MAX_TEXT = 80;
const MAX_DEPTH = 4;

/** ` (forward x@example.org)`, where the class of a call rests on that it sends things on from then on; else ''. */
export function sendsTo({ classRule, event }: Pick<Seen, 'classRule' | 'event'>): string {
  const key = SENDS_ON.exec(classRule)?.[1];
  const to = key === undefined ? undefined : valueAt(event.body.args, key, MAX_DEPTH);
  return to === undefined ? '' : ` (${key} ${to.slice(0, MAX_TEXT)})`;
}

function valueAt(args: unknown, key: string, depth: number): string | undefined {
  if (typeof args !== 'object' || args === null || depth === 0) return undefined;
  const own = Object.hasOwn(args, key) ? (args as Record<string, unknown>)[key] : undefined;
  if (typeof own === 'string') return own;
  if (Array.isArray(own)) return own.filter((one) => typeof one === 'string').join(', ');
  for (const inner of Object.values(args)) {
    const found = valueAt(inner, key, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
