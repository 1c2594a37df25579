import { spaced } from '../../schemas/words.ts';
import { type Act, act, graver, isThrowaway } from './act.ts';
import { runsFetched } from './from-net.ts';
import { gives } from './gives.ts';
import type { Call, Reader } from './reader.ts';
import { opensShell } from './shell-out.ts';

/** Tools that give a cluster what they are given: of a server of clusters, or by their own name. */
const GIVES_CLUSTER =
  / (?:k8s|kube\w*|openshift|oc|eks|gke|aks|rancher|argocd|manifests?|resources (?:create|apply|patch|replace)) /;
/** These take away what they are given, or only look at it. */
const GIVES_NOTHING = / (?:delete|remove|diff|validate|explain) /;
const givesCluster = (server: string, tool: string): boolean =>
  GIVES_CLUSTER.test(`${spaced(server)}${spaced(tool)}`) && !GIVES_NOTHING.test(spaced(tool));

const CHARS = 65_536;
const HAS_KIND = /\bkind["']?\s{0,8}:/;

/** The manifests among what a call is given, written out or as an object. */
function manifestsOf({ args, leaves }: Call): Act | null {
  let found: Act | null = null;
  for (const [, value] of leaves)
    if (typeof value === 'string' && value.length > 20 && HAS_KIND.test(value))
      found = graver(found, manifestDoes(value));
  // Written as an object it goes deeper than arguments are looked at.
  const object = Object.values(args as object).some((value) => typeof value === 'object' && value !== null);
  return object ? graver(found, manifestDoes(JSON.stringify(args).slice(0, CHARS))) : found;
}

export const manifests: Reader = { fits: givesCluster, does: manifestsOf };

/** What a manifest of Kubernetes gives or starts (MITRE ATT&CK T1098.006, T1611, T1053.007), in YAML or JSON. */
export function manifestDoes(text: string): Act | null {
  let found: Act | null = null;
  for (const document of text.slice(0, CHARS).split(/^---/m))
    for (const does of [binds, reachesHost, calls]) found = graver(found, does(document));
  return found;
}

const kind = (name: string): RegExp => new RegExp(String.raw`\bkind["']?\s{0,8}:\s{0,8}["']?${name}\b`);
const BINDS_ALL = kind('ClusterRoleBinding');
const BINDS = kind('RoleBinding');
const ROLE_OF_ALL = kind('ClusterRole');
const BY_CLOCK = kind('CronJob');
const NAME = /\bname["']?\s{0,8}:\s{0,8}["']?([\w:.@-]{1,120})/g;
const NAMES = 8;
const EVERYBODY = /system:(?:unauthenticated|authenticated|anonymous|masters|serviceaccounts\b(?!:))/;
const ofAll = (what: string): RegExp =>
  new RegExp(String.raw`\b${what}["']?\s{0,8}:\s{0,40}(?:\[\s{0,8}|-\s{1,8})?["']?\*`);
const ALL_VERBS = ofAll('verbs');
const ALL_THINGS = ofAll('resources');

function binds(document: string): Act | null {
  const everywhere = BINDS_ALL.test(document);
  if (everywhere || BINDS.test(document)) {
    const role = roleIn(document);
    const everybody = EVERYBODY.exec(document)?.[0];
    const whom =
      everybody ??
      subjectsIn(document)
        .filter((name) => name !== role)
        .join(' ');
    const admin = /^(?:cluster-admin|admin)$/.test(role);
    if (everybody === undefined && !admin) return null;
    const grave = everybody !== undefined || (everywhere && admin);
    if (!grave && isThrowaway(document.slice(0, 400))) return null;
    return gives(
      grave ? 'high' : 'medium',
      `${everywhere ? 'ClusterRoleBinding' : 'RoleBinding'} of ${role} to ${whom}`,
      role,
      whom,
    );
  }
  if (!ROLE_OF_ALL.test(document)) return null;
  return ALL_VERBS.test(document) && ALL_THINGS.test(document)
    ? gives('medium', 'ClusterRole of everything', 'everything', namesIn(document)[0] ?? '')
    : null;
}

const namesIn = (text: string): string[] => [...text.matchAll(NAME)].slice(0, NAMES).map(([, name = '']) => name);

function roleIn(document: string): string {
  const at = document.indexOf('roleRef');
  return at < 0 ? '' : (namesIn(document.slice(at, at + 400))[0] ?? '');
}

function subjectsIn(document: string): string[] {
  const at = document.indexOf('subjects');
  return at < 0 ? [] : namesIn(document.slice(at, at + 1_500));
}

/** Of the machine's own files those by which it is held: all of them, its accounts, and what starts its containers. */
const HOLDS =
  /\bhostPath["']?\s{0,8}:[\s{]{0,40}(?:["']?type["']?\s{0,4}:\s{0,4}["']?\w{0,20}["']?[\s,]{0,40})?["']?path["']?\s{0,4}:\s{0,4}["']?(\/(?:(?:etc|root|home|boot|proc)(?=[/"'\s,}]|$)[^\s"',}]{0,200}|(?:var\/)?run\/(?:docker|containerd|crio)[^\s"',}]{0,200}|var\/lib\/(?:kubelet|docker|containerd|etcd)[^\s"',}]{0,200}|(?=["'\s,}]|$)))/;
const ON = String.raw`["']?\s{0,8}:\s{0,8}true\b`;
const PRIVILEGED = new RegExp(`\\bprivileged${ON}`);
const SEES_ALL = new RegExp(`\\bhost(?:PID|IPC)${ON}`);
const READS_ONLY = new RegExp(`\\breadOnly${ON}`);

/** A container that holds the machine under it. What only looks at it, as monitoring does, is less. */
export function reachesHost(document: string): Act | null {
  const privileged = PRIVILEGED.exec(document)?.[0];
  const sees = SEES_ALL.exec(document)?.[0];
  const path = HOLDS.exec(document)?.[1];
  const shows = [privileged, sees, path === undefined ? undefined : `hostPath ${path}`].filter(
    (one) => one !== undefined,
  );
  if (shows.length === 0) return null;
  const looks = privileged === undefined && (path === undefined || READS_ONLY.test(document));
  return act('reaches_host', shows.length > 1 && !looks ? 'high' : 'medium', shows.join(', '), {
    group: shows.length > 1 ? 'whole' : '',
  });
}

/** What a container runs from the net; what a clock starts runs it again and again. */
function calls(document: string): Act | null {
  const shells = opensShell(document);
  if (shells)
    return act(
      'opens_shell',
      'high',
      document.slice(Math.max(0, document.search(/\/dev\/tcp|\b(?:nc|ncat|socat)\s/) - 40)),
    );
  const found = runsFetched(document);
  return found !== null && BY_CLOCK.test(document)
    ? { ...found, kind: 'persists', severity: 'high', shows: `CronJob: ${found.shows}` }
    : found;
}
