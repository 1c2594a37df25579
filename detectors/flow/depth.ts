/** Over how many hands an agent acts. */
export interface Depth {
  deepest: number;
  /** Calls over two hands more and yet no habit; absent before the first. */
  deeper?: number;
}

/** Two hands more than ever are known after so many calls over them: that it read over them is no habit to change something. */
export function noteDepth(state: Depth, depth: number, enough: number): void {
  if (depth <= state.deepest) return;
  state.deeper = depth > state.deepest + 1 ? (state.deeper ?? 0) + 1 : enough;
  if (state.deeper < enough) return;
  state.deepest = depth;
  state.deeper = 0;
}
