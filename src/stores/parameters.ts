/** A parameter's value as the engine reads parameters: text with escapes, quoted where it lies within a list. */
export function parameterText(value: unknown, inside = false): string {
  if (value === null || value === undefined) return inside ? 'NULL' : '\\N';
  if (typeof value === 'string') return inside ? `'${escaped(value)}'` : escaped(value);
  if (Array.isArray(value)) return `[${value.map((item) => parameterText(item, true)).join(',')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(
      ([key, item]) => `${parameterText(key, true)}:${parameterText(item, true)}`,
    );
    return `{${pairs.join(',')}}`;
  }
  return String(value);
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

const escaped = (text: string): string => text.replaceAll(/[\\'\t\n\r\0]/g, (sign) => ESCAPES[sign]!);
