import { addressesIn } from '../../schemas/addresses.ts';
import type { FactKind } from '../../schemas/event.ts';

/**
 * What a token is by its general shape alone. One canonical spelling for the same thing, whatever field or text it
 * stands in: lower case, no scheme, no `www.`, no trailing slash, no `@` before a handle, no spaces in an account.
 * Every pattern is anchored, and none has a repetition inside a repetition: time is linear in the token.
 */
export interface Shaped {
  kind: FactKind;
  canonical: string;
  /** A name inside it that is an entity of its own: the domain of an address or URL; '' where there is none. */
  domain: string;
}

/** Longer than this no token names anything. */
export const MAX_TOKEN = 512;

const EMAIL = /^[\w.+%-]{1,64}@[\w.-]{1,253}\.[a-z]{2,24}$/i;
const URL_HEAD = /^[a-z][a-z\d+.-]{1,20}:\/\//i;
const DOMAIN = /^[a-z\d_][\w-]*(?:\.[\w-]+)*\.[a-z]{2,24}$/i;
const HOST_PORT = /^[a-z\d_][\w.-]{0,252}:\d{1,5}$/i;
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5}|\/\d{1,2})?$/;
const IPV6 = /^(?=[\da-f:]*:[\da-f]*:)[\da-f:]{4,39}$/i;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const ACCOUNT = /^[a-z]{2}\d{2}[a-z\d]{8,30}$/i;
const DIGITS = /^\d+$/;
const NUMBER = /^[-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3})?%?$/i;
const TIME =
  /^(?:\d{4}-\d{1,2}-\d{1,2}(?:[T ].{0,30})?|\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$/i;
const HANDLE = /^@[\w][\w.-]{1,63}$/;
const REPOSITORY = /^[\w-][\w.-]{0,63}\/[\w.-]{1,100}$/;
const PATH = /^(?:~|\.{1,2}|[a-z]:)?[\\/]|^[\w.@ -]+(?:[\\/][\w.@ -]+)+[\\/]?$/i;
/** `file.ext` is a file, `name.tld` a domain: these endings are files in plain English. */
const FILE =
  /\.(?:txt|md|pdf|docx?|xlsx?|pptx?|csv|tsv|json|ya?ml|toml|xml|html?|png|jpe?g|gif|svg|webp|mp[34]|wav|mov|zip|gz|tgz|tar|7z|rar|log|ini|cfg|conf|env|lock|sql|db|sqlite|parquet|pem|key|crt|cer|pub|ssh|[jt]sx?|mjs|cjs|py|rb|go|rs|java|kt|cs|cpp|hpp|php|lua|swift|bash|zsh|bat|ps1|ipynb|exe|dll|bin|iso|apk|jar|war|bak|tmp|css|eml|ics|vcf)$/i;
const ONE_REDACTED = /^\[redacted:[^\]]{1,80}\]$/;

/** The shape of one token (no spaces in it, or one whole short value), or null where it is an ordinary word. */
export function shapeOf(token: string): Shaped | null {
  if (token.length < 2 || token.length > MAX_TOKEN) return null;
  const last = token.charCodeAt(token.length - 1);
  if (token.charCodeAt(0) === 91 && last === 93)
    return ONE_REDACTED.test(token) ? shaped('secret', token.slice(token.lastIndexOf(':') + 1, -1)) : null;
  if (token.includes('@')) {
    if (EMAIL.test(token)) return shaped('email', token, token.slice(token.indexOf('@') + 1));
    if (HANDLE.test(token)) return shaped('handle', token.slice(1));
  }
  const slash = token.includes('/') || token.includes('\\');
  if (slash && URL_HEAD.test(token)) return url(token.slice(token.indexOf('://') + 3));
  const digit = hasDigit(token);
  if (digit) {
    if (IPV4.test(token)) return shaped('ip', token);
    if (UUID.test(token)) return shaped('uuid', token);
    if (TIME.test(token)) return shaped('time', token);
    if (NUMBER.test(token)) return number(token);
    if (ACCOUNT.test(token)) return shaped('iban', token);
    if (token.includes(':')) {
      if (IPV6.test(token)) return shaped('ip', token);
      if (HOST_PORT.test(token)) return shaped('host', token);
    }
  }
  if (slash) return withSlash(token);
  if (token.includes('.')) {
    if (FILE.test(token)) return shaped('path', token);
    if (DOMAIN.test(token)) return { kind: 'domain', canonical: bare(token), domain: '' };
  }
  return digit && last !== 58 && mixed(token) ? shaped('id', token) : null;
}

/** Of a value that is nothing but addresses of mail each. */
export const mailboxesIn = (text: string): Shaped[] => addressesIn(text).flatMap((address) => shapeOf(address) ?? []);

/** Owner/name, a path, or a domain with a path behind it. */
function withSlash(token: string): Shaped | null {
  const first = token.slice(0, token.indexOf('/'));
  if (first !== '' && !FILE.test(first) && DOMAIN.test(first)) return url(token);
  if (REPOSITORY.test(token) && !FILE.test(token)) return shaped('repository', token);
  return PATH.test(token) ? shaped('path', token.length > 1 ? token.replace(/[\\/]$/, '') : token) : null;
}

function url(rest: string): Shaped {
  const hash = rest.indexOf('#');
  const whole = bare(hash < 0 ? rest : rest.slice(0, hash));
  const end = whole.search(/[/?:]/);
  const authority = end < 0 ? whole : whole.slice(0, end);
  const host = bare(authority.slice(authority.lastIndexOf('@') + 1));
  return { kind: 'url', canonical: whole, domain: host };
}

/** Long runs of digits name something; short ones are amounts. */
function number(token: string): Shaped {
  if (token.length >= 8 && DIGITS.test(token)) return shaped('account', token);
  const value = Number(token.replaceAll(',', ''));
  return shaped('number', Number.isFinite(value) ? String(value) : token);
}

/** A domain or URL without what does not tell it apart. */
function bare(name: string): string {
  let low = name.toLowerCase();
  if (low.startsWith('www.')) low = low.slice(4);
  while (low.endsWith('/') || low.endsWith('.')) low = low.slice(0, -1);
  return low;
}

const shaped = (kind: FactKind, text: string, domain = ''): Shaped => ({
  kind,
  canonical: text.toLowerCase(),
  domain: domain === '' ? '' : bare(domain),
});

function hasDigit(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}

/** Letters and digits in one word of four or more characters: an identifier somebody made. */
const mixed = (token: string): boolean => token.length >= 4 && /^[\w#-]+$/.test(token) && /[a-z]/i.test(token);
