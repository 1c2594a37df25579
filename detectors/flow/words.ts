/** What came before a call: its tool (or `secret`), and the root where it was read in another session of it, else ''. */
export interface Before {
  source: string;
  root: string;
  /** Something strange came out of the source into the call, or only whom it answers by habit; or a secret was reached before it. */
  kind: 'took' | 'answered' | 'secret' | 'read';
}

export const REASONS = {
  took: 'took_over',
  answered: 'answered_stranger',
  secret: 'secret_then_act',
  read: 'read_then_act',
};

const WORDS: Record<Before['kind'], (source: string) => string> = {
  took: (source) => `with something new that ${source} had brought`,
  answered: (source) => `to answer whoever wrote in ${source}`,
  secret: () => 'after it reached a secret',
  read: (source) => `after ${source}`,
};

export const inOther = (root: string): string => ` in another session of the same root (${root})`;

export const said = ({ kind, source, root }: Before, sink: string): string =>
  `called ${sink} ${WORDS[kind](source)}${root === '' ? ' in the same session' : inOther(root)}`;

export const flowName = ({ source, root }: Before, sink: string): string =>
  `${source} > ${sink}${root === '' ? '' : ', other session'}`;
