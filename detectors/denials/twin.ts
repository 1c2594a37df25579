import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { ENTITY_KINDS } from '../../schemas/event.ts';
import { wordsOf } from '../../schemas/words.ts';
import type { Seen } from '../detector.ts';
import { perPair } from '../stats/per-pair.ts';

export const WAYS = {
  thing: 'another tool for the same thing',
  name: 'a tool of like name',
  change: 'one argument changed',
};
export type Bypass = keyof typeof WAYS;

/** What is compared of a call. */
export interface ComparedCall {
  at: number;
  key: string;
  server: string;
  tool: string;
  class: PrivilegeClass;
  entities: string[];
  facts: string[];
}

export interface Twin {
  of: ComparedCall;
  way: Bypass;
  /** Who may not read a channel and writes to it got hardly what was refused. */
  hardly: boolean;
}

/**
 * The refused call that this one gets around: the same thing by another tool, the same thing under another form of the
 * arguments, or a tool of like name where the arguments say nothing. The very same call is none: it was allowed since.
 */
export function twinOf(call: ComparedCall, open: readonly ComparedCall[]): Twin | null {
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const of = open[index]!;
    const way = wayAround(of, call);
    if (way !== null) return { of, way, hardly: classRank(of.class) <= classRank('read') && call.class === 'write' };
  }
  return null;
}

/** How the call gets around one that was refused, or would, had that been refused; null where it does not. */
export function wayAround(of: ComparedCall, call: ComparedCall): Bypass | null {
  // What reaches less than what was refused is no way around it.
  const rank = classRank(call.class);
  if (rank < classRank(of.class)) return null;
  if (isSameTool(of, call))
    return of.facts.length > 2 && differing(of.facts, call.facts) === 1 && inCommon(of, call) > 0 ? 'change' : null;
  const common = inCommon(of, call);
  if (common === 0 && of.entities.length > 0) return null;
  if (of.server === call.server && isAlike(of.tool, call.tool)) return 'name';
  return rank >= classRank('write') && common > 0 && common === of.entities.length ? 'thing' : null;
}

export function callOf({ event: { body, facts, key }, at, class: privilege }: Seen): ComparedCall {
  const entities: string[] = [];
  const told: string[] = [];
  for (const { field, kind, hash } of facts.args) {
    if (ENTITY_KINDS.has(kind)) insert(entities, hash, 8);
    insert(told, `${field.slice(0, 32)}:${hash}`, 12);
  }
  return {
    at,
    key,
    server: body.server.id.slice(0, 80),
    tool: (body.target.name ?? body.method).slice(0, 80),
    class: privilege,
    entities,
    facts: told,
  };
}

/** Keeps the first of all values in their order, each once: calls with an argument or two are the rule. */
function insert(values: string[], value: string, most: number): void {
  let at = values.length;
  while (at > 0 && values[at - 1]! > value) at -= 1;
  if (at > 0 && values[at - 1] === value) return;
  if (at === values.length) values.push(value);
  else values.splice(at, 0, value);
  if (values.length > most) values.pop();
}

const isSameTool = (a: ComparedCall, b: ComparedCall): boolean => a.tool === b.tool && a.server === b.server;

export const isSame = (a: ComparedCall, b: ComparedCall): boolean =>
  isSameTool(a, b) && a.facts.length === b.facts.length && differing(a.facts, b.facts) === 0;

function inCommon(a: ComparedCall, b: ComparedCall): number {
  let count = 0;
  for (const hash of a.entities) if (b.entities.includes(hash)) count += 1;
  return count;
}

const differing = (a: readonly string[], b: readonly string[]): number =>
  Math.max(a.filter((fact) => !b.includes(fact)).length, b.filter((fact) => !a.includes(fact)).length);

/** Half of the words in common, or one name within the other: delete_file and delete_files, merge and merge_pull_request. */
const isAlike = perPair((a, b) => {
  const [x, y] = [words(a), words(b)];
  const common = x.filter((word) => y.some((other) => isForm(word, other))).length;
  return common > 0 && common / (x.length + y.length - common) >= 0.5;
});

/** repo and repository. */
const isForm = (a: string, b: string): boolean =>
  a === b || (Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a)));

/** Words of a name, without a plural's s. */
const words = (name: string): readonly string[] => [
  ...new Set(wordsOf(name).map((word) => word.replace(/(?<=.)s$/, ''))),
];
