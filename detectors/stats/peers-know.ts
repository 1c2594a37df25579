/** What peers explain of something new to an agent. */
interface PeersKnow {
  /** Share of the group, the agent itself included, that knows it. */
  share: number;
  /** Chance that two of the group picked at random both know it: what a few do explains little, what half of them do much. */
  both: number;
}

/** Fewer than two explain nothing: one that knows it may be what should have been told. */
const LEAST = 2;
const NOTHING: PeersKnow = { share: 0, both: 0 };

/** Worked example: 3 of 5 peers: share .5, both 3 x 2 / (6 x 5) = .2. */
export function peersKnow(holders: number, peers: number): PeersKnow {
  if (holders < LEAST) return NOTHING;
  return { share: holders / (peers + 1), both: (holders * (holders - 1)) / ((peers + 1) * peers) };
}
