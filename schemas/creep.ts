/** An agent's creep index at the end of a day; `day` is its midnight, epoch milliseconds. Terms are told as JSON. */
export interface CreepDay {
  agent: string;
  day: number;
  /** Granted and not used, and used though not declared or granted: 0 to 100. */
  creep: number;
  undeclared: number;
  /** Weighted privilege in use on that day. */
  inUse: number;
  counted: number;
  tooNew: number;
  terms: readonly object[];
  undeclaredTerms: readonly object[];
}
