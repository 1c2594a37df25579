/**
 * Commands that carry what they are given to another host, and what of them names where: the parentheses, else the first
 * address in the text, else the sender's name.
 */
const SENDERS: readonly (readonly [RegExp, string])[] = [
  [
    /\bcurl\b[^\n]{0,600}?\s(?:-[a-zA-WYZ]{0,9}[dFT](?=[\s@'"=]|\w+=)|--(?:data|form|upload-file|json|url-query)\b)/,
    'curl',
  ],
  [/\bwget\b[^\n]{0,600}?\s--(?:post-(?:file|data)|body-(?:file|data))\b/, 'wget'],
  [/\b(?:curl|wget)\b[^|;&\n]{0,600}?https?:\/\/[^\s'"]{0,600}?(?:\$\(|`|\$\{?\w)/, 'curl'],
  [/\bhttps?\s{1,9}(?:--\S{1,200}\s{1,9}){0,9}(?:POST|PUT|PATCH)\s/, 'http'],
  [
    /\b(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)\b[^|;\n]{0,600}?\s-(?:Body|InFile|Method\s{1,9}["']?(?:post|put|patch))\b/i,
    'Invoke-WebRequest',
  ],
  [
    /\b(?:scp|rsync|sftp)\s[^;|&\n]{0,300}?\s(?:[\w.-]{1,64}@)?(?<![\w.-])([\w.-]{1,253}):[^\s;|&)'"]{0,300}["']?\s{0,9}(?:$|[;|&)\n])/,
    'scp',
  ],
  // With -z it only looks whether somebody listens.
  [
    /\b(?:nc|ncat|netcat|telnet)\s{1,9}(?:-(?!\w{0,9}z)\S{1,80}\s{1,9}(?:\d{1,9}\s{1,9})?){0,9}(?!-)([\w.-]{1,253})\s{1,9}\d/,
    'nc',
  ],
  [/\bsocat\s[^;|&\n]{0,300}?(?:TCP|UDP|OPENSSL)\d?:([\w.-]{1,253})/i, 'socat'],
  [/\b(?:nslookup|dig|host|drill)\s[^;|&\n]{0,300}?[)}`\w$"']\.([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/, 'a name server'],
  [/\/dev\/(?:tcp|udp)\/([\w.-]{1,253})/, 'a socket'],
  [/\bgh\s+gist\s+create\b/, 'a gist'],
  [/\b(?:npm|pnpm|yarn)\s+(?:npm\s+)?publish\b/, 'the package registry'],
  [/\b(?:twine\s+upload|cargo\s+publish)\b/, 'the package registry'],
  [
    /\bgit\s{1,9}add\b[\s\S]{0,600}?\bgit\s{1,9}(?:-\S{1,80}\s{1,9}){0,9}push(?:\s{1,9}-\S{1,80}){0,9}(?:\s{1,9}([\w.:/@-]{1,300}))?/,
    'git',
  ],
  [
    /\b(?:aws\s{1,9}(?:-\S{1,80}\s{1,9}){0,9}s3|gsutil|gcloud\s{1,9}storage)\s{1,9}(?:-\S{1,80}\s{1,9}){0,9}(?:cp|mv|rsync|sync)\s{1,9}(?:-\S{1,80}\s{1,9}){0,9}(?!s3:|gs:)\S{1,300}\s{1,9}((?:s3|gs):\/\/[\w.-]{1,253})/,
    's3',
  ],
  [/\baz\s+storage\s+blob\s+upload\b|\brclone\s+(?:copy|sync|move)\s/, 'a cloud store'],
  [/\b(?:mailx?|mutt|sendmail|swaks)\s[^;|&\n]{0,300}?(?<![\w.+-])([\w.+-]{1,64}@[\w.-]{1,253})/, 'mail'],
  [
    /\b(?:python[\d.]{0,9}|node|ruby|perl|php|deno|bun)\s{1,9}-\w{0,9}[ecr]\b[\s\S]{0,1500}?(?:requests\.|urlopen|http\.client|socket|fetch\(|https?['"]?\)?\.(?:request|get)|dns|axios|Net::HTTP|gethostbyname)/,
    'a script',
  ],
];

/** What only uses a secret, to be let in: it is not sent along. What is fetched into a file is not either. */
const USES =
  /(?<=^|[\s;&|(])(?:source|\.)\s+[^\s;&|]+|\s(?:-i|-E|-o|-H|-K|--key|--cert|--cacert|--env-file|--identity-file|--netrc-file|--kubeconfig|--private-key|--userconfig|--output|--header)[= ]\s*(?:"[^"]*"|'[^']*'|[^\s;&|'"]+)|\bexport\s+\$\([^()]*\)|\b[A-Z_]*(?:CREDENTIALS|KUBECONFIG|USERCONFIG|CERT|KEY_FILE)=[^\s;&|]+|\b(?:git\s+rm|rm)\s[^;&|\n]*/g;

export const withoutUses = (text: string): string => text.replace(USES, ' ');

const ADDRESS = /\bhttps?:\/\/(?:[^\s/@'"]*@)?([\w.-]+)/i;
const HERE = /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|host\.docker\.internal)$/i;

/** Where a line of shell sends what it is given, or '' where nowhere but to this machine. */
export function sentTo(text: string): string {
  for (const [pattern, name] of SENDERS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const named = found[1] === undefined || name === 'git' ? ADDRESS.exec(text)?.[1] : undefined;
    const to = (named ?? found[1] ?? name).toLowerCase().slice(0, 80);
    if (!HERE.test(to)) return to;
  }
  return '';
}

/** A line that takes a file, of secrets it may be, into its variables. */
export const takesIn = (text: string): boolean => TAKES_IN.test(text);
const TAKES_IN = /(?:^|[\s;&|(])(?:source|\.)\s+[^\s;&|]+|\bexport\s+\$\(/;
const SECRET_VARIABLE = /\$\{?\w*(?:key|token|secret|pass|pwd|cred|auth|dsn|database_url|private)\w*/i;
/** Who is let in by one does not send it along. */
const LETS_IN = /\s(?:-u|--user|--proxy-user|--oauth2-bearer)[= ]\s*(?:"[^"]*"|'[^']*'|[^\s;&|'"]+)/g;

/** Where a command of such a line sends a variable that is called like a secret; '' where none does. */
export function variableSentTo(text: string): string {
  for (const command of withoutUses(text).split(/&&|\|\||[;\n]/)) {
    const left = command.replace(LETS_IN, ' ');
    const to = SECRET_VARIABLE.test(left) ? sentTo(left) : '';
    if (to !== '') return to;
  }
  return '';
}
