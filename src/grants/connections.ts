import { CLASSES, classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { findEntry } from '../engine/catalogue/find.ts';
import { compileAny } from '../engine/pattern.ts';
import type { ReadPort } from './read-port.ts';

/** One agent's connection to one server. Times in epoch milliseconds. */
export interface AgentConnection {
  agent: string;
  server: string;
  first: number;
  last: number;
  calls: number;
  class: PrivilegeClass;
  /** Kinds of credential, what the agent's id rests on, addresses, gateways: as logged, each once. */
  auth: string[];
  bases: string[];
  urls: string[];
  gateways: string[];
  /** https, http, or what the address begins with; '' where it is not logged. */
  transport: string;
  /** Known by the built-in catalogue as this product; '' where it is not. */
  product: string;
  weak: Weakness[];
}

type Weakness = 'unauthenticated' | 'self-asserted' | 'plain http' | 'unknown server';

const SQL = `
SELECT agent_id AS agent, server_id AS server,
  toUnixTimestamp64Milli(min(occurred_at)) AS first, toUnixTimestamp64Milli(max(occurred_at)) AS last, count() AS calls,
  arrayMax(groupUniqArray(indexOf([${CLASSES.map((name) => `'${name}'`).join(',')}], toString(class)))) AS reach,
  groupUniqArray(8)(toString(credential_kind)) AS auth, groupUniqArray(8)(toString(agent_id_basis)) AS bases,
  countIf(credential_id = '' AND toString(credential_kind) = '') AS bare,
  groupUniqArray(8)(toString(server_url)) AS urls, groupUniqArray(8)(toString(source_instance)) AS gateways
FROM v_events
WHERE {agent:String} = '' OR agent_id = {agent:String}
GROUP BY agent, server
ORDER BY agent, server
LIMIT 100000`;

/** `known` says of a server that the grants or charters name it. */
export async function readConnections(
  port: ReadPort,
  agent = '',
  known: (server: string) => boolean = () => false,
): Promise<AgentConnection[]> {
  const rows = await port.query(SQL, { agent });
  return rows.map((row) => {
    const server = String(row.server);
    const told = {
      auth: texts(row.auth),
      bases: texts(row.bases),
      urls: texts(row.urls),
      gateways: texts(row.gateways),
    };
    const product = findEntry([server], [])?.entry.id ?? '';
    return {
      agent: String(row.agent),
      server,
      first: Number(row.first),
      last: Number(row.last),
      calls: Number(row.calls),
      class: CLASSES[Math.max(0, Number(row.reach) - 1)] ?? 'discover',
      ...told,
      transport: transportOf(told.urls),
      product,
      weak: weaknesses({ ...told, known: product !== '' || known(server), bare: Number(row.bare) > 0 }),
    };
  });
}

const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value
        .map(String)
        .filter((text) => text !== '')
        .sort()
    : [];

const transportOf = (urls: readonly string[]): string =>
  [...new Set(urls.map((url) => /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? ''))]
    .filter((name) => name !== '')
    .join(', ');

/** The servers that somebody wrote down: by more than `*` in a grant or a charter. */
export function namedServers({ grants, charters }: GrantsFile): (server: string) => boolean {
  const named = [...grants.filter(({ effect }) => effect === 'allow'), ...charters].flatMap(
    ({ servers = [] }) => servers,
  );
  return compileAny(named.filter((pattern) => pattern !== '*'));
}

/** Defaults that make a connection easy to misuse. */
export function weaknesses(
  of: Pick<AgentConnection, 'bases' | 'urls'> & { known: boolean; bare: boolean },
): Weakness[] {
  const found: Weakness[] = [];
  const asserted = of.bases.some((basis) => basis === 'none' || basis === 'client_name');
  if (of.bare && of.bases.includes('none')) found.push('unauthenticated');
  else if (asserted) found.push('self-asserted');
  if (of.urls.some((url) => /^http:\/\/(?!(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$))/i.test(url)))
    found.push('plain http');
  if (!of.known) found.push('unknown server');
  return found;
}

/** The gravest first: what reaches furthest with the most against it. */
export const byRisk = (a: AgentConnection, b: AgentConnection): number =>
  classRank(b.class) + b.weak.length - (classRank(a.class) + a.weak.length) || (a.agent < b.agent ? -1 : 1);
