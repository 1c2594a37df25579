import { spaced } from '../../schemas/words.ts';
import { textsIn } from '../stats/leaves.ts';
import { type Act, actWith } from './act.ts';
import { hostsIn, isNear } from './hosts.ts';
import { isPublic } from './public.ts';
import type { Call, Reader } from './reader.ts';

/**
 * A picture in a text that somebody will open: whoever shows it asks for its address, and what stands in it is sent there
 * (OWASP LLM02; EchoLeak, CamoLeak).
 */

const SPEAKS =
  / (?:send|reply|respond|notify|post|publish) | (?:create|add|update|edit|write|append|submit|draft|forward|insert|set) (?:\w+ ){0,3}?(?:messages?|mails?|e ?mails?|repl(?:y|ies)|comments?|pages?|posts?|events?|notes?|issues?|tickets?|letters?|reviews?|answers?|responses?|notifications?|doc|document|text|blocks?|description|pull requests?|merge requests?|threads?|discussions?|cards?|articles?) /;

/** Whether a tool, by the words of its name, gives people something to read. */
export const speaks = (words: string): boolean => SPEAKS.test(words);

const ADDRESS = String.raw`(https?:\/\/[^\s"'<>)\]]{1,2000})`;
const PICTURES = [
  new RegExp(String.raw`!\[[^\]\n]{0,200}\]\(\s{0,4}<?${ADDRESS}`, 'g'),
  new RegExp(
    String.raw`<(?:img|iframe|embed|source|object|audio|video|link|body|table|td)\s[^<>]{0,400}?\b(?:src|srcset|href|data|background|poster)\s{0,4}=\s{0,4}\\?["']?${ADDRESS}`,
    'gi',
  ),
  new RegExp(String.raw`\burl\(\s{0,4}\\?["']?${ADDRESS}`, 'gi'),
];
/** A picture whose address stands elsewhere in the text, by a name. */
const BY_NAME = /!\[[^\]\n]{0,200}\]\s?\[[^\]\n]{0,80}\]/;
const NAMED = new RegExp(String.raw`^\s{0,3}\[[^\]\n]{1,80}\]:\s{0,8}<?${ADDRESS}`, 'gm');

/** Who keeps pictures for many, draws what an address says, or counts who opens the mail of a company. */
const SHOWS_FOR_MANY =
  /(?:^|\.)(?:gravatar\.com|shields\.io|badgen\.net|badge\.fury\.io|sendgrid\.net|list-manage\.com|mailchimp\.com|mcusercontent\.com|mailgun\.(?:org|net)|mandrillapp\.com|mailjet\.com|sparkpostmail\.com|postmarkapp\.com|exacttarget\.com|salesforce\.com|force\.com|pardot\.com|marketo\.\w+|mktoresp\.com|hubspot\w*\.com|hs-sites\.com|klaviyo\.com|customer\.io|customeriomail\.com|braze\.\w+|intercom(?:cdn|assets)?\.(?:io|com)|zendesk\.com|zdassets\.com|freshdesk\.com|constantcontact\.com|mixmax\.com|yesware\.com|outreach\.io|brevo\.com|sendinblue\.com|google-analytics\.com|googleusercontent\.com|ggpht\.com|ytimg\.com|doubleclick\.net|facebook\.com|fbcdn\.net|linkedin\.com|licdn\.com|twimg\.com|slack-edge\.com|wp\.com|imgur\.com|imgix\.net|cloudinary\.com|akamai(?:hd|zed)\.net|akamaiedge\.net|shopify(?:cdn)?\.com|squarespace-cdn\.com|wixstatic\.com|notion\.(?:so|site)|airtableusercontent\.com|figma\.com|loom\.com|giphy\.com|tenor\.com|unsplash\.com|quickchart\.io|mermaid\.ink|kroki\.io|plantuml\.com|latex\.codecogs\.com|wikimedia\.org|openstreetmap\.org|mapbox\.com|discordapp\.(?:com|net)|sharepoint\.com|office\.com|outlook\.com|dropbox(?:usercontent)?\.com|box\.com)$/;

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
/** Names of files after what they hold, as builds give them. */
const DIGEST = /(?:^|[._-])(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})\.\w{2,5}$/i;
const HEX = /[\da-f]{24,}/i;
const LETTERS = /[A-Za-z\d+/_-]{24,}/;
const QUOTED = /(?:%[\da-f]{2}[^%&]{0,12}){3}/i;
const TEMPLATE = /\{\{?[\w .$]{1,60}\}|\$\{|<%|%7B%7B/i;
/** What was taken out of it on its way into the record. */
const TAKEN_OUT = /\[redacted:(?:encoded|random):/;
const SIGNED = /[?&](?:X-Amz-Expires|X-Goog-Expires|Expires|Key-Pair-Id|sig|signature|jwt)=/i;

/** Whether an address carries what stands for data. */
function carries(address: string): boolean {
  const rest = address.replace(/^https?:\/\/[^/?#]{0,300}/i, '').replace(UUID, '');
  if (SIGNED.test(rest)) return false;
  if (TAKEN_OUT.test(rest)) return true;
  const [path = '', query = ''] = rest.split(/\?(.*)/s, 2);
  if (TEMPLATE.test(query)) return true;
  return (
    query.split('&').some((one) => holdsData(one.slice(one.indexOf('=') + 1))) ||
    path.split('/').some((one) => !DIGEST.test(one) && holdsData(one))
  );
}

function holdsData(part: string): boolean {
  if (part.length < 24) return false;
  if (HEX.test(part) || QUOTED.test(part) || part.split('+').length > 4) return true;
  const run = LETTERS.exec(part)?.[0] ?? '';
  return /\d/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run) && !/[a-z]{9}/.test(run);
}

const CHARS = 65_536;
const MOST = 64;

function shows({ leaves }: Call): Act | null {
  for (const [, value] of leaves) {
    const whole = textsIn(value).join('\n');
    if (whole.length < 32 || !whole.includes('://')) continue;
    const text = whole.slice(0, CHARS);
    for (const pattern of BY_NAME.test(text) ? [...PICTURES, NAMED] : PICTURES)
      for (const [said, address = ''] of [...text.matchAll(pattern)].slice(0, MOST)) {
        const [host = ''] = hostsIn(address, 1);
        if (host === '' || isNear(host) || isPublic(host) || SHOWS_FOR_MANY.test(host) || !carries(address)) continue;
        return actWith('sends_out', 'medium', said, host);
      }
  }
  return null;
}

export const pictures: Reader = { fits: (_server, tool) => speaks(spaced(tool)), does: shows };
