import { isOfDevelopment } from './development.ts';
import { type Command, pipelinesOf, type Word } from './pipelines.ts';
import { storeAt } from './secret-stores.ts';

/**
 * A line of shell without what it says of stores of secrets and tells nothing of them: files that are made, names without
 * their values, settings that are none. Blanks stand in the place of what is left out. Each pipeline is judged by itself,
 * and only whole shapes are known: whatever else is said is left as it is.
 */
export const unreached = (text: string): string => blanked(text, sparedIn);

/** Without what shows the whole environment on the screen, and asks for nothing in it. */
export const withoutDumps = (text: string): string =>
  blanked(text, (pipeline) =>
    pipeline.every((command) => passesOn(command, false) && asksNothing(command))
      ? pipeline.flatMap(({ words }) => words.filter((word) => isOf(word, ENVIRONMENT)))
      : [],
  );

function blanked(text: string, spare: (pipeline: readonly Command[]) => Word[]): string {
  const spared = (pipelinesOf(text) ?? []).flatMap(spare).sort((one, other) => one.from - other.from);
  let left = '';
  for (const { from, to } of spared) {
    const at = Math.max(from, left.length);
    if (to > at) left += `${text.slice(left.length, at)}${' '.repeat(to - at)}`;
  }
  return left + text.slice(left.length);
}

function sparedIn(pipeline: readonly Command[]): Word[] {
  const spared = pipeline.flatMap(madeBy);
  const at = pipeline.findIndex((command) => leaves(command) !== null);
  const kinds = at < 0 ? null : leaves(pipeline[at]!)!;
  // Names without values are the same wherever they come from.
  if (kinds !== null && pipeline.slice(0, at).every((command) => passesOn(command, true)))
    spared.push(...pipeline.slice(0, at + 1).flatMap(({ words }) => words.filter((word) => isOf(word, kinds))));
  const [only] = pipeline;
  if (pipeline.length === 1 && touches(only!)) spared.push(...only!.words.filter((word) => isOf(word, ENV_FILE)));
  spared.push(...pipeline.flatMap(leftAlone));
  return spared;
}

const ENV_FILE = ['.env', 'local settings'];
const ENVIRONMENT = [...ENV_FILE, 'environment'];
const isOf = ({ text }: Word, kinds: readonly string[]): boolean =>
  kinds.includes(/^(?:print)?env$/.test(text) ? 'environment' : (storeAt(text)?.kind ?? ''));

const textsIn = ({ words }: Command): string[] => words.map(({ text }) => text);
const files = (args: readonly string[]): boolean => args.every((arg) => !arg.startsWith('-'));

/** Where what is made goes, by the flags of those who make keys. */
const MAKERS: readonly (readonly [call: RegExp, flags: RegExp, not?: RegExp])[] = [
  [/^openssl (?:req|genrsa|genpkey|gendsa|ecparam)$/, /^-(?:keyout|out)$/],
  [/^ssh-keygen /, /^-f$/, /^-(?:\w*p|s|Y)$/],
  [/^mkcert /, /^-(?:key|cert|p12)-file$/],
  [/^keytool -genkey(?:pair)?$/, /^-keystore$/],
];

function madeBy(command: Command): Word[] {
  const { words } = command;
  const texts = textsIn(command);
  const call = `${texts[0]} ${texts[1] ?? ''}`;
  const [, flags, not] = MAKERS.find(([maker]) => maker.test(call)) ?? [];
  if (flags !== undefined && !texts.some((text) => not?.test(text)))
    return words.filter((_, n) => flags.test(texts[n - 1] ?? ''));
  const [from, to, ...more] = words.slice(1).filter(({ text }) => !/^-[a-zA-Z]+$/.test(text));
  const copies = /^(?:cp|mv)$/.test(texts[0]!) && to !== undefined && more.length === 0;
  return copies && TEMPLATE.test(from!.text) && isOf(to, ENV_FILE) ? [to] : [];
}
const TEMPLATE = /(?:^|[/.])env[\w.-]*\.(?:example|sample|template|tmpl|tpl|dist|defaults?)$/;

/** Whether there is such a file, how large it is, a setting changed in place: its text is shown to nobody. */
function touches(command: Command): boolean {
  const [program = '', ...args] = textsIn(command);
  if (/^(?:ls|stat|test|\[|\[\[|touch|echo)$/.test(program)) return true;
  const flags = args.filter((arg) => arg.startsWith('-'));
  const [script = ''] = args.filter((arg) => arg !== '' && !arg.startsWith('-'));
  return program === 'sed' && flags.length === 1 && /^-i(?:\.\w+)?$/.test(flags[0]!) && SETS.test(script);
}
const SETS = /^s([/|#,])\^?[\w.*= -]*\$?\1[\w.= -]*\1g?$/;

/** What a command is told to leave out, closes to others, or only names: it is not read. */
function leftAlone({ words }: Command): Word[] {
  const [program = '', first = '', next = ''] = words.map(({ text }) => text);
  // GitHub tells nobody the value of one.
  if (program === 'gh' && first === 'secret' && /^(?:list|ls)$/.test(next)) return words.slice(1, 3);
  if (program === 'chmod') return CLOSES.test(first) ? words.slice(2) : [];
  const cleans = program === 'git' && first === 'clean';
  return words.filter(({ text }, n) => {
    const before = words[n - 1]?.text ?? '';
    return /^--(?:exclude|ignore)(?:-dir)?=/.test(text) || (cleans ? /^(?:-e|--exclude)$/ : /^--exclude$/).test(before);
  });
}
const CLOSES = /^(?:0?[4-7]00|go-?[rwx]*|go=|u=\w+,go=)$/;

/** What is looked for is named, and by no word of what lets in. */
function asksNothing(command: Command): boolean {
  const [program = '', ...args] = textsIn(command);
  if (program !== 'grep') return true;
  const patterns = args.filter((arg) => !arg.startsWith('-'));
  return (
    patterns.length === 1 && !args.includes('-v') && /^[a-z]{4,}$/i.test(patterns[0]!) && !LETS_IN.test(patterns[0]!)
  );
}
/** Words of what lets somebody in. */
export const LETS_IN =
  /key|token|secret|pass|pwd|cred|auth|cert|priv|sign|vault|jwt|session|salt|conn|dsn|database|postgres|mysql|redis|mongo|aws|azure|google|github|gitlab|slack|stripe|openai|anthropic|twilio|sendgrid|docker|snowflake/i;

/** What shows all that it is given, and keeps none of it; in a pod of a development environment, or of any. */
function passesOn(command: Command, anyPod: boolean): boolean {
  const [program = '', ...args] = withinPod(textsIn(command), anyPod);
  if (command.saves) return false;
  if (/^(?:print)?env$/.test(program)) return args.length === 0;
  if (program === 'grep') return args.length >= 1 && args.every((arg) => !arg.startsWith('-') || /^-[ivE]+$/.test(arg));
  return (
    /^(?:cat|sort|uniq|head|tail)$/.test(program) &&
    args.every((arg) => !arg.startsWith('-') || /^-[nru]?\d*$/.test(arg))
  );
}

/** What is run in a pod, as it runs there. */
function withinPod(texts: string[], any: boolean): string[] {
  const at = texts.indexOf('--');
  return at > 0 &&
    /^(?:kubectl|oc)$/.test(texts[0]!) &&
    texts.includes('exec') &&
    (any || isOfDevelopment(texts.join(' ')))
    ? texts.slice(at + 1)
    : texts;
}

/** Of which stores nothing that is secret is left behind this, whatever comes before it; null where it may be. */
function leaves(command: Command): readonly string[] | null {
  const [program = '', ...args] = textsIn(command);
  if (program === 'wc') return ENVIRONMENT;
  if (program === 'cut') return CUTS.test(` ${args.join(' ')}`) ? ENVIRONMENT : null;
  if (program === 'sed') return /^s\/=\.\*\$?\/\/$/.test(args[0] ?? '') && files(args.slice(1)) ? ENVIRONMENT : null;
  if (program === 'awk')
    return AWKS.test(args.join(' ')) && files(args.slice(args.indexOf('=') < 0 ? 2 : 3)) ? ENVIRONMENT : null;
  if (program === 'printenv') return args.length > 0 && args.every(isPlainName) ? ENVIRONMENT : null;
  return program === 'grep' ? leftByGrep(args) : null;
}
const CUTS = /^(?: -d ?=| -f ?1)(?: -d ?=| -f ?1)(?: -s)?(?: [^\s-]\S*)*$/;
const AWKS = /^-F ?= \{ ?print \$1;? ?\}(?: |$)/;

function leftByGrep(args: readonly string[]): readonly string[] | null {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const flags = args.slice(0, Math.max(at, 0));
  const pattern = args[at] ?? '';
  if (pattern === '' || !flags.every((flag) => /^-[ionwqcEFPsh]+$/.test(flag)) || !files(args.slice(at))) return null;
  if (flags.some((flag) => /[qc]/.test(flag))) return ENVIRONMENT;
  if (/^\^?registry=?$/.test(pattern)) return ['.npmrc'];
  if (flags.some((flag) => flag.includes('o')) && NAMES.test(pattern)) return ENVIRONMENT;
  return pattern
    .replace(/^(\^?)\((.*)\)(=?)$/, '$2')
    .split(/\\?\|/)
    .every(isPlainName)
    ? ENVIRONMENT
    : null;
}
/** What begins a line, as far as its name goes. */
const NAMES = /^\^(?:\[(?:A-Z|a-z|0-9|_)+\]|\[\^=\]|\\w)(?:\*|\+|\\\+)(?:=|\(\?==\))?$/;

/** Names of what every program's environment says openly. */
const isPlainName = (name: string): boolean => PLAIN.test(name) && !/key|token|secret|pass|cred|auth|cert/i.test(name);
const PLAIN =
  /^\^?(?:node|java|go|python|ruby|rust|nvm|conda|xdg|lc|lang|language|path|home|user|shell|term|pwd|port|host|hostname|ci|debug|tz|log|editor|pager|display|(?:node|java|go|python|ruby|rust|nvm|conda|xdg|lc|log)_?\w*|go(?:path|root|os|arch|flags)|pythonpath|virtual_env|cargo_home|aws_(?:default_)?region|aws_profile|\w+_(?:version|port|env|level|region|home|host|hostname|name|timeout))=?$/i;
