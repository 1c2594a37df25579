import { type Address, parseAddress } from './address.ts';
import { BETWEEN, canonical, canonicalPath, codeUnits, plainForms, ROUNDS, WITHIN } from './canonical.ts';
import { type Mailbox, mailboxesWithin } from './mail.ts';
import { fold, visible } from './pattern.ts';

/** What stands between words, a colon before a further path among it: `/tmp:/etc`. */
const WORDS = new RegExp(`[${BETWEEN}]+|(?<=[^\\s:]{2})(?<!\\b(?:https?|wss?|ftp|file)):(?=[/~](?!\\/))`, 'i');
/** What a shell puts in place of a command, or of braces within a path: parted into words it would read as none. */
const MADE = /\$\(|`|[/\w.-]\{[^{}\s]*,|,[^{},\s]*\}[/\w.-]/;
const MAX_WORDS = 256;
const MAX_LENGTH = 16_384;

/**
 * All that a value may name, for rules that forbid: a constraint of theirs bites where any reading of it fits. In lower
 * case, bounded, and worked out as it is asked for.
 */
export class Readings {
  private readonly opened: string;
  private readonly seen: string;
  private readonly cut: boolean;
  private readonly words: readonly string[];
  private readonly known: Partial<Record<'paths' | 'behind', readonly string[]> & { addresses: Address[] }> = {};

  constructor(raw: string) {
    this.cut = raw.length > MAX_LENGTH;
    this.opened = undo(this.cut ? raw.slice(0, MAX_LENGTH) : raw);
    this.seen = visible(this.opened).trim().replace(/\s+/g, ' ');
    this.words = this.seen.split(WORDS).filter((word) => word !== '');
  }

  /** The text as a whole, and each word of it. */
  get texts(): readonly string[] {
    return unique(this.few.map(fold));
  }

  /** As paths, resolved; with `*`, `?` or `[` in them where the value has such. */
  get paths(): readonly string[] {
    this.known.paths ??= unique(this.few.filter((word) => /[/\\*?[~:]/.test(word)).flatMap(pathsWithin));
    return this.known.paths;
  }

  /** Where it names a place on a host: what stands behind the host, `acme/site` of `git@github.com:acme/site`. */
  get behind(): readonly string[] {
    this.known.behind ??= unique(this.few.filter((word) => /[/\\]/.test(word)).flatMap(behindHost));
    return this.known.behind;
  }

  get addresses(): readonly Address[] {
    this.known.addresses ??= this.few.filter((word) => /[.:\u3002\d]|localhost/i.test(word)).flatMap(addressesWithin);
    return this.known.addresses;
  }

  get mailboxes(): readonly Mailbox[] {
    return this.opened.includes('@') ? mailboxesWithin(fold(this.seen)) : [];
  }

  /** False where some of it has no one meaning: variables, encodings that do not decode, characters that cannot be seen. */
  get sure(): boolean {
    const { cut, words, opened } = this;
    const hides = visible(opened).length !== opened.length;
    return (
      !cut &&
      !hides &&
      !MADE.test(opened) &&
      words.length <= MAX_WORDS &&
      words.every((word) => canonical(word) !== null)
    );
  }

  private get few(): readonly string[] {
    return [this.seen, ...this.words.slice(0, MAX_WORDS)];
  }
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Encodings undone as a careless reader would, overlong forms included. */
function undo(raw: string): string {
  let text = plainForms(raw);
  for (let round = 0; round < ROUNDS && /%[0-9a-fu]/i.test(text); round++)
    text = plainForms(
      codeUnits(
        text.replace(/%c([01])%([89ab][0-9a-f])/gi, (_, high: string, low: string) =>
          String.fromCharCode((Number.parseInt(high, 16) << 6) | (Number.parseInt(low, 16) & 63)),
        ),
      ).replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
        try {
          return decodeURIComponent(bytes);
        } catch {
          return bytes;
        }
      }),
    );
  return text;
}

const plain = (word: string): string => fold(word.replaceAll('\\', '/'));

/** An address in a word, alone or behind another scheme: `view-source:http://x`. */
const INNER = new RegExp(`(?:^|[:@=])(${WITHIN}.*)$`);
const innerAddress = (text: string): string | undefined => INNER.exec(text)?.[1];
/** `git@github.com:acme/site`. */
const SECURE_COPY = /^(?:[^/@]*@)?((?=[^/@:]+\.[^/@:])[^/@:]+|localhost|\[[^\]]*\]):(?!\d+(?:\/|$))([^:]+)$/;
/** `github.com/acme/site`. */
const HOST_FIRST = /^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?\/(.+)$/;

const withoutQuery = (path: string): string => path.replace(/[?#].*$/s, '');
const pathIn = (address: Address): string => resolve(undo(address.path).toLowerCase());

function pathsWithin(word: string): string[] {
  const text = plain(word);
  const inner = innerAddress(text);
  const address = inner === undefined ? null : parseAddress(inner);
  if (address === null) return pathsOf(text);
  const path = pathIn(address);
  return [...pathsOf(withoutQuery(path)), path];
}

function behindHost(word: string): string[] {
  const text = plain(word);
  const inner = innerAddress(text);
  const address = inner === undefined ? null : parseAddress(inner);
  if (address !== null) return [withoutQuery(pathIn(address)).replace(/^\//, '')];
  const rest = SECURE_COPY.exec(text)?.[2] ?? HOST_FIRST.exec(text)?.[1];
  return rest === undefined ? [] : [resolve(rest).replace(/^\//, '')];
}

function addressesWithin(word: string): Address[] {
  const text = plain(word);
  const inner = innerAddress(text);
  const [, host, rest] = SECURE_COPY.exec(text) ?? [];
  const found = inner !== undefined ? parseAddress(inner) : bare(host === undefined ? text : `${host}/${rest}`);
  if (found === null) return [];
  const path = pathIn(found);
  return [
    { ...found, path },
    { ...found, path: withoutQuery(path) },
  ];
}

/** A host without a scheme, and IPv6 without brackets. */
function bare(word: string): Address | null {
  const text = word.replace(/^\/\//, '');
  if (text === '' || text.startsWith('/') || /\s/.test(text)) return null;
  return parseAddress(`http://${/^[0-9a-f.]*(?::[0-9a-f.]*){2,}$/.test(text) ? `[${text}]` : text}`);
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
