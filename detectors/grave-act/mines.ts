import { type Act, act } from './act.ts';

/** Programs that mine, and what only they are given; a file of that name is not run by it (MITRE ATT&CK T1496). */
const MINERS =
  /^(?:xmrig\S*|xmr-stak\S*|minerd|cpuminer\S*|ccminer|ethminer|nbminer|lolminer|t-rex|teamredminer|phoenixminer|cgminer|bfgminer|nanominer|srbminer\S*)$/;
const POOL = /\bstratum2?\+(?:tcp|ssl|tls|udp)s?:\/\/|\s--donate-level\b|\s--pool[= ]\s*\S*pool\./i;
/** What only looks for them. */
const LOOKS = /^(?:grep|rg|pgrep|find|ps|echo|printf|cat|less|kill|pkill|killall|which|semgrep|yara)$/;

/** Machines of the dearest kinds: with many processors made for it, or whole ones. */
const DEAR = new Map<string, RegExp>([
  [
    'aws',
    /\s(?:run-instances|request-spot-instances|create-fleet|create-auto-scaling-group)\b.*\b(?:p[2-6]\w*|g[4-7]\w*|trn\d\w*|dl\d\w*|u-\w+|\w+\.metal)\.?(?:\d+xlarge|metal)?\b/s,
  ],
  [
    'gcloud',
    /\sinstances\s+create\b.*(?:type=nvidia-\S*,count=(?:[2-9]|1\d)|--machine-type[= ](?:a[23]-(?:mega|high|ultra)gpu-[4-9]\w*))/s,
  ],
  ['az', /\s(?:vm|vmss)\s+create\b.*--(?:size|vm-sku)[= ]["']?Standard_N[CDV]\w+/s],
]);
const MANY =
  /\s--(?:count|min-count|instance-count|desired-capacity)[= ]["']?(?:[2-9]|[1-9]\d+)\b|\b(?:16|24|32|48)xlarge\b|\.metal\b|count=[4-9]/;

/** What one command puts machines to that nobody ordered. */
export function hijacksBy(program: string, given: string): Act | null {
  const shows = `${program}${given}`;
  if (
    MINERS.test(program)
      ? !/^\s*(?:--help|--version)?\s*$/.test(given) || given === ''
      : POOL.test(given) && !LOOKS.test(program)
  )
    return act('hijacks_machines', 'high', shows, { group: 'mining' });
  return DEAR.get(program)?.test(given) && MANY.test(given) && !/\s--dry-run\b/.test(given)
    ? act('hijacks_machines', 'medium', shows, { group: 'machines' })
    : null;
}
