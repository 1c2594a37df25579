import { type Act, actWith } from './act.ts';
import { isNear } from './hosts.ts';
import { remoteIn, storeName } from './remotes.ts';

interface Step {
  program: string;
  given: string;
}

const REMOTE = /\sremote\s+(add|set-url)\s+(?:-\S+\s+)*["']?([\w./-]{1,80})["']?\s+["']?([^\s"']{3,400})/;

/** A history pushed to a repository by its address (MITRE ATT&CK T1567.001): what a clone came from has a name. */
export function pushesTo(steps: readonly Step[]): Act | null {
  const remotes = new Map<string, string>();
  let aimed: Act | null = null;
  for (const { program, given } of steps) {
    if (program !== 'git') continue;
    const [, sets, name = '', address = ''] = REMOTE.exec(given) ?? [];
    if (name !== '') remotes.set(name, address);
    aimed ??= aims(sets, name, address, given);
    const to = pushedTo(given);
    const host = remoteIn(remotes.get(to) ?? to);
    if (host !== '' && !isNear(host)) return actWith('sends_out', 'medium', `git${given}`, host);
  }
  return aimed;
}

/** Where pushes go from then on. What others work on is fetched from by a name of its own. */
function aims(sets: string | undefined, name: string, address: string, given: string): Act | null {
  const host = sets === undefined || name === 'upstream' ? '' : remoteIn(address);
  if (host === '' || isNear(host)) return null;
  return actWith('sends_out', sets === 'add' ? 'low' : 'medium', `git${given}`, host);
}

const WORDS = 64;
/** What comes first behind `push` of what is no option, nor the value of one; '' where nothing is pushed. */
function pushedTo(given: string): string {
  const words = given.split(/\s+/, WORDS).map((word) => word.replace(/["')]/g, ''));
  const at = words.indexOf('push');
  if (at < 0) return '';
  return (
    words
      .slice(at + 1)
      .find(
        (word, n, all) => word !== '' && !word.startsWith('-') && !/^(?:-o|--push-option)$/.test(all[n - 1] ?? ''),
      ) ?? ''
  );
}

/** What rclone carries to a store: the last that it is given, by the name of the store or as what it is. */
const CARRIES =
  /\s(?:copy|sync|move|copyto|moveto|bisync)\s[^\n]{0,400}?\s["']?(?:([\w-]{2,60})|:(\w{2,20}(?:,[^:\s]{0,200})?)):[^\s"']{0,200}["']?(?:\s+-[^\n]{0,200})?\s*$/;
const HOST = /\bhost=["']?([\w.-]{1,253})/;

export function rcloneCarries(program: string, given: string): Act | null {
  if (program !== 'rclone') return null;
  const [, store, kind = ''] = CARRIES.exec(given) ?? [];
  const host = store !== undefined ? storeName(store) : (HOST.exec(kind)?.[1] ?? kind);
  return host === '' ? null : actWith('sends_out', 'medium', `rclone${given}`, host);
}
