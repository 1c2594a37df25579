import { inJson, one, type SecretPattern } from './secret-pattern.ts';

/** Secrets of no known shape, by the words that stand before them: in headers, commands, settings, SQL and prose. */
export const SECRET_PHRASES: readonly SecretPattern[] = [
  one(
    'bearer',
    inJson(/(?:bearer|basic|ssws)WS{1,4}[A-Za-z0-9._~+/=-]{12}/i),
    /\b(?:bearer|basic|ssws)\s{1,4}([A-Za-z0-9._~+/=-]{12,4096})/gi,
  ),
  one('cookie', /cookie:/i, /\b(?:set-)?cookie:\s{0,4}([^\r\n]{4,4096})/gi),
  one(
    'authorization',
    inJson(/authorizationQQ?WS{0,4}[=:]/i),
    /authorizationQQ?\s{0,4}[=:]\s{0,4}QQ?(?:(?:token|api-?key|digest|negotiate)\s{1,4}|(?=[^\s"',;]{0,200}\d))(VV{8,4096})/gi,
  ),
  // A value in quotes is secret to its end; what another variable is to fill in is none.
  one(
    'password',
    inJson(/(?:password|passwd|passphrase|pwd)QQ?WS{0,4}(?:[=:>]|is)/i),
    /(?:password|passwd|passphrase|pwd)QQ?\s{0,4}(?::?=>?|[:>]|\bis\b)\s{0,4}QQ?((?<=["'])[^"'\\\r\n]{4,256}(?=QQ)|VV{4,256})/gi,
  ),
  one(
    'sql-password',
    inJson(/(?:identifiedWS{1,4}(?:by|with)|passwordWS{1,4}QQ)/i),
    /(?:\bidentified\s{1,4}(?:with\s{1,4}\w{1,40}\s{1,4})?by|\bpassword)\s{1,4}QQ([^"'\\\r\n]{4,256})(?=QQ)/gi,
  ),
  one(
    'flag',
    inJson(/-(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)(?:WS|=)/i),
    /(?<![A-Za-z0-9_-])--?(?!(?:page|next|starting|continuation)-)(?:[a-z0-9]{1,16}-){0,3}(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)(?:\s{1,4}|=)QQ?(?![-$`])(VV{4,4096})/gi,
  ),
  one(
    'command',
    /curl|sshpass|mysql|redis-cli/,
    /\b(?:curl\b[^\r\n|;]{0,400}?\s(?:-[A-Za-z]{0,6}u|--user)[\s=]{0,4}QQ?[^\s:"']{1,128}:|sshpass\s{1,4}-p\s{0,4}QQ?|mysql(?:dump|admin)?\b[^\r\n|;]{0,400}?\s-pQQ?|redis-cli\b[^\r\n|;]{0,400}?\s-a\s{1,4}QQ?)(?![$`])(VV{4,256})/g,
  ),
  one(
    'variable',
    /(?:PASS|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)=/,
    /\b[A-Z0-9_]{0,60}(?:PASS|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)=QQ?(?![$`])(VV{4,4096})/g,
  ),
  one(
    'assigned',
    inJson(
      /(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature)QQ?WS{0,4}(?::?=>?|[:>])WS{0,4}QQ?[^\s"'&,;|<>)}\]]{8}/i,
    ),
    /(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|credential|signature)(?:QQ\s{0,4}(?::|=>?)\s{0,4}QQ(?![$`])|QQ?\s{0,4}(?::?=>?|[:>])\s{0,4}QQ?(?=[^\s"'&,;]{0,200}\d))(VV{8,4096})/gi,
  ),
];
