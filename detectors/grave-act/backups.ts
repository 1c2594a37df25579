import { spaced } from '../../schemas/words.ts';
import { lastName } from '../stats/leaves.ts';
import { isOff } from '../stats/off.ts';
import { type Act, act, isProduction, isThrowaway } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** Settings of backups and snapshots that leave none of them, by a tool of an API (MITRE ATT&CK T1490). */

const BACKUPS =
  / (?:back ?ups?|snapshots?|recovery|restic|velero|borg|veeam|pitr|point in time|snap ?shot(?:ting)?|versioning) /;
const CHANGES =
  / (?:set|update|edit|modify|configure|reconfigure|put|patch|change|alter|toggle|manage|reschedule|apply|disable|suspend|pause) /;
const ENDS =
  / (?:disable|suspend|pause|stop|turn off|deactivate|delete|remove) (?:\w+ )?(?:backups?|snapshots?) (?:schedules?|polic(?:y|ies)|plans?|jobs?|lifecycles?|protection) | (?:disable|suspend|deactivate|turn off) (?:\w+ )?(?:backups|snapshots|versioning|pitr|point in time recovery|soft delete|deletion protection|object lock) /;
/** Of these the name of a setting has to say that it is one of backups. */
const HOLDS_DATA = / (?:db|databases?|rds|sql|instances?|clusters?|buckets?|tables?|volumes?|vaults?|disks?|storage) /;

type Sets = 'ends' | 'backups' | 'data' | '';
function setsBy(server: string, tool: string): Sets {
  const name = spaced(tool);
  if (ENDS.test(name)) return 'ends';
  if (!CHANGES.test(name)) return '';
  return BACKUPS.test(name) || BACKUPS.test(spaced(server)) ? 'backups' : HOLDS_DATA.test(name) ? 'data' : '';
}

const SCHEDULE = / (?:schedules?|cron|frequency|interval|every|rate)(?: (?:expression|cron|spec))? $/;
const NEVER = /^(?:@?(?:yearly|annually)|never|none|disabled?|off|manual|p\d{1,3}y)$/i;
const RATE = /^rate\(\s?(\d{1,6}) days?\s?\)$/i;
const MONTH = /^(?:\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i;

/** Once a year, or never. */
function isSeldom(text: string): boolean {
  const said = text.trim().replace(/^cron\((.{1,80})\)$/i, '$1');
  if (NEVER.test(said)) return true;
  const rate = RATE.exec(said);
  if (rate !== null) return Number(rate[1]) >= 180;
  const fields = said.split(/\s+/, 8);
  // Five fields, or six with seconds before them or a year behind them.
  const from = fields.length === 5 || (fields.length === 6 && text.trim().startsWith('cron(')) ? 2 : 3;
  if (fields.length < 5 || fields.length > 7) return false;
  return /^\d{1,2}$/.test(fields[from]!) && MONTH.test(fields[from + 1]!);
}

const KEEPS = / (?:retention|retain(?:ed)?|keep(?: last)?|expir(?:e|es|y|ation)|ttl) /;
const DAYS_ALONE = / days $/;
const OTHER_UNIT = / (?:hours?|hourly|weeks?|weekly|months?|monthly|years?|yearly|annual|policy|id|name) /;
const LITTLE = /^(?:[01]|[01] ?d(?:ays?)?|0 ?\w{0,6}|p[01]d)$/i;
const ON =
  /^ (?:(?:is )?enabled|active|status|state|(?:automated |automatic )?(?:backups?|snapshots?)(?: (?:enabled|status|state|configuration enabled))?|(?:point in time recovery|pitr|versioning|(?:bucket )?versioning status|soft delete|deletion protection|object lock)(?: (?:enabled|status))?) $/;
const OF_BACKUPS = /back ?up|snapshot|point in time|pitr|versioning|soft delete|deletion protection|object lock/;

function settingEnds(sets: Sets, aboutRetention: boolean, key: string, value: unknown): boolean {
  const last = spaced(lastName(key));
  const whole = spaced(key);
  if (sets === 'data' && !OF_BACKUPS.test(whole)) return false;
  const text = String(value);
  if (text.length > 100) return false;
  if (SCHEDULE.test(last)) return text.trim() === '' || value === false || isSeldom(text);
  if ((KEEPS.test(last) || (aboutRetention && DAYS_ALONE.test(last))) && !OTHER_UNIT.test(last))
    return LITTLE.test(text);
  return (ON.test(last) || (sets === 'data' && / enabled $/.test(last))) && isOff(text);
}

function endsBackups({ server, tool, leaves }: Call): Act | null {
  const sets = setsBy(server, tool);
  const retention = / retention /.test(spaced(tool));
  if (sets !== 'ends' && !leaves.some(([key, value]) => settingEnds(sets, retention, key, value))) return null;
  const said = saidIn(leaves);
  if (isThrowaway(said)) return null;
  const production = isProduction(said);
  return act('ends_recovery', production ? 'high' : 'medium', `${tool} ${said}`, {
    group: production ? 'production' : '',
  });
}

export const backups: Reader = { fits: (server, tool) => setsBy(server, tool) !== '', does: endsBackups };
