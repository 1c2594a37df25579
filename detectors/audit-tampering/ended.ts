import { spaced } from '../../schemas/words.ts';
import type { leavesOf } from '../stats/leaves.ts';
import { endsSensor, isSensor } from './sensors.ts';

/** A sensor or a carrier of logs that a call ends: by the name of what it runs, or as what it stops. */

type Leaves = ReturnType<typeof leavesOf>;

const RUNS =
  / (?:run|reruns?|trigger|start|launch|execute|exec|dispatch|invoke|submit|schedule|play|kick ?off|enqueue|queue|call) /;
const RUN =
  /(?:^|[._])(?:playbook|workflow|job|runbook|script|pipeline|job_?template|template|document|recipe|role|automation|cookbook|state|function|action|task|command|file)s?(?:[._]?(?:id|name|path|file))?$|^(?:name|id|path)$/i;
/** What is said to somebody has blanks; what has a name has few. */
const PROSE = /\s\S+\s\S+\s\S+\s/;
const LONGEST = 120;

const THING =
  / (?:services?|daemons?|units?|packages?|agents?|sensors?|deployments?|daemon ?sets?|stateful ?sets?|workloads?|releases?|charts?|addons?|resources?|systemd|systemctl|scale|helm) /;
const STOPS = / (?:disable|stop|remove|uninstall|kill|pause|suspend|mask|purge|delete|terminate) /;
const ASKED =
  /(?:^|[._])(?:state|action|operation|desired_?state|status|enabled|command|ensure|replicas|desired_?count|count|min_?replicas|size)$/i;
const OFF =
  /^(?:stop(?:ped)?|absent|disabled?|uninstall(?:ed)?|mask(?:ed)?|removed?|delete|kill|purge[d]?|false|no|off|0)$/i;
const ABOUT =
  /(?:^|[._])(?:name|service|unit|package|daemon|agent|deployment|daemon_?set|stateful_?set|workload|release|resource|chart|addon)(?:_?names?)?$/i;

/** In words what it ends; '' where nothing. `words` are those of the tool's name. */
export function sensorEnded(words: string, leaves: Leaves): string {
  const runs = RUNS.test(words);
  const ends = STOPS.test(words);
  let named = '';
  let off = ends;
  let thing = THING.test(words);
  for (const [key, value] of leaves) {
    if (typeof value === 'object' || String(value).length > LONGEST) continue;
    const text = String(value);
    if (runs && RUN.test(key) && !PROSE.test(text) && endsSensor(spaced(text))) return `it runs ${text}`;
    if (ABOUT.test(key) && isSensor(text)) named = text;
    if (ASKED.test(key) && OFF.test(text)) off = true;
    thing ||=
      THING.test(` ${text.toLowerCase()} `) ||
      / (?:service|daemon|unit|deployment|workload|release|package) /.test(spaced(key));
  }
  return named !== '' && off && thing ? `it stops ${named}` : '';
}
