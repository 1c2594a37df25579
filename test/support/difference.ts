/**
 * Where two JSON texts first differ, as a path with both values, or '' where they are equal to the byte. A state is
 * long: this is what a person wants to read of it.
 */
export function difference(wanted: string | undefined, got: string | undefined): string {
  if (wanted === got) return '';
  if (wanted === undefined || got === undefined)
    return wanted === undefined ? 'there is one too many' : 'it is missing';
  return walk(JSON.parse(wanted), JSON.parse(got), '$') ?? 'they differ in no value: in how they are written';
}

function walk(wanted: unknown, got: unknown, path: string): string | null {
  if (!isObject(wanted) || !isObject(got) || Array.isArray(wanted) !== Array.isArray(got)) {
    const [one, other] = [JSON.stringify(wanted), JSON.stringify(got)];
    return one === other ? null : `${path}: wanted ${cut(one)}, got ${cut(other)}`;
  }
  const [keys, others] = [Object.keys(wanted), Object.keys(got)];
  for (const key of keys) {
    const found = walk(wanted[key], got[key], Array.isArray(wanted) ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== null) return found;
  }
  return keys.join('\n') === others.join('\n')
    ? null
    : `${path}: keys wanted ${cut(keys.join())}, got ${cut(others.join())}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const cut = (text = 'nothing'): string => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
