import {
  ENTITY_KINDS,
  type Fact,
  type FactKind,
  MAX_ARG_FACTS,
  MAX_RESULT_FACTS,
  SENDER_FIELD,
} from '../../schemas/event.ts';
import { remembered } from '../../schemas/remember.ts';
import type { Hasher } from '../hash.ts';
import { evenly } from './evenly.ts';
import { fieldKind } from './field-kind.ts';
import { fieldIn } from './field-path.ts';
import { linksIn } from './links.ts';
import { sendersOf } from './senders.ts';
import { MAX_TOKEN, mailboxesIn, type Shaped, shapeOf } from './shapes.ts';

/** Long text of arguments that is looked at in all, and text of a result; what lies beyond is not. */
const MAX_ARG_CHARS = 16_384;
const MAX_RESULT_CHARS = 16_384;
const MAX_DEPTH = 12;
/** Values of arguments that are looked at, to choose from. */
const MAX_MET = 16 * MAX_ARG_FACTS;
/** Longer than this a value is prose; its hash would never be met again, and costs. */
const MAX_VALUE = 256;
/** Words and values come again, in this call and in others. */
const REMEMBERED = 16_384;
const REMEMBERED_LENGTH = 64;

/** JSON without a space would be one word, and nothing in it be found. */
const DENSE_JSON = /^(?:\{|\[(?!redacted:))\S*$/;

/** Shapes so loose that the field's name knows better; but a destination may be an account, which is no path. */
const isLoose = (is: FactKind, hint: FactKind): boolean => is === 'number' || (is === 'id' && hint !== 'path');

/**
 * Values of the arguments, known only by their keyed hashes: every leaf as a whole, then the entities inside a text; in
 * order of their fields, long texts last. At most MAX_ARG_FACTS, of every field as many: what stands in front of a
 * recipient must not hide it. Shapes count first, the field's name second, words not at all.
 */
export function extractArgs(args: Record<string, unknown> | undefined, hasher: Hasher): Fact[] {
  const met: { field: string; kind: FactKind; canonical: string }[] = [];
  if (args === undefined) return [];
  const long: [text: string, field: string][] = [];
  let budget = MAX_ARG_CHARS;
  const add = (field: string, kind: FactKind, canonical: string): void => {
    if (met.length < MAX_MET && canonical !== '') met.push({ field, kind, canonical });
  };
  const walk = (value: unknown, field: string, depth: number): void => {
    if (met.length >= MAX_MET || value === null || depth > MAX_DEPTH) return;
    if (typeof value === 'string') {
      if (value.length <= MAX_VALUE) leaf(value, field, add);
      else long.push([value, field]);
    } else if (typeof value === 'number' || typeof value === 'boolean') {
      const kind = typeof value === 'boolean' ? 'boolean' : fieldKind(field) === 'id' ? 'id' : 'number';
      add(field, kind, String(value));
    } else if (Array.isArray(value)) {
      const inner = `${field}[]`;
      for (const item of value) walk(item, inner, depth + 1);
    } else if (typeof value === 'object')
      for (const key of Object.keys(value))
        walk((value as Record<string, unknown>)[key], fieldIn(field, key), depth + 1);
  };
  walk(args, '', 0);
  for (const [text, field] of long) {
    leaf(text.slice(0, budget), field, add);
    budget -= Math.min(budget, text.length);
  }
  return evenly(met, MAX_ARG_FACTS).map(({ field, kind, canonical }) => ({ field, kind, hash: hasher(canonical) }));
}

/**
 * Entities of a result, and the short values in it (of keys, of lines `name: value`, in quotes, single words that
 * look like names), as hashes, of whose places only that of a sender is told: only to tell where a later argument came
 * from. At most MAX_RESULT_FACTS different ones, in the order met; the last is a `rest` where that is not all.
 */
export function extractResult(result: unknown, hasher: Hasher): Fact[] {
  const met = new Map<string, FactKind>();
  let budget = MAX_RESULT_CHARS;
  let more = false;
  const add = (_field: string, kind: FactKind, canonical: string): void => {
    if (canonical === '' || kind === 'boolean' || met.has(canonical)) return;
    if (met.size < MAX_RESULT_FACTS) met.set(canonical, kind);
    else more = true;
  };
  const walk = (value: unknown, depth: number): void => {
    if (value === null || (more && (budget <= 0 || met.size >= MAX_RESULT_FACTS))) return;
    if (depth > MAX_DEPTH) more = true;
    else if (typeof value === 'string') {
      const text = value.length > budget ? value.slice(0, budget) : value;
      budget -= text.length;
      if (text.length > MAX_VALUE || text.includes('\n')) prose(text, '', add, true);
      else if (DENSE_JSON.test(text)) prose(text, '', add, false);
      else leaf(text, '', add);
      if (text.length < value.length) more = true;
    } else if (typeof value === 'number') add('', 'number', String(value));
    else if (Array.isArray(value)) for (const item of value) walk(item, depth + 1);
    else if (typeof value === 'object')
      for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], depth + 1);
  };
  walk(result, 0);
  const senders = hasMail(met) ? sendersOf(result) : NOBODY;
  const facts = [...met].map(([canonical, kind]): Fact => {
    const field = (kind === 'email' || kind === 'domain') && senders.has(canonical) ? SENDER_FIELD : '';
    return { field, kind, hash: hasher(canonical) };
  });
  if (more) facts.splice(MAX_RESULT_FACTS - 1, 1, { field: '', kind: 'rest', hash: '' });
  return facts;
}

const NOBODY: ReadonlySet<string> = new Set();

function hasMail(met: ReadonlyMap<string, FactKind>): boolean {
  for (const kind of met.values()) if (kind === 'email') return true;
  return false;
}

type Add = (field: string, kind: FactKind, canonical: string) => void;

/** One value: what it is as a whole, and where it is a text, the entities in it. */
function leaf(value: string, field: string, add: Add): void {
  const { text, spaced, shapes, time, low } = wholeOf(value);
  if (text === '') return;
  const hint = fieldKind(field);
  if (shapes.length > 0) {
    for (const one of shapes) addShaped(add, field, one, hint !== null && isLoose(one.kind, hint) ? hint : one.kind);
    return;
  }
  if (text.length <= MAX_VALUE) {
    add(field, time ? 'time' : spaced ? 'text' : (hint ?? 'word'), low);
    if (!spaced) return;
  } else add(field, 'text', low);
  prose(text, field, add, false);
}

/** A value as a whole, before its field is looked at: what it is, or what each of several addresses in it is. */
interface Whole {
  text: string;
  low: string;
  spaced: boolean;
  shapes: readonly Shaped[];
  time: boolean;
}
const wholeOf = remembered(
  (value): Whole => {
    const text = value.trim();
    const spaced = /\s/.test(text);
    const one = text.length <= MAX_TOKEN && !spaced ? shapeOf(text) : null;
    const time = text.length <= 40 && /^\d{4}-\d{1,2}-\d{1,2}[T ]/.test(text);
    return { text, low: text.toLowerCase(), spaced, shapes: one === null ? mailboxesIn(text) : [one], time };
  },
  REMEMBERED,
  REMEMBERED_LENGTH,
);

function addShaped(add: Add, field: string, { canonical, domain }: Shaped, kind: FactKind): void {
  add(field, kind, canonical);
  if (domain !== '' && domain !== canonical) add(field, 'domain', domain);
}

const TOKEN = /[^\s"'`<>()[\]{},;|=*]+|\[redacted:[^\]\s]{1,80}\]/g;
const EDGE = /[.:!?]+$/;
const LINE = /^[ \t]*(?:- )?[\w .()/-]{1,40}[:=] *(\S[^\n]{0,160})$/gm;
const QUOTED = /"([^"\n]{2,160})"|'([^'\n]{2,160})'|`([^`\n]{2,160})`/g;
const NAME = /^[A-Z][\w'-]{2,40}$/;

/** Entities in a running text; `values` takes values of lines, quotes and names in as well. */
function prose(text: string, field: string, add: Add, values: boolean): void {
  for (const token of text.match(TOKEN) ?? []) {
    const shape = token.length < 3 ? null : termOf(token);
    if (shape !== null && (values || ENTITY_KINDS.has(shape.kind) || shape.kind === 'secret'))
      addShaped(add, field, shape, shape.kind);
  }
  if (field === '')
    for (const link of linksIn(text)) {
      const { kind, canonical, domain } = shapeOf(link) ?? { kind: 'text', canonical: link.toLowerCase(), domain: '' };
      addShaped(add, field, { kind, canonical, domain }, kind);
    }
  if (!values) return;
  for (const [, value] of text.matchAll(LINE)) add(field, 'text', unquoted(value!).toLowerCase());
  for (const [, a, b, c] of text.matchAll(QUOTED)) add(field, 'text', (a ?? b ?? c)!.trim().toLowerCase());
}

/** What a word of a running text is: of some shape, or at least what looks like a name. */
const termOf = remembered(
  (token): Shaped | null => {
    const clean = token.replace(EDGE, '');
    const shape = shapeOf(clean);
    if (shape !== null || !(NAME.test(clean) || clean.includes('_'))) return shape;
    return { kind: 'word', canonical: clean.toLowerCase(), domain: '' };
  },
  REMEMBERED,
  REMEMBERED_LENGTH,
);

const unquoted = (value: string): string =>
  value
    .trim()
    .replace(/^(["'`])(.*)\1[,;]?$/, '$2')
    .trim();
