import { isSensor } from './sensors.ts';

/** A manifest that leaves a sensor or a carrier of logs without work: none of it, on no machine, something else in its place, or an output to nowhere. */

const CHARS = 65_536;
const GIVES =
  / (?:k8s|kube\w*|openshift|oc|eks|gke|aks|rancher|argo ?cd|manifests?|resources?|deployments?|daemon ?sets?|stateful ?sets?|workloads?|config ?maps?|apply|patch|helm) /;
const HINT = /nodeSelector|replicas|OnDelete|pause|OUTPUT|@type|exporters|blackhole|sleep/;
const KIND = /\bkind["']?\s{0,8}:\s{0,8}["']?(DaemonSet|Deployment|StatefulSet|ConfigMap)\b/i;
const NAME = /\bname["']?\s{0,8}:\s{0,8}["']?([\w.-]{1,80})/;
const NONE = /\breplicas["']?\s{0,8}:\s{0,8}0\b/;
const SELECTS =
  /\bnodeSelector["']?\s{0,8}:\s{0,80}\{?\s{0,80}["']?([\w./-]{1,120})["']?\s{0,8}:\s{0,8}["']?([\w.-]{0,80})/;
const NOWHERE =
  /^(?:none?|non-?exist(?:ing|ent)|does-?not-?exist|never|nowhere|no-?such[\w-]*|no-?nodes?|disabled?|off|dummy|fake|noop|null|invalid)$/i;
const IDLE =
  /\bimage["']?\s{0,8}:\s{0,8}["']?\S{0,120}\bpause[:@"'\s,}]|\bcommand["']?\s{0,8}:\s{0,8}\[?\s{0,8}(?:-\s)?["']?(?:\/bin\/)?(?:sleep|true)\b/;

/** In words what it does to which; '' where nothing. `words` are those of the tool's name. */
export function manifestEnds(words: string, args: unknown): string {
  if (args === undefined || !GIVES.test(words)) return '';
  const whole = JSON.stringify(args).slice(0, CHARS);
  if (!HINT.test(whole) || !/kind/i.test(whole)) return '';
  const text = whole.replaceAll('\\n', '\n').replaceAll('\\"', '"');
  for (const document of text.split(/^---/m)) {
    const kind = KIND.exec(document)?.[1];
    if (kind === undefined) continue;
    const at = document.indexOf('metadata');
    const name = NAME.exec(at < 0 ? document : document.slice(at))?.[1] ?? '';
    if (!isSensor(name.replace(/[-_.](?:config(?:map)?|conf|settings)$/, ''))) continue;
    const how = /configmap/i.test(kind) ? outputsEnd(document) : worksNowhere(document);
    if (how !== '') return `it leaves ${name} ${how}`;
  }
  return '';
}

function worksNowhere(document: string): string {
  if (NONE.test(document)) return 'with no replicas';
  const [, key = '', value = ''] = SELECTS.exec(document) ?? [];
  if ([key.slice(key.lastIndexOf('/') + 1), value].some((one) => NOWHERE.test(one))) return 'no machine to run on';
  if (/\bOnDelete\b/.test(document) && /\btemplate\b/.test(document) && !/\bcontainers\b/.test(document))
    return 'without containers';
  return IDLE.test(document) ? 'with something else in its place' : '';
}

/** Where outputs go, in the words of those who make them; all of them go nowhere. */
const OUTPUTS: readonly (readonly [each: RegExp, nowhere: RegExp])[] = [
  [/\[OUTPUT\]\s{1,40}Name\s{1,40}([\w-]{1,40})/gi, /^null$/i],
  [/<match\b[^>]{0,200}>\s{1,40}@type\s{1,8}(\w{1,40})/gi, /^null$/i],
  [/\bexporters["']?\s{0,8}:\s{0,8}\[([^\]]{0,200})\]/g, /^["'\s]*(?:nop|debug|logging)?["'\s]*$/],
];

function outputsEnd(document: string): string {
  const ends = OUTPUTS.some(([each, nowhere]) => {
    const all = [...document.matchAll(each)];
    return all.length > 0 && all.every(([, to = '']) => nowhere.test(to));
  });
  return ends ||
    (/\btype["']?\s{0,8}[:=]\s{0,8}["']?blackhole\b/.test(document) && !/\bendpoints?\b|\bbucket\b/.test(document))
    ? 'an output to nowhere'
    : '';
}
