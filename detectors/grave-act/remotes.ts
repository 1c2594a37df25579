/** Where many keep what is theirs: there an owner is what a host is elsewhere. */
const FORGE = /^(?:www\.|ssh\.)?(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com)$/;
const BY_URL =
  /\b(?:https?|ssh|git):\/\/(?:[^\s/@"']{1,200}@)?([\w.-]{1,253})(?::\d{1,5})?\/(?:repos\/)?([\w.~-]{1,100})/g;
/** As ssh names a place: `git@github.com:acme/x.git`, `deploy@build.acme.io:/srv`. */
const BY_SSH = /(?<![\w./@-])[\w.-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6}):(?=[\w.~/])(?!\d)([\w.~-]{0,100})/g;
/** A store that rclone knows by a name; a single letter is a disk. */
const RCLONE = /\brclone\s[^\n;|&]{0,400}/g;
const STORE = /\s["']?([\w-]{2,60}):/g;
const MOST = 8;

const named = (host: string, owner: string): string => {
  const forge = FORGE.exec(host.toLowerCase())?.[1];
  return forge === undefined ? host.toLowerCase() : `${forge}/${owner.toLowerCase()}`;
};

/** The first place that a text names by ssh or by the address of a repository: its host, or its owner on a forge. */
export const remoteIn = (text: string): string => remotesIn(text)[0] ?? '';

/** All of them, and the stores that rclone is given. */
export function remotesIn(text: string): string[] {
  const found: string[] = [];
  if (text.includes('://'))
    for (const [, host = '', owner = ''] of text.matchAll(BY_URL)) if (found.push(named(host, owner)) >= MOST) break;
  if (text.includes('@'))
    for (const [, host = '', owner = ''] of text.matchAll(BY_SSH)) if (found.push(named(host, owner)) >= MOST) break;
  if (text.includes('rclone '))
    for (const [command] of [...text.matchAll(RCLONE)].slice(0, MOST))
      for (const [, store = ''] of command.matchAll(STORE)) found.push(storeName(store));
  return found.slice(0, MOST);
}

export const storeName = (store: string): string => `rclone ${store.toLowerCase()}:`;

/** The owner of the repository that a call writes to, as its address would name it; '' where it names none. */
export function ownerIn(server: string, args: unknown): string {
  const { owner, repo, repository, repo_name } = (args ?? {}) as Record<string, unknown>;
  if (typeof owner !== 'string' || owner === '' || owner.length > 100) return '';
  if (repo === undefined && repository === undefined && repo_name === undefined) return '';
  const forge = /gitlab/i.test(server) ? 'gitlab.com' : /bitbucket/i.test(server) ? 'bitbucket.org' : 'github.com';
  return `${forge}/${owner.toLowerCase()}`;
}
