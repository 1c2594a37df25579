import { spaced } from '../../schemas/words.ts';
import { type Act, act, actWith } from './act.ts';
import { hostsIn, isNear } from './hosts.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** Where anybody may leave a text or a file for whoever has the address, without an account. */
const KEEPS =
  'transfer\\.sh|0x0\\.st|file\\.io|temp\\.sh|bashupload\\.com|termbin\\.com|paste\\.(?:rs|ee)|ix\\.io|sprunge\\.us|dpaste\\.(?:com|org)|(?:paste|haste)bin\\.com|rentry\\.co|controlc\\.com|catbox\\.moe|gofile\\.io|oshi\\.at|tmpfiles\\.org|uguu\\.se|pixeldrain\\.com|filebin\\.net|keep\\.sh';
/** Where whoever made an address reads what is sent to it. */
const CATCHES =
  'webhook\\.site|requestbin\\.(?:com|net)|requestcatcher\\.com|m\\.pipedream\\.net|hookbin\\.com|postb\\.in|ptsv[23]\\.com|oast\\.(?:fun|pro|live|site|online|me)|interact\\.sh|burpcollaborator\\.net|oastify\\.com|dnslog\\.cn|ceye\\.io';
const at = (hosts: string): RegExp =>
  new RegExp(`(?<![\\w.-])(?:[\\w-]{1,63}\\.){0,3}(?:${hosts})(?![\\w-]|\\.\\w)`, 'i');
const KEEPER = at(KEEPS);
const CATCHER = at(CATCHES);

const CARRIES = /^(?:curl|wget|https?|xh|nc|ncat|iwr|irm|invoke-webrequest|invoke-restmethod)$/;
const GIVES =
  /\s(?:-\w*[TFd](?=[\s@"']|$)|--(?:upload-file|form|data[\w-]*|json|post-\w+|body-\w+)|-X\s?(?:POST|PUT)|-(?:InFile|Body|Form)\b)|\s\w+:?=@/;
const FILE = /[\s="']@|\s(?:-\w*T|--upload-file|-InFile|--(?:post|body)-file)/;

/** A snapshot or an image of a machine handed to an account of the cloud (MITRE ATT&CK T1537). */
const HANDS_OVER =
  /\baws\s[^\n]{0,200}\smodify-(?:db-)?(?:cluster-)?(?:snapshot|image)-attribute\b[^\n]{0,400}?(?:--values-to-add|--user-ids|UserId=|--add)[^\n]{0,80}?\b(\d{12})\b/;

export function handsOver(text: string): Act | null {
  const [said, account] = HANDS_OVER.exec(text) ?? [];
  return said === undefined ? null : act('sends_out', 'medium', said, { group: `account ${account}` });
}

/** What a command leaves where everybody may read it, or where nobody knows who does (MITRE ATT&CK T1567). */
export function publishesBy(program: string, given: string): Act | null {
  if (CARRIES.test(program)) return dropped(program, given);
  const shows = `${program}${given}`;
  if (program === 'gh') {
    if (/^\s+gist\s+create\b/.test(given))
      return published(shows, 'gist', /\s(?:-\w*p\w*|--public)(?=\s|$)/.test(given));
    if (/^\s+repo\s+create\b.*\s--public(?=\s|$)/s.test(given))
      return published(shows, 'repository', /\s(?:--source|--push|-s)(?=[\s=]|$)/.test(given));
    return null;
  }
  if (!PUBLISHES.get(program)?.test(given) || /\s--dry-run\b/.test(given)) return null;
  const [registry] = hostsIn(given, 1);
  return registry !== undefined && isNear(registry) ? null : published(shows, 'package', true);
}

/** Programs that put a package where those who build on it take it from. */
const PUBLISHES = new Map<string, RegExp>([
  ...['npm', 'pnpm', 'bun'].map((program): [string, RegExp] => [program, /^\s+(?:-\S+\s+){0,4}publish\b/]),
  ['yarn', /^\s+(?:npm\s+)?publish\b/],
  ['cargo', /^\s+publish\b/],
  ['poetry', /^\s+publish\b/],
  ['uv', /^\s+publish\b/],
  ['twine', /^\s+upload\b/],
  ['gem', /^\s+push\b/],
  ['vsce', /^\s+publish\b/],
]);

const published = (shows: string, what: string, seen: boolean): Act =>
  act('sends_out', seen ? 'medium' : 'low', shows, { group: `public ${what}` });

function dropped(program: string, given: string): Act | null {
  const pipes = program === 'nc' || program === 'ncat';
  const [host] = CATCHER.exec(given) ?? (pipes || GIVES.test(given) ? KEEPER.exec(given) : null) ?? [];
  if (host === undefined) return null;
  return actWith('sends_out', pipes || FILE.test(given) ? 'high' : 'medium', `${program}${given}`, host.toLowerCase());
}

const MAKES = / (?:create|add|make|new|publish|update) (?:\w+ )?(?:gists?|pastes?|pastebins?) $/;
const OPEN = /(?:^|[._])(?:is_?)?public$/i;

/** A text kept where whoever has its address reads it. */
function pastes({ tool, leaves }: Call): Act | null {
  return published(
    `${tool} ${saidIn(leaves)}`,
    'gist',
    leaves.some(([key, value]) => OPEN.test(key) && String(value) === 'true'),
  );
}

export const pasting: Reader = { fits: (_server, tool) => MAKES.test(spaced(tool)), does: pastes };
