import type { PrivilegeClass } from '../../../schemas/alert.ts';

/** What is known of one product's MCP servers. Tool names are those of the servers named in `references`. */
export interface CatalogueEntry {
  /** Shown in the rule, e.g. `vault:read_secret`. */
  id: string;
  /** Names by which a server (or a prefix of its tools) is known: words, `-` between them. */
  names: readonly string[];
  /** Tool names by class, space separated, in snake case without the product's own prefix. */
  tools: Partial<Record<PrivilegeClass, string>>;
  /** Tools not listed: the class their name suggests -> the class it is on this server. */
  unlisted?: Partial<Record<PrivilegeClass, PrivilegeClass>>;
  /** Tools that take SQL: what it does decides. */
  sql?: string;
  /** Arguments that raise the class: a value of one of the keys that is one of the words. */
  raises?: readonly {
    keys: readonly string[];
    words: readonly string[];
    class: PrivilegeClass;
    writesOnly?: boolean;
  }[];
  references: readonly string[];
}
