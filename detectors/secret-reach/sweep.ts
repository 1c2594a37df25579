import { HOUR } from '../../schemas/durations.ts';

export interface Swept {
  /** When it got at further stores within the hour; absent before the first. */
  swept?: number[];
}

const MOST = 8;

/** How many further stores it got at within the hour, this one counted in: whoever walks through a vault needs none of it. */
export function sweptWith(state: Swept, at: number): number {
  state.swept = [...(state.swept ?? []).filter((one) => at - one < HOUR), at].slice(-MOST);
  return state.swept.length;
}
