import type { Grant, Pattern } from '../../../schemas/grant.ts';
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
  textAt,
  textsAt,
} from './format.ts';

/**
 * Cedar in a ToolHive authorization file. The simple shapes are translated exactly: one principal (or any), an action,
 * a tool, prompt, resource or a server. A `when`, `unless` or a group is kept as a condition: it gives scope maybe.
 */
export const toolhive: ImportFormat = {
  name: 'toolhive',
  title: 'ToolHive Cedar policies (JSON or YAML)',
  reference: 'https://docs.stacklok.com/toolhive/concepts/cedar-policies',
  read(text, options) {
    const file = documentOf('toolhive', text);
    if (textAt(file, 'type') !== 'cedarv1') throw new ImportError('toolhive: a file of type cedarv1 is expected');
    const policies = textsAt(objectAt(file, 'cedar'), 'policies').flatMap(statements);
    const out: Imported = { grants: [], notes: [] };
    for (const [index, policy] of policies.entries()) readPolicy(policy, index, options, out);
    if (isObject(file) && policies.length === 0) throw new ImportError('toolhive: cedar.policies is empty');
    return out;
  },
};

const METHODS: Record<string, string> = {
  call_tool: 'tools/call',
  get_prompt: 'prompts/get',
  read_resource: 'resources/read',
  list_tools: 'tools/list',
  list_prompts: 'prompts/list',
  list_resources: 'resources/list',
};
const STRING = '"((?:[^"\\\\]|\\\\.)*)"';
const POLICY = /^(?:permit|forbid)\s*\(([\s\S]*)\)\s*((?:when|unless)\b[\s\S]*)?$/;

function readPolicy(policy: string, index: number, options: ImportOptions, out: Imported): void {
  const effect = { permit: 'allow', forbid: 'deny' } as const;
  const verb = /^(permit|forbid)\b/.exec(policy)?.[1] as keyof typeof effect | undefined;
  // Taken for one of both it would allow what is forbidden, or the other way about.
  if (verb === undefined) throw new ImportError(`toolhive: policy ${index + 1}: permit or forbid is expected`);
  const [shaped, head = '', tail] = POLICY.exec(policy) ?? [];
  const id = idOf('toolhive', String(index + 1));
  const parts = head.split(/,(?=\s*(?:action|resource)\b)/).map((part) => part.trim());
  const [principal, action, resource] = [parts[0] ?? '', parts[1] ?? '', parts[2] ?? ''];
  const who = principalOf(principal, options);
  const what = targetOf(resource);
  const how = methodsOf(action);
  const plain = shaped !== undefined && parts.length === 3 && who !== null && what !== null && how !== null;
  const simple = plain && tail === undefined;
  if (!simple) out.notes.push(`policy ${index + 1} is kept as a condition: scope is maybe where it applies`);
  out.grants.push(
    grant({
      id,
      effect: effect[verb],
      agents: who ?? options.agents ?? ['*'],
      servers: what?.servers ?? options.servers,
      targets: what?.targets,
      // A tool is no prompt of the same name; what is forbidden is forbidden by any way to it.
      methods: how ?? (verb === 'permit' && what?.method !== undefined ? [what.method] : undefined),
      condition_raw: simple ? undefined : policy,
      source: options.source,
    }),
  );
}

/** Null: a shape that the record of a call cannot answer. */
function principalOf(text: string, options: ImportOptions): Pattern[] | null {
  if (text === 'principal') return options.agents ?? ['*'];
  const client = new RegExp(`^principal\\s*==\\s*Client::${STRING}$`).exec(text)?.[1];
  // The principal is the token's subject: alone, or behind the client that it is used with.
  if (client !== undefined) return [literal(client), behind(client)];
  const group = new RegExp(`^principal\\s+in\\s+THVGroup::${STRING}$`).exec(text)?.[1];
  return group === undefined ? null : (options.groups?.[group] ?? null);
}

function targetOf(text: string): (Pick<Grant, 'servers' | 'targets'> & { method?: string }) | null {
  if (text === 'resource') return {};
  const [, type = '', one] = new RegExp(`^resource\\s*==\\s*(Tool|Prompt|Resource)::${STRING}$`).exec(text) ?? [];
  if (one !== undefined) return { targets: [type === 'Resource' ? address(one) : literal(one)], method: READS[type]! };
  const server = new RegExp(`^resource\\s+in\\s+MCP::${STRING}$`).exec(text)?.[1];
  return server === undefined ? null : { servers: [literal(server)] };
}

/** By what a thing of each type is used. */
const READS: Record<string, string> = { Tool: 'tools/call', Prompt: 'prompts/get', Resource: 'resources/read' };

/** ToolHive asks Cedar for the address of a resource with `_` in place of each of these characters. */
function address(name: string): Pattern {
  const plain = literal(name);
  const source = typeof plain === 'string' ? plain.replace(/[.+^${}()|[\]\\]/g, '\\$&') : plain.regex.slice(1, -1);
  return name.includes('_') ? { regex: `^${source.replaceAll('_', '[_:/\\\\?&=# .]')}$` } : plain;
}

function methodsOf(text: string): string[] | null | undefined {
  if (text === 'action') return undefined;
  const names = [...text.matchAll(new RegExp(`Action::${STRING}`, 'g'))].map((match) => METHODS[match[1] as string]);
  const shaped = /^action\s*(?:==\s*Action::"[^"]*"|in\s*\[[^\]]*\])$/.test(text);
  return shaped && names.length > 0 && names.every((name) => name !== undefined) ? (names as string[]) : null;
}

/** A name that holds `*` or `?` means itself in Cedar. */
const literal = (name: string): Pattern => exactly(name.replace(/\\(.)/g, '$1'));

/** Any client with the token of this subject, as the agents of this gateway are named: `client@subject`. */
const behind = (name: string): Pattern => {
  const pattern = literal(name);
  return typeof pattern === 'string' ? `*@${pattern}` : { regex: `^.*@${pattern.regex.slice(1)}` };
};

/** Policies end with a semicolon outside of strings; comments and annotations say nothing about who may what. */
function statements(text: string): string[] {
  const bare = text.replace(new RegExp(`(${STRING})|//[^\\n]*`, 'g'), (_, string?: string) => string ?? ' ');
  const found = bare.match(/(?:[^;"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return found.map((statement) => statement.replace(ANNOTATIONS, '').trim()).filter((statement) => statement !== '');
}

const ANNOTATIONS = new RegExp(`^(?:\\s*@\\w+\\s*(?:\\(\\s*${STRING}\\s*\\))?)+`);
