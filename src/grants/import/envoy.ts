import type { Pattern } from '../../../schemas/grant.ts';
import { isObject } from '../../../schemas/object.ts';
import {
  documentsOf,
  exactly,
  grant,
  ImportError,
  type Imported,
  type ImportFormat,
  type ImportOptions,
  idOf,
  objectAt,
  objectsAt,
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
  const { servers, selected } = serversOf(route, name, options, out);
  const add = (id: string[], effect: 'allow' | 'deny', tools: Tools, condition?: string): void => {
    out.grants.push(
      grant({
        id: idOf('envoy', name, ...id),
        effect,
        agents,
        servers: tools.backend === '' ? servers : [exactly(tools.backend)],
        targets: tools.names.map(exactly),
        condition_raw: condition ?? (effect === 'allow' && tools.names.length === 0 ? selected : undefined),
        source: options.source,
      }),
    );
  };
  // Here a denial always wins; there the first rule that fits. What one before it decided is left out of a rule.
  const decided: Decided[] = [];
  for (const [index, rule] of objectsAt(authorization, 'rules').entries()) {
    const condition = conditionOf(rule);
    if (condition !== undefined) out.notes.push(`${name}: rule ${index + 1} asks for ${condition}: scope is maybe`);
    const effect = rule.action === 'Deny' ? 'deny' : 'allow';
    for (const [backend, names] of byBackend(rule)) {
      const tools = stillOpen({ backend, names }, decided);
      if (tools === null) continue;
      const before = decided.filter((one) => one.effect === 'allow' && overlap(one, tools));
      // To close the rest behind what is allowed needs no denial: what no grant covers is out of scope.
      const closes = backend === '' && tools.names.length === 0 && condition === undefined && before.length > 0;
      if (effect === 'deny' && !closes && before.length > 0)
        out.notes.push(
          `${name}: rule ${index + 1} denies some of what rule ${before[0]!.rule} allows before it: here the denial wins`,
        );
      if (effect === 'allow' || !closes) add([String(index + 1), backend], effect, tools, condition);
      decided.push({ ...tools, effect, sure: condition === undefined, rule: index + 1 });
    }
  }
  const rest = stillOpen({ backend: '', names: [] }, decided);
  if (authorization.defaultAction === 'Allow' && rest !== null) add(['default'], 'allow', rest);
}

/** What a rule said; `sure`: whatever the call. */
interface Decided extends Tools {
  effect: 'allow' | 'deny';
  sure: boolean;
  rule: number;
}

const overlap = (a: Tools, b: Tools): boolean =>
  (a.backend === '' || b.backend === '' || a.backend === b.backend) &&
  (a.names.length === 0 || b.names.length === 0 || a.names.some((name) => b.names.includes(name)));

/** What of these tools no rule before has decided for good; null where nothing is left. */
function stillOpen({ backend, names }: Tools, decided: readonly Decided[]): Tools | null {
  const sure = decided.filter((one) => one.sure && (one.backend === '' || one.backend === backend));
  if (sure.some((one) => one.names.length === 0)) return null;
  const left = names.filter((name) => !sure.some((one) => one.names.includes(name)));
  return names.length > 0 && left.length === 0 ? null : { backend, names: left };
}

interface Tools {
  /** '' for all of the route. */
  backend: string;
  /** All of them where it is empty. */
  names: string[];
}

/** Where a rule without a backend holds: a route says nothing about the servers of another one. */
function serversOf(
  route: Record<string, unknown>,
  name: string,
  options: ImportOptions,
  out: Imported,
): { servers: Pattern[]; selected: string | undefined } {
  const refs = objectsAt(route.spec, 'backendRefs');
  const selectors = refs.filter((ref) => isObject(ref.toolSelector));
  const selected = selectors.length === 0 ? undefined : JSON.stringify(selectors);
  if (selected !== undefined)
    out.notes.push(`${name}: shows some tools alone, ${selected}: of a whole backend scope is maybe`);
  const backends = refs.map((ref) => textAt(ref, 'name')).filter((one) => one !== undefined);
  if (options.servers === undefined && backends.length === 0)
    out.notes.push(`${name}: taken as the name of the server; where the record has another, say --servers NAME`);
  return { servers: options.servers ?? (backends.length > 0 ? backends : [name]).map(exactly), selected };
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
  for (const item of objectsAt(rule.target, 'tools')) {
    const backend = textAt(item, 'backend') ?? '';
    const tool = textAt(item, 'tool');
    found.set(backend, [...(found.get(backend) ?? []), ...(tool === undefined ? [] : [tool])]);
  }
  return found.size === 0 ? new Map([['', []]]) : found;
}
