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
  [
    '(?:net(?:\\.exe)? {1,4}user|NET(?:\\.EXE)? {1,4}USER)',
    String.raw`\s{1,4}(?!/)(?:"[^"\r\n]{1,64}"|[^\s"']{1,64})\s{1,4}(?=\S{0,128}[\d!@#$%^&]|\S{1,128}\s{1,4}/)QQ?(?!/)`,
  ],
  [
    '(?:net(?:\\.exe)? {1,4}use|NET(?:\\.EXE)? {1,4}USE)',
    String.raw`\s{1,4}(?:(?:[A-Za-z]:|\*)\s{1,4})?\\{2,8}[^\s"']{1,255}\s{1,4}(?:/(?:user|USER|u):\S{1,128}\s{1,4})?QQ?(?!/)`,
  ],
  ['[Cc]onvert[Tt]o-[Ss]ecure[Ss]tring', String.raw`\s{1,4}(?:-[Ss]tring\s{1,4})?QQ`],
  ['aws {1,4}secretsmanager', String.raw`${AND}--secret-string[\s=]{1,4}QQ?(?!file)`],
  ['aws {1,4}ssm', String.raw`(?=[^\r\n|;]{0,400}SecureString)${AND}--value[\s=]{1,4}QQ?(?!file)`],
  ['aws {1,4}configure {1,4}set', String.raw`\s{1,4}\S{0,64}(?:secret_access_key|session_token)\s{1,4}QQ?`],
  [String.raw`az\s{1,4}keyvault\s{1,4}secret\s{1,4}set`, String.raw`${AND}--value[\s=]{1,4}QQ?`],
  ['gh {1,4}secret {1,4}set', String.raw`${AND}(?:-b|--body)[\s=]{0,4}QQ?`],
  ['p?npm {1,4}(?:config {1,4})?set', String.raw`\s{1,4}\S{0,255}_(?:auth|authToken|password)[\s=]{1,4}QQ?`],
  ['openssl', String.raw`${AND}-(?:k\s{1,4}QQ?|pass(?:in|out)?\s{1,4}QQ?pass:)`],
];

export const SECRET_COMMANDS: SecretPattern = one(
  'command',
  /curl|sshpass|mysql|mongo|sqlcmd|sqlplus|sqlldr|expdp|impdp|bcp|redis-cli|az |docker|podman|nerdctl|buildah|skopeo|ldap|smbclient|lftp|htpasswd|chpasswd|zip\s|7z[a-z]?\s|openssl|net(?:\.exe)? {1,4}use|NET(?:\.EXE)? {1,4}USE|-[Ss]ecure[Ss]tring|aws {1,4}(?:secretsmanager|ssm|configure)|gh {1,4}secret|npm {1,4}(?:config {1,4})?set/,
  new RegExp(`\\b(?:${COMMANDS.map(([program, option]) => program + option).join('|')})(?![$\`])(VV{4,256})`, 'g'),
);
