import type { DeclaredTool } from '../../schemas/event.ts';
import { instructsIn } from '../../schemas/instructs.ts';
import { isObject } from '../../schemas/object.ts';
import type { Hasher } from '../hash.ts';

const MAX_TOOLS = 1024;
/** Twice what the protocol advises; whatever is called longer is kept by its beginning, and still no other. */
const MAX_NAME = 256;
const nameOf = (name: string, hasher: Hasher): string =>
  name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 17)} ${hasher(name).slice(0, 16)}`;

/** Tools that a server declares in a tools/list result, each pinned by a hash of all that it says about itself. */
export function declaredTools(result: unknown, hasher: Hasher): DeclaredTool[] {
  const tools = (result as { tools?: unknown } | null | undefined)?.tools;
  if (!Array.isArray(tools)) return [];
  const declared: DeclaredTool[] = [];
  for (const tool of tools.slice(0, MAX_TOOLS) as Record<string, unknown>[]) {
    if (typeof tool?.name !== 'string' || tool.name === '') continue;
    const hints = (typeof tool.annotations === 'object' && tool.annotations !== null ? tool.annotations : {}) as Record<
      string,
      unknown
    >;
    const instructs = instructsIn(
      textsOf(tool.description, tool.inputSchema, tool.outputSchema, tool.title, hints.title),
    );
    // What is said of results and in titles is no part of what it is, but for what tells the model what to do.
    const pinned = [tool.name, tool.description, tool.inputSchema, tool.annotations];
    const entry: DeclaredTool = {
      name: nameOf(tool.name, hasher),
      hash: hasher(stable(instructs === '' ? pinned : [...pinned, instructs])),
      parts: [tool.description, tool.inputSchema, tool.annotations]
        .map((part) => hasher(stable([part])).slice(0, 4))
        .join(''),
    };
    if (typeof hints.readOnlyHint === 'boolean') entry.read_only = hints.readOnlyHint;
    if (typeof hints.destructiveHint === 'boolean') entry.destructive = hints.destructiveHint;
    if (instructs !== '') entry.instructs = instructs;
    declared.push(entry);
  }
  return declared;
}

/** JSON with sorted keys: the order in which a server writes them says nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** Every text in what a tool says of itself: its description and those of its inputs. */
function textsOf(...parts: readonly unknown[]): string {
  const texts: string[] = [];
  JSON.stringify(parts, (_, inner: unknown) => {
    if (typeof inner === 'string') texts.push(inner);
    return inner;
  });
  return texts.join('\n');
}
