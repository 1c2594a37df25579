import type { Effect, OutcomeStatus } from '../../event.ts';
import type { NativeDraft } from '../gateway.ts';
import { integer, isObject, object, text } from './values.ts';

export interface Outcome {
  status: OutcomeStatus;
  code?: unknown;
  reason?: unknown;
  http_status?: unknown;
  /** That it was refused is told by words or a code alone, which may be the server's as well as the gateway's. */
  hearsay?: boolean;
}

/**
 * An outcome with the decision that goes with it. Whoever runs the server writes what it answers, and has what was sent to
 * it: a call that was refused by hearsay is told as one of which nobody knows who let it through.
 */
export function told(
  { hearsay, ...outcome }: Outcome,
  decision?: { effect?: Effect | undefined; policy?: unknown },
): Pick<NativeDraft, 'outcome' | 'decision'> {
  const unknown = hearsay === true && outcome.status === 'denied' && decision?.effect === undefined;
  return { outcome, decision: unknown ? { ...decision, effect: 'unknown' } : decision };
}

export function httpStatus(status: unknown): OutcomeStatus {
  const code = integer(status);
  if (code === undefined || code <= 0) return 'unknown';
  if (code < 400) return 'ok';
  if (code === 401 || code === 403 || code === 407) return 'denied';
  return code === 408 || code === 504 ? 'timeout' : 'transport_error';
}

/** What a JSON-RPC answer says of itself: `{ error }`, or `{ result }` whose isError tells a failed tool. */
export function rpcOutcome(answer: unknown): Outcome | undefined {
  if (!isObject(answer)) return undefined;
  if (isObject(answer.error)) {
    const { code, message } = answer.error;
    return { ...rpcError(message, code), code, reason: message };
  }
  if (!('result' in answer)) return undefined;
  // The server asks back, or will tell the end by a task: the call goes on in other requests, and how it went is not known yet.
  const { resultType = 'complete', task } = object(answer.result);
  const goesOn = text(object(task).taskId) === undefined ? text(resultType) : 'task';
  if (goesOn === 'input_required' || goesOn === 'task') return { status: 'unknown', reason: goesOn };
  return { status: isObject(answer.result) && answer.result.isError === true ? 'tool_error' : 'ok' };
}

/**
 * Servers and gateways that hide what a caller may not see say that there is no such thing, with the code for wrong
 * parameters; those that do not hide it say so. Who asks for what is not there is told as who asks for what is kept from him.
 */
export function rpcError(message: unknown, code?: unknown): Outcome {
  const words = text(message) ?? '';
  const hidden = text(code) === '-32602' && HIDDEN.test(words);
  if (hidden || DENIAL.test(words)) return { status: 'denied', hearsay: true };
  return { status: LATE.test(words) ? 'timeout' : 'protocol_error' };
}

/** `Unknown tool: x`; `tool "x" not found`, as vMCP and SDKs say it. Prompts and resources that are not found are an everyday thing. */
const HIDDEN = /\bunknown (?:tool|prompt|resource)\b|\btool:? (?:["'`]?[^\s"'`]{1,200}["'`]? )?not found\b/i;

/** As SDKs and gateways say that nobody answered. */
const LATE = /\b(?:timed out|deadline exceeded|(?:request|gateway|upstream|connection|read) time-?out)\b/i;

export const DENIAL =
  /\b(?:access (?:denied|forbidden)|tool execution denied|forbidden|unauthori[sz]ed|not (?:authori[sz]ed|permitted|allowed)|permission denied|insufficient[_ ]scope|invalid bearer token)\b/i;
