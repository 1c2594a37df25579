import { parse } from './parse.ts';
import { shapeOf } from './shapes.ts';

/** Longer a text is not parsed: it is no message that an agent answers. */
const MAX_TEXT = 65_536;
const MAX_DEPTH = 12;
const MAX_NODES = 4096;
const MAX_HEADERS = 64;

/** Names of headers and keys under which a message says whom it is from, folded; a bare `mail` or `address` behind them is left out. */
const SENDERS: ReadonlySet<string> = new Set(
  `from sender replyto author von absender antwortan de expediteur repondrea remitente respondera remetente da mittente
  rispondia van afzender antwoordaan od nadawca`.split(/\s+/),
);
/** Headers behind which the words of whoever wrote the message begin, wherever it says so. */
const BODIES: ReadonlySet<string> = new Set(
  'body text content message snippet preview description comment note inhalt nachricht texto cuerpo corps contenu'.split(
    ' ',
  ),
);

const folded = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/(?<=.{2})(?:e?mail)?(?:address|addr)?$/, '');
const isSender = (name: string): boolean => name.length <= 32 && SENDERS.has(folded(name));

/**
 * Addresses that stand where a message says whom it is from, with their domains, in one spelling: under a key of a structure
 * (Gmail's list of headers too), or in the head of a text, up to the first line that is no header. In the words of the message
 * itself anybody may write `From:`, so that they count for nothing, and of several contents only the first has a head.
 */
export function sendersOf(result: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const text = headOf(result);
  const parsed = text !== undefined && /^\s*[[{]/.test(text) && text.length <= MAX_TEXT ? parse(text) : undefined;
  if (parsed === undefined && text !== undefined) readHead(text, found);
  let nodes = MAX_NODES;
  const walk = (value: unknown, under: boolean, depth: number): void => {
    nodes -= 1;
    if (nodes < 0 || depth > MAX_DEPTH) return;
    if (typeof value === 'string') under && addMailbox(value, found);
    else if (Array.isArray(value)) for (const item of value) walk(item, under, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      const { name, value: header } = value as Record<string, unknown>;
      if (typeof name === 'string' && isSender(name)) walk(header, true, depth + 1);
      for (const [key, inner] of Object.entries(value)) walk(inner, under || isSender(key), depth + 1);
    }
  };
  walk(parsed ?? result, false, 0);
  return found;
}

/** The text of a result, as MCP and most gateways tell it. */
function headOf(result: unknown): string | undefined {
  if (typeof result === 'string') return result;
  if (typeof result !== 'object' || result === null) return undefined;
  const content = Array.isArray(result) ? result : (result as { content?: unknown }).content;
  const text = typeof content === 'string' ? content : (content as { text?: unknown }[] | undefined)?.[0]?.text;
  return typeof text === 'string' ? text : undefined;
}

/** `From: Bob <bob@x.example>` among the first lines; what is folded onto a further line goes on with it. */
function readHead(text: string, found: Set<string>): void {
  for (const line of text.slice(0, MAX_TEXT).trimStart().split('\n', MAX_HEADERS)) {
    const [, name, value] = /^([A-Za-zÀ-ž][\wÀ-ž -]{0,31}):[ \t]*(.*)$/.exec(line.trimEnd()) ?? [];
    if (name === undefined) {
      if (/^[ \t]+\S/.test(line)) continue;
      return;
    }
    if (BODIES.has(folded(name))) return;
    if (isSender(name)) addMailbox(value!, found);
  }
}

/** The address that a field begins with or has in angles; whatever else somebody calls himself is none. */
function addMailbox(field: string, found: Set<string>): void {
  const angled = /^[^<>]{0,128}<([^<>\s]{3,320})>/.exec(field);
  const token = angled?.[1] ?? /^\s*([^\s,;<>"]{3,320})/.exec(field)?.[1];
  const shape = token === undefined ? null : shapeOf(token.replace(/^mailto:/i, '').replace(/[.:!?]+$/, ''));
  if (shape?.kind !== 'email') return;
  found.add(shape.canonical);
  found.add(shape.domain);
}
