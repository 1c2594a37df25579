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
  return !domain.includes('.') || isAnybodys(domain) ? '' : registered(domain);
}

/** A host of the domain of the one for whom the agent acts: at home. A server's own address proves nothing. */
export function isAtHome(host: string, body: CanonicalEvent): boolean {
  const own = houseOf(body);
  return own !== '' && (host === own || host.endsWith(`.${own}`));
}

/** Providers at whom anybody has an address, whatever the country their names end with. */
const PROVIDERS = new Set(
  'gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud aol proton protonmail tutanota tuta gmx yandex zohomail fastmail hushmail qq 163 126 139 foxmail naver hanmail rediffmail btinternet bigpond sbcglobal bellsouth t-online laposte wanadoo'.split(
    ' ',
  ),
);
/** Those whose names are somebody else's elsewhere. */
const BY_NAME = new Set(
  'me.com mac.com mail.com email.com hey.com zoho.com usa.com inbox.com duck.com rogers.com sina.com pm.me comcast.net verizon.net att.net cox.net charter.net earthlink.net ukr.net daum.net mail.ru inbox.ru list.ru bk.ru ya.ru web.de posteo.de arcor.de freenet.de mailbox.org orange.fr free.fr sfr.fr neuf.fr libero.it virgilio.it tiscali.it wp.pl o2.pl interia.pl onet.pl seznam.cz bluewin.ch shaw.ca uol.com.br bol.com.br terra.com.br'.split(
    ' ',
  ),
);

/** Whether anybody may have an address at it. */
export function isAnybodys(domain: string): boolean {
  const own = registered(domain);
  return PROVIDERS.has(own.slice(0, own.indexOf('.'))) || BY_NAME.has(own);
}
