import { remembered } from '../../schemas/remember.ts';
import { spaced, wordsOf } from '../../schemas/words.ts';
import type { Seen } from '../detector.ts';
import { lastName, leavesOf } from '../stats/leaves.ts';

/** Whom a call names as the one who agreed to it: somebody else, the agent or whoever prepared it, or no one at all. */
export type Signer = 'other' | 'itself' | 'its maker' | 'nobody';

const SIGNS =
  / (?:approver|approved by|approval by|authori[sz]er|authori[sz]ed by|counter ?signer|counter ?signed by|checker|checked by|second (?:check|approver|person|signature|signatory)|four eyes(?: by)?|genehmigt von|genehmiger|freigegeben von|freigeber) $/;
const MAKES =
  / (?:maker|preparer|prepared by|requester|requestor|requested by|submitter|submitted by|initiator|initiated by|created by|entered by) $/;
const NOBODY =
  / (?:auto|automatic|automatically|system|self|none|nobody|n a|skip|skipped|bypass|bypassed|override|overridden) /;
/** What stands behind an agent's name and tells nobody else. */
const AGENT = new Set(['agent', 'bot', 'service', 'svc', 'ai']);
const MOST = 200;

const doesOf = remembered(
  (path: string): 'signs' | 'makes' | 'by' | '' => {
    const name = spaced(lastName(path));
    return SIGNS.test(name) ? 'signs' : MAKES.test(name) ? 'makes' : name === ' by ' ? 'by' : '';
  },
  4_096,
  MOST,
);

/** Undefined where the call names nobody; `agrees`: its tool itself says that something is agreed to, so that `by` says by whom. */
export function signerOf({ event: { body } }: Pick<Seen, 'event'>, agrees: boolean): Signer | undefined {
  const signers: string[] = [];
  const makers = new Set<string>();
  for (const [path, value] of leavesOf(body.args)) {
    if (typeof value !== 'string' || value.trim() === '' || value.length > MOST) continue;
    const does = doesOf(path.slice(-MOST));
    const name = value.trim().toLowerCase();
    if (does === 'signs' || (does === 'by' && agrees)) signers.push(name);
    else if (does === 'makes') makers.add(name);
  }
  if (signers.length === 0) return undefined;
  const own = [body.agent.id, body.agent.name ?? ''].map(bareName).filter((name) => name !== '');
  if (signers.some((name) => own.includes(bareName(name)))) return 'itself';
  if (signers.some((name) => makers.has(name))) return 'its maker';
  return signers.every((name) => NOBODY.test(spaced(name))) ? 'nobody' : 'other';
}

/** `pricing` of `agent:pricing`, `pricing-agent` and `pricing@acme.io`. */
function bareName(name: string): string {
  const local = name.slice(0, name.includes('@') ? name.indexOf('@') : undefined);
  const words = wordsOf(local.slice(local.search(/[^/:]*$/)));
  return (words.length > 1 && AGENT.has(words.at(-1)!) ? words.slice(0, -1) : words).join(' ');
}
