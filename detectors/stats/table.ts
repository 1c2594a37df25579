/** A plain object that begins as a hash table, not as a shape that each new key changes. */
export const emptyTable = <Value>(): Record<string, Value> =>
  Object.setPrototypeOf(Object.create(null), Object.prototype);
