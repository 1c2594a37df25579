import { cut } from '../../schemas/cut.ts';
import { remembered } from '../../schemas/remember.ts';
import { withoutComments } from '../../schemas/sql-comments.ts';
import { spaced } from '../../schemas/words.ts';
import { commandsIn } from '../stats/commands.ts';
import { leavesOf } from '../stats/leaves.ts';
import { sensorEnded } from './ended.ts';
import { manifestEnds } from './manifests.ts';
import { SENSOR } from './sensors.ts';

/** What switches off, thins or clears a trail of what was done (MITRE ATT&CK T1562.008, T1070): by the tool's name, a setting, or a command. */

/** Words are those of names in lower case, a blank on either side. */
const TRAIL =
  / (?:audit(?:s|ing|d|logs?)?|cloudtrail|trails?|guardduty|access histor(?:y|ies)|logging|(?:access|activity|audit|flow|security|run|event) logs?|logs? (?:sinks?|groups?|streams?|buckets?|exports?|drains?|polic(?:y|ies)|settings?|configs?)|diagnostic settings?|security ?hub) /;
const LOGS = / (?:logs|logging) /;
/** What looks at what was done, or warns of it. */
const GUARDS =
  / (?:secret scanning|vulnerability alerts?|dependabot(?: alerts?)?|code scanning|push protection|advanced security|(?:alert(?:ing)?|detection|alarm) rules?) /;
const ENDS =
  / (?:disable[ds]?|disabling|stop|suspend|pause|deactivate|mute|turn off|switch off|delete|remove|purge|clear|wipe|truncate|drop|erase) /;
const CHANGES = / (?:update|set|put|modify|edit|patch|configure|alter|change|toggle|manage) /;

const ON = / (?:enabled?|active|on|logging|recording) /;
const OFF = / (?:disabled?|paused|muted|suspended|off) /;
const STATE = / (?:status|state|mode) /;
const NO = /^(?:false|off|no|0|none|disabled?|inactive|suspended|stopped|paused)$/i;
const YES = /^(?:true|on|yes|1)$/i;

/** Each is held against one line at a time. */
const COMMANDS: readonly RegExp[] = [
  /\bcloudtrail\s+(?:stop-logging|delete-trail)\b/i,
  /\bguardduty\s+(?:delete-detector\b|update-detector\b.{0,200}--no-enable\b)/i,
  /\blogs\s+delete-log-(?:group|stream)\b/i,
  /\bgcloud\s+logging\s+(?:(?:sinks|buckets|logs)\s+delete\b|sinks\s+update\b.{0,200}--disabled\b)/i,
  /\baz\s+monitor\s+diagnostic-settings\s+delete\b/i,
  new RegExp(`\\bsystemctl\\s+(?:--now\\s+)?(?:stop|disable|mask|kill)\\s+(?:--now\\s+)?(?:systemd-)?${SENSOR}\\b`),
  new RegExp(`\\b(?:service\\s+${SENSOR}\\s+stop|p?kill(?:all)?\\s.{0,40}\\b${SENSOR})\\b`),
  new RegExp(
    `\\b(?:kubectl|oc)\\s.{0,100}\\b(?:delete|(?:scale|patch)\\b(?=.{0,300}(?:--replicas[= ]0\\b|\\breplicas["']?:\\s?0\\b|\\bnodeSelector\\b)))\\s.{0,100}\\b(?:daemonsets?|ds|deployments?|deploy|statefulsets?|sts)(?:\\.apps)?[\\s/](?:[^\\n;|&]{0,40}[\\s=])?${SENSOR}\\b`,
  ),
  new RegExp(`\\bhelm\\s.{0,80}\\b(?:uninstall|delete)\\s.{0,80}\\b${SENSOR}\\b`),
  new RegExp(
    `\\b(?:apt(?:-get)?|yum|dnf|zypper)\\s.{0,80}\\b(?:remove|purge|erase)\\s.{0,200}\\b${SENSOR}\\b|\\b(?:rpm\\s-e|dpkg\\s-[rP]|sc(?:\\.exe)?\\s(?:stop|delete)|Stop-Service|Set-Service)\\s.{0,80}\\b${SENSOR}\\b`,
    'i',
  ),
  /\bauditctl\s+-(?:e\s*0|D)\b/,
  /\blogs\s+put-retention-policy\b.{0,200}--retention-in-days[= ]\s*[1-3]\b|\bgcloud\s+logging\s+buckets\s+update\b.{0,200}--retention-days[= ]\s*[1-3]\b/,
  /\bamtool\s+silence\s+add\b.{0,80}=~\s?["']?\.[*+]/,
  /\bhistory\s+-c\b|\bunset\s+HISTFILE\b|\bHISTFILE=\/dev\/null\b|\bHISTSIZE=0\b/,
  /\b(?:rm|shred|truncate|unlink)\s.{0,200}\/var\/log\b|[^2&]>\s*\/var\/log\/|\.bash_history\b.{0,40}\/dev\/null\b/,
  /\b(?:rm|shred|truncate|unlink)\s.{0,120}\.(?:bash|zsh)_history\b|(?<![2&>])>\s*[~$\w{}/]{0,60}\/\.(?:bash|zsh)_history\b/,
  /\bjournalctl\s.{0,80}--vacuum-/,
  /\bwevtutil\s+cl\b|\bClear-EventLog\b|\bSet-AdminAuditLogConfig\b.{0,200}\$false\b/i,
  /\b(?:log_statement|pgaudit\.log|general_log|audit_log\w{0,40})\s*(?:=|\bto\b)\s*'?(?:none|off|0|false)\b/i,
  /\b(?:delete\s+from|truncate(?:\s+table)?|drop\s+table(?:\s+if\s+exists)?|update)\s+["`[]?(?:[\w"`.[\]]{0,80}[._"`])?(?:audit|access|activity|security)_?(?:logs?|trail|events?|history)\b(?!.*\bwhere\s+\(?["`\w.]{1,60}(?:_at|time|date|day|ts|timestamp)["`]?\s*<)/i,
  /\b(?:delete\s+from|truncate(?:\s+table)?|update)\s+["`[]?audit\.(?!.*\bwhere\s+\(?["`\w.]{1,60}(?:_at|time|date|day|ts|timestamp)["`]?\s*<)/i,
  /\balter\s+table\s+\S{0,120}(?:audit|access|activity|security)_?(?:logs?|trail|events?|history)\S{0,40}\s[^;]{0,200}\b(?:data_retention_time_in_days|retention_period)\s{0,4}=\s{0,4}[0-3]\b/i,
  /\b(?:sed|perl|yq)\s+(?:-\S+\s+)*-\w*i\b.{0,400}\baudit[\w.-]{0,40}["']?\s*[:=]\s*["']?(?:false|off|disabled|none)\b/i,
  /\b(?:echo|printf)\s.{0,200}\baudit[\w.-]{0,40}["']?\s*[:=]\s*["']?(?:false|off|disabled|none)\b.{0,40}(?:>|\btee\b)(?!.{0,40}npmrc)/i,
  /\b(?:drop|disable)\s+(?:(?:server|database|unified)\s+)?audit\b|\bnoaudit\s+\w/i,
];
const LINES = 200;
const LINE_CHARS = 2_000;

/** How a call tampers with a trail, in words; null where it does not. `runs`: it is of class execute or above. */
export function tamperingOf(name: string, args: unknown, runs: boolean): string | null {
  const { words, trail, ends, changes, silences } = toolNamed(name);
  if (ends) return 'by its name it ends or clears one';
  const leaves = leavesOf(args);
  if (silences && silencesAll(leaves)) return 'it silences every alert';
  for (const [key, value] of leaves) {
    const setting = settingNamed(key);
    const about = trail ? changes : setting.about;
    if (
      (about && switchesOff(setting.words, String(value), trail)) ||
      (setting.keeps && isShort(value) && (trail || [words, ...leaves.map(([other]) => spaced(other))].some(ofLogs)))
    )
      return `it sets ${key.slice(0, 60)} to ${String(value).slice(0, 20)}`;
  }
  const ended = sensorEnded(words, leaves) || manifestEnds(words, args);
  if (ended !== '') return ended;
  for (const [, text] of commandsIn(leaves, runs)) {
    const line = commanded(text);
    if (line !== null) return `a command ends or clears one: ${line}`;
  }
  return null;
}

const ofLogs = (words: string): boolean => LOGS.test(words) || TRAIL.test(words);

/** Days that a log is kept: fewer are over before anybody asks. */
const KEPT_DAYS = 3;
const isShort = (value: unknown): boolean => Number(value) > 0 && Number(value) <= KEPT_DAYS;
const KEEPS = / retention (?:in )?(?:days? )?$/;

const SILENCES = / (?:create|add|post|set|put) (?:\w+ )?(?:silences?|mutes?|mute timings?) /;
const WILD = /^(?:[\w-]{1,40}\s?=~\s?)?["']?\^?(?:\.[*+]|\*)\$?["']?$/;
/** Every matcher that it has fits everything. */
function silencesAll(leaves: ReturnType<typeof leavesOf>): boolean {
  const matchers = leaves
    .filter(([key]) => / matchers?(?: value)? $/.test(spaced(key)))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]));
  return matchers.length > 0 && matchers.every((one) => WILD.test(String(one)));
}

/** What the names of tools and settings say is found once for each: they come again with every call. */
const NAMES = 4096;
const LONGEST = 200;

const toolNamed = remembered(
  (name) => {
    const words = spaced(name);
    const trail = TRAIL.test(words);
    return {
      words,
      trail,
      ends: ENDS.test(words) && (trail || LOGS.test(words) || GUARDS.test(words)),
      changes: CHANGES.test(words),
      silences: SILENCES.test(words),
    };
  },
  NAMES,
  LONGEST,
);

const settingNamed = remembered(
  (key) => {
    const words = spaced(key);
    return { words, about: TRAIL.test(words) || GUARDS.test(words), keeps: KEEPS.test(words) };
  },
  NAMES,
  LONGEST,
);

/** Of the setting of a trail, or of one that is named after it. */
function switchesOff(key: string, value: string, trail: boolean): boolean {
  if (OFF.test(key)) return YES.test(value);
  return NO.test(value) && (!trail || ON.test(key) || STATE.test(key) || TRAIL.test(key));
}

/** The line that ends or clears a trail, cut. */
function commanded(value: string): string | null {
  if (value.length < 8) return null;
  const read = value.slice(0, LINES * LINE_CHARS);
  const plain = withoutComments(read, true);
  for (const text of plain === read ? [read] : [read, plain])
    for (const whole of text.split('\n', LINES)) {
      const line = whole.slice(0, LINE_CHARS);
      if (COMMANDS.some((command) => command.test(line))) return cut(line.trim(), SHOWN);
    }
  return null;
}
const SHOWN = 120;
