import { SECRET_COMMANDS } from './secret-commands.ts';
import { inJson, one, type SecretPattern } from './secret-pattern.ts';

/** Between words of a .netrc: blanks and ends of lines, also as they stand in text within text. */
const SP = String.raw`(?:\s|\\{1,7}[nrt]){1,12}`;
const WORD = String.raw`[^\s\\]{1,255}`;

/** One cookie, without what encloses the header; a value may itself stand in quotes or be JSON. */
const COOKIE = String.raw`(?:[^\s;="'{},\\]{1,256}=(?:"(?:[^";/\r\n]|/(?!/)){0,1024}"|\{[^\s{};]{0,1024}\})?)?(?:[^\s;"'{\\]|\\(?![\\"'nr])){0,4096}`;

/** Secrets of no known shape, by the words that stand before them: in headers, commands, settings, SQL and prose. */
export const SECRET_PHRASES: readonly SecretPattern[] = [
  one(
    'bearer',
    inJson(/(?:bearer|basic|ssws)WS{1,4}[A-Za-z0-9._~+/=-]{12}/i),
    /\b(?:bearer|basic|ssws)\s{1,4}([A-Za-z0-9._~+/=-]{12,4096})/gi,
  ),
  // To the last cookie and no further: behind them on the line may stand where they are sent.
  one(
    'cookie',
    /cookie:|curl/i,
    new RegExp(
      String.raw`\b(?:(?:set-)?cookie:\s{0,4}|curl\b[^\r\n|;]{0,400}?\s(?:-b|--cookie)[\s=]{0,4}QQ?(?=[^\s;="']{1,256}=))(?!FF)((?=[^\s"';][^\r\n]{3})${COOKIE}(?:;\s{0,4}(?=[^\s;="']{1,256}[=;])${COOKIE}){0,100})`,
      'gi',
    ),
  ),
  one(
    'authorization',
    inJson(/authorizationQQ?WS{0,4}[=:]/i),
    /authorizationQQ?\s{0,4}[=:]\s{0,4}QQ?(?:(?:token|api-?key|digest|negotiate)\s{1,4}|(?=[^\s"',;]{0,200}\d))(?!FF)(VV{8,4096})/gi,
  ),
  // A value in quotes is secret to its end.
  one(
    'password',
    inJson(
      /(?:password|passwd|passphrase|pwd|passwort|kennwort|senha|mot[ _-]?de[ _-]?passe|contrase(?:n\u0303?|ñ|\\{1,7}u00f1)a)QQ?WS{0,4}(?:[=:>]|is)/i,
    ),
    /(?:password|passwd|passphrase|pwd|passwort|kennwort|senha|mot[ _-]?de[ _-]?passe|contrase(?:n\u0303?|ñ)a)QQ?\s{0,4}(?::?=>?|[:>]|\bis\b)\s{0,4}QQ?(?!FF)((?<=["'])[^"'\\\r\n]{4,256}(?=QQ)|VV{4,256})/gi,
  ),
  one(
    'sql-password',
    inJson(/(?:identifiedWS{1,4}(?:by|with)|passwordWS{1,4}QQ)/i),
    /(?:\bidentified\s{1,4}(?:with\s{1,4}\w{1,40}\s{1,4})?by|\bpassword)\s{1,4}QQ(?!FF)([^"'\\\r\n]{4,256})(?=QQ)/gi,
  ),
  // Keys of JSON in a text, as far as the patterns around know no better.
  one(
    'named',
    inJson(
      /(?:t?otp|pin|cv[vc]|pw|pass(?:code|[_-]?phrase)?|creds|cookies?|mnemonic|dsn|jwt|basic[_-]?auth|(?:auth|master|service|session|shared|ssh|signing|encryption|account)[_-]?key|(?:seed|recovery)[_-]?phrase|(?:security|mfa|recovery|verification)[_-]?code|card[_-]?number)QQWS{0,4}:WS{0,4}(?:QQ|\d)/i,
    ),
    /QQ(?:[a-z0-9]{1,24}[_-]){0,3}(?:t?otp|pin|cv[vc]|pw|pass(?:code|[_-]?phrase)?|creds|cookies?|mnemonic|dsn|jwt|basic[_-]?auth|(?:auth|master|service|session|shared|ssh|signing|encryption|account)[_-]?key|(?:seed|recovery)[_-]?phrase|(?:security|mfa|recovery|verification)[_-]?code|card[_-]?number)QQ\s{0,4}:\s{0,4}QQ?((?<=["'])[^"'\\\r\n]{1,512}(?=QQ)|\d{3,19})/gi,
  ),
  one(
    'netrc',
    inJson(/(?:machineWS{1,12}[^\s\\]{1,255}|default)WS{1,12}(?:login|account|password)WS/i),
    new RegExp(
      String.raw`(?:\bmachine${SP}(?:(?=[^\s\\]{1,250}\.[a-z]|localhost)|(?=[\s\S]{0,400}?login))${WORD}|\bdefault(?=[\s\S]{0,400}?login))(?:${SP}(?:login|account)${SP}${WORD}){0,2}${SP}password${SP}((?:[^\s"\\]|\\(?![nrt"])){4,256})`,
      'gi',
    ),
  ),
  // Hex alone is a commit or a digest as well: it takes a word right before it.
  one(
    'hex',
    inJson(/(?:secret|token|passw(?:or)?d|credential|key|auth)(?:QQ|WS|[:=]|is){1,12}[0-9a-f]{32}/i),
    /(?:\b(?:[a-z0-9]{1,16}[_-]){0,3}auth|(?<!(?:page|next|sync|cursor|continuation)[ _-]{0,2})(?:secret|token|passw(?:or)?d|credential|(?:api|app|application|auth|bot|deploy|hmac|license|webhook)[ _-]?key))QQ?(?:\s{0,4}[:=]\s{0,4}|\s{1,4}(?:is\s{1,4})?)QQ?([0-9a-f]{32,128})(?![0-9a-z])/gi,
  ),
  one(
    'flag',
    inJson(/-(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)(?:WS|=)/i),
    /(?<![A-Za-z0-9_-])--?(?!(?:page|next|starting|continuation)-)(?:[a-z0-9]{1,16}-){0,3}(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)(?:\s{1,4}|=)QQ?(?![-$`])(VV{4,4096})/gi,
  ),
  SECRET_COMMANDS,
  // What a shell hands to a program that reads a secret from its input.
  one(
    'piped',
    /chpasswd|--(?:password-)?stdin|--with-token|--data-file|sudo -/,
    /\b(?:echo|printf)\s{1,4}(?:-[neE]{1,3}\s{1,4})?(?:QQ?%s(?:\\{1,7}n)?QQ?\s{1,4})?QQ?(?:[^\s:"'|]{1,64}:(?=VV{4,256}QQ?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd))?(?![$`])(VV{4,4096})(?=QQ?\s{0,4}\|\s{0,4}(?:sudo (?:-\w{1,9} ){0,3}-\w{0,4}S|(?:sudo\s{1,4})?(?:chpasswd|passwd\b[^\r\n|;]{0,80}?\s--stdin)|[^\r\n|;]{0,400}?\s--(?:password-stdin|with-token|data-file[= ]-)))/g,
  ),
  // As container tools keep a registry's name and password: base64 of both.
  one(
    'registry',
    inJson(/authQQWS{0,4}:WS{0,4}QQ[A-Za-z0-9+/]{12}/),
    /QQauthQQ\s{0,4}:\s{0,4}QQ(?=[a-z0-9+/]{0,512}[A-Z])(?=[A-Z0-9+/]{0,512}[a-z])(?=[A-Za-z]{0,512}[0-9+/=])([A-Za-z0-9+/]{12,4096}={0,2})(?=QQ)/g,
  ),
  one(
    'variable',
    /(?:PASS|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)=/,
    /\b[A-Z0-9_]{0,60}(?:PASS|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)=QQ?(?![$`])(VV{4,4096})/g,
  ),
  one(
    'assigned',
    inJson(
      /(?:secret|token|(?:api|access|private|secret|auth|master|shared|encryption)[_-]?key|credential|signature)QQ?WS{0,4}(?::?=>?|[:>])WS{0,4}QQ?[^\s"'&,;|<>)}\]]{8}/i,
    ),
    /(?:secret|token|(?:api|access|private|secret|auth|master|shared|encryption)[_-]?key|credential|signature)(?:QQ\s{0,4}(?::|=>?)\s{0,4}QQ(?![$`])|QQ?\s{0,4}(?::?=>?|[:>])\s{0,4}QQ?(?=[^\s"'&,;]{0,200}\d))(VV{8,4096})/gi,
  ),
];
