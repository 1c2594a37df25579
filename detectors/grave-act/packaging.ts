import { type Act, act, actWith } from './act.ts';
import { isInstaller } from './from-net.ts';
import { hostsIn, isBare, isNear } from './hosts.ts';
import { isPublic } from './public.ts';

/** Files that say what is fetched, and what runs, wherever a package is installed (MITRE ATT&CK T1195.001, T1195.002). */
const HOOKED = /(?:^|\/)package\.json$/;
const SET_UP = /(?:^|\/)setup\.py$/;
const LOCK =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|gemfile\.lock|cargo\.lock|composer\.lock)$/i;
const SOURCES =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml|pip\.(?:conf|ini)|\.pypirc|(?:[\w-]*requirements[\w-]*|constraints)\.(?:txt|in)|requirements\/[\w-]+\.txt|pyproject\.toml|pipfile|gemfile)$/i;
const ANY = [HOOKED, SET_UP, LOCK, SOURCES];
export const isPackaging = (path: string): boolean => ANY.some((one) => one.test(path));

const CHARS = 65_536;
/** What such a file brings in that nobody vouches for. */
export function packaged(path: string, whole: string): Act | null {
  const text = whole.slice(0, CHARS);
  if (HOOKED.test(path)) return hooked(path, text) ?? comesFrom(path, text, DEPENDENCY);
  if (SET_UP.test(path)) return setUp(path, text);
  if (LOCK.test(path)) return comesFrom(path, text, RESOLVED);
  return SOURCES.test(path) ? comesFrom(path, text.replace(REMARK, ''), SOURCE) : null;
}

const HOOK = /"((?:pre|post)?install)"\s{0,8}:\s{0,8}"((?:[^"\\]|\\.){1,400})"/g;
const HOOKS = 8;
/** What makers of tools tell everybody to put there, and the steps of one's own build. */
const HONEST =
  /^(?:cross-env\s+|\w+=\S+\s+|npx\s+(?:--\S+\s+|-y\s+)*|(?:pnpm|yarn|bun|npm)\s+(?:exec|dlx|x)\s+)*(?:husky|simple-git-hooks|lefthook|lint-staged|is-ci|is-ci-cli|patch-package|prisma|electron-builder|electron-rebuild|install-app-deps|playwright|puppeteer|cypress|ngcc|lerna|nx|turbo|node-gyp(?:-build)?|prebuild-install|node-pre-gyp|cmake-js|only-allow|opencollective(?:-postinstall)?|node-opencollective|sort-package-json|allow-scripts|pod-install|jetify|jetifier|nuxt|nuxi|svelte-kit|astro|fumadocs-mdx|wxt|wireit|graphql-codegen|paraglide-js|panda|ts-patch|tspc?|tsc|rimraf|shx|husky-init|msw|link-parent-bin|bower|typings|preconstruct|manypkg|effect-language-service|echo|exit|true|cd)(?=\s|$)/i;
const OWN_BUILD =
  /^(?:npm|pnpm|yarn|bun)(?:\s+(?:run|ci|install|-[\w=-]{1,40}))*(?:\s+(?:build|compile|prepare|generate|codegen|clean|link|rebuild|typecheck)[\w:.-]{0,40})?(?:\s+-[\w=-]{1,40})*$/i;
const DOWNLOADS =
  /\b(?:curl|wget|iwr|invoke-webrequest|powershell|base64|eval|https?:\/\/)|\bnode\s+(?:-e|--eval|-p)\b|\bpython[\d.]*\s+-c\b|(?:^|\s)(?:ba|z)?sh\s+-c\b|\/dev\/tcp/i;
const BRINGS = /"(?:dev|peer|optional)?dependencies"\s{0,8}:/i;

function hooked(path: string, text: string): Act | null {
  for (const [shows, name = '', command = ''] of [...text.matchAll(HOOK)].slice(0, HOOKS)) {
    const steps = command.replaceAll('\\"', '"').split(/&&|\|\||;/);
    const strange = steps
      .map((step) => step.trim())
      .find((step) => step !== '' && !HONEST.test(step) && !OWN_BUILD.test(step));
    if (strange === undefined) continue;
    const host = hostsIn(strange).find((one) => !isNear(one)) ?? '';
    const severity = DOWNLOADS.test(strange) || BRINGS.test(text) ? 'medium' : 'low';
    return act('persists', severity, `${path}: ${shows}`, { group: host || name, host });
  }
  return null;
}

const OF_INSTALL = /\bcmdclass\b/;
const RUNS =
  /\b(?:os\.(?:system|popen)|subprocess\.\w+|exec|eval)\s?\(|\burlopen\b|\burlretrieve\b|\brequests\.(?:get|post)\b|\bsocket\.\w+\(/;
const ASKS_NET = /\burlopen\b|\burlretrieve\b|\brequests\.(?:get|post)\b|\bsocket\.\w+\(|\b(?:curl|wget)\s|b64decode/;
const BUILDS = /\bbuild_ext\b|\bcmake\b/i;

function setUp(path: string, text: string): Act | null {
  const asks = ASKS_NET.test(text);
  if (!OF_INSTALL.test(text) || !RUNS.test(text) || (BUILDS.test(text) && !asks)) return null;
  const host = hostsIn(text).find((one) => !isNear(one) && !isPublic(one)) ?? '';
  const at = Math.max(0, text.search(RUNS) - 20);
  return act('persists', asks ? 'medium' : 'low', `${path}: ${text.slice(at, at + 200)}`, {
    group: host || 'setup',
    host,
  });
}

const REMARK = /^[ \t]*[#;][^\n]*$/gm;
const ADDRESS = String.raw`((?:git\+)?https?:\/\/[^\s"'<>,}\]]{1,300})`;
/** Where a lock file has each package from. */
const RESOLVED = [
  new RegExp(String.raw`\b(?:resolved|tarball|remote|registry)["']?\s{0,4}[:=]?\s{0,4}["']?${ADDRESS}`, 'g'),
  new RegExp(String.raw`\b(?:url|source)["']?\s{0,4}[:=]\s{0,4}["']?(?:registry\+|git\+|sparse\+)${ADDRESS}`, 'g'),
  /\b(?:url|source)["']?\s{0,4}[:=]\s{0,4}["']?(https?:\/\/[^\s"'<>,}\]]{1,300}\.(?:tgz|tar\.gz|tar\.bz2|zip|whl|gem|crate|git|jar))\b/g,
];
/** Where packages are looked for, and those that are named by an address. */
const SOURCE = [
  new RegExp(
    String.raw`(?:^|[\s:"'])(?:registry|npmRegistryServer|(?:extra-)?index-url|find-links|source(?=\s{1,4}["'])|url|-i|-f)["']?\s{0,4}[:= ]\s{0,4}["']?${ADDRESS}`,
    'gim',
  ),
  new RegExp(String.raw`(?:^|\s)(?:[\w.[\]-]{1,80}\s{0,4}@\s{0,4})?${ADDRESS}`, 'gm'),
];
/** A dependency that is named by an address instead of a version. */
const DEPENDENCY = [
  new RegExp(String.raw`"(?:@[\w.-]{1,60}/)?[\w.-]{1,120}"\s{0,4}:\s{0,4}"${ADDRESS}\.(?:tgz|tar\.gz|zip)"`, 'g'),
];
const MOST = 4_096;

function comesFrom(path: string, text: string, patterns: readonly RegExp[]): Act | null {
  let first: Act | null = null;
  const met = new Set<string>();
  for (const pattern of patterns)
    for (const [shows, address = ''] of [...text.matchAll(pattern)].slice(0, MOST)) {
      const [host = ''] = hostsIn(address, 1);
      if (host === '' || met.has(host)) continue;
      met.add(host);
      if (isNear(host) || isPublic(host) || isInstaller(host)) continue;
      const found = actWith('runs_from_net', isBare(host) ? 'high' : 'medium', `${path}: ${shows}`, host);
      if (isBare(host)) return found;
      first ??= found;
    }
  return first;
}
