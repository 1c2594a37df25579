import { noveltyOf } from '../argument-novelty.ts';
import type { Seen } from '../detector.ts';
import { carriesOut } from './sources.ts';

/** Characters behind the host from which on an address holds more than where it leads. */
const LONG = 160;
/** So many characters without a word's end are no name: they are what something was packed into, but for a digest. */
const PACKED = /[a-z\d+=]{48,}/gi;
const DIGEST = /^(?:[\da-f]{56}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$/i;
const ADDRESS = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+(\S*)$/i;

/**
 * A read of an address that no result brought, at a domain that is new to the agent, which holds much beside where it
 * leads: it is long, or something in it is packed, or as random as a secret.
 */
export function carriesLoad(seen: Seen): boolean {
  if (!carriesOut(seen) || !Object.values(seen.event.body.args ?? {}).some(isLoaded)) return false;
  const values = noveltyOf(seen)?.values ?? [];
  return (
    values.some(({ fact, fresh }) => fact.kind === 'domain' && fresh) &&
    values.some(({ fact: { kind }, origin, again }) => (kind === 'url' || kind === 'text') && origin === null && !again)
  );
}

function isLoaded(value: unknown): boolean {
  const load = typeof value === 'string' ? (ADDRESS.exec(value)?.[1] ?? '') : '';
  return load.length >= LONG || load.includes('[redacted:') || isPacked(load);
}

const isPacked = (load: string): boolean => (load.match(PACKED) ?? []).some((run) => !DIGEST.test(run));
