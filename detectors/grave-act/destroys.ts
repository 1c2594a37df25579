import { type Act, act, destroyed, isThrowaway } from './act.ts';
import { takenBy } from './paths.ts';

/** What a command of one of these programs takes away for good (MITRE ATT&CK T1485, T1490, T1561). Of what they are given. */
const FOR_GOOD = new Map<string, RegExp>();
const put = (programs: string, pattern: RegExp): void => {
  for (const program of programs.split(' ')) FOR_GOOD.set(program, pattern);
};
put('terraform tofu terragrunt', /\s(?:destroy\b|apply\b.{0,400}\s-destroy\b)/s);
put('pulumi cdk cdktf', /\s(?:destroy|stack\s+rm)\b/);
put(
  'aws',
  /\s(?:delete-(?:db-\w[\w-]*|cluster|global-cluster|file-system|volume|snapshot|table|stack|repository|bucket|backup-\w+|recovery-point|domain|elasticsearch-domain|user-pool|hosted-zone|replication-group|cache-cluster|vault|key-pair|vpc)\b|schedule-key-deletion\b|terminate-instances\b|s3\s+rb\b|s3\s+rm\s.{0,400}--recursive\b)/s,
);
put(
  'gcloud',
  /\s(?:(?:clusters|instances|databases|projects|disks|snapshots|backups|datasets|buckets|repositories|namespaces|zones|keyrings|services)\s+delete\b|storage\s+(?:rm\s.{0,200}(?:-r|--recursive)|buckets\s+delete)\b)/s,
);
put('gsutil', /\s(?:rb\b|(?:-m\s+)?rm\s+(?:-\w+\s+){0,4}-\w*r)/);
put('bq', /\srm\s.{0,200}(?:-r|-d|--dataset|--recursive)\b/s);
put(
  'az',
  /\s(?:group|sql\s+(?:db|server)|aks|vm|disk|snapshot|cosmosdb|storage\s+(?:account|container)|(?:postgres|mysql)\s+(?:flexible-)?server|backup\s+\w+|keyvault)\s+(?:database\s+)?(?:delete|purge)\b/,
);
put(
  'kubectl oc',
  /\sdelete\s+(?:-\S+\s+(?:\S+\s+)?)?(?:(?:ns|namespaces?|projects?|pvc?|persistentvolume(?:claim)?s?|crds?|customresourcedefinitions?)(?:[\s/]|$)|.{0,200}--all(?:\s|$|=true))/s,
);
put('eksctl kops doctl k3d', /\s(?:delete\s+cluster|clusters?\s+delete|databases?\s+delete|volume\s+delete)\b/);
put('gh glab', /\srepo\s+delete\b/);
put('heroku', /\s(?:apps:destroy|pg:reset|addons:destroy)\b/);
put('fly flyctl', /\s(?:apps\s+destroy|volumes?\s+destroy|destroy)\b/);
put('dropdb', /\s[\w"'$-]/);
put('mysqladmin', /\sdrop\b/);
put('redis-cli', /\s(?:flushall|flushdb)\b/i);
put('mongo mongosh', /dropDatabase/);
put('rclone', /\spurge\b/);
put('restic borg velero', /\s(?:forget\s.{0,200}--prune|delete|backup\s+delete)\b/s);

/** What an API of GraphQL is told to take away: `mutation { volumeDelete(…) }`, `deleteDatabase`. */
const THING =
  '(?:Volume|Database|Db|Project|Environment|Cluster|Bucket|Backup|VolumeBackup|Snapshot|Branch|Organization|Repository|Namespace|Plugin|Workspace|Tenant|App|Vault)';
const MUTATION = new RegExp(
  `\\bmutation\\b[^{]{0,200}\\{[^{}]{0,200}?\\b(?:(?:delete|destroy|remove|drop|purge)${THING}(?:s|Instance)?|${THING}(?:s|Instance)?(?:Delete|Destroy|Remove|Drop|Purge))\\s{0,4}\\(`,
  'i',
);

/** The same in any text that carries such a call. */
export function mutationDestroys(text: string): Act | null {
  const shows = text.includes('mutation') ? MUTATION.exec(text)?.[0] : undefined;
  return shows === undefined || isThrowaway(shows) ? null : act('destroys', 'medium', shows);
}

const DISK = /\/dev\/(?:sd|nvme|vd|xvd|hd|disk|mapper|mmcblk|md)\w/;

const OVERWRITES = />\s?\/dev\/(?:sd[a-z]|nvme\d|vd[a-z]|xvd[a-z]|mmcblk\d)/;
/** Functions that take a folder away with all in it, in code that a line or a call carries. */
const TREE =
  /\b(?:(?:shutil\.)?rmtree|remove_tree|rimraf(?:\.sync)?|(?:fs\.)?rm(?:dir)?Sync|FileUtils\.rm_r?f)\s{0,4}\(\s{0,8}(?:(?:os\.path\.expanduser|(?:pathlib\.)?Path)\(\s{0,8})?["']([^"'\n]{1,200})["']/g;
const TREES = 16;

export function treesTaken(text: string, dir: string): Act | null {
  const taken = [...text.matchAll(TREE)].slice(0, TREES);
  return taken.length === 0
    ? null
    : deleted(
        taken[0]![0],
        taken.map(([, path = '']) => path),
        dir,
      );
}

/** What one command destroys. `dir` is the folder it runs in, '' where not known; `all` the text that it stands in. */
export function destroysBy(program: string, given: string, dir: string, all: string): Act | null {
  const shows = `${program}${given}`;
  if (OVERWRITES.test(given)) return act('destroys', 'high', shows, { group: 'disk' });
  if (program === 'rm') return /\s(?:-\w*r|--recursive\b)/i.test(given) ? deleted(shows, wordsOf(given), dir) : null;
  if (ON_WINDOWS.test(program))
    return RECURSES.test(given) ? deleted(shows, wordsOf(given).filter(isNoSwitch).map(asUnix), asUnix(dir)) : null;
  if (program === 'find' && /\s-delete\b|\s-exec(?:dir)?\s+(?:rm|shred|truncate)\b/.test(given)) {
    const [from = ''] = wordsOf(given);
    return deleted(shows, [from], dir);
  }
  if (
    /^(?:mkfs(?:\.\w+)?|wipefs|blkdiscard)$/.test(program) ||
    (program === 'dd' && /\sof=/.test(given)) ||
    program === 'shred'
  )
    return DISK.test(given) ? act('destroys', 'high', shows, { group: 'disk' }) : null;
  if (FOR_GOOD.get(program)?.test(given) !== true || /\s(?:--dry-run|--dryrun|--help|-h)\b/.test(given)) return null;
  // Which workspace is chosen before the command says what it is about.
  const workspace = /\bworkspace\s+select\s+\S+|\bTF_WORKSPACE=\S+/.exec(all)?.[0] ?? '';
  const found = destroyed(shows, `${given} ${workspace} ${dir}`);
  if (found !== null && /--skip-final-snapshot\b|\bSkipFinalSnapshot\W{1,4}true\b/i.test(given))
    found.severity = 'high';
  return found;
}

const ON_WINDOWS = /^(?:remove-item|ri|rd|rmdir|del|erase)$/;
const RECURSES = /\s-r(?:ec\w{0,4})?(?=\s|$)|\s\/s(?=\s|$)/i;
const isNoSwitch = (word: string): boolean => !/^\/[a-z]$/i.test(word);
/** A path of Windows as others are: `C:\\Users\\ann` is `/Users/ann`. */
const asUnix = (path: string): string =>
  path
    .replace(/^["']/, '')
    .replace(/^(?:%userprofile%|\$env:userprofile)/i, '~')
    .replace(/^[a-z]:(?=[\\/]|$)/i, '')
    .replaceAll('\\', '/')
    .replace(/^$/, '/');

/** What a line finds by `find` or `ls` and has taken away one by one. */
export function foundAndTaken(
  steps: readonly { after: string; program: string; given: string }[],
  dir: string,
): Act | null {
  let from: string[] = [];
  for (const { after, program, given } of steps) {
    if (!/^\s*\|\s*$/.test(after)) from = [];
    if (program === 'find') from = wordsOf(given).slice(0, 1);
    else if (program === 'ls') from = wordsOf(given);
    else if (program === 'rm' && from.length > 0 && wordsOf(given).length === 0)
      return deleted(`${from.join(' ')} | xargs rm${given}`, from, dir);
  }
  return null;
}

function deleted(shows: string, targets: readonly string[], dir: string): Act | null {
  const taken = targets.map((target) => takenBy(target, dir));
  if (taken.includes('everything')) return act('destroys', 'high', shows, { group: 'everything' });
  return taken.includes('outside') ? act('destroys', 'medium', shows) : null;
}

const MANY = 64;
/** What a command is given beside its options and what it is told to do with its output. */
const wordsOf = (given: string): string[] =>
  given
    .trim()
    .split(/\s+/, MANY)
    .filter((word) => word !== '' && !word.startsWith('-') && !/[<>]/.test(word));
