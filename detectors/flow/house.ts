import { classRank } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { emptyRecent, peek, type Recent, use } from '../stats/recent.ts';

/**
 * Domains of those for whom an agent acts, or the directories that vouch for them: of a company's people they are one.
 * Absent before the first.
 */
export interface Houses {
  domains?: Recent<0>;
}

const MOST = 16;
const LONGEST = 80;
const SECRET = classRank('secret');

/** Where anybody may get a name: `github|1234` says nothing of whose people it is. */
const PUBLIC =
  /^(?:google(?:-oauth2)?|github|gitlab|facebook|apple|twitter|linkedin|windowslive|auth0|email|sms|oauth2|saml)$/;

/**
 * The domain of a principal's address, whether it is the name or stands beside it, or the directory before the name
 * (`okta|ann`); '' where none is told.
 */
export function domainOf({ user }: CanonicalEvent, principal: string): string {
  const address = user?.email ?? principal;
  const at = address.lastIndexOf('@');
  return at < 1 ? directoryOf(principal) : address.slice(at + 1, at + 1 + LONGEST).toLowerCase();
}

function directoryOf(principal: string): string {
  const name = principal.slice(0, Math.max(0, principal.indexOf('|'))).toLowerCase();
  return name === '' || name.length > LONGEST || PUBLIC.test(name) ? '' : `${name}|`;
}

/** Somebody of the same house as those it knows, who is given no secret and no right: a colleague, whom the gateway let in. */
export const isOfHouse = ({ domains }: Houses, domain: string, { class: name }: Seen): boolean =>
  domain !== '' && domains !== undefined && peek(domains, domain) !== undefined && classRank(name) < SECRET;

export function noteHouse(state: Houses, domain: string): void {
  if (domain === '') return;
  state.domains ??= emptyRecent();
  use(state.domains, domain, MOST);
}
