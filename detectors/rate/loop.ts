import { isChange } from '../../schemas/alert.ts';
import type { Seen } from '../detector.ts';
import { callKey } from '../stats/call-key.ts';
import { toolOf } from '../stats/tool-of.ts';

/** The hour that runs, the last call in it that changes something, and how often that came on end; reads between do not count. */
export type Loop = [hour: number, call: string, times: number];

/** The same tool with the same arguments; of what gives rights the tool alone, for each time it is about somebody. */
function callOf(seen: Seen): string {
  const { body } = seen.event;
  return seen.class === 'identity' ? toolOf(body) : callKey(seen);
}

/** Counts a call, and says how often the same came on end within its hour; 0 where it changes nothing. */
export function timesOnEnd(state: { loop?: Loop }, hour: number, seen: Seen): number {
  if (!isChange(seen.class)) return 0;
  // Where a gateway does not show what a call was given nobody knows whether it is the same.
  if (seen.event.body.args === undefined && seen.class !== 'identity') return 0;
  const call = callOf(seen);
  const [at, before, times] = state.loop ?? [-1, '', 0];
  state.loop = [hour, call, at === hour && before === call ? times + 1 : 1];
  return state.loop[2];
}
