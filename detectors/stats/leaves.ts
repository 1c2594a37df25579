/** One value among a call's arguments and the names that lead to it, dots between; a list of texts is one value. */
type Leaf = readonly [path: string, value: unknown];

const LEAVES = 200;
const DEPTH = 6;

let last: { args: unknown; leaves: readonly Leaf[] } | undefined;

/**
 * The values among arguments, as far as they are looked at: so many, and so deep. The last answer is at hand, as several
 * detectors ask of one call.
 */
export function leavesOf(args: unknown): readonly Leaf[] {
  if (last === undefined || last.args !== args) last = { args, leaves: walked(args) };
  return last.leaves;
}

function walked(args: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (path: string, value: unknown, depth: number): void => {
    if (leaves.length >= LEAVES || depth > DEPTH || value === null || value === undefined) return;
    if (typeof value !== 'object' || isTexts(value)) leaves.push([path, value]);
    else if (Array.isArray(value)) for (const one of value) walk(path, one, depth + 1);
    else
      for (const [name, inner] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, inner, depth + 1);
  };
  walk('', args, 0);
  return leaves;
}

const isTexts = (value: object): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
