import { classRank } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { emptyRecent, peek, type Recent, use } from '../stats/recent.ts';

/** Domains of those for whom an agent acts: of a company's people they are one. Absent before the first. */
export interface Houses {
  domains?: Recent<0>;
}

const MOST = 16;
const LONGEST = 80;
const SECRET = classRank('secret');

/** The domain of a principal's address, whether it is the name or stands beside it; '' where none is told. */
export function domainOf({ user }: CanonicalEvent, principal: string): string {
  const address = user?.email ?? principal;
  const at = address.lastIndexOf('@');
  return at < 1 ? '' : address.slice(at + 1, at + 1 + LONGEST).toLowerCase();
}

/** Somebody of the same house as those it knows, who is given no secret and no right: a colleague, whom the gateway let in. */
export const isOfHouse = ({ domains }: Houses, domain: string, { class: name }: Seen): boolean =>
  domain !== '' && domains !== undefined && peek(domains, domain) !== undefined && classRank(name) < SECRET;

export function noteHouse(state: Houses, domain: string): void {
  if (domain === '') return;
  state.domains ??= emptyRecent();
  use(state.domains, domain, MOST);
}
