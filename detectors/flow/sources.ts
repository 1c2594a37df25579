import { classRank } from '../../schemas/alert.ts';
import type { FactKind } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { perPair } from '../stats/per-pair.ts';
import { toolKey } from '../stats/tool-of.ts';

/** What tools that bring in content of strangers are about, in general words of APIs. */
export const OPEN =
  /(?:^|[_\W])(?:web\w*|browse\w*|fetch|crawl|scrape|url|page|site|internet|e?mails?|inbox|messages?|chats?|comments?|issues?|tickets?|reviews?|posts?|feeds?|forum|threads?|documents?|docs?|files?|attachments?|downloads?|pull_?requests?|search)(?=$|[_\W])/i;

/** A call that may have brought what strangers wrote. That a server says it brings none is its own word. */
export function bringsContent({ used, class: privilege, event: { body } }: Seen): boolean {
  if (!used || classRank(privilege) > classRank('read')) return false;
  return body.annotations?.open_world === true || soundsOpen(body.server.id, body.target.name ?? body.method);
}

const soundsOpen = perPair((server, name) => {
  const tool = toolKey(server, name);
  return OPEN.test(tool.slice(tool.indexOf('/') + 1));
});

export const bringsSecret = ({ used, class: privilege, event: { facts } }: Seen): boolean =>
  used && (privilege === 'secret' || facts.result.some(({ kind }) => kind === 'secret'));

/** What tools that go to an address elsewhere are about. */
const OUTWARD =
  /(?:^|[_\W])(?:web\w*|brows\w*|fetch|crawl|scrape|url|page|site|internet|navigate|https?|curl|download)(?=$|[_\W])/i;
const ADDRESSES: ReadonlySet<FactKind> = new Set<FactKind>(['url', 'domain', 'host']);

/** A read of an address elsewhere tells that address whatever it is made to hold: it leaves as a message does. */
export const carriesOut = ({ class: privilege, event: { body, facts } }: Seen): boolean =>
  privilege === 'read' &&
  facts.args.some(({ kind }) => ADDRESSES.has(kind)) &&
  (body.annotations?.open_world === true || soundsOutward(body.server.id, body.target.name ?? body.method));

const soundsOutward = perPair((server, name) => OUTWARD.test(toolKey(server, name)));
