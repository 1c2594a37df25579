import { unspoken } from '../../schemas/shell.ts';
import { LETS_IN } from './harmless.ts';
import { anyWord } from './words.ts';

/** Code of a notebook or an interpreter that shows the whole environment, as `env` does in a shell. */

export const takesProgram = anyWord(
  /^(?:commands?|cmd|cli|scripts?|shell|code|source|cells?|snippets?|expressions?|program|args|argv|input|function|python|javascript|js)$/,
);

/** Cheap first look. */
const HINT = /environ|proces{2}\.env|getenv|\bENV\b|\benv:|%env|env::vars|printenv|\benv["'\]]/i;
/** What is handed on to a program that is started is not shown: `env=dict(os.environ)`, `{**os.environ}`. */
const DUMPS: readonly RegExp[] = [
  /(?<!\benv\s?[=:]\s?)\b(?:dict|str|repr|print|pprint|pp|display|json\.dumps?|Series|DataFrame|from_dict)\(\s{0,4}(?:dict\(\s{0,4})?os\.environb?\s{0,4}(?=\)|,\s{0,4}(?:indent|default|orient|sort_keys|index|f\b|file\b))/,
  /\bos\.environb?\.(?:items|values)\(/,
  /(?:^|\n)[ \t]*os\.environb?[ \t]*(?:$|\n)|(?:^|\n)[ \t]*[%!]env[ \t]*(?:$|\n)/,
  /\b(?:JSON\.stringify|console\.\w{3,5}|inspect|Object\.(?:entries|values)|Deno\.inspect)\(\s{0,4}(?:proces{2}\.env|Deno\.env\.toObject\(\)|Bun\.env)\s{0,4}[),]/,
  /\bSystem\.getenv\(\s{0,4}\)|\bSys\.getenv\(\s{0,4}\)|(?<![\w.>$])getenv\(\s{0,4}\)|\b(?:print_r|var_dump|var_export|json_encode)\(\s{0,4}\$_ENV\b/,
  /\bENV\.(?:to_h|to_a|to_hash|inspect|each|map|select|filter|entries|values)\b|\b(?:puts|pp?)[ (]ENV(?![\w.[])/,
  /\b(?:Get-ChildItem|Get-Item|gci|dir|ls)\s{1,4}(?:-Path\s{1,4})?["']?env:(?:[\\/]?\*)?["']?(?=\s|$|[|;)])|\[(?:System\.)?Environment\]::GetEnvironmentVariables\(/i,
  /\bfmt\.\w{5,9}\(\s{0,4}os\.Environ\(\)|\brange\s{1,4}os\.Environ\(\)|\benv::vars\(\)/,
  /\b(?:os\.system|os\.popen|getoutput|check_output|subprocess\.\w{2,12}|execSync|exec|spawnSync?)\(\s{0,4}\[?\s{0,4}["'`](?:\/usr\/bin\/)?(?:env|printenv)["'`]/,
];
/** It is looked for in files, or written into one. */
const ONLY_NAMED = /(?:\b(?:grep|rg|ag|ack|sed)\s[^\n|;&]{0,200}|\bcat\s{0,4}>[\s\S]{0,200})$/;
const KEEPS =
  /\b(?:json|pickle|yaml)\.dump\(|\bto_(?:csv|json|pickle|parquet)\(|\bwriteFile(?:Sync)?\(|\bwrite_text\(|\bopen\([^()\n]{0,200},\s{0,4}["'][wa]|\bFile\.write\(|\bOut-File\b|\bSet-Content\b|\bExport-Csv\b/i;
const SENDS =
  /\b(?:requests|httpx|axios|aiohttp|session|client|http|https|urllib3?|got|superagent)\.(?:post|put|patch|request)\(|\burlopen\(|\bfetch\(|\bsendto\(|\bsendall\(|\bNet::HTTP\b|\bInvoke-(?:WebRequest|RestMethod)\b/i;
const ADDRESS = /\bhttps?:\/\/(?:[^\s/@'"]{0,200}@)?([\w.-]{1,253})/i;
const HERE = /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|host\.docker\.internal)$/i;
const WORD = /["'`/][\w|.*^$-]{2,40}["'`/]/g;
const LENGTH = 16_384;
const BEHIND = 200;

/** `env` where something in it is sought, kept or sent, else `environment`; and where it is sent, '' where nowhere. */
export function environmentShown(whole: string): { what: 'env' | 'environment'; sentTo: string } | null {
  if (!HINT.test(whole.length > LENGTH ? whole.slice(0, LENGTH) : whole)) return null;
  const text = unspoken(whole.slice(0, LENGTH));
  const found = DUMPS.map((one) => one.exec(text)).find((one) => one !== null);
  if (found === undefined || ONLY_NAMED.test(text.slice(Math.max(0, found.index - BEHIND), found.index))) return null;
  const behind = text.slice(found.index + found[0].length, found.index + found[0].length + BEHIND);
  const sought =
    LETS_IN.test(behind.split('\n', 1)[0]!) || (behind.match(WORD) ?? []).some((word) => LETS_IN.test(word));
  const to = SENDS.test(text) ? (ADDRESS.exec(text)?.[1] ?? 'a script').toLowerCase().slice(0, 80) : '';
  const sentTo = HERE.test(to) ? '' : to;
  return { what: sought || sentTo !== '' || KEEPS.test(text) ? 'env' : 'environment', sentTo };
}
