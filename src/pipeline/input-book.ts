import type { Engine } from '../engine/engine.ts';
import type { Inputs } from '../engine/inputs.ts';
import type { InputVersion } from '../stores/store.ts';

/** Versions in force, by kind: `config`, `catalogue`, `grants`, `verdicts`. */
export type Versions = Record<string, string>;

/** What a set of versions means: the fold compiled from them. */
export interface Rules {
  engine: Engine;
  inputs: Inputs;
}

/** Content of each kind, as stored, and when each version was first loaded. */
export type Contents = Record<string, { content: string; loadedAt: number }>;

interface InputBookOptions<Compiled> {
  compile(contents: Contents): Compiled;
  read(kind: string, version: string): Promise<InputVersion | null>;
  write(version: InputVersion): Promise<void>;
  /** Id of a content: its hash. */
  versionOf(kind: string, content: string): string;
  now(): number;
}

/**
 * The dated inputs (rule R6): each version stored once under the hash of its content, compiled once, and found again
 * for a replay. What is current is for new events; a partition says from which offset on it holds.
 */
export interface InputBook<Compiled = Rules> {
  readonly current: Readonly<Versions>;
  /** Makes this content the current version of its kind, storing it first. True where that changed anything. */
  set(kind: string, content: string): Promise<boolean>;
  rules(versions: Readonly<Versions>): Promise<Compiled>;
}

export function createInputBook<Compiled>({
  compile,
  read,
  write,
  versionOf,
  now,
}: InputBookOptions<Compiled>): InputBook<Compiled> {
  let current: Versions = {};
  /** Of the current versions alone: of verdicts each version is the whole list, and older ones are read again. */
  const known = new Map<string, InputVersion>();
  const compiled = new Map<string, Compiled>();

  const find = async (kind: string, version: string): Promise<InputVersion> => {
    const kept = known.get(kind);
    const found = kept?.version === version ? kept : await read(kind, version);
    if (found === null)
      throw new Error(
        `input ${kind} version ${version} is not in the store: the record was tampered with or restored in part`,
      );
    return found;
  };

  return {
    get current() {
      return current;
    },
    async set(kind, content) {
      const version = versionOf(kind, content);
      if (current[kind] === version) return false;
      // The first time it was loaded counts, not this one: a grant without valid_from holds from then.
      const before = await read(kind, version);
      const stored = before ?? { kind, version, content, loadedAt: now() };
      if (before === null) await write(stored);
      known.set(kind, stored);
      current = { ...current, [kind]: version };
      return true;
    },
    async rules(versions) {
      const id = Object.entries(versions)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat()
        .join('\n');
      const ready = compiled.get(id);
      if (ready !== undefined) return ready;
      const contents: Contents = {};
      for (const [kind, version] of Object.entries(versions)) {
        const { content, loadedAt } = await find(kind, version);
        contents[kind] = { content, loadedAt };
      }
      const rules = compile(contents);
      if (compiled.size >= 32) compiled.clear();
      compiled.set(id, rules);
      return rules;
    },
  };
}
