import type { CanonicalEvent } from '../../schemas/event.ts';

/** Second levels under which companies have theirs: `acme.co.uk`. */
const PUBLIC = /^(?:co|com|org|net|ac|gov|edu|or|ne)$/;

/** What somebody registered of a name: its last two words, or three. */
export function registered(name: string): string {
  const words = name.split('.');
  return words.slice(PUBLIC.test(words.at(-2) ?? '') && words.at(-1)!.length === 2 ? -3 : -2).join('.');
}

/** The registered domain of the one for whom the agent acts, by their address; '' where it is anybody's or not told. */
export function houseOf({ user }: CanonicalEvent): string {
  const address = user?.email ?? user?.id ?? '';
  const domain = address.includes('@') ? address.slice(address.lastIndexOf('@') + 1).toLowerCase() : '';
  return !domain.includes('.') || OF_MANY.test(domain) ? '' : registered(domain);
}

/** A host of the domain of the one for whom the agent acts: at home. A server's own address proves nothing. */
export function isAtHome(host: string, body: CanonicalEvent): boolean {
  const own = houseOf(body);
  return own !== '' && (host === own || host.endsWith(`.${own}`));
}

/** Whether anybody may have an address at it. */
export const isAnybodys = (domain: string): boolean => OF_MANY.test(domain);
const OF_MANY =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|aol|proton|protonmail|gmx|web|zoho|mail|yandex|qq|163|fastmail)\./;
