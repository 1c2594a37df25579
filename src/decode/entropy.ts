/**
 * Whether a long token looks like a random secret and not like a name, a path, a digest, a UUID or encoded text.
 *
 * The rule: at least 24 characters of base64, base64url or hex alphabet, which
 * - hold lower case, upper case and digits, at least two of each (so hex digests, UUIDs and plain words are none);
 * - change between these classes in at least 40 % of neighbouring pairs (random base62 does in 62 %);
 * - have less than 42 % of their characters in runs of four and more lower-case letters (random base62 has 9 %,
 *   identifiers, paths and addresses 45 % and more: they are made of words);
 * - have a Shannon entropy of at least 3.75 bits a character (random: 4.2 and more at this length);
 * - and do not decode from base64 to plain text.
 */
export function looksRandom(token: string): boolean {
  const classes = [0, 0, 0, 0];
  let changes = 0;
  let before = -1;
  let run = 0;
  let inWords = 0;
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    const kind = classOf(code);
    classes[kind]!++;
    if (before !== -1 && kind !== before) changes++;
    before = kind;
    run = kind === LOWER ? run + 1 : 0;
    if (run >= 4) inWords += run === 4 ? 4 : 1;
  }
  if (classes[0]! < 2 || classes[1]! < 2 || classes[2]! < 2) return false;
  if (changes < 0.4 * (token.length - 1) || inWords >= 0.42 * token.length) return false;
  return entropyBits(token) >= 3.75 && decodedText(token) === null;
}

/** How Azure DevOps wrote its tokens, with nothing beside them that tells: lower-case base32, in which a word has no digits. */
export const isBase32Token = (token: string): boolean =>
  token.length === 52 && /^(?=(?:[a-z]*[2-7]){4})[a-z2-7]{52}$/.test(token);

const LOWER = 0;
const UPPER = 1;
const DIGIT = 2;
const OTHER = 3;

function classOf(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code >= 48 && code <= 57) return DIGIT;
  return OTHER;
}

function entropyBits(token: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
}

/** The text that base64 stands for, or null where it stands for none. */
export function decodedText(token: string): string | null {
  if (token.length > 4096) return null;
  const bytes = Buffer.from(token, 'base64');
  let printable = 0;
  for (const byte of bytes) if ((byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9) printable++;
  return bytes.length > 0 && printable >= 0.95 * bytes.length ? bytes.toString('latin1') : null;
}
