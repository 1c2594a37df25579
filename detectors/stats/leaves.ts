/** One value among a call's arguments and the names that lead to it, dots between; a list of texts is one value. */
type Leaf = readonly [path: string, value: unknown];

const LEAVES = 200;
const DEPTH = 6;

let last: { args: unknown; leaves: readonly Leaf[] } | undefined;

/**
 * The values among arguments, in JSON that is given as a text, too, as far as they are looked at: so many, and so deep. The last answer is at hand, as several
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
    const inner = typeof value === 'string' ? unpacked(path, value) : undefined;
    if (inner !== undefined) walk(path, inner, depth + 1);
    else if (typeof value !== 'object' || isTexts(value)) leaves.push([path, value]);
    else if (Array.isArray(value)) for (const one of value) walk(path, one, depth + 1);
    else
      for (const [name, inner] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, inner, depth + 1);
  };
  walk('', args, 0);
  return leaves;
}

/** Where a tool that calls another one is given what that is to be given, as a text. */
const PACKED = /(?:^|[._])(?:arguments|args|payload|input|params|parameters|kwargs|json|request|data)$/i;
const LONGEST = 65_536;
function unpacked(path: string, text: string): object | undefined {
  if (!text.startsWith('{') || text.length > LONGEST || !PACKED.test(path)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

const isTexts = (value: object): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
