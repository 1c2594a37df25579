import { addressesIn } from '../../schemas/addresses.ts';
import type { Fact } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { isAnybodys } from '../stats/at-home.ts';
import { leavesOf, textsIn } from '../stats/leaves.ts';

/** To whom a message goes: known by hashes, and by name and domain as they were written. */
export interface Recipient {
  /** Of the address, and of its domain. */
  hash: string;
  domainHash: string;
  name: string;
  domain: string;
}

export interface Recipients {
  mains: Recipient[];
  copies: Recipient[];
  /** None of the others is shown the copies. */
  blind: boolean;
}

const NONE: Recipients = { mains: [], copies: [], blind: false };

/** Part of a path: `cc`, `bcc_emails`, `ccRecipients`. */
const COPY =
  /(?:^|\.)(?:b?cc|blind_?cop(?:y|ies)|carbon_?cop(?:y|ies))(?:_?(?:recipients?|e?mails?|addresses|list|to))?(?:\.|$)/i;
const BLIND = /(?:^|\.)(?:bcc|blind)/i;
/** A header of a message whose name stands in the field beside its value. */
const HEADER = /(?:^|\.)headers?\.(?:value|content)$/i;
const HEADER_NAME = /(?:^|\.)headers?\.(?:name|key)$/i;
/** Whom it is from is no recipient. */
const SENDER = /(?:^|\.)(?:from|sender|reply_?to|return_?path|on_?behalf_?of|author|user)/i;
/** Messages to more, at so many houses, are to a list. */
const MOST = 20;

/**
 * Who is named as a recipient of a call, by whole values: an address within a text is content. Facts say the hashes: of each
 * address its own and its domain's, in the order in which the arguments name them.
 */
export function recipientsOf({ event: { body, facts } }: Seen): Recipients {
  const pairs = pairsIn(facts.args);
  if (pairs.size === 0) return NONE;
  const found: Recipients = { mains: [], copies: [], blind: false };
  let header = '';
  const taken = new Map<string, number>();
  for (const [path, value] of leavesOf(body.args)) {
    if (HEADER_NAME.test(path)) header = String(value);
    const isCopy = COPY.test(path) || (HEADER.test(path) && COPY.test(header));
    for (const address of textsIn(value).flatMap((text) => addressesIn(text.trim()))) {
      const n = taken.get(path) ?? 0;
      taken.set(path, n + 1);
      const pair = pairs.get(path)?.[n];
      if (pair === undefined || SENDER.test(path)) continue;
      const at = address.lastIndexOf('@');
      const domain = address.slice(at + 1).toLowerCase();
      (isCopy ? found.copies : found.mains).push({ ...pair, name: address.slice(0, at), domain });
      if (isCopy && (BLIND.test(path) || BLIND.test(header))) found.blind = true;
    }
  }
  const copied = new Set(found.copies.map(placeOf));
  return found.mains.length > MOST || copied.size > MOST ? NONE : found;
}

/** Where somebody is to be found: the domain, or where anybody has an address at it the address itself; by hash. */
export const placeOf = ({ hash, domain, domainHash }: Recipient): string => (isAnybodys(domain) ? hash : domainHash);

/** Addresses and their domains, which follow them, by field: its path without the marks of lists. */
function pairsIn(facts: readonly Fact[]): Map<string, { hash: string; domainHash: string }[]> {
  const pairs = new Map<string, { hash: string; domainHash: string }[]>();
  for (const [n, { kind, field, hash }] of facts.entries()) {
    const next = facts[n + 1];
    if (kind !== 'email' || next?.kind !== 'domain' || next.field !== field) continue;
    const path = field.replaceAll('[]', '');
    const known = pairs.get(path);
    const pair = { hash, domainHash: next.hash };
    if (known === undefined) pairs.set(path, [pair]);
    else known.push(pair);
  }
  return pairs;
}
