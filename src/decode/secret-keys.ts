import { remembered } from '../../schemas/remember.ts';
import { PASSWORD_WORDS } from '../password-words.ts';
import { decodedText } from './entropy.ts';

/**
 * Whether a key's name says that its value is secret. A name is cut into words (`apiKey`, `API-KEY` and `api_key` are
 * the same two) and judged by how it ends, so that `max_tokens`, `token_count` and `secret_name` are left alone.
 */
const LAST_WORD = new Map<string, string>([
  ...PASSWORD_WORDS.map((word) => [word, 'password'] as const),
  ...Object.entries({
    password: 'password',
    passwd: 'password',
    passwords: 'password',
    pwd: 'password',
    pw: 'password',
    passe: 'password',
    pass: 'password',
    passphrase: 'password',
    passcode: 'password',
    secret: 'secret',
    secrets: 'secret',
    psk: 'secret',
    token: 'token',
    jwt: 'token',
    bearer: 'token',
    credential: 'credential',
    credentials: 'credential',
    creds: 'credential',
    authorization: 'authorization',
    cookie: 'cookie',
    cookies: 'cookie',
    apikey: 'api_key',
    apikeys: 'api_key',
    otp: 'otp',
    totp: 'otp',
    cvv: 'cvv',
    cvc: 'cvv',
    pin: 'pin',
    dsn: 'dsn',
    mnemonic: 'secret',
  }),
]);
const LAST_TWO = new Map(
  'api key,api keys,access key,private key,secret key,signing key,encryption key,account key,auth key,master key,service key,session key,ssh key,shared key,preshared key,connection string,webhook url,sas url,card number,security code,recovery code,backup codes,client assertion,auth header,secret string,secret binary,basic auth,seed phrase,recovery phrase,pass phrase,mfa code,verification code'
    .split(',')
    .map((words) => [words, words.replace(' ', '_')]),
);
/** What may stand behind the word that counts: `secret_value`, `password_confirmation`, `private_key_pem`. */
const TAIL = new Set(['value', 'confirmation', 'confirm', 'pem', 'base64', 'b64', 'plain', 'plaintext']);
/** Tokens that are places in a list, not keys to a door. */
const HARMLESS =
  /(?:page|next|continuation|continue|sync|cursor|start|resume|progress|cancellation|previous|design|public) token$/;

const MAX_DECIDED = 5_000;
/** No longer name says what stands under it. */
const MAX_KEY = 128;

/** Kind of the secret that stands under this key, or null. */
export function secretKeyKind(key: string, extra: ReadonlySet<string>): string | null {
  if (extra.size > 0 && extra.has(key.toLowerCase())) return 'custom';
  return key.length > MAX_KEY ? null : decided(key);
}

const wordsOf = (key: string): string[] =>
  key
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const decided = remembered(decide, MAX_DECIDED, MAX_KEY);

function decide(key: string): string | null {
  const words = wordsOf(key);
  while (words.length > 1 && (TAIL.has(words.at(-1)!) || /^\d+$/.test(words.at(-1)!))) words.pop();
  const last = (words.pop() ?? '').replace(/\d+$/, '');
  words.push(last);
  const name = words.join(' ');
  if (HARMLESS.test(name)) return null;
  return LAST_WORD.get(last) ?? LAST_TWO.get(words.slice(-2).join(' ')) ?? (words.length === 1 ? joined(last) : null);
}

/** Names written in one: `accesstoken`, `dbpassword`, `clientsecret`, `secretaccesskey`. */
function joined(word: string): string | null {
  const end =
    /(?:^(?:access|auth|refresh|id|identity|registry|session|bearer|api|csrf|xsrf)token|password|passwort|kennwort|^(?:db|user)pass|clientsecret|accesskey|authkey|privatekey|secretkey|apikey)$/.exec(
      word,
    );
  if (end === null) return null;
  if (end[0].endsWith('token')) return 'token';
  return /^(?:passwor|kennwort)/.test(end[0]) ? 'password' : 'secret';
}

/** `name:password`. */
const LOGIN = /^[^\s:]{1,255}:\S/;
/** Docker's key of it, npm's and Yarn's. */
const OF_REGISTRY = new Set(['auth', '_auth', 'npmAuthIdent']);
const HEX = /^[0-9a-f]{32,128}$/i;
const HINTS =
  /\b(?:auth|bearer|csrf|secret|token|credential|apikey|(?:api|app|application|auth|bot|deploy|hmac|license|webhook) key)s?\b/;
const PASSWORD = /\bpass(?:word|wd)\b/;
/** What else stands under such names: the name or the digest of a secret, or which one it is. */
const ABOUT =
  /\b(?:arn|checksum|commit|count|digest|etag|fingerprint|hash|ids?|md5|name|path|public|ref|revision|sha\d*|type|ur[il]|version)\b/;

/**
 * A name that only hints at a secret (`github_token_ci`) says enough of what looks like a key and nothing else: 32 hex
 * digits and more. By their shape alone they are as well a commit or a digest. A registry's name and password
 * stand together in base64.
 */
export function hintedKind(key: string, value: unknown): string | null {
  if (typeof value !== 'string' || key.length > MAX_KEY) return null;
  if (OF_REGISTRY.has(key) && LOGIN.test(decodedText(value) ?? '')) return 'basic_auth';
  if (!HEX.test(value)) return null;
  const name = wordsOf(key).join(' ');
  if (PASSWORD.test(name)) return 'password';
  return HINTS.test(name) && !ABOUT.test(name) && !HARMLESS.test(name) ? 'hex' : null;
}
