/** Of what was found of one event the one that scores highest, the first of equals; null where nothing does. */
export const worst = <Found extends { score: number }>(found: readonly (Found | null)[]): Found | null =>
  found.reduce((top, one) => ((one?.score ?? 0) > (top?.score ?? 0) ? one : top), null);
