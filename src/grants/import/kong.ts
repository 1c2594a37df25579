import type { Pattern } from '../../../schemas/grant.ts';
import { isObject } from '../../../schemas/object.ts';
import {
  documentOf,
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
  textsAt,
} from './format.ts';

/**
 * Plugin ai-mcp-proxy: `config.default_acl` for tools without an acl of their own, `config.tools[].acl` in place of it.
 * An acl names consumers or consumer groups; a tool with an allow list is closed to everybody else.
 */
export const kong: ImportFormat = {
  name: 'kong',
  title: 'Kong ai-mcp-proxy ACL (decK YAML)',
  reference: 'https://developer.konghq.com/plugins/ai-mcp-proxy/',
  read(text, options) {
    const out: Imported = { grants: [], notes: [] };
    const file = documentOf('kong', text);
    const plugins = pluginsOf(file).filter((plugin) => plugin.name === 'ai-mcp-proxy');
    if (plugins.length === 0) throw new ImportError('kong: no plugin ai-mcp-proxy is in it');
    const groups = { ...membersOf(file), ...options.groups };
    for (const [index, plugin] of plugins.entries())
      if (plugin.enabled === false) out.notes.push(`plugin ${index + 1} is switched off: it is left out`);
      else readPlugin(plugin, index, options, groups, out);
    return out;
  },
};

/** At the top, or under a service or route. */
function pluginsOf(value: unknown): Record<string, unknown>[] {
  const here = objectsAt(value, 'plugins');
  const inner = ['services', 'routes'].flatMap((key) => objectsAt(value, key).flatMap(pluginsOf));
  return [...here, ...inner];
}

type Groups = Record<string, Pattern[]>;

/** Consumers behind each consumer group, where the file names them: under the consumer, or under the group. */
function membersOf(file: unknown): Groups {
  const found = Object.create(null) as Groups;
  const put = (group: string | undefined, consumer: string | undefined): void => {
    if (group !== undefined && consumer !== undefined)
      found[group] = [...new Set([...(found[group] ?? []), exactly(consumer)])];
  };
  for (const consumer of objectsAt(file, 'consumers'))
    for (const group of objectsAt(consumer, 'groups')) put(textAt(group, 'name'), textAt(consumer, 'username'));
  for (const group of objectsAt(file, 'consumer_groups'))
    for (const consumer of objectsAt(group, 'consumers')) put(textAt(group, 'name'), textAt(consumer, 'username'));
  return found;
}

function readPlugin(
  plugin: Record<string, unknown>,
  index: number,
  options: ImportOptions,
  groups: Groups,
  out: Imported,
): void {
  const route = textAt(plugin, 'route') ?? textAt(plugin, 'service') ?? `plugin-${index + 1}`;
  const servers = options.servers ?? [route];
  if (options.servers === undefined)
    out.notes.push(`${route}: taken as the name of the server; where the record has another, say --servers NAME`);
  const config = objectAt(plugin, 'config');
  const listed = objectsAt(config, 'tools');
  const tools = listed.flatMap((tool) => {
    const name = textAt(tool, 'name');
    return name === undefined ? [] : [{ name, acl: tool.acl }];
  });
  const nameless = listed.length - tools.length;
  if (nameless > 0)
    out.notes.push(`${route}: ${nameless} of its tools left out, since they have no name that a grant could say`);
  const others =
    options.agents === undefined
      ? ', which no grant says: give --agents for those who use it'
      : ': granted to --agents';
  const who = (names: string[]): Pattern[] => [...new Set(names.flatMap((name) => groups[name] ?? [exactly(name)]))];
  const add = (
    what: string,
    effect: 'allow' | 'deny',
    names: string[],
    targets: string[] | undefined,
    condition?: string,
  ): void => {
    if (names.length === 0) return;
    out.grants.push(
      grant({
        id: idOf('kong', route, what, effect),
        effect,
        agents: who(names),
        servers,
        targets: targets?.map(exactly),
        condition_raw: condition,
        source: options.source,
      }),
    );
    const unmapped = names.filter((name) => groups[name] === undefined);
    if (unmapped.length > 0)
      out.notes.push(
        `${route}/${what}: ${unmapped.join(', ')} taken as agent ids; where one is a group, say --group NAME=PATTERN`,
      );
  };
  const addBoth = (what: string, acl: unknown, targets: string[] | undefined, condition?: string): void => {
    const [allow, deny] = [textsAt(acl, 'allow'), textsAt(acl, 'deny')];
    add(what, 'allow', allow, targets, condition);
    add(what, 'deny', deny, targets, condition);
    if (allow.length > 0 || deny.length === 0) return;
    out.notes.push(`${route}/${what}: open to all but ${deny.join(', ')}${others}`);
    if (options.agents !== undefined)
      out.grants.push(
        grant({
          id: idOf('kong', route, what, 'others'),
          agents: options.agents,
          servers,
          targets: targets?.map(exactly),
          condition_raw: condition,
          source: options.source,
        }),
      );
  };
  const own = tools.filter((tool) => isObject(tool.acl));
  for (const { name, acl } of own) addBoth(name, acl, [name]);
  const plain = tools.filter((tool) => !isObject(tool.acl)).map(({ name }) => name);
  // A listener that passes through or gathers has tools that are not listed here; a converting one has none.
  const open = /^(?:passthrough|listener)/.test(textAt(config, 'mode') ?? '');
  const defaults = objectsAt(config, 'default_acl').filter(({ scope }) => scope === 'tools');
  if (defaults.length > 0 && plain.length === 0 && !open)
    out.notes.push(`${route}: default_acl is left out: every tool has an acl of its own, so that it applies to none`);
  for (const acl of defaults) {
    if (plain.length > 0) addBoth('default', acl, plain);
    const but = own.map(({ name }) => name).join(', ');
    if (open) addBoth('unlisted', acl, undefined, but === '' ? undefined : `all tools but ${but}`);
  }
}
