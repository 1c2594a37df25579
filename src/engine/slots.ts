import type { Detector } from '../../detectors/detector.ts';
import type { AgentState, DetectorSlot, SessionState } from './agent-state.ts';

/** The detector's slot in the agent's state; undefined where there is none of its version. */
export function knownSlot(agent: AgentState, detector: Detector): DetectorSlot | undefined {
  const slot = agent.detectors[detector.id];
  return slot?.version === detector.version ? slot : undefined;
}

/** The same, made where there is none. */
export function slotOf(agent: AgentState, detector: Detector): DetectorSlot {
  const slot = knownSlot(agent, detector);
  if (slot !== undefined) return slot;
  const fresh: DetectorSlot = { version: detector.version, learned: 0, since: 0, state: detector.initial() };
  agent.detectors[detector.id] = fresh;
  return fresh;
}

/** What the detector keeps of this session. */
export function sessionStateOf(session: SessionState, detector: Detector): unknown {
  const known = session.detectors[detector.id];
  if (known !== undefined || detector.initialSession === undefined) return known;
  const fresh = detector.initialSession();
  session.detectors[detector.id] = fresh;
  return fresh;
}

export type Slots = (DetectorSlot | undefined)[];

/**
 * An agent's slots by the place of their detector: found by name once an agent, not once an event. A place is empty until
 * its detector was asked. No part of the state: it goes with it.
 */
export function createSlots(detectors: number): (agent: AgentState) => Slots {
  const known = new WeakMap<AgentState, Slots>();
  return (agent) => {
    let slots = known.get(agent);
    if (slots === undefined) {
      slots = new Array<DetectorSlot | undefined>(detectors).fill(undefined);
      known.set(agent, slots);
    }
    return slots;
  };
}
