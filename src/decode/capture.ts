import type { CanonicalEvent } from '../../schemas/event.ts';
import { globMatches } from '../glob.ts';

/** What is kept of a call's content: all of it (redacted), its shape, or nothing. */
export interface Capture {
  args: 'full' | 'keys' | 'none';
  result: 'full' | 'keys' | 'none';
}
export interface CaptureRule extends Capture {
  /** Pattern of server ids. */
  server: string;
}

const DEFAULT: Capture = { args: 'full', result: 'none' };

export function createCapture(rules: readonly CaptureRule[]): (server: string) => Capture {
  return (server) => rules.find((rule) => globMatches(rule.server, server)) ?? DEFAULT;
}

/** Leaves of arguments and result, redacted, what is to be kept. */
export function keepContent(body: CanonicalEvent, result: unknown, keep: Capture): void {
  if (keep.args !== 'full') keepArgs(body, keep.args);
  if (keep.result !== 'none' && result !== undefined)
    body.result = keep.result === 'keys' ? keysOnly(result) : cut(result);
}

function keepArgs(body: CanonicalEvent, keep: 'keys' | 'none'): void {
  if (body.args === undefined) return;
  if (keep === 'keys') body.args = keysOnly(body.args) as Record<string, unknown>;
  else delete body.args;
  body.args_state = keep === 'keys' ? 'keys_only' : 'absent';
}

const MAX_RESULT_CHARS = 16 * 1024;

function cut(result: unknown): unknown {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return text.length <= MAX_RESULT_CHARS ? result : text.slice(0, MAX_RESULT_CHARS);
}

/** The shape without the values: keys stay, values become null. */
function keysOnly(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [keysOnly(value[0])];
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOnly(inner)]));
}
