import { wordSet } from './words.ts';

/** What holds data, so that to share it lets others in: an article, a post or a screen is shared to be seen. */
const HOLDERS = wordSet(
  'file files folder folders directory document documents doc docs drive drives calendar calendars dashboard dashboards report reports notebook notebooks sheet sheets spreadsheet spreadsheets presentation presentations database databases dataset datasets table tables schema bucket buckets snapshot snapshots mailbox mailboxes inbox workspace workspaces project projects repository repo page pages board boards form forms record records',
);
/** What stands after one of these is with whom, or where: `share_post_to_page`. */
const WITH = wordSet('to with in on via as from by for');
const MAKES = wordSet('create add alter update edit modify delete remove drop enable disable set put revoke grant');
const SEEN = wordSet('make set mark change turn');
/** To ask for access, or to note it, gives none. */
const CHANGES_ACCESS = wordSet(
  'manage update set add remove change modify edit approve enable disable give create delete reset extend',
);

/** How a name says that others are let in to something, or shut out of it; null where it does not. */
export function sharedBy(words: readonly string[], verb: string): string | null {
  for (const [at, word] of words.entries()) {
    if ((word === 'share' || word === 'unshare') && holdsAfter(words, at)) return word;
    if (word === 'share' && verb !== word && /^links?$/.test(words[at + 1] ?? '')) return word;
    // A share of files is made as a disk is.
    if ((word === 'share' || word === 'shares') && MAKES.has(verb) && isLast(words, at) && words[at - 1] !== 'file')
      return word;
    if (word === 'visibility' && HOLDERS.has(words[at - 1] ?? '')) return word;
  }
  const last = words[words.length - 1] ?? '';
  if (last === 'public' && SEEN.has(verb)) return last;
  return /^access(?:es)?$/.test(last) && CHANGES_ACCESS.has(verb) ? last : null;
}

function holdsAfter(words: readonly string[], at: number): boolean {
  for (const word of words.slice(at + 1)) {
    if (HOLDERS.has(word)) return true;
    if (WITH.has(word)) return false;
  }
  return false;
}

/** Nothing follows but what says that it is a tool, or of whom. */
const isLast = (words: readonly string[], at: number): boolean =>
  at > 0 && (at === words.length - 1 || /^(?:tool|permissions?|members?)$/.test(words[at + 1] ?? ''));
