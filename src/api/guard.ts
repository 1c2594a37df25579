import { isIP } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../schemas/config.ts';
import { isLoopback } from './access.ts';
import { Refusal } from './problems.ts';

const ANY = new Set(['0.0.0.0', '::']);

/**
 * Against web pages that make a visitor's browser talk to us: a name that was rebound to our address shows in Host, a
 * foreign page in Origin. Ports are not compared, since a forwarded port is an honest thing, and a browser sends the
 * name that it was lured by whatever the port.
 */
export function guard(app: FastifyInstance, http: Config['http']): void {
  const knownHost = hostCheck(http);
  app.addHook('onRequest', async (request, reply) => {
    headers(reply);
    const host = request.headers.host ?? '';
    if (!knownHost(host))
      throw new Refusal(
        403,
        'host_refused',
        'the Host header names a host that is not ours',
        'add it to http.allowed_hosts',
      );
    if (origin(request, reply, host, http.allowed_origins)) return reply.code(204).send();
  });
}

export function hostCheck({ host, allowed_hosts }: Config['http']): (header: string) => boolean {
  const allowed = new Set(allowed_hosts.map((name) => name.toLowerCase()));
  return (header) => {
    const whole = header.toLowerCase();
    const name = whole.startsWith('[') ? whole.slice(1, whole.indexOf(']')) : whole.replace(/:\d{1,5}$/, '');
    if (name === '' || allowed.has(name) || allowed.has(whole)) return name !== '';
    // An address cannot be rebound; it is ours where we listen on all of them.
    return name === host.toLowerCase() || isLoopback(name) || (ANY.has(host) && isIP(name) !== 0);
  };
}

/** True where the request was a preflight, which ends here. */
function origin(request: FastifyRequest, reply: FastifyReply, host: string, allowed: readonly string[]): boolean {
  const from = request.headers.origin;
  if (from === undefined || from === `http://${host}` || from === `https://${host}`) return false;
  if (!allowed.includes(from))
    throw new Refusal(
      403,
      'origin_refused',
      'the page that asks is of another origin',
      'add it to http.allowed_origins',
    );
  reply.headers({
    'access-control-allow-origin': from,
    vary: 'origin',
    'cross-origin-resource-policy': 'cross-origin',
  });
  if (request.method !== 'OPTIONS') return false;
  reply.headers({
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, content-encoding',
    'access-control-max-age': '600',
  });
  return true;
}

function headers(reply: FastifyReply): void {
  reply.headers({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  });
}
