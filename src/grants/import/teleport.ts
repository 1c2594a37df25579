import type { Pattern } from '../../../schemas/grant.ts';
import {
  documentsOf,
  grant,
  ImportError,
  type Imported,
  type ImportFormat,
  type ImportOptions,
  idOf,
  isObject,
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
    if (out.grants.length === 0)
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
  for (const effect of ['allow', 'deny'] as const) {
    const part = objectAt(role.spec, effect);
    const tools = textsAt(objectAt(part, 'mcp'), 'tools');
    if (tools.length === 0) continue;
    const labels = objectAt(part, 'app_labels');
    const some = Object.entries(labels).filter(([key, value]) => key !== '*' || value !== '*');
    // Which apps carry a label is Teleport's to know; a denial without labels is for every app.
    const condition =
      some.length > 0 && options.servers === undefined ? `app_labels: ${JSON.stringify(labels)}` : undefined;
    if (condition !== undefined)
      out.notes.push(
        `${name}: which servers have ${condition} is not in the role: scope is maybe; say --servers to settle it`,
      );
    out.grants.push(
      grant({
        id: idOf('teleport', name, effect),
        effect,
        agents,
        servers: options.servers,
        targets: tools.map(pattern),
        condition_raw: condition,
        source: options.source,
      }),
    );
  }
}

/** In a Teleport glob only `*` means more than itself. */
function pattern(tool: string): Pattern {
  if (tool.startsWith('^') && tool.endsWith('$')) return { regex: tool };
  return tool.includes('?')
    ? { regex: `^${tool.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$` }
    : tool;
}
