import type { Pattern } from '../../../schemas/grant.ts';
import { isObject } from '../../../schemas/object.ts';
import {
  documentsOf,
  grant,
  ImportError,
  type Imported,
  type ImportFormat,
  type ImportOptions,
  idOf,
  objectAt,
  textAt,
  textsAt,
} from './format.ts';

/** Role v8: `spec.allow.mcp.tools` and `spec.deny.mcp.tools`, each a name, a glob with `*`, or `^expression$`. */
export const teleport: ImportFormat = {
  name: 'teleport',
  title: 'Teleport role (YAML)',
  reference: 'https://goteleport.com/docs/enroll-resources/mcp-access/rbac/',
  read(text, options) {
    const out: Imported = { grants: [], notes: [] };
    for (const role of documentsOf('teleport', text)) {
      if (!isObject(role) || role.kind !== 'role')
        throw new ImportError('teleport: a document of kind role is expected');
      readRole(role, options, out);
    }
    if (out.grants.length === 0 && out.notes.length === 0)
      throw new ImportError('teleport: no role with spec.allow.mcp or spec.deny.mcp is in it');
    return out;
  },
};

function readRole(role: Record<string, unknown>, options: ImportOptions, out: Imported): void {
  const name = textAt(role.metadata, 'name') ?? 'role';
  const agents = options.groups?.[name] ?? options.agents;
  if (agents === undefined)
    throw new ImportError(
      `teleport: who holds the role ${name} is not in it: say --agents PATTERN or --group ${name}=PATTERN`,
    );
  const add = (
    id: string,
    targets: Pattern[] | undefined,
    servers: Pattern[] | undefined,
    condition?: string,
  ): void => {
    if (targets?.length === 0) return;
    const effect = id.startsWith('deny') ? 'deny' : 'allow';
    const mend = id === 'allow' ? '; say --servers to settle it' : '';
    if (condition !== undefined)
      out.notes.push(`${name}: ${id}: the role does not say ${condition}: scope is maybe${mend}`);
    out.grants.push(
      grant({
        id: idOf('teleport', name, id),
        effect,
        agents,
        servers,
        targets,
        condition_raw: condition,
        source: options.source,
      }),
    );
  };
  const { servers } = options;
  const [allow, deny] = [objectAt(role.spec, 'allow'), objectAt(role.spec, 'deny')];
  const [opened, closed] = [labelsOf(allow), labelsOf(deny)];
  const allowed = toolsOf(allow);
  if (opened !== null) {
    const condition = servers === undefined ? opened.condition : undefined;
    add('allow', allowed.plain, servers, condition);
    add('allow-traits', allowed.traits, servers, TRAITS);
  } else if (allowed.plain.length + allowed.traits.length > 0)
    out.notes.push(`${name}: has tools and no app_labels, so that it opens no server: they are left out`);
  // Teleport denies for a label or for a tool: a tool on every server, and a server with all of its tools.
  const denied = toolsOf(deny);
  add('deny', denied.plain, undefined);
  add('deny-traits', denied.traits, undefined, TRAITS);
  if (closed !== null) add('deny-servers', undefined, undefined, closed.condition);
}

const TRAITS = 'which names the traits of a user hold';

/** What a tool list names by itself, and what the traits of each user fill in. */
function toolsOf(part: Record<string, unknown>): { plain: Pattern[]; traits: Pattern[] } {
  const tools = textsAt(objectAt(part, 'mcp'), 'tools');
  const filled = (tool: string): string => tool.replace(/\{\{.*?\}\}/g, tool.startsWith('^') ? '.*' : '*');
  return {
    plain: tools.filter((tool) => filled(tool) === tool).map(pattern),
    traits: tools.filter((tool) => filled(tool) !== tool).map((tool) => pattern(filled(tool))),
  };
}

/** The apps that a part of a role speaks of; null: none. Which of them carry a label is Teleport's to know. */
function labelsOf(part: Record<string, unknown>): { condition: string | undefined } | null {
  const { app_labels_expression: expression } = part;
  const labels = objectAt(part, 'app_labels');
  const all = String(labels['*']) === '*';
  const none = Object.keys(labels).length === 0;
  if (none && !expression) return null;
  const asked = {
    ...(!none && !all && { app_labels: labels }),
    ...(expression ? { app_labels_expression: expression } : {}),
  };
  return { condition: Object.keys(asked).length === 0 ? undefined : `which servers have ${JSON.stringify(asked)}` };
}

/** In a Teleport glob only `*` means more than itself; in an expression `^` and `$` belong to what stands beside them. */
function pattern(tool: string): Pattern {
  if (tool.startsWith('^') && tool.endsWith('$'))
    return { regex: tool.replace(/\([^()]*\)/g, '').includes('|') ? `.*(?:${tool}).*` : tool };
  return tool.includes('?')
    ? { regex: `^${tool.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$` }
    : tool;
}
