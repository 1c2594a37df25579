import { type Address, parseAddress } from './address.ts';
import { canonical, canonicalPath } from './canonical.ts';
import { type Mailbox, mailboxesWithin } from './mail.ts';
import { fold, visible } from './pattern.ts';

/**
 * All that a value may name, for rules that forbid: a constraint of theirs bites where any reading of it fits. In lower
 * case, and bounded.
 */
export interface Readings {
  /** The text as a whole, and each word of it. */
  texts: readonly string[];
  /** As paths, resolved; with `*`, `?` or `[` in them where the value has such. */
  paths: readonly string[];
  /** Where it names a place on a host: what stands behind the host, `acme/site` of `git@github.com:acme/site`. */
  behind: readonly string[];
  addresses: readonly Address[];
  mailboxes: readonly Mailbox[];
  /** False where some of it has no one meaning: variables, encodings that do not decode, characters that cannot be seen. */
  sure: boolean;
}

/** What stands between words, a colon before a further path among it: `/tmp:/etc`. */
const WORDS = /[\s,;|<>"'`()[\]{}=&\u3001]+|(?<=[^\s:]{2})(?<!\b(?:https?|wss?|ftp|file)):(?=[/~](?!\/))/i;
const MAX_WORDS = 256;
const ROUNDS = 4;

export function readingsOf(raw: string): Readings {
  const opened = undo(raw);
  const seen = visible(opened).trim();
  const whole = fold(seen.replace(/\s+/g, ' '));
  const words = seen.split(WORDS).filter((word) => word !== '');
  const few = [...new Set([seen.replace(/\s+/g, ' '), ...words.slice(0, MAX_WORDS)])];
  const places = few.map(placeOf);
  return {
    texts: [...new Set([whole, ...few.map(fold)])],
    paths: unique(places.flatMap((place) => place.paths)),
    behind: unique(places.flatMap((place) => place.behind)),
    addresses: places.flatMap((place) => place.addresses),
    mailboxes: opened.includes('@') ? mailboxesWithin(fold(seen)) : [],
    sure:
      words.length <= MAX_WORDS &&
      seen.length === opened.replace(/^\s+|\s+$/g, '').length &&
      words.every((word) => canonical(word) !== null),
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Encodings undone as a careless reader would, overlong forms included. */
function undo(raw: string): string {
  let text = raw.normalize('NFKC').replace(/[\u2044\u2215\u29f8\u2216]/g, '/');
  for (let round = 0; round < ROUNDS && /%[0-9a-fu]/i.test(text); round++)
    text = text
      .replace(/%c([01])%([89ab][0-9a-f])/gi, (_, high: string, low: string) =>
        String.fromCharCode((Number.parseInt(high, 16) << 6) | (Number.parseInt(low, 16) & 63)),
      )
      .replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
        try {
          return decodeURIComponent(bytes);
        } catch {
          return bytes;
        }
      })
      .normalize('NFKC');
  return text;
}

interface Place {
  paths: string[];
  behind: string[];
  addresses: Address[];
}

/** What one word names, if it is a path or an address. */
function placeOf(word: string): Place {
  const text = fold(word.replaceAll('\\', '/'));
  const inner = /(?:^|[:@=])((?:[a-z][a-z0-9+.-]*:\/\/|(?:https?|wss?|ftp|file):(?=[^\s:])).*)$/.exec(text)?.[1];
  if (inner !== undefined) return ofAddress(parseAddress(inner), text);
  const [, host, rest] =
    /^(?:[^/@]*@)?([^/@:]+\.[^/@:]+|localhost|\[[^\]]*\]):(?!\d+(?:\/|$))([^:]+)$/.exec(text) ?? [];
  if (host !== undefined && rest !== undefined) {
    const path = resolve(rest);
    return { paths: pathsOf(text), behind: [path.replace(/^\//, '')], addresses: bare(`${host}/${rest}`) };
  }
  return { paths: pathsOf(text), behind: behindHost(text), addresses: bare(text.replace(/^\/\//, '')) };
}

function ofAddress(address: Address | null, text: string): Place {
  if (address === null) return { paths: pathsOf(text), behind: [], addresses: [] };
  const path = resolve(undo(address.path).toLowerCase());
  return {
    paths: [...pathsOf(path.replace(/[?#].*$/, '')), path],
    behind: [path.replace(/^\//, '').replace(/[?#].*$/, '')],
    addresses: [
      { ...address, path },
      { ...address, path: path.replace(/[?#].*$/, '') },
    ],
  };
}

/** `github.com/acme/site`: the first part of it is a host. */
const behindHost = (text: string): string[] => {
  const rest = /^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?\/(.+)$/.exec(text)?.[1];
  return rest === undefined ? [] : [resolve(rest)];
};

/** A host without a scheme, and IPv6 without brackets. */
function bare(text: string): Address[] {
  if (text === '' || text.startsWith('/') || /\s/.test(text)) return [];
  const host = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/.test(text) ? `[${text}]` : text;
  const found = parseAddress(`http://${host}`);
  return found === null ? [] : ofAddress(found, text).addresses;
}

const resolve = (path: string): string => canonicalPath(path) ?? path;

/** A path under all names that systems have for it. */
function pathsOf(text: string): string[] {
  const word = text.replace(/^(?:@|-\w)(?=[/~.])/, '');
  const unix = resolve(word);
  const found = [resolve(text), unix];
  // From where it climbs is not said: at last it comes to the root.
  if (/^(?:~[^/]*\/)?(?:.*\/)?\.\.\//.test(word)) found.push(resolve(`/${unix.replace(/^(?:~[^/]*\/|\.\.\/)+/, '')}`));
  found.push(unix.replace(/^\/(?:private|system\/volumes\/data)(?=\/)/, ''));
  // Windows: a drive under its longer names, and dots, blanks and streams at the end of a name that say nothing.
  const drive = unix
    .replace(/^\/(?:[?.]\/)?(?=[a-z]:)/, '')
    .replace(/^\/(?:mnt\/|cygdrive\/)?([a-z])\//, '$1:/')
    .replace(/^([a-z]):(?!\/)/, '$1:/');
  found.push(drive, drive.replace(/(?<=[^./ ])(?:[. ]+|::?\$\w*)(?=\/|$)/g, ''));
  return found;
}
