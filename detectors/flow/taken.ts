import { isStrange } from '../argument-novelty/novelty.ts';
import { noveltyOf } from '../argument-novelty.ts';
import type { Seen } from '../detector.ts';
import type { Before } from './words.ts';

/** Longest name of a tool that is told. */
const TOOL = 160;

/** What a call takes out of the results of one tool: something strange, or only whom it answers by habit. */
interface Taken {
  kind: 'took' | 'answered';
  eventKey: string;
}
const NONE: ReadonlyMap<string, Taken> = new Map();

export const isTaken = (kind: Before['kind']): boolean => kind === 'took' || kind === 'answered';

/** Tools whose results, here or elsewhere under the root, brought what this call takes over and nobody named before. */
export function takenFrom(seen: Seen, elsewhere: boolean): ReadonlyMap<string, Taken> {
  const values = noveltyOf(seen)?.values.filter(isStrange) ?? [];
  if (values.length === 0) return NONE;
  const taken = new Map<string, Taken>();
  for (const { origin, habit } of values) {
    const { tool, eventKey, root } = origin!;
    const source = tool.slice(0, TOOL);
    if ((root !== undefined) !== elsewhere) continue;
    if (taken.get(source)?.kind !== 'took') taken.set(source, { kind: habit ? 'answered' : 'took', eventKey });
  }
  return taken;
}
