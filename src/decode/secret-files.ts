import { inJson, one, type SecretPattern } from './secret-pattern.ts';

/** Names of variables and settings that are secret by their end. */
const NAMED =
  '[A-Za-z0-9_.-]{0,60}?(?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|secret|private)[_-]?key|credentials?)';

/** Secrets by their place in the files that keep them, whole or a line of them: neither shape nor word tells them. */
export const SECRET_FILES: readonly SecretPattern[] = [
  // .npmrc and .yarnrc.yml; `${NPM_TOKEN}` is filled in elsewhere.
  one(
    'npmrc',
    inJson(/(?:_auth(?:Token)?|npmAuth(?:Token|Ident))QQ?WS{0,4}[=:]/i),
    /(?<![A-Za-z0-9])(?:_auth(?:Token)?|npmAuth(?:Token|Ident))QQ?\s{0,4}[=:]\s{0,4}QQ?(?![$`])(VV{8,4096})/gi,
  ),
  // A line of .netrc that a search found: `login ann password …`, or the last word of an entry over several lines.
  one(
    'netrc',
    inJson(/passwordWS{1,12}[^\s"']{0,255}\d/i),
    /(?:(?:^|(?<=["']|\\[nr]))[ \t]{0,16}|\blogin\s{1,4}[^\s"'\\]{1,255}\s{1,4})password[ \t]{1,12}(?=[^\s"'\\]{0,255}\d)([^\s"'\\]{4,256})/gim,
  ),
  // .pgpass: host:port:database:user:password. An IPv6 address has colons as well.
  one(
    'pgpass',
    /:(?:\*|[1-9]\d{3,4}):[A-Za-z_*]/,
    /(?<![\w.*-])(?!(?:ipv6:)?[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}(?![\w.-]))[\w.*-]{1,253}:(?:\*|[1-9]\d{3,4}):[A-Za-z_*][^:\s"'\\]{0,127}:[A-Za-z_*][^:\s"'\\]{0,127}:(?![$`*])([^\s"'\\]{4,256})/gi,
  ),
  // Of /etc/shadow and .htpasswd: whoever has it can guess for as long as he likes.
  one(
    'password-hash',
    /\$(?:apr1|[1567y]|2[abxy]|gy|argon2(?:id?|d)|scrypt|pbkdf2[a-z0-9-]{0,8})\$/,
    /\$(?:apr1|[1567y]|2[abxy]|gy|argon2(?:id?|d)|scrypt|pbkdf2[a-z0-9-]{0,8})\$[^\s$:"'\\]{1,64}\$[./A-Za-z0-9$,=+-]{16,512}/g,
  ),
  one(
    'putty-key',
    /Private-Lines:/,
    /Private-Lines:\s{0,4}\d{1,4}(?:\s|\\[nr]){1,4}((?:[A-Za-z0-9+/=]{4,80}(?:(?:\s|\\[nr]){1,4}|(?=["'])|$)){1,64})/g,
  ),
  // As deployments list what a program is given: a name, and behind it or below it the value.
  one(
    'listed',
    inJson(new RegExp(`(?:name|key)QQ?WS{0,4}[:=]WS{0,4}QQ?${NAMED}QQ?(?:WS|,)`, 'i')),
    new RegExp(
      String.raw`(?<![A-Za-z0-9])(?:name|key)QQ?\s{0,4}[:=]\s{0,4}QQ?${NAMED}QQ?(?:[\s,]|\\[nr]){1,40}QQ?valueQQ?\s{0,4}[:=]\s{0,4}QQ?(?![$\x60]|(?:\d{1,10}|true|false|null)(?![\w.-]))((?<=["'])[^"'\\\r\n]{4,256}(?=QQ)|VV{4,4096})`,
      'gi',
    ),
  ),
  one('oracle', /jdbc:oracle:/i, /\bjdbc:oracle:[a-z0-9]{2,8}:[^\s/:@"'\\]{1,128}\/([^\s"'\\@]{1,256})(?=@)/gi),
  // `pass = …`, as rclone keeps it; behind a colon it is what a test says.
  one(
    'pass',
    inJson(/passQQ?WS{0,4}=WS{0,4}QQ?[^\s"']{8}/i),
    /(?<![A-Za-z0-9])(?:[a-z0-9]{1,24}[_.-]){0,3}passQQ?\s{0,4}=\s{0,4}QQ?(?![$`])(?=[^\s"']{0,256}\d)(?=[^\s"']{0,256}[A-Za-z])(VV{8,256})/gi,
  ),
];
