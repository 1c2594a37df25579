import { spaced } from '../../schemas/words.ts';
import { lastName } from '../stats/leaves.ts';
import { isOff } from '../stats/off.ts';
import { perPair } from '../stats/per-pair.ts';
import { type Act, act, isThrowaway } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** A check by somebody else, or a limit, that a setting switches off: approvals, second looks, interlocks, alarms (MITRE ATT&CK T1562). */

const CHECK =
  / (?:(?:four|4|six|6) eyes|(?:second|double|dual|cross) (?:check|control|approval|authori[sz]ation|signature|review)|two (?:person|man)|maker checker|segregation of duties|human in the loop|human (?:review|approval)|manual (?:review|approval|check)|(?:require[sd]? |needs? )?(?:approvals?|approval (?:required|gate|workflow|step)|review required|sign off)|(?:identity|caller|address|signature|payee|account) (?:verification|check|validation)|safety(?: \w+)?|interlocks?|(?:hard|soft|dose|dosage|spend|spending|credit|approval|authori[sz]ation|transfer|payment|withdrawal|safety|hard dose) limits?|(?:\w+ )?alarms?|guard ?rails?|dlp|content filter|(?:malware|virus) scan(?:ning)?|fraud (?:check|detection|screening|rule)|sanctions? (?:check|screening)|(?:allergy|interaction|duplicate) (?:check|alert|warning)) /;
/** What is given to a limit that none is to reach, or to a check that is passed by. */
const AS_GOOD_AS_OFF = /^(?:bypass(?:ed)?|skip(?:ped)?|overrid(?:e|den)|waived?|9{6,})$/i;
const NAMES = /(?:^|[._])(?:policy|rule|setting|name|key|feature|control|check|parameter|option|flag|limit|gate)$/i;
const SAYS = /(?:^|[._])(?:value|state|status|enabled|mode|active|on|to|new_?value)$/i;
/** What holds a thing back until somebody, or something, has looked at it. */
const HOLDS =
  '(?:checks?|approvals?|reviews?|verifications?|validations?|safety|interlocks?|limits?|alarms?|[246] ?eyes|gates?|scans?|scanning|screenings?|protections?|polic(?:y|ies)|sentinel|period lock|quarantine|blocks?)';
const PASSES = '(?:skip|bypass|override|overrule|waive|ignore|disable)(?:s|d|ed|ped)?';
/** A setting that lets by: `skipApproval`, `SENTINEL_SKIP`. */
const PASSES_BY = new RegExp(` ${PASSES} ?(?:all |\\w+ )?${HOLDS} $| ${HOLDS} ${PASSES} $`);

const SETS =
  / (?:set|update|configure|change|modify|edit|put|patch|toggle|push|apply|write|adjust|override|sign|release|approve|submit) /;
const ENDS = /^ (?:\w+ )?(?:disable|bypass|deactivate|suspend|override|silence|mute) /;
/** A tool that is made to overrule one check: `override_scan_block`, `screening.override`. */
const OVERRULES = new RegExp(
  ` (?:override|overrule|bypass|waive) (?:\\w+ ){0,2}${HOLDS} $| ${HOLDS} (?:override|overrule|bypass|waive) $`,
);

type Named = 'sets' | 'ends' | '';
const namedBy = perPair((_server: string, tool: string): Named => {
  const name = spaced(tool);
  if ((ENDS.test(name) && CHECK.test(name)) || OVERRULES.test(name)) return 'ends';
  return SETS.test(name) ? 'sets' : '';
});

const YES = /^(?:true|yes|on|1|enabled)$/i;
/** The same within a text that is a setting: `<disableApproval>true`, `skip_review: yes`. */
const SETTING = /\b([A-Za-z][\w-]{5,60})["']?\s{0,4}[:=>]\s{0,4}["']?(?:true|yes|on|1)\b/g;
const SETTINGS = /(?:^|[._])(?:config(?:uration)?|settings?|job|pipeline|properties|options|variables|yaml|xml)$/i;
const CHARS = 16_384;
const MOST = 200;

const lastOf = (key: string): string => spaced(lastName(key));
const isYes = (value: unknown): boolean => YES.test(String(value).slice(0, 20));
const isNone = (value: unknown): boolean => isOff(value) || AS_GOOD_AS_OFF.test(String(value).slice(0, 20));

/** A setting by which what is done passes a check by, whatever is done. */
function passesBy(leaves: Call['leaves']): boolean {
  const named = leaves.some(([key, value]) => NAMES.test(key) && PASSES_BY.test(spaced(String(value))));
  return leaves.some(([key, value]) => {
    if (isYes(value)) return PASSES_BY.test(lastOf(key)) || (named && SAYS.test(key));
    if (typeof value !== 'string' || value.length < 8 || !SETTINGS.test(key)) return false;
    const settings = [...value.slice(0, CHARS).matchAll(SETTING)].slice(0, MOST);
    return settings.some(([, name = '']) => PASSES_BY.test(spaced(name)));
  });
}

/** A check or a limit that is set to nothing. */
function setsOff(leaves: Call['leaves']): boolean {
  const isNamed = (): boolean => leaves.some(([key, value]) => NAMES.test(key) && CHECK.test(spaced(String(value))));
  return leaves.some(([key, value]) => isNone(value) && (CHECK.test(lastOf(key)) || (SAYS.test(key) && isNamed())));
}

function switchedOff({ server, tool, leaves }: Call): Act | null {
  const named = namedBy(server, tool);
  if (named !== 'ends' && !passesBy(leaves) && !(named === 'sets' && setsOff(leaves))) return null;
  const said = `${tool} ${saidIn(leaves)}`;
  // A review is what is switched off here, and no copy to look at.
  return isThrowaway(said.replace(/review/gi, '')) ? null : act('drops_check', 'medium', said);
}

export const checks: Reader = { fits: () => true, does: switchedOff };
