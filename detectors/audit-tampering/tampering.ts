import { remembered } from '../../schemas/remember.ts';
import { spaced } from '../../schemas/words.ts';
import { commandsIn } from '../stats/commands.ts';
import { leavesOf } from '../stats/leaves.ts';
import { isOff } from '../stats/off.ts';
import { tamperingLine } from './commands.ts';
import { sensorEnded } from './ended.ts';
import { manifestEnds } from './manifests.ts';

/** What switches off, thins or clears a trail of what was done (MITRE ATT&CK T1562.008, T1070): by the tool's name, a setting, or a command. */

/** Words are those of names in lower case, a blank on either side. */
const TRAIL =
  / (?:audit(?:s|ing|d|logs?)?|cloudtrail|trails?|event selectors?|management events|configuration recorders?|guardduty|access histor(?:y|ies)|logging|(?:access|activity|audit|flow|security|run|event) logs?|log ?push|logs? (?:sinks?|groups?|streams?|buckets?|exports?|drains?|polic(?:y|ies)|settings?|configs?)|diagnostic settings?|security ?hub) /;
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
const YES = /^(?:true|on|yes|1)$/i;

/** How a call tampers with a trail, in words, and with which sort, where another call of the same tool may be about another; else ''. */
interface Tampering {
  how: string;
  sort: string;
}

/** Null where it does not. `runs`: it is of class execute or above. */
export function tamperingOf(name: string, args: unknown, runs: boolean): Tampering | null {
  const { words, trail, ends, changes, silences } = toolNamed(name);
  if (ends) return { how: 'by its name it ends or clears one', sort: '' };
  const leaves = leavesOf(args);
  if (silences && silencesAll(leaves)) return { how: 'it silences every alert', sort: '' };
  for (const [key, value] of leaves) {
    const setting = settingNamed(key);
    const about = trail ? changes : setting.about;
    if (trail && changes && setting.filters && leavesOut(value))
      return { how: `its ${key.slice(0, 60)} leaves somebody out: ${String(value).slice(0, 60)}`, sort: 'filter' };
    if (
      (about && switchesOff(setting.words, String(value), trail)) ||
      (setting.keeps && isShort(value) && (trail || [words, ...leaves.map(([other]) => spaced(other))].some(ofLogs)))
    )
      return { how: `it sets ${key.slice(0, 60)} to ${String(value).slice(0, 20)}`, sort: setting.words.trim() };
  }
  const ended = sensorEnded(words, leaves) || manifestEnds(words, args);
  if (ended !== '') return { how: ended, sort: 'sensors' };
  for (const [, text] of commandsIn(leaves, runs)) {
    const found = tamperingLine(text);
    if (found !== null) return { how: `a command ends or clears one: ${found.line}`, sort: found.sort };
  }
  return null;
}

const ofLogs = (words: string): boolean => LOGS.test(words) || TRAIL.test(words);

/** Days that a log is kept: fewer are over before anybody asks. */
const KEPT_DAYS = 3;
const isShort = (value: unknown): boolean => Number(value) > 0 && Number(value) <= KEPT_DAYS;
const KEEPS = / retention (?:in )?(?:days? )?$/;

const FILTERS = / (?:filters?|exclusions?|excludes?|conditions?|expressions?) $/;
const NOT = /(?:^|[\s("])(?:ne|not|neq|nin|notEquals|NotEquals)(?=[\s("[:])|!=|<>|!~/;
/** Whoever acts, or from where. */
const ACTOR =
  / (?:(?:client|source|src|remote) (?:ip|address|addr)|ip address|user(?! agent)|principal(?: (?:email|id))?|actor|account|role|caller) /;
/** A filter of what is recorded by which one of those who act is not: their traces are missing, and no others. */
const leavesOut = (value: unknown): boolean => {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 2_000);
  return NOT.test(text) && ACTOR.test(spaced(text));
};

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
    return {
      words,
      about: TRAIL.test(words) || GUARDS.test(words),
      keeps: KEEPS.test(words),
      filters: FILTERS.test(words),
    };
  },
  NAMES,
  LONGEST,
);

/** Of the setting of a trail, or of one that is named after it. */
function switchesOff(key: string, value: string, trail: boolean): boolean {
  if (OFF.test(key)) return YES.test(value);
  return isOff(value) && (!trail || ON.test(key) || STATE.test(key) || TRAIL.test(key));
}
