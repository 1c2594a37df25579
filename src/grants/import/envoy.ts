import {
  documentsOf,
  grant,
  ImportError,
  type Imported,
  type ImportFormat,
  type ImportOptions,
  idOf,
  isObject,
  listAt,
  objectAt,
  textAt,
} from './format.ts';

/** MCPRoute: `spec.securityPolicy.authorization` with rules of source (JWT scopes and claims), target tools and CEL. */
export const envoy: ImportFormat = {
  name: 'envoy',
  title: 'Envoy AI Gateway MCPRoute (YAML)',
  reference: 'https://aigateway.envoyproxy.io/docs/capabilities/mcp/',
  read(text, options) {
    const out: Imported = { grants: [], notes: [] };
    for (const route of documentsOf('envoy', text)) {
      if (isObject(route) && route.kind === 'MCPRoute') readRoute(route, options, out);
    }
    if (out.grants.length === 0)
      throw new ImportError('envoy: no MCPRoute with spec.securityPolicy.authorization is in it');
    return out;
  },
};

function readRoute(route: Record<string, unknown>, options: ImportOptions, out: Imported): void {
  const name = textAt(route.metadata, 'name') ?? 'route';
  const authorization = objectAt(objectAt(route.spec, 'securityPolicy'), 'authorization');
  const agents = options.agents ?? ['*'];
  if (options.agents === undefined) out.notes.push(`${name}: speaks of every agent: say --agents to narrow it`);
  for (const [index, rule] of listAt(authorization, 'rules').filter(isObject).entries()) {
    const condition = conditionOf(rule);
    if (condition !== undefined) out.notes.push(`${name}: rule ${index + 1} asks for ${condition}: scope is maybe`);
    const effect = rule.action === 'Deny' ? 'deny' : 'allow';
    for (const [backend, tools] of byBackend(rule))
      out.grants.push(
        grant({
          id: idOf('envoy', name, String(index + 1), backend),
          effect,
          agents,
          servers: backend === '' ? options.servers : [backend],
          targets: tools,
          condition_raw: condition,
          source: options.source,
        }),
      );
  }
  if (authorization.defaultAction === 'Allow')
    out.grants.push(
      grant({ id: idOf('envoy', name, 'default'), agents, servers: options.servers, source: options.source }),
    );
}

/** What the record of a call does not show: scopes and claims of the token, and CEL. */
function conditionOf(rule: Record<string, unknown>): string | undefined {
  const asked = {
    ...(isObject(rule.source) ? { source: rule.source } : {}),
    ...(rule.cel === undefined ? {} : { cel: rule.cel }),
  };
  return Object.keys(asked).length === 0 ? undefined : JSON.stringify(asked);
}

function byBackend(rule: Record<string, unknown>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const item of listAt(rule.target, 'tools').filter(isObject)) {
    const backend = textAt(item, 'backend') ?? '';
    const tool = textAt(item, 'tool');
    found.set(backend, [...(found.get(backend) ?? []), ...(tool === undefined ? [] : [tool])]);
  }
  return found.size === 0 ? new Map([['', []]]) : found;
}
