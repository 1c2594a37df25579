/** What a recursive deletion takes with it. */
type Taken = 'everything' | 'outside' | null;

/** Made by a build or a cache, and made again. */
const MADE_AGAIN =
  /(?:^|\/)(?:te?mp|[\w.-]*cache[\w.-]*|node_modules|dist|build|target|out|output|coverage|\.next|\.nuxt|\.turbo|\.?venv|\.tox|\.gradle|\.npm|\.yarn|\.m2|\.cargo|\.terraform|vendor|bin|obj|logs?|lists|shm|artifacts|generated|test-results|tests?|DerivedData|trash|\.Trash)(?:\/|$)/i;
const EVERYTHING =
  /^(?:\/|~|\/(?:etc|usr|var|bin|sbin|lib\w*|boot|opt|srv|root|home|Users|System|Library))?(?:\/\.?\*)?$/;
const SYSTEM = /^\/(?:etc|usr|var|opt|srv|mnt|media|data|boot|lib\w*|s?bin|Volumes)\//;
const OF_HOME = /^~\/(?:\.[\w-]|Documents|Desktop|Pictures|Downloads|Library)/;
const HOME = /^(?:\$HOME|\$\{HOME(?::[?-][^}/]{0,80})?\}|~[a-z][\w-]*|\/home\/[^/*]+|\/Users\/[^/*]+|\/root)(?=\/|$)/;

/**
 * What goes with `target`, as a command in folder `dir` names it ('' where that is not known). Beside the working tree lie
 * other trees of the same work: they come and go.
 */
export function takenBy(target: string, dir: string): Taken {
  const path = resolved(target.replace(/["')\]]+/g, ''), dir);
  if (path === null || path === '') return null;
  if (EVERYTHING.test(path)) return 'everything';
  if (MADE_AGAIN.test(path)) return null;
  if (SYSTEM.test(path) || OF_HOME.test(path)) return isWithin(path, homely(dir)) ? null : 'outside';
  const around = homely(dir).replace(/\/[^/]*$/, '');
  return around === '' || around === '~' || !path.startsWith('/') || isWithin(path, around) ? null : 'outside';
}

const isWithin = (path: string, dir: string): boolean => dir !== '' && `${path}/`.startsWith(`${dir}/`);
const homely = (path: string): string => path.replace(HOME, '~').replace(/(?<=.)\/+$/, '');

/** Absolute, or from a home on, without `.` and `..`; null where it is not known from where it counts. */
function resolved(target: string, dir: string): string | null {
  const path = homely(target);
  if (/[$`]/.test(path)) return null;
  const whole = /^[/~]/.test(path) ? path : dir === '' || path === '' ? null : `${homely(dir)}/${path}`;
  if (whole === null) return null;
  const steps: string[] = [];
  for (const step of whole.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  const joined = steps.join('/');
  return homely(whole.startsWith('~') ? joined : `/${joined}`);
}
