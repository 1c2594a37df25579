import { spaced } from '../../schemas/words.ts';
import { textsIn } from '../stats/leaves.ts';
import { type Act, isThrowaway } from './act.ts';
import { gives } from './gives.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** Tools that say who may see a thing: a post, a message or an event is made to be seen. */
const DECIDES =
  / (?:shar(?:e|es|ing|ed)|permissions?|visibility|public|access|acls?|policy|links?|collaborators?|publish|repositor(?:y|ies)|repo|bucket|blob|container|project|storage|database|db instance|db cluster|snapshot|image|dashboard) /;
const MADE_TO_BE_SEEN =
  / (?:post|tweet|event|comment|message|video|playlist|issue|campaign|channel|package|release|gist|webhook|payment|search) /;
const CHANGES =
  / (?:create|add|set|put|update|edit|change|modify|make|share|enable|insert|grant|publish|patch|manage|batch) /;
const UNBLOCKS = / (?:delete|remove|disable) (?:\w+ )?public access block /;
/** An argument says that it is taken back, or only looked at. */
const ACTION = /(?:^|[._])(?:action|operation|mode)$/i;
const TAKES_BACK = /^(?:revoke|remove|delete|unshare|unpublish|disable|get|list|check|view)/i;
type Opens = 'makes' | 'changes' | 'unblocks' | '';
function opensBy(tool: string): Opens {
  const name = spaced(tool);
  if (UNBLOCKS.test(name)) return 'unblocks';
  if (!DECIDES.test(name) || MADE_TO_BE_SEEN.test(name) || !CHANGES.test(name)) return '';
  // What is made open holds nothing yet.
  return / create (?:\w+ )?(?:repositor(?:y|ies)|repo|project|bucket|container|database) $/.test(name)
    ? 'makes'
    : 'changes';
}

const WHO =
  /(?:^|[._])(?:type|scope|access|acl|canned_?acl|visibility|principal|members?|entity|grantee|audience|role_?type|permission_?type|link_?type|general_?access|share_?with|with|users?|emails?|accounts?|groups?|attribute_?values?|values_?to_?add|cidr\w*|public_?access)$/i;
const EVERYBODY =
  /^(?:anyone(?:withlink|with_link|_with_the_link)?|anonymous|anonymously|public|public-read|public-read-write|publicread|all_?users|all_?authenticated_?users|everyone|everybody|world|open|blob|container|internet|all|\*|0\.0\.0\.0\/0|::\/0)$/i;
/** Words that say everybody of some fields only. */
const OF_SOME: Readonly<Record<string, RegExp>> = {
  '*': /principal|accounts?$|members?$|grantee$/i,
  all: /values_?to_?add|attribute_?values?|accounts?$|grantee$|principal|audience$/i,
  blob: /access/i,
  container: /access/i,
  open: /access|visibility|scope/i,
};
const IS_PUBLIC =
  /(?:^|[._])(?:is_?)?(?:public|publicly_?accessible|make_?public|anonymous|allow_?(?:public|anonymous)_?\w{0,12}|public_?(?:read|access|link)?)$/i;
const IS_PRIVATE = /(?:^|[._])(?:is_?)?private$/i;
const BLOCKS = /(?:^|[._])(?:block_?public_?\w{0,8}|ignore_?public_?acls|restrict_?public_?buckets)$/i;
/** Where everything is in one place. */
const WHOLE =
  / (?:public access|repositor(?:y|ies)|repo|project|bucket|blob|container|storage|database|db|snapshot|image|folder) /;

/** What a call of a tool opens to everybody (MITRE ATT&CK T1537, T1530), as its arguments say. */
function opensTo({ tool, leaves }: Call): Act | null {
  const by = opensBy(tool);
  const shown = by === 'unblocks' ? ['', ''] : leaves.find(([key, value]) => isEverybody(key, value));
  if (shown === undefined) return null;
  if (leaves.some(([key, value]) => ACTION.test(key) && TAKES_BACK.test(String(value)))) return null;
  // Who changes one thing of a repository often says again that it is open.
  const again = IS_PRIVATE.test(shown[0] as string);
  if (again && by === 'makes') return null;
  const said = saidIn(leaves);
  if (isThrowaway(said)) return null;
  const severity = by === 'makes' ? 'low' : WHOLE.test(spaced(tool)) && !again ? 'high' : 'medium';
  return gives(severity, `${tool} ${said}`, 'everybody', nameOf(leaves));
}

function isEverybody(key: string, value: unknown): boolean {
  if (value === true) return IS_PUBLIC.test(key);
  if (value === false) return IS_PRIVATE.test(key) || BLOCKS.test(key);
  return (
    WHO.test(key) &&
    textsIn(value).some((text) => EVERYBODY.test(text) && (OF_SOME[text.toLowerCase()]?.test(key) ?? true))
  );
}

const NAMES = /(?:id|name|bucket|repo|repository|path|resource)$/i;
const nameOf = (leaves: Call['leaves']): string =>
  leaves
    .filter(([key, value]) => NAMES.test(key) && typeof value === 'string')
    .map(([, value]) => String(value))
    .join(' ');

export const openings: Reader = { fits: (_server, tool) => opensBy(tool) !== '', does: opensTo };
