import { globMatches } from './glob.ts';

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
