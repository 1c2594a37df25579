import { isObject } from '../../object.ts';

/**
 * What Java prints of a map: `{id=7, params={name=search, arguments={q=disk full}}}`. Text is not quoted there, so a
 * comma belongs to the text unless a key and `=` follow it. Null where the text is something else.
 */
export function javaMap(source: unknown): Record<string, unknown> | null {
  if (typeof source !== 'string' || source.length > 256 * 1024 || source[0] !== '{') return null;
  const reader = { source, at: 0 };
  try {
    const value = read(reader, 0);
    if (reader.at < source.length) return null;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

interface Reader {
  source: string;
  at: number;
}

const MAX_DEPTH = 32;
const KEY = /[A-Za-z_$][\w$.-]{0,127}=/y;

function read(reader: Reader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error('too deep');
  const start = reader.source[reader.at];
  if (start === '{') return readMap(reader, depth);
  if (start === '[') return readList(reader, depth);
  return readText(reader);
}

function readMap(reader: Reader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  reader.at++;
  while (reader.source[reader.at] !== '}') {
    KEY.lastIndex = reader.at;
    const key = KEY.exec(reader.source);
    if (key === null) throw new Error('no key');
    reader.at += key[0].length;
    entries.push([key[0].slice(0, -1), read(reader, depth + 1)]);
    if (reader.source.startsWith(', ', reader.at)) reader.at += 2;
  }
  reader.at++;
  return Object.fromEntries(entries);
}

function readList(reader: Reader, depth: number): unknown[] {
  const items: unknown[] = [];
  reader.at++;
  while (reader.source[reader.at] !== ']') {
    if (reader.at >= reader.source.length) throw new Error('no end');
    items.push(read(reader, depth + 1));
    if (reader.source.startsWith(', ', reader.at)) reader.at += 2;
    else if (reader.source[reader.at] !== ']') throw new Error('no list');
  }
  reader.at++;
  return items;
}

function readText(reader: Reader): unknown {
  const { source } = reader;
  const start = reader.at;
  for (; reader.at < source.length; reader.at++) {
    const char = source[reader.at];
    if (char === '}' || char === ']') break;
    if (char === ',' && source[reader.at + 1] === ' ' && keyOrItem(source, reader.at + 2)) break;
  }
  if (reader.at === start && reader.at >= source.length) throw new Error('no end');
  const text = source.slice(start, reader.at);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : text;
}

function keyOrItem(source: string, at: number): boolean {
  KEY.lastIndex = at;
  return KEY.test(source) || source[at] === '{';
}
