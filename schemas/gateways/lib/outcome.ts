import type { OutcomeStatus } from '../../event.ts';
import { integer, isObject, text } from './values.ts';

export interface Outcome {
  status: OutcomeStatus;
  code?: unknown;
  reason?: unknown;
  http_status?: unknown;
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
  if (isObject(answer.error))
    return { status: rpcError(answer.error.message), code: answer.error.code, reason: answer.error.message };
  if (!('result' in answer)) return undefined;
  return { status: isObject(answer.result) && answer.result.isError === true ? 'tool_error' : 'ok' };
}

/** Servers and gateways that hide what a caller may not see say "unknown"; those that do not, say so. */
export function rpcError(message: unknown): OutcomeStatus {
  return DENIAL.test(text(message) ?? '') ? 'denied' : 'protocol_error';
}

export const DENIAL =
  /\b(?:access (?:denied|forbidden)|forbidden|unauthori[sz]ed|not (?:authori[sz]ed|permitted|allowed)|permission denied|insufficient[_ ]scope|invalid bearer token)\b/i;
