import type { Severity } from '../../schemas/alert.ts';
import { piecesOf, programOf } from '../../schemas/shell.ts';
import { type Act, act } from './act.ts';
import { hostsIn, isBare, isNear } from './hosts.ts';

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
  /^(?:sh\.rustup\.rs|get\.docker\.com|astral\.sh|bun\.sh|deno\.land|install\.python-poetry\.org|get\.k3s\.io|starship\.rs|ohmyz\.sh|get\.sdkman\.io|mise\.run|sh\.ghcup\.haskell\.org|claude\.ai|cursor\.com|ollama\.com|fly\.io|tailscale\.com|nixos\.org)$|:\/\/raw\.githubusercontent\.com\/(?:nvm-sh|homebrew|helm|ohmyzsh|pyenv|golangci|aquasecurity|anchore|kubernetes-sigs|k3d-io)\//i;
const DECODES = /^(?:base64|openssl|xxd|base32)$/;

/** What a line runs of what it takes from the net, or unpacks from a text that nobody can read (MITRE ATT&CK T1105, T1059). */
export function runsFromNet(pieces: readonly Piece[]): Act | null {
  /** What flows through the pipe at hand. */
  let flows: Flow | undefined;
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
    if (TAKES.test(program)) {
      // `sh -c "$(curl …)"`, `bash <(curl …)`: what comes is run as it comes.
      if (after.endsWith('(') && (before === '$' || /^(?:(?:ba|z)?sh|source|\.)\s.{0,80}<$/.test(before)))
        return fromNet(text, `${before}(${text})`);
      flows = { from: text, net: true };
    } else if (DECODES.test(program) && /\s(?:-\w*[dDr]\b|--decode\b)/.test(given))
      flows ??= { from: text, net: false };
    before = text.trim();
    const install = installs(program, given);
    if (install !== null) return install;
  }
  return null;
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

function fromNet(command: string, shows: string): Act | null {
  const [host = ''] = hostsIn(command, 1);
  if (host !== '' && isNear(host)) return null;
  const severity: Severity =
    INSTALLERS.test(host) || INSTALLERS.test(command)
      ? 'low'
      : isBare(host) || /\bhttp:\/\//.test(command)
        ? 'high'
        : 'medium';
  return act('runs_from_net', severity, shows, { group: host, host });
}

const PACKAGES = /^(?:npm|npx|pnpm|yarn|bun|bunx|pip[\d.]*|pipx|uv|uvx|gem|poetry)$/;
/** A package by its address, or from a registry. */
const BY_ADDRESS =
  /\s(?:--(?:registry|index-url|extra-index-url|index|source|find-links)[= ]\s*|-[if]\s+)["']?(https?:\/\/\S{1,200})|\s["']?(?:[\w.-]+\s?@\s?)?(?:git\+)?(https?:\/\/\S{1,200})/;
/** Where everybody's packages are, and where companies that rent a registry have theirs. */
const USUAL =
  /(?:^|\.)(?:npmjs\.org|npmjs\.com|yarnpkg\.com|pypi\.org|pythonhosted\.org|rubygems\.org|pytorch\.org|nvidia\.com|github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|jfrog\.io|artifactory\.\S+|nexus\.\S+|cloudsmith\.io|fury\.io|pkg\.dev|codeartifact\.[\w-]+\.amazonaws\.com|azure\.com|visualstudio\.com|huggingface\.co|readthedocs\.io|jsr\.io|npmmirror\.com|tuna\.tsinghua\.edu\.cn|aliyun\.com)$/;

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
      : USUAL.test(host) || host === 'k8s.io' || host.endsWith('.k8s.io')
        ? 'low'
        : 'medium';
    return act('runs_from_net', severity, `${program}${given}`, { group: host, host });
  }
  if (!PACKAGES.test(program)) return null;
  const [, registry, address] = BY_ADDRESS.exec(given) ?? [];
  const [host = ''] = hostsIn(registry ?? address ?? '', 1);
  if (host === '' || isNear(host)) return null;
  const usual = USUAL.test(host) && !(registry ?? address ?? '').startsWith('http:');
  if (usual && registry === undefined) return null;
  return act('runs_from_net', isBare(host) ? 'high' : usual ? 'low' : 'medium', `${program}${given}`, {
    group: host,
    host,
  });
}

/** Code in a line that fetches what it runs. */
export const fetchesCode = (text: string): boolean =>
  /\s-c\b/.test(text) &&
  /\burlopen\b|\brequests\.get\b|\burllib\.request\b/.test(text) &&
  /\b(?:exec|eval)\s?\(/.test(text);

/** Code in a line that unpacks what it runs, so that nobody reads it. */
export const decodesCode = (text: string): boolean =>
  /(?:^|[\s;&|])(?:node|python[\d.]*|perl|ruby|php|deno|bun)\s+(?:-\w+\s+){0,4}-[cepr]\b/.test(text)
    ? /\b(?:exec|eval|Function|__import__\(["']os["']\)\.system)\s?\(/.test(text) &&
      /\bb64decode\b|\bunhexlify\b|\bfromhex\b|\batob\(|\bBuffer\.from\([^)]{0,400},\s?\\?["'](?:hex|base64)|\bdecompress\(|\bmarshal\.loads\b|\bbase64_decode\b|\bdecode64\b/.test(
        text,
      )
    : /\beval\s+["']?\$\([^)]{0,400}\b(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r)/.test(text);
