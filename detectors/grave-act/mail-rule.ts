import { spaced } from '../../schemas/words.ts';
import { type Act, act, actWith } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

const SETS_RULE =
  / (?:create|add|set|update|insert|enable|manage|new) (?:\w+ ){0,3}?(?:filters?|rules?|auto ?forward(?:ing)?|forwarding(?: address(?:es)?)?) /;
const OF_MAIL =
  / (?:g?mails?|e ?mails?|inbox|mailbox|outlook|exchange|messages?|forwarding|auto ?forward|workspace|office|m?365|ms365) /;
type Sets = 'forwarding' | 'mail' | 'rule' | '';
function setsRule(server: string, tool: string): Sets {
  const name = spaced(tool);
  if (!SETS_RULE.test(name)) return '';
  if (name.includes('forward')) return 'forwarding';
  return OF_MAIL.test(name) || OF_MAIL.test(spaced(server)) ? 'mail' : 'rule';
}

const SENDS_ON = /(?:^|[._])(?:forward|redirect)/i;
const ADDRESS = /[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})/;
const TAKES_AWAY = /(?:^|[._])(?:delete|permanent_?delete|(?:move_?to_?)?trash|should_?trash|should_?delete)$/i;
const MOVES = /label|folder|move|disposition/i;
const GONE = /^(?:trash|deleted ?items|deleted|rss feeds|rss subscriptions|junk ?e?-?mail|spam)$/i;
const HIDES = /(?:^|[._])(?:mark_?as_?read|should_?mark_?as_?read|skip_?inbox|should_?archive)$/i;
/** What a rule looks for, beside what it does then. */
const DOES =
  /(?:^|[._])(?:actions?|filter_action|operation|enabled?|display_?name|name|sequence|user(?:_?(?:id|email|google_email))?)(?:[._]|$)/i;
/** Mail that warns somebody, or moves money. */
const WARNS =
  /secur|alert|passw|mfa|verif|invoice|payment|wire|bank|phish|fraud|log-?in|sign-?in|helpdesk|suspicious|hack|virus|complian|audit|incident/i;

/** A rule of a mailbox that sends on what comes, or lets it vanish (MITRE ATT&CK T1114.003, T1564.008). */
function mailRule({ server, tool, leaves }: Call): Act | null {
  const sets = setsRule(server, tool);
  let to = '';
  let domain = '';
  let gone = false;
  let hidden = false;
  const sought: string[] = [];
  for (const [key, value] of leaves) {
    const texts = (Array.isArray(value) ? value : [value]).map((one) => String(one).slice(0, 200));
    if (sets === 'forwarding' && /(?:^|[._])enabled$/i.test(key) && value === false) return null;
    if (SENDS_ON.test(key) || sets === 'forwarding') {
      const found = texts.map((text) => ADDRESS.exec(text)).find((one) => one !== null);
      if (found) [to, domain] = [found[0], found[1]!.toLowerCase()];
    }
    if ((TAKES_AWAY.test(key) && value === true) || (MOVES.test(key) && texts.some((text) => GONE.test(text))))
      gone = true;
    else if ((HIDES.test(key) && value === true) || (/remove/i.test(key) && texts.includes('INBOX'))) hidden = true;
    else if (!DOES.test(key) && !SENDS_ON.test(key)) sought.push(...texts);
  }
  const said = saidIn(leaves);
  if (to !== '') return actWith('persists', gone || hidden ? 'high' : 'medium', `forwards to ${to}: ${said}`, domain);
  if (!gone || sets === 'rule') return null;
  const grave = sought.length === 0 || WARNS.test(sought.join(' '));
  return act('persists', grave ? 'medium' : 'low', `deletes: ${said}`, { group: 'mail' });
}

export const mailRules: Reader = { fits: (server, tool) => setsRule(server, tool) !== '', does: mailRule };
