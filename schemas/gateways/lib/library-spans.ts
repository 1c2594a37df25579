import { TARGETED_METHODS } from '../../event.ts';
import type { Span } from './span-tree.ts';
import { type Json, text } from './values.ts';

/** What libraries of MCP write in their own way. */
export const INTERNAL = new Set<unknown>([undefined, 0, 1, 'SPAN_KIND_INTERNAL', 'SPAN_KIND_UNSPECIFIED']);

/** MCP's own SDK for Python names what it calls in the span's name alone: `MCP send tools/call search`. */
export function sent(name: string, own: Json): Json {
  const [, method, target] = /^MCP send (tools\/call|prompts\/get) (.{1,1024})$/.exec(name) ?? [];
  if (method === undefined || own['mcp.method.name'] !== method) return own;
  const key = method === 'tools/call' ? 'gen_ai.tool.name' : 'gen_ai.prompt.name';
  return { ...own, [key]: own[key] ?? target };
}

/**
 * FastMCP tells what a request does inside of it (a tool that calls a tool, a server mounted in another) as calls of their
 * own; and up to 4.1 it listed its tools to itself around calls: a server's span with no parent that nobody asked for.
 */
export const isLibraryNoise = ({ side, scope, raw, call, attributes: own }: Span): boolean =>
  scope.toLowerCase().includes('fastmcp') &&
  (INTERNAL.has(raw.kind) ||
    (side === 'server' &&
      own['fastmcp.span.seam'] !== true &&
      text(raw.parentSpanId) === undefined &&
      /\/list$/.test(text(call?.method) ?? '')));

/**
 * The SDK's span of what it sends knows the method and not the tool: another span tells the call, here or in another
 * export. Which resource it asks for the SDK says nowhere: that it was read may be told by this span alone.
 */
export const isTransport = ({ side, call }: Span): boolean =>
  side === 'client' &&
  TARGETED_METHODS.has(call!.method as string) &&
  call!.method !== 'resources/read' &&
  (call!.target as { name?: string }).name === undefined;
