/** Calls of an hour, those of them that change something, and those of which it is only guessed. */
export type Counts = [calls: number, acts: number, guessed?: number];

interface Present {
  hour: number;
  count: number;
  acts: number;
  guessed?: number;
  before?: Counts;
}

/** A query that the gateway does not show, and a tool that nobody knows: they may change things. */
export const isGuess = (classRule: string): boolean => /\bunseen |^unknown tool$/.test(classRule);

/** Counts a call, and says how many its hour has had; of an hour that is long over, none. */
export function countIn(state: Present, hour: number, act: 0 | 1, guess: 0 | 1): Counts {
  if (hour > state.hour) {
    state.before = hour === state.hour + 1 ? [state.count, state.acts, state.guessed ?? 0] : [0, 0];
    state.hour = hour;
    state.count = 0;
    state.acts = 0;
    state.guessed = 0;
  }
  if (hour === state.hour) {
    state.count += 1;
    state.acts += act;
    state.guessed = (state.guessed ?? 0) + guess;
    return [state.count, state.acts, state.guessed];
  }
  if (hour < state.hour - 1) return [0, 0];
  const [calls, acts, guessed = 0] = state.before ?? [0, 0];
  state.before = [calls + 1, acts + act, guessed + guess];
  return state.before;
}
