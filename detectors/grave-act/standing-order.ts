import { hidesIn } from '../../schemas/instructs.ts';
import { readable } from '../../schemas/readable.ts';
import { spaced } from '../../schemas/words.ts';
import { type Act, act, actWith } from './act.ts';
import { isNear } from './hosts.ts';
import { speaks } from './pictures.ts';
import { isPublic } from './public.ts';
import type { Call, Reader } from './reader.ts';

/** Files that assistants read before they work, whoever wrote them. */
const RULES =
  /(?:^|\/)(?:\.(?:cursor|windsurf|cline|roo)rules|(?:claude(?:\.local)?|agents?|gemini|memory|skill)\.md|copilot-instructions\.md|\.cursor\/rules\/[^/]+|\.clinerules\/[^/]+|\.github\/instructions\/[^/]+)$/i;
export const isRules = (path: string): boolean => RULES.test(path);

/** Tools that keep something for later sessions. */
const KEEPS =
  / (?:memor(?:y|ies)|remember|mem0|openmemory|zep|letta|observations?|knowledge graph|user preferences?|core memory) /;
const TAKES_NOTHING_IN = / (?:delete|remove|read|get|search|list|open|forget|clear|prune|find|query|recall) /;
const keeps = (server: string, tool: string): boolean =>
  KEEPS.test(`${spaced(server)}${spaced(tool)}`) && !TAKES_NOTHING_IN.test(spaced(tool));

const CHARS = 16_384;
const ALWAYS = String.raw`\b(?:always|every|each|all|any|from now on|in future|whenever|never again|by default)\b`;
const COPIES = String.raw`\b(?:b?cc|cop(?:y|ies)|forward(?:ed|s)?|upload(?:ed|s)?|post(?:ed)?|mirror(?:ed)?|send|sent|report(?:ed)?|go(?:es)?)\b`;
const BRINGS = String.raw`\b(?:add|includes?|insert|load|import|fetch|downloads?|run|embed|inject|prepend|append)\b`;
const PLACE = String.raw`(?:[\w.+-]{1,64}@|https?:\/\/(?:[^\s/@]{1,64}@)?)([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})`;
/** All of something is to go to one place, or to bring something from there, in one sentence. */
const ORDER = new RegExp(String.raw`${ALWAYS}[^\n]{0,120}?(?:${COPIES}|(${BRINGS}))[^\n]{0,60}?${PLACE}`, 'i');
/** What is brought is run where it comes: to name an address is no more than that. */
const CODE =
  /<script\b|\b(?:curl|wget|npx|uvx)\s|\|\s?(?:ba|z)?sh\b|\b(?:npm|pnpm|yarn|pip|pipx)\s(?:i|install|add)\b/i;
/** What is copied goes beside what was asked for; what is sent may be what somebody wants. */
const BESIDE = /\b(?:b?cc|cop(?:y|ies)|forward|upload|mirror)/i;

const saidBy = (leaves: Call['leaves']): string =>
  leaves
    .map(([, value]) => (Array.isArray(value) ? value.join('\n') : String(value)))
    .join('\n')
    .slice(0, CHARS);

/** What is remembered is followed, whether or not it says that it holds always: where copies go. */
const COPIED_TO = new RegExp(String.raw`\b(?:b?cc|cop(?:y|ies)|forward|mirror|archive)\b[^\n]{0,80}?${PLACE}`, 'i');

/** An order that later sessions follow, in a memory (MITRE ATLAS AML.T0080). */
function ordersLater({ tool, leaves }: Call): Act | null {
  const said = saidBy(leaves);
  return orderIn(said, tool) ?? goesTo(COPIED_TO.exec(readable(said)), tool);
}

export const memories: Reader = { fits: keeps, does: ordersLater };

/** Whoever reads it is to pass it on. */
const PASSED_ON =
  /\b(?:forward|pass|send|copy|share|repeat|include)\b[^.\n]{0,60}?(?:\bthis (?:note|message|mail|text|paragraph|instruction)s?\b[^.\n]{0,60}?\b(?:on|every|each|all|any|other)\b|\b(?:every|each|all|any|other) (?:ai )?(?:assistant|bot|copilot|model)s?\b)/i;
const SENT_TO = new RegExp(String.raw`${COPIES}[^\n]{0,60}?${PLACE}`, 'i');

/** A text that has every model that reads it send something to one place, and the text to others: a worm (Morris II, 2024). */
function spreads({ tool, leaves }: Call): Act | null {
  const said = readable(saidBy(leaves));
  return PASSED_ON.test(said) ? goesTo(SENT_TO.exec(said), tool) : null;
}

export const chainLetters: Reader = { fits: (_server, tool) => speaks(spaced(tool)), does: spreads };

function goesTo(found: RegExpExecArray | null, where: string): Act | null {
  const host = (found?.[1] ?? '').toLowerCase();
  return host === '' || isNear(host) ? null : actWith('orders_model', 'medium', `${where}: ${found![0]}`, host);
}

/**
 * The same in a text that is written to `where`: all of something is to go to one place. That a model is to hide what it
 * does makes it worse; alone, such words stand in honest rules, too.
 */
export function orderIn(text: string, where: string): Act | null {
  const order = ORDER.exec(readable(text.slice(0, CHARS)));
  const hides = hidesIn(text);
  if (order === null) return hides === '' ? null : act('orders_model', 'low', `${where}: ${hides}`);
  const [said, brings, place = ''] = order;
  const host = place.toLowerCase();
  if (brings !== undefined && hides === '' && !CODE.test(said)) return null;
  // An address of the net is seldom what a person is to be told at.
  const outside = said.includes('://') && !isPublic(host) && !isNear(host);
  const severity = hides !== '' ? 'high' : outside || BESIDE.test(said) ? 'medium' : 'low';
  return actWith('orders_model', severity, `${where}: ${hides || said}`, host);
}
