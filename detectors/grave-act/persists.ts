import { type Act, act } from './act.ts';
import { isPipeline } from './ci.ts';
import { callsStranger } from './ci-calls.ts';
import { clientOpened, isOfClient } from './client.ts';
import { hostsIn } from './hosts.ts';
import { isPackaging, packaged } from './packaging.ts';
import { isRules, orderIn } from './standing-order.ts';

/** Files by which something runs, or somebody gets in, later (MITRE ATT&CK T1053.003, T1098.004, T1543, T1546.004, T1547). */
const RUNS_LATER =
  /(?:^|\/)\.ssh\/(?:authorized_keys2?|rc)$|(?:^|\/)\.git\/hooks\/[\w-]+$|^\/etc\/(?:cron[\w.]*(?:\/.*)?|rc\.local|init\.d\/.*|profile(?:\.d\/.*)?|ld\.so\.preload|sudoers(?:\.d\/.*)?|pam\.d\/.*|passwd|shadow|group)$|^\/var\/spool\/cron\/|(?:^|\/)systemd\/(?:system|user)\/[^/]+\.(?:service|timer)$|\/Library\/Launch(?:Agents|Daemons)\/|\/autostart\/[^/]+\.desktop$|\/Start Menu\/Programs\/Startup\//i;
/** Files of a shell, or of one's tools, where much is harmless: a path, an alias, a check before a commit. */
const OF_SHELL =
  /(?:^|[/~])\.(?:bashrc|bash_profile|bash_login|zshrc|zshenv|zprofile|profile|config\/fish\/config\.fish|envrc|husky\/[\w-]+|vscode\/tasks\.json)$/;
/** Calls home: what is left behind brings more. */
const CALLS_OUT = /\b(?:curl|wget|nc|ncat|socat)\s|\/dev\/(?:tcp|udp)\/|\bbase64\s+-\w*[dD]|\burlopen\b/;

/** Variables that put code into every program that is started. */
const LOADS =
  /\b(?:NODE_OPTIONS=\S*--(?:require|import|loader)|LD_PRELOAD=|DYLD_INSERT_LIBRARIES=|BASH_ENV=|PROMPT_COMMAND=|PYTHONSTARTUP=|PERL5OPT=)/;

/** A cheap first look: no file that leaves something behind is without one of these. */
export const mayLeave = (path: string): boolean =>
  /\.ssh|hooks|etc\/|cron|systemd|Launch|autostart|Startup|rc$|profile|login|zshenv|husky|tasks\.json|passwd|shadow|group$|config|settings|permissions|opencode|mcp|claude|rules|agents?\.md|gemini|memory|skill|instructions/i.test(
    path,
  );

/** What a file that is written leaves behind. `text` is what comes into it, as far as it is logged. */
export function fileLeft(path: string, text: string): Act | null {
  const clean = path.slice(-400).replaceAll('\\', '/').replace(/["']/g, '');
  if (isRules(clean)) return orderIn(text, clean);
  if (isPackaging(clean)) return packaged(clean, text);
  if (isPipeline(clean)) return callsStranger(text);
  if (isOfClient(clean)) return clientOpened(clean, text);
  const calls = CALLS_OUT.test(text);
  if (OF_SHELL.test(clean) ? !calls && !LOADS.test(text) : !RUNS_LATER.test(clean)) return null;
  return act('persists', calls ? 'high' : 'medium', `${clean}: ${text}`, {
    group: 'file',
    host: hostsIn(text, 1)[0] ?? '',
  });
}

const WRITES_TO = /^(?:cp|mv|ln|install|rsync|scp|tee)$/;

const REDIRECTS = /(?:\s\d|&)?>>?\s{0,9}["']?([^\s"'>&]{3,400})["']?/g;
const MOST = 8;
/** In place, and not to take lines out. */
const EDITS = /\s-\w{0,4}i(?![\s\S]*\/d["'\s])/;

/** What one command leaves behind; `all` is the text that it stands in. */
export function leftBy(program: string, given: string, all: string): Act | null {
  if (program === 'crontab') {
    const edits =
      /^(?:\s+-u\s+\S+)?\s+(?:-(?=[\s)"']|$)|[\w/.~$-]*[\w/](?=[\s)"']|$))/.test(given) && !/\s-[lre]\b/.test(given);
    return edits ? left('crontab', all) : null;
  }
  if (program === 'schtasks' && /\s\/create\b/i.test(given)) return left('schtasks', all);
  if (/^(?:at|batch)$/.test(program) && /\s(?:now|noon|midnight|teatime|tomorrow|-[ft]\s|\d)/.test(given))
    return left('at', all);
  if (program === 'systemd-run' && /\s--(?:on-\w+|timer-property)[= ]/.test(given)) return left('timer', all);
  if (program === 'reg' && /\sadd\s[^\n]{0,200}\\(?:Run(?:Once)?|Winlogon|Image File Execution Options)\b/i.test(given))
    return left('registry', all);
  if (program === 'launchctl' && /\s(?:load|bootstrap)\b/.test(given)) return left('launchctl', all);
  if (enlists(program, given)) return left('runner', all);
  // Beside a repository's own folder: every step of Git runs what lies there.
  if (program === 'git' && /\sconfig\s.*\bcore\.(?:hooksPath|fsmonitor)\s+\S/is.test(given))
    return /\s--(?:global|system)\b|\s["']?\/(?:te?mp|var\/tmp|dev\/shm)\//.test(given)
      ? act('persists', 'medium', `git${given}`, { group: 'hooks' })
      : null;
  for (const [, redirected = ''] of [...given.matchAll(REDIRECTS)].slice(0, MOST)) {
    const found = fileLeft(redirected, all);
    if (found !== null) return found;
  }
  // Where what it says of itself goes is not what it writes.
  const written = given
    .slice(-800)
    .replace(REDIRECTS, ' ')
    .replace(/\s\d>&?\d?/g, ' ');
  const last = /([^\s"']{1,400})["'\s)]*$/.exec(written.slice(-402))?.[1] ?? '';
  if (WRITES_TO.test(program) || (program === 'sed' && EDITS.test(given))) return fileLeft(last, all);
  if (program === 'dd') return fileLeft(/\sof=["']?([^\s"']{1,400})/.exec(given)?.[1] ?? '', all);
  return program === 'chmod' && /\s(?:[ugoa]*\+\w*x|[0-7]?7\d\d)\s/.test(given) && /\.git\/hooks\/[\w-]+$/.test(last)
    ? fileLeft(last, all)
    : null;
}

/** A machine put to run what a repository's pipelines say, from then on: whoever writes there acts on it. */
const enlists = (program: string, given: string): boolean =>
  (/^config\.(?:sh|cmd)$/.test(program) && /\s--url\s/.test(given) && /\s--token\s/.test(given)) ||
  (/^(?:gitlab-runner|act_runner|forgejo-runner)$/.test(program) && /\s(?:register|create-runner-file)\b/.test(given));

const left = (group: string, all: string): Act =>
  act('persists', CALLS_OUT.test(all) ? 'high' : 'medium', all, { group, host: hostsIn(all, 1)[0] ?? '' });
