import type { Seen } from '../../detectors/detector.ts';
import type { CanonicalEvent, Event } from '../../schemas/event.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import type { Earlier } from './earlier.ts';
import type { Inputs } from './inputs.ts';
import { FLEET } from './peer-sums.ts';
import type { PeerLedger } from './peers.ts';
import { ARGUMENTS, CALL, type News } from './pieces.ts';
import { went } from './went.ts';

/** One event as the detectors see it: its privilege, scope, session and peers settled, once for all of them. */
export function seenOf(
  agent: AgentState,
  event: Event,
  session: SessionState,
  inputs: Inputs,
  ledger: PeerLedger,
  earlier: Earlier,
): Seen {
  const { body, effectiveAt: at } = event;
  const classified = inputs.classify(body);
  const judged = inputs.scope(body, classified.class, at);
  const priors = inputs.peers ?? ledger;
  const { used, failed } = went(body);
  return {
    event,
    at,
    class: classified.class,
    classFrom: classified.classFrom,
    classRule: classified.classRule,
    stores: classified.stores ?? [],
    sentTo: classified.sentTo ?? '',
    scope: judged.scope,
    grantId: judged.grantId,
    grantSince: judged.grantSince ?? Number.NEGATIVE_INFINITY,
    scopeWhy: judged.scopeWhy,
    outside: judged.outside ?? '',
    via: judged.via ?? '',
    governed: judged.governed,
    granted: inputs.granted,
    compromised: inputs.compromised,
    charter: inputs.charter(body, classified.class),
    used,
    failed,
    session: session.key,
    sessionFrom: session.from,
    peers: priors.view(agent.group),
    fleet: priors.view(FLEET),
    earlier,
  };
}

/** Whether arguments that came behind their call put it in another scope than it had without them. */
export function isRejudged({ event: { body }, at, scope }: Seen, piece: News, inputs: Inputs): boolean {
  if ((piece & (CALL | ARGUMENTS)) !== ARGUMENTS) return false;
  const { args: _, ...rest } = body;
  const unasked: CanonicalEvent = { ...rest, args_state: 'absent' };
  return inputs.scope(unasked, inputs.classify(unasked).class, at).scope !== scope;
}
