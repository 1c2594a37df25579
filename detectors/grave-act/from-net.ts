import type { Severity } from '../../schemas/alert.ts';
import { piecesOf, programOf } from '../../schemas/shell.ts';
import { type Act, act, actWith } from './act.ts';
import { hostsIn, isBare, isNear } from './hosts.ts';
import { hasPackages, isPublic } from './public.ts';

/** A piece of a line as the reader of shell commands gives it. */
interface Piece {
  after: string;
  text: string;
}

/** What flows through a pipe: what began it, and whether that came from the net. */
interface Flow {
  from: string;
  net: boolean;
}

const TAKES = /^(?:curl|wget|http|https|xh|fetch|aria2c|iwr|invoke-webrequest|invoke-restmethod|irm)$/;
const RUNS =
  /^(?:(?:ba|z|da|k|fi)?sh|python[\d.]*|node|perl|ruby|php|pwsh|powershell|iex|invoke-expression|deno|source)$/;
const SHELL = /^(?:ba|z|da|k|fi)?sh$/;
/** With a script or an expression of its own a program reads what comes as data. */
const OF_FILE = /^\s+[\w./-]+\.\w{1,5}\b/;
const OF_TEXT = /^\s+-\w*[cemnpr]\b/;
const readsData = (program: string, given: string): boolean =>
  OF_FILE.test(given) || (!SHELL.test(program) && OF_TEXT.test(given));
/** Installers that their makers tell everybody to run so. */
const INSTALLERS =
  /^(?:sh\.rustup\.rs|get\.docker\.com|astral\.sh|bun\.sh|deno\.land|install\.python-poetry\.org|get\.k3s\.io|starship\.rs|ohmyz\.sh|get\.sdkman\.io|mise\.run|sh\.ghcup\.haskell\.org|claude\.ai|cursor\.com|ollama\.com|fly\.io|get\.scoop\.sh|community\.chocolatey\.org|tailscale\.com|nixos\.org)$|:\/\/raw\.githubusercontent\.com\/(?:nvm-sh|homebrew|helm|ohmyzsh|pyenv|golangci|aquasecurity|anchore|kubernetes-sigs|k3d-io)\//i;
/** A host of theirs. */
export const isInstaller = (host: string): boolean => INSTALLERS.test(host);
const DECODES = /^(?:base64|openssl|xxd|base32)$/;

/** What a line runs of what it takes from the net, or unpacks from a text that nobody can read (MITRE ATT&CK T1105, T1059). */
export function runsFromNet(pieces: readonly Piece[]): Act | null {
  /** What flows through the pipe at hand. */
  let flows: Flow | undefined;
  /** What was put into which file. */
  const kept = new Map<string, string>();
  /** What comes out of the parentheses is run. */
  let runs = false;
  let before = '';
  for (const { after, text } of pieces) {
    const { program, given } = programOf(text);
    // `2>&1` is no command of its own.
    if (before.endsWith('>') && after === '&') continue;
    if (!/^\s*\|&?\s*$/.test(after)) flows = undefined;
    if (flows !== undefined && RUNS.test(program) && !readsData(program, given)) {
      const shows = `${flows.from} | ${program}`;
      return flows.net ? fromNet(flows.from, shows) : act('runs_from_net', 'medium', shows, { group: 'encoded' });
    }
    // `sh -c "$(curl …)"`, `bash <(curl …)`: what comes is run as it comes.
    if (after.endsWith('(')) runs = before === '$' || GIVEN.test(before);
    const file = fileRun(text, program, given);
    const from = file === '' ? undefined : kept.get(file);
    if (from !== undefined) {
      const found = fromNet(from, `${from}; ${text}`);
      // Where many put what they release it is as good as a package.
      if (found !== null && !isPublic(found.host)) return found;
      if (found !== null) return { ...found, severity: found.severity === 'high' ? 'medium' : 'low' };
    }
    if (TAKES.test(program)) {
      if (runs) return fromNet(text, `${before}(${text})`);
      flows = { from: text, net: true };
      const into = fileKept(given);
      if (into !== '' && kept.size < MOST_KEPT) kept.set(into, text);
    } else if (DECODES.test(program) && /\s(?:-\w*[dDr]\b|--decode\b)/.test(given)) {
      if (runs) return act('runs_from_net', 'medium', text, { group: 'encoded' });
      flows ??= { from: text, net: false };
    }
    if (text.includes(')')) runs = false;
    before = text.trim();
    const install = installs(program, given);
    if (install !== null) return install;
  }
  return null;
}

/** A program that is given what the parentheses bring, as a file or as its input. */
const GIVEN = /^(?:(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby|source|\.)\s.{0,80}(?:<|<<<\s?["']?\$)$/;
const MOST_KEPT = 16;
/** Files by their own name: in which folder they lie is said in many ways. */
const baseOf = (path: string): string => (/([\w.-]{1,100})["')]*$/.exec(path.slice(-110)) ?? [])[1] ?? '';

/** The file that a download is put into, by its own name. */
function fileKept(given: string): string {
  const [, said] =
    /\s(?:-\w{0,9}[oO]|--output(?:-document)?|-OutFile)[= ]\s{0,4}["']?([^-\s"'][^\s"']{0,200})|>\s{0,4}["']?([^\s"'&>]{1,200})/i.exec(
      given,
    ) ?? [];
  const redirected = />\s{0,4}["']?([^\s"'&>]{1,200})/.exec(given)?.[1];
  const address = /https?:\/\/[^\s"'?#]{1,300}/.exec(given)?.[0] ?? '';
  return baseOf(said !== undefined && !said.includes('://') ? said : (redirected ?? address));
}

/** The file that a command runs, by its own name; '' where it runs a program. */
function fileRun(text: string, program: string, given: string): string {
  if (/^(?:(?:ba|z|da|k)?sh|source|python[\d.]*|node|perl|ruby|php)$/.test(program) || /^\.\s/.test(text))
    return baseOf(
      /^\.?\s+(?:-\w+\s+){0,4}["']?([^\s"'<>|-][^\s"'<>|]{0,200})/.exec(program === '' ? text : given)?.[1] ?? '',
    );
  return /^["']?(?:\.{0,2}|~|\$\w{1,20})\//.test(text) ? baseOf(/^\S{1,200}/.exec(text)?.[0] ?? '') : '';
}

const FETCHES = /\b(?:curl|wget|base64)\s[^\n]{1,500}/g;
const FETCHES_QUOTED = /\b(?:curl|wget|base64)\s(?:[^"'\\\n]|\\.){1,500}/g;
const COMMANDS = 256;

/** The same in a file whose lines hold commands: a pipeline, a manifest. */
export function runsFetched(text: string): Act | null {
  if (!/\|\s{0,8}(?:sudo\s{1,8})?(?:\w{0,4}sh|python|node|perl)|\$\(|<\(/.test(text)) return null;
  for (const pattern of [FETCHES_QUOTED, FETCHES])
    for (const [line] of [...text.matchAll(pattern)].slice(0, COMMANDS)) {
      const found = runsFromNet(piecesOf(line));
      if (found !== null) return found;
    }
  return null;
}

export function fromNet(command: string, shows: string): Act | null {
  const [host = ''] = hostsIn(command, 1);
  if (host !== '' && isNear(host)) return null;
  const severity: Severity =
    INSTALLERS.test(host) || INSTALLERS.test(command)
      ? 'low'
      : isBare(host) || /\bhttp:\/\//.test(command)
        ? 'high'
        : 'medium';
  return actWith('runs_from_net', severity, shows, host);
}

const PACKAGES = /^(?:npm|npx|pnpm|yarn|bun|bunx|pip[\d.]*|pipx|uv|uvx|gem|poetry)$/;
/** What brings no package in. */
const ASKS =
  /^\s+(?:-\S+\s+){0,4}(?:login|logout|adduser|whoami|ping|config|token|publish|view|info|search|audit|pack)\b/;
/** A package by its address, or from a registry. */
const BY_ADDRESS =
  /\s(?:--(?:registry|index-url|extra-index-url|index|source|find-links)[= ]\s*|-[if]\s+)["']?(https?:\/\/\S{1,200})|\s["']?(?:[\w.-]+\s?@\s?)?(?:git\+)?(https?:\/\/\S{1,200})/;

/** What a cluster is given by its address. */
const APPLIES = /\s(?:apply|create|replace)\s(?:[^\n]{0,200}\s)?(?:-f|--filename|-k)[= ]?["']?(https?:\/\/\S{1,200})/;

function installs(program: string, given: string): Act | null {
  if (program === 'kubectl' || program === 'oc') {
    const address = APPLIES.exec(given)?.[1] ?? '';
    const [host = ''] = hostsIn(address, 1);
    if (host === '' || isNear(host)) return null;
    const grave = isBare(host) || address.startsWith('http:');
    const severity = grave
      ? 'high'
      : hasPackages(host) || host === 'k8s.io' || host.endsWith('.k8s.io')
        ? 'low'
        : 'medium';
    return actWith('runs_from_net', severity, `${program}${given}`, host);
  }
  if (!PACKAGES.test(program) || ASKS.test(given)) return null;
  const [, registry, address] = BY_ADDRESS.exec(given) ?? [];
  const [host = ''] = hostsIn(registry ?? address ?? '', 1);
  if (host === '' || isNear(host)) return null;
  const usual = hasPackages(host) && !(registry ?? address ?? '').startsWith('http:');
  if (usual && registry === undefined) return null;
  return actWith('runs_from_net', isBare(host) ? 'high' : usual ? 'low' : 'medium', `${program}${given}`, host);
}

/** Code in a line that fetches what it runs. */
export const fetchesCode = (text: string): boolean =>
  (/\s-c\b/.test(text) &&
    /\burlopen\b|\brequests\.get\b|\burllib\.request\b/.test(text) &&
    /\b(?:exec|eval)\s?\(/.test(text)) ||
  (/(?:^|[\s;&|])(?:node|perl|ruby|php|deno|bun)\s+(?:-\S+\s+){0,4}(?:-\w*[erp]\b|--eval\b|eval\b)/.test(text) &&
    /\b(?:fetch|get|file_get_contents|URI\.open|urlopen|LWP::Simple|curl_exec|Net::HTTP\S{0,20})\b[^\n]{0,40}https?:/.test(
      text,
    ) &&
    /\beval\b|\bnew Function\b|\bFunction\s?\(|\binstance_eval\b|\bvm\.run\w+/.test(text)) ||
  (/\b(?:iex|invoke-expression)\b/i.test(text) &&
    /\bdownloadstring\b|\((?:iwr|irm|invoke-(?:webrequest|restmethod))\s/i.test(text));

/** Code in a line that unpacks what it runs, so that nobody reads it. */
export const decodesCode = (text: string): boolean =>
  /\b(?:pwsh|powershell)(?:\.exe)?\b[^\n;|&]{0,200}\s-e(?:c|nc|ncodedcommand)?\s+["']?[a-z0-9+/]{16}/i.test(text) ||
  unpacksCode(text);

const unpacksCode = (text: string): boolean =>
  /(?:^|[\s;&|])(?:node|python[\d.]*|perl|ruby|php|deno|bun)\s+(?:-\w+\s+){0,4}-[cepr]\b/.test(text)
    ? /\b(?:exec|eval|Function|__import__\(["']os["']\)\.system)\s?\(/.test(text) &&
      /\bb64decode\b|\bunhexlify\b|\bfromhex\b|\batob\(|\bBuffer\.from\([^)]{0,400},\s?\\?["'](?:hex|base64)|\bdecompress\(|\bmarshal\.loads\b|\bbase64_decode\b|\bdecode64\b/.test(
        text,
      )
    : /\beval\s+["']?\$\([^)]{0,400}\b(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r)/.test(text);
