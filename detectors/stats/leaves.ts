import { spaced } from '../../schemas/words.ts';

/** One value among a call's arguments and the names that lead to it, dots between; a list of texts is one value. */
type Leaf = readonly [path: string, value: unknown];

/** The last of the names that lead to a value: `id` of `customer.id`. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** The texts of a value: each of a list. */
export const textsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

const LEAVES = 1_000;
const DEPTH = 6;

let last: { args: unknown; leaves: readonly Leaf[] } | undefined;

/**
 * The values among arguments, in JSON that is given as a text, too, as far as they are looked at: so many, and so deep; of
 * everything its own values before what lies within, so that a long list in front hides no command. The last answer is at
 * hand, as several detectors ask of one call.
 */
export function leavesOf(args: unknown): readonly Leaf[] {
  if (last === undefined || last.args !== args) last = { args, leaves: walked(args) };
  return last.leaves;
}

function walked(args: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (path: string, value: unknown, depth: number): void => {
    if (leaves.length >= LEAVES || depth > DEPTH || value === null || value === undefined) return;
    const inner = typeof value === 'string' ? unpacked(path, value) : undefined;
    if (inner !== undefined) walk(path, inner, depth + 1);
    else if (isOwn(value)) leaves.push([path, value]);
    else if (Array.isArray(value)) for (const one of value) walk(path, one, depth + 1);
    else {
      const within: [string, unknown][] = [];
      for (const [name, one] of Object.entries(value)) {
        const to = path === '' ? name : `${path}.${name}`;
        if (isOwn(one)) walk(to, one, depth + 1);
        else within.push([to, one]);
      }
      for (const [to, one] of within) walk(to, one, depth + 1);
    }
  };
  walk('', args, 0);
  return leaves;
}

/** Where a tool that calls another one is given what that is to be given, as a text. */
const PACKED = / (?:arguments|args|payload|input|params|parameters|kwargs|json|request|data) $/;
const BEGINS = /^\s{0,64}[{[]/;
const LONGEST = 65_536;
function unpacked(path: string, text: string): object | undefined {
  if (!BEGINS.test(text) || text.length > LONGEST || !PACKED.test(spaced(path.slice(-60)))) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

const isOwn = (value: unknown): boolean => typeof value !== 'object' || value === null || isTexts(value);

const isTexts = (value: object): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
