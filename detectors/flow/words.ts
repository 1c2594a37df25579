/** What came before a call: its tool (or `secret`), and the root where it was read in another session of it, else ''. */
export interface Before {
  source: string;
  root: string;
  /**
   * Something strange came out of the source into the call, or only whom it answers by habit; a secret was reached before
   * it; or it reads an address which may carry away what was read.
   */
  kind: 'took' | 'answered' | 'secret' | 'carried' | 'read';
}

/** What stands for how much: that one came after the other says little where nothing is seen to flow. */
export const STRENGTH = { took: 1, answered: 0.5, secret: 0.5, carried: 1, read: 0.25 };
/** How often calls come so, where nothing is known of the tool. */
export const PRIOR = { took: 0.1, answered: 0.1, secret: 0.3, carried: 0.1, read: 0.3 };

export const REASONS = {
  took: 'took_over',
  answered: 'answered_stranger',
  secret: 'secret_then_act',
  carried: 'carried_out',
  read: 'read_then_act',
};

const WORDS: Record<Before['kind'], (source: string) => string> = {
  took: (source) => `with something new that ${source} had brought`,
  answered: (source) => `to answer whoever wrote in ${source}`,
  secret: () => 'after it reached a secret',
  carried: (source) => `with a long address that nobody brought, after ${source}`,
  read: (source) => `after ${source}`,
};

export const inOther = (root: string): string => ` in another session of the same root (${root})`;

export const said = ({ kind, source, root }: Before, sink: string): string =>
  `called ${sink} ${WORDS[kind](source)}${root === '' ? ' in the same session' : inOther(root)}`;

export const flowName = ({ source, root }: Before, sink: string): string =>
  `${source} > ${sink}${root === '' ? '' : ', other session'}`;
