import { urlOf } from '../../schemas/url.ts';
import { globMatches } from '../glob.ts';
import { networkHost, plainHost } from './address.ts';

/** One address of mail, in lower case. */
export interface Mailbox {
  local: string;
  domain: string;
}

/** Of several, between commas or semicolons, quoted names left whole. */
const ITEM = /(?:"[^"]*"|[^,;"])+/g;
/** `bob@x.example`, `Bob <bob@x.example>`, `"Smith, Bob" <bob@x.example>`, `bob@x.example (Bob)`. */
const MAILBOX = /^(?:(?:"[^"<>]*"\s*|[^"<>@]*)<([^<>\s"]+)>|([^<>\s"()]+)(?:\s+\([^()@]*\))?)$/;
const PLAIN_LOCAL = /^[\p{L}\p{N}._+'~=:*?-]+$/u;

/**
 * Every mailbox that a text names, if it is a list of such and nothing else: null where a word in it is none, since
 * that may be an alias, or a route (`eve%evil.example@x.example`, `evil.example!eve@x.example`).
 */
export function mailboxes(text: string): Mailbox[] | null {
  const items = (text.match(ITEM) ?? []).map((item) => item.trim()).filter((item) => item !== '');
  const found = items.map((item) => {
    const [, named, bare] = MAILBOX.exec(item) ?? [];
    return mailbox((named ?? bare ?? '').replace(/^mailto:/i, ''));
  });
  return found.length === 0 || found.includes(null) || (text.split('"').length & 1) === 0 ? null : (found as Mailbox[]);
}

function mailbox(text: string): Mailbox | null {
  const [local = '', domain = '', ...more] = text.split('@');
  const known = domainOf(domain);
  return more.length > 0 || !PLAIN_LOCAL.test(local) || known === null
    ? null
    : { local: local.toLowerCase(), domain: known };
}

/** Names with other letters than ASCII as the network knows them; a dot at the end says nothing. */
function domainOf(text: string): string | null {
  if (/^[\w.*-]+$/.test(text)) return plainHost(text);
  const url = /[\s/\\?#@,;|:]/.test(text) ? null : urlOf(`http://${text}`);
  return url === null ? null : plainHost(url.hostname);
}

const LOOSE = /(?<![^\s,;|<>&=?@])([^\s,;|<>&=?@]+)@([^\s,;|<>&=?@]+)/g;

/** Every mailbox that mail to this text could reach: comments and quotes undone, tags after a plus left out, routes followed. */
export function mailboxesWithin(text: string): Mailbox[] {
  const plain = text.replace(/\([^()]{0,200}\)/g, '').replace(/["'`]/g, '');
  const found: Mailbox[] = [];
  const add = (local: string, domain: string): void => {
    const known = domainOf(domain);
    if (known === null) return;
    found.push({ local, domain: known });
    if (local.includes('+')) found.push({ local: local.replace(/\+.*$/, ''), domain: known });
  };
  for (const [, name = '', domain = ''] of plain.toLowerCase().matchAll(LOOSE)) {
    const local = name.replace(/^mailto:/, '');
    add(local, domain);
    const [, percent, relay] = /^(.+)%(.+)$/.exec(local) ?? [];
    if (percent !== undefined && relay !== undefined) add(percent, relay);
    const [, bang, route] = /^(.+)!(.+)$/.exec(local) ?? [];
    if (bang !== undefined && route !== undefined) add(route, bang);
  }
  return found;
}

/** Without a name before it, every name of the domain. `*` never reaches over the @: `*@acme.example` is any name there, never `x@evil.example@acme.example`. */
export function mailMatch(pattern: string): (box: Mailbox) => boolean {
  const at = pattern.lastIndexOf('@');
  const local = at <= 0 ? '*' : pattern.slice(0, at).toLowerCase();
  const domain = networkHost(pattern.slice(at + 1));
  return (box) => globMatches(local, box.local) && globMatches(domain, box.domain);
}
