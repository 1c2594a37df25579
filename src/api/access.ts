import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { TokenRole } from '../../schemas/config/http.ts';
import type { Config } from '../../schemas/config.ts';
import { ConfigError } from '../errors.ts';
import { Refusal } from './problems.ts';

export interface Token {
  name: string;
  roles: readonly TokenRole[];
  agents: readonly string[];
  /** SHA-256 of the token: the token itself is not kept. */
  digest: Buffer;
}

/** Who asks: a token by name, or nobody in particular where no tokens are configured. */
export interface Caller {
  name: string;
  roles: readonly TokenRole[];
  /** Patterns of the agents it may speak for; absent: any. */
  agents?: readonly string[];
}

const MIN_TOKEN = 16;
const digestOf = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** The configured tokens with their values read; all their mistakes are told, a line each. */
export function readTokens(
  tokens: Config['http']['tokens'],
  requireSecret: (name: string, path: string) => string,
): Token[] {
  const byValue = new Map<string, string>();
  const mistakes: string[] = [];
  const read = tokens.map(({ name, token_env: env, roles, agents }, index): Token => {
    const path = `http.tokens.${index}.token_env`;
    let value = '';
    try {
      value = requireSecret(env, path);
      const twin = byValue.get(value);
      if (value.length < MIN_TOKEN) mistakes.push(`${path}: ${env} must have at least ${MIN_TOKEN} characters`);
      else if (twin !== undefined) mistakes.push(`${path}: ${name} and ${twin} have the same token`);
      byValue.set(value, name);
    } catch (error) {
      mistakes.push((error as Error).message);
    }
    return { name, roles, agents, digest: digestOf(value) };
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  return read;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));

/** Who can reach the port could read everything and feed us anything: beyond loopback tokens are a must. */
export function refuseOpenDoor(http: Config['http'], tokens: readonly unknown[]): void {
  if (tokens.length > 0 || isLoopback(http.host)) return;
  throw new ConfigError(
    `http.host: ${http.host} is beyond loopback and no http.tokens are configured; add a token or listen on 127.0.0.1`,
  );
}

const holds = (roles: readonly TokenRole[], role: TokenRole): boolean =>
  roles.includes(role) || roles.includes('admin');
const NOBODY: Caller = { name: 'http', roles: ['ingest', 'read'] };

/** Answers who asks, or refuses: 401 without a token that is known, 403 where its roles do not suffice. */
export function createAccess(tokens: readonly Token[]): (authorization: string | undefined, role: TokenRole) => Caller {
  return (authorization, role) => {
    if (tokens.length === 0) {
      if (holds(NOBODY.roles, role)) return NOBODY;
      throw unauthorized(`this needs a token with the role ${role}, and none is configured`, 'add one to http.tokens');
    }
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) throw unauthorized('a token is needed', 'send the header Authorization: Bearer <token>');
    const token = find(tokens, given);
    if (token === undefined) throw unauthorized('the token is not known', 'check the token against http.tokens');
    if (!holds(token.roles, role))
      throw new Refusal(
        403,
        'forbidden',
        `${token.name} has not the role ${role}`,
        `use a token with the role ${role}`,
      );
    return { name: token.name, roles: token.roles, agents: token.agents };
  };
}

/** Every token is compared, and whole: the time taken says nothing of any. */
function find(tokens: readonly Token[], given: string): Token | undefined {
  const digest = digestOf(given);
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found = token;
  return found;
}

const unauthorized = (detail: string, mend: string): Refusal =>
  new Refusal(401, 'unauthorized', detail, mend, { 'www-authenticate': 'Bearer realm="overreach"' });

export const isAdmin = ({ roles }: Caller): boolean => roles.includes('admin');
