import type { Fact } from '../../schemas/event.ts';
import { remembered } from '../../schemas/remember.ts';
import { wordsOf } from '../../schemas/words.ts';
import type { Seen } from '../detector.ts';
import { lastName, leavesOf } from '../stats/leaves.ts';

/** What a call has to do with a piece of work that somebody is to agree to: it asks for it, or agrees to it. */
interface Part {
  agrees: boolean;
  /** The pieces of work, by server and keyed hash of what they are called. */
  things: string[];
}

const AGREES = /^(?:approves?|countersigns?|genehmigen?|freigeben|approuver|aprobar|approvare)$/;
const AGREEMENT = /^(?:approval|genehmigung|freigabe|approbation|aprobacion)$/;
const GIVES = /^(?:give|grant|add|record|post|sign)$/;
const ASKS =
  /^(?:create|open|submit|request|raise|propose|draft|file|register|initiate|make|prepare|new|log|enter|start|add|insert|book|issue|place)$/;
const MAKES = /^(?:create|open|submit|propose|draft)$/;
/** Behind these stands what it is for, and not what it is. */
const JOINS = /^(?:on|for|to|in|of|with|by|from|into|at)$/;
const LOOKS = /^(?:get|list|search|find|show|check|count|read|view|status|pending)$/;

interface Named {
  does: 'agrees' | 'asks' | 'changes';
  /** The words of the name; of the thing that is made, the last before what it is for. */
  words: ReadonlySet<string>;
  made: string;
}

const namedBy = remembered(
  (tool): Named => {
    const words = wordsOf(tool);
    const end = words.findIndex((word, at) => at > 0 && JOINS.test(word));
    const made = (end < 0 ? words : words.slice(0, end)).at(-1) ?? '';
    const looks = words.some((word) => LOOKS.test(word));
    const agrees = words.some(
      (word, at) => AGREES.test(word) || (AGREEMENT.test(word) && GIVES.test(words[at - 1] ?? '')),
    );
    const asks = ASKS.test(words[0] ?? '') || MAKES.test(words.at(-1) ?? '');
    return { does: looks ? 'changes' : agrees ? 'agrees' : asks ? 'asks' : 'changes', words: new Set(words), made };
  },
  4_096,
  200,
);

const FIELD = /(?:^|[._])(?:status|state|decision|event|action|outcome|verdict|review|approval)$/i;
const AGREED = /^(?:approved?|genehmigt|freigegeben|approuvée?|aprobad[ao])$/i;

/** Null where it is neither. */
export function partOf({ event }: Pick<Seen, 'event'>): Part | null {
  const { server, target, args } = event.body;
  const { args: given, result } = event.facts;
  if (target.name === undefined) return null;
  const { does, words, made } = namedBy(target.name);
  if (does === 'asks') {
    const old = new Set(given.map(({ hash }) => hash));
    const own = given.filter((fact) => isCalled(fact, (word) => word === made));
    const back = result.filter(({ kind, hash }) => (kind === 'id' || kind === 'uuid') && !old.has(hash));
    return { agrees: false, things: thingsOf(server.id, [...own, ...back]) };
  }
  if (does === 'changes' && !leavesOf(args).some(([key, value]) => FIELD.test(key) && AGREED.test(String(value))))
    return null;
  const things = given.filter((fact) => isCalled(fact, (word) => words.has(word)));
  return { agrees: true, things: thingsOf(server.id, things) };
}

const MOST = 8;
const thingsOf = (server: string, facts: readonly Fact[]): string[] =>
  facts.slice(0, MOST).map(({ hash }) => `${server} ${hash}`.slice(-160));

const BARE = /^(?:id|ids|uuid|key|no|nr|num|number|ref|reference|code|name)$/;
/** The field says what the thing itself is called: `id`, or `claim_id` where it is spoken of. */
function isCalled({ field, kind }: Fact, isSpokenOf: (word: string) => boolean): boolean {
  if (kind !== 'id' && kind !== 'uuid') return false;
  const words = wordsOf(lastName(field)).filter((word) => !BARE.test(word));
  return words.every((word) => isSpokenOf(word) || isSpokenOf(`${word}s`));
}
