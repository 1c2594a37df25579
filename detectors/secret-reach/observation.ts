import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { SecretAct } from './kind.ts';
import type { Worked } from './trees.ts';
import type { Way } from './ways.ts';

/** What a call reaches, how far that is known, and what is told of it. */
export interface Observation {
  at: number;
  /** Of its ways the gravest that is news, else the first. */
  way: string;
  tool: string;
  kind: SecretAct;
  class: PrivilegeClass;
  /** Those to be learned. */
  ways: readonly Way[];
  /** What it adds to where the agent works. */
  worked: Worked;
  /** What the verdict is about: the store where one is named, else the way. */
  subject: string;
  /** The store that the arguments name, where the tool itself is none of secrets; else ''. */
  store: string;
  /** Others of its kind are known, or were told. */
  further: boolean;
  alike: number;
  /** Further ones that came within the hour, this one counted in. */
  swept: number;
  /** Where its line of shell sends the secret; '' where nowhere. */
  sentTo: string;
  /** It shows all of the environment and asks for nothing in it, or what is of development, or of its own tree; or a colleague may look. */
  weak: boolean;
  /** What changes who may do what, by the text of the call: a statement, or a command; else ''. */
  right: 'statement' | 'command' | '';
  /** The line of shell, or the statement; '' where there is none. */
  line: string;
  /** What of a statement of SQL reaches them, where that says so: a table, a column; else ''. */
  named: string;
  reaches: boolean;
  used: boolean;
  granted: boolean;
  /** Its grant came lately. */
  assigned: boolean;
  news: boolean;
  /** Days on which the tool was met, where it reaches a store. */
  toolDays: number;
  /** It was told lately, and nobody cleared it: neither told again nor learned. */
  pending: boolean;
  /** It was told long ago, and nobody cleared it: told again, a step milder. */
  reminder: boolean;
  peers: number;
  holders: number;
}
