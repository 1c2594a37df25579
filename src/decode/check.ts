import { eventSchema, type ParsedEvent, type RejectReason } from '../../schemas/event.ts';
import type { Gateway, NativeDraft } from '../../schemas/gateways/gateway.ts';
import { tidy } from './draft.ts';

/** A part of a record that cannot become an event, for one reason of the closed list. */
export class RejectError extends Error {
  override name = 'RejectError';
  readonly reason: RejectReason;
  constructor(reason: RejectReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** zod's answer; a native event is tidied only where it does not pass as it is. */
export function check(draft: NativeDraft, gateway: Gateway): ParsedEvent {
  let answer = parse(gateway.name === 'native' ? draft : told(draft, gateway));
  if (answer?.success !== true && gateway.name === 'native') answer = parse(tidy(draft));
  if (answer?.success) return answer.data;
  if (draft.pair !== undefined && draft.method === undefined)
    throw new RejectError(
      'invalid_event',
      'method: an answer without its request, which came over ten minutes before, before a restart, or not at all',
    );
  if (answer === undefined)
    throw new RejectError('invalid_event', 'an object with a length of its own stands for a text');
  const issue = answer.error.issues[0]!;
  const path = issue.path.join('.');
  throw new RejectError(path === 'occurred_at' ? 'bad_time' : 'invalid_event', `${path}: ${issue.message}`);
}

/** Who told it is known before it is checked: not every gateway names all that it tells of. */
function told(draft: NativeDraft, { name }: Gateway): Record<string, unknown> {
  const event = tidy(draft);
  event.source = { kind: name, ...(event.source as object | undefined) };
  return event;
}

/** zod compares the length of whatever stands where a text or a list belongs, and trips over one that is no number. */
function parse(draft: unknown): ReturnType<typeof eventSchema.safeParse> | undefined {
  try {
    return eventSchema.safeParse(draft);
  } catch {
    return undefined;
  }
}

/** Names that rows and states are found by again: half a surrogate pair would come back from the store as another. */
export function wellFormed(event: ParsedEvent): void {
  if (event.session_id !== undefined) event.session_id = event.session_id.toWellFormed();
  for (const named of [event.agent, event.server, event.target ?? {}] as Record<string, string | undefined>[])
    for (const key in named) if (named[key]?.isWellFormed() === false) named[key] = named[key].toWellFormed();
}
