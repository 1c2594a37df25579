import { one, type SecretPattern } from './secret-pattern.ts';

/** Words of the same command, as few as will do. */
const AND = String.raw`\b[^\r\n|;]{0,400}?\s`;
const WORD = String.raw`[^\s-]\S{0,255}\s{1,4}`;

/** Programs that take a secret by an option that does not say so, and what stands between the two. */
const COMMANDS: readonly (readonly [program: string, option: string])[] = [
  ['curl', String.raw`${AND}(?:-[A-Za-z]{0,6}u|--user)[\s=]{0,4}QQ?[^\s:"']{1,128}:`],
  ['sshpass', String.raw`\s{1,4}-p\s{0,4}QQ?`],
  ['mysql(?:dump|admin)?', `${AND}-pQQ?`],
  ['mongo[a-z]{0,8}', String.raw`${AND}-p\s{1,4}QQ?`],
  ['(?:sqlcmd|bcp)', String.raw`${AND}-P\s{0,4}QQ?`],
  [
    '(?:sqlplus|sqlldr|expdp|impdp)',
    String.raw`\s{1,4}(?:-\S{1,40}\s{1,4}){0,4}(?:userid=)?QQ?[^\s/"'@-][^\s/"'@]{0,63}/`,
  ],
  ['redis-cli', String.raw`${AND}-a\s{1,4}QQ?`],
  [String.raw`az\s{1,4}login`, String.raw`${AND}-p[\s=]{1,4}QQ?`],
  [String.raw`(?:docker|podman|nerdctl|buildah|skopeo)\s{1,4}login`, String.raw`${AND}-p[\s=]{0,4}QQ?`],
  ['ldap[a-z]{3,8}', String.raw`${AND}-w\s{0,4}QQ?`],
  ['smbclient', String.raw`${AND}-U\s{0,4}QQ?[^\s%"']{1,128}%`],
  ['lftp', String.raw`${AND}-u\s{1,4}QQ?[^\s,"']{1,128},`],
  ['chpasswd', String.raw`\s{0,4}<<<\s{0,4}QQ?[^\s:"']{1,64}:`],
  ['htpasswd', String.raw`${AND}-[A-Za-z]{0,6}b[A-Za-z]{0,6}\s{1,4}(?:${WORD}){1,2}QQ?`],
  ['(?:un)?zip', String.raw`${AND}-P\s{1,4}QQ?`],
  ['7z[a-z]?', `${AND}-pQQ?`],
  ['openssl', String.raw`${AND}-(?:k\s{1,4}QQ?|pass(?:in|out)?\s{1,4}QQ?pass:)`],
];

export const SECRET_COMMANDS: SecretPattern = one(
  'command',
  /curl|sshpass|mysql|mongo|sqlcmd|sqlplus|sqlldr|expdp|impdp|bcp|redis-cli|az |docker|podman|nerdctl|buildah|skopeo|ldap|smbclient|lftp|htpasswd|chpasswd|zip\s|7z[a-z]?\s|openssl/,
  new RegExp(`\\b(?:${COMMANDS.map(([program, option]) => program + option).join('|')})(?![$\`])(VV{4,256})`, 'g'),
);
