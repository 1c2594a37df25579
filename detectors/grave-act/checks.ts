import { spaced } from '../../schemas/words.ts';
import { isOff } from '../stats/off.ts';
import { type Act, act, isThrowaway } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** A check by somebody else, or a limit, that a setting switches off: approvals, second looks, interlocks, alarms (MITRE ATT&CK T1562). */

const CHECK =
  / (?:(?:four|4|six|6) eyes|(?:second|double|dual|cross) (?:check|control|approval|authori[sz]ation|signature|review)|two (?:person|man)|maker checker|segregation of duties|human in the loop|human (?:review|approval)|manual (?:review|approval|check)|(?:require[sd]? |needs? )?(?:approvals?|approval (?:required|gate|workflow|step)|review required|sign off)|(?:identity|caller|address|signature|payee|account) (?:verification|check|validation)|safety(?: \w+)?|interlocks?|(?:hard|soft|dose|dosage|spend|spending|credit|approval|authori[sz]ation|transfer|payment|withdrawal|safety|hard dose) limits?|(?:\w+ )?alarms?|guard ?rails?|dlp|content filter|(?:malware|virus) scan(?:ning)?|fraud (?:check|detection|screening|rule)|sanctions? (?:check|screening)|(?:allergy|interaction|duplicate) (?:check|alert|warning)) /;
/** What is given to a limit that none is to reach, or to a check that is passed by. */
const AS_GOOD_AS_OFF = /^(?:bypass(?:ed)?|skip(?:ped)?|9{6,})$/i;
const NAMES = /(?:^|[._])(?:policy|rule|setting|name|key|feature|control|check|parameter|option|flag|limit|gate)$/i;
const SAYS = /(?:^|[._])(?:value|state|status|enabled|mode|active|on|to|new_?value)$/i;
const PASSES_BY =
  / (?:skip|bypass|override|ignore|disable)(?:s|ed)? (?:all )?(?:checks?|approvals?|reviews?|verification|validations?|safety|interlocks?|limits?|alarms?) $/;

const SETS =
  / (?:set|update|configure|change|modify|edit|put|patch|toggle|push|apply|write|adjust|override|sign|release|approve|submit) /;
const ENDS = /^ (?:\w+ )?(?:disable|bypass|deactivate|suspend|override|silence|mute) /;

type Named = 'sets' | 'ends' | '';
function namedBy(tool: string): Named {
  const name = spaced(tool);
  if (ENDS.test(name) && CHECK.test(name)) return 'ends';
  return SETS.test(name) ? 'sets' : '';
}

function switchedOff({ tool, leaves }: Call): Act | null {
  const isNamed = (): boolean => leaves.some(([key, value]) => NAMES.test(key) && CHECK.test(spaced(String(value))));
  const shown = leaves.some(([key, value]) => {
    const off = isOff(value) || AS_GOOD_AS_OFF.test(String(value).slice(0, 20));
    if (!off && String(value) !== 'true') return false;
    const last = spaced(key.slice(key.lastIndexOf('.') + 1));
    return off ? CHECK.test(last) || (SAYS.test(key) && isNamed()) : PASSES_BY.test(last);
  });
  if (!shown && namedBy(tool) !== 'ends') return null;
  const said = `${tool} ${saidIn(leaves)}`;
  // A review is what is switched off here, and no copy to look at.
  return isThrowaway(said.replaceAll('_', ' ').replace(/review/gi, '')) ? null : act('drops_check', 'medium', said);
}

export const checks: Reader = { fits: (_server, tool) => namedBy(tool) !== '', does: switchedOff };
