import type { Event } from '../../schemas/event.ts';
import type { AgentState } from './agent-state.ts';
import { type Contribution, type Shares, shares } from './contribution.ts';
import { contributeFusion } from './fuse.ts';
import { groupOf } from './group.ts';
import type { Armed } from './judge.ts';
import type { PeerLedger } from './peers.ts';
import { SESSION_DETECTOR } from './session-alert.ts';
import { knownSlot } from './slots.ts';
import { type Failures, sparing } from './sparing.ts';

/** What an agent tells its peers on its first event of a day: what it knew before. */
export function contribute(
  agent: AgentState,
  event: Event,
  day: number,
  ledger: PeerLedger,
  armed: readonly Armed[],
  failed: Failures,
): void {
  if (agent.calls === 0) return;
  // Whoever is named only now told the fleet alone: that is taken back, and told anew among its peers.
  if (agent.group === '' && event.body.agent.name !== undefined && toldAny(agent)) {
    ledger.tell(day, '', agent.told, null);
    agent.told = {};
    callIt(agent, event);
  }
  const told: Contribution = {};
  for (const { detector } of armed) {
    const slot = knownSlot(agent, detector);
    if (detector.contribute === undefined || slot === undefined) continue;
    const tells = (): Shares => shares((tell) => detector.contribute!(slot.state, tell));
    // What cannot be told anew stands as it was told last.
    const now = sparing(failed, detector.id, tells) ?? agent.told[detector.id];
    if (now !== undefined) told[detector.id] = now;
  }
  told[SESSION_DETECTOR] = shares((tell) => contributeFusion(agent.fusion, tell));
  ledger.tell(day, agent.group, toldAny(agent) ? agent.told : null, told);
  agent.told = told;
}

/** What an agent is called, as long as it has told its peers nothing; after that it is named as it tells them next. */
export function callIt(agent: AgentState, { body }: Event): void {
  if (body.agent.name !== undefined && agent.group === '' && !toldAny(agent)) agent.group = groupOf(body.agent);
}

function toldAny({ told }: AgentState): boolean {
  for (const _ in told) return true;
  return false;
}
