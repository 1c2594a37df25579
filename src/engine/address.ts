import { urlOf } from '../../schemas/url.ts';
import { globMatches } from '../glob.ts';

/** The parts of an address that a pattern speaks of; scheme and host in lower case. */
export interface Address {
  scheme: string;
  host: string;
  port: string;
  /** Path and query. */
  path: string;
}

/** Of an address in canonical form. */
export function splitAddress(text: string): Address | null {
  const [, scheme, host, port = '', path = ''] =
    /^([^:]*):\/\/(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/s.exec(text) ?? [];
  return scheme === undefined || host === undefined ? null : { scheme, host, port, path };
}

/** Of an address as it may be written; null where it is none. */
export function parseAddress(text: string): Address | null {
  const url = urlOf(text);
  if (url === null) return null;
  const { protocol, hostname, port, pathname, search } = url;
  return { scheme: protocol.slice(0, -1), host: plainHost(hostname), port, path: `${pathname}${search}` };
}

/** A bare host, with or without a port; a name before it or anything after it is no host. */
export const bareHost = (value: string): Address | null =>
  /[\s/\\?#@,;|]/.test(value) ? null : parseAddress(`http://${value}`);

const MAPPED = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/** In lower case, without a dot at the end; an IPv4 address within an IPv6 one, as browsers write it, is four numbers again. */
export function plainHost(host: string): string {
  const [, high, low] = MAPPED.exec(host) ?? [];
  if (high === undefined || low === undefined) return host.replace(/\.$/, '').toLowerCase();
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

type Holds = (address: Address) => boolean;

/** A host of a pattern as the network knows it: letters beyond ASCII in its own spelling of them, no dot at the end. */
export const networkHost = (pattern: string): string =>
  pattern.toLowerCase().replace(/\.$/, '').split('.').map(networkLabel).join('.');

/** A label of which a glob leaves part open has no such spelling. */
const networkLabel = (label: string): string =>
  /^[\x20-\x7e]*$/.test(label) || /[*?]/.test(label) ? label : (urlOf(`http://${label}`)?.hostname ?? label);

/** `wide`: a pattern without a port speaks of every port; else of the scheme's own, unless the host is `*`. */
export function hostMatch(pattern: string, wide: boolean): Holds {
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(pattern) ?? [];
  const range = rangeMatch(pattern);
  if (range !== null) return (address) => range(address.host) && (wide || address.port === '');
  const name = networkHost(host);
  // `10.0.0.*` are addresses of a network: a name that begins like one is none.
  const numbers = !wide && /^\d{1,3}(?:\.\d{1,3}){0,2}\.\*$/.test(name);
  const anyPort = port === '' && (wide || name === '*');
  return (address) =>
    (globMatches(name, address.host) || (wide && address.host === `www.${name}`)) &&
    (!numbers || IPV4.test(address.host)) &&
    (anyPort || globMatches(port, address.port));
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** `10.0.0.0/8`: every IPv4 address of the network; null where the pattern is none. */
function rangeMatch(pattern: string): ((host: string) => boolean) | null {
  const [network = '', bits, ...more] = pattern.split('/');
  if (!IPV4.test(network) || bits === undefined || more.length > 0 || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const of = (host: string): number => Math.floor(numberOf(host) / size);
  const wanted = of(network);
  return (host) => IPV4.test(host) && of(host) === wanted;
}
const numberOf = (host: string): number => host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Schemes whose first part is a host, and patterns of several schemes; of others it is a name like those that follow it. */
const NETWORK = /^(?:https?|wss?|ftps?|s?ftp|git|ssh|.*[*?].*)$/;

/**
 * Scheme, host and path are held apart, so that `*` in a host never reaches into the path. A pattern that says nothing of
 * the path speaks of every one where it forbids, and where its last word is `*` with no host in it: `docs://*`, `https://*`.
 */
export function addressMatch(pattern: string, pathPattern: (path: string) => string, wide: boolean): Holds {
  const [, scheme = '', host = '', path = ''] = /^([^:]*):\/\/([^/]*)(.*)$/s.exec(pattern) ?? [];
  const anyPath = path === '' && (wide || host === '*' || (host.endsWith('*') && !NETWORK.test(scheme.toLowerCase())));
  const paths = anyPath ? ['*'] : path === '' ? ['', '/'] : pathsOf(pathPattern(path), wide);
  const hostFits = hostMatch(host, wide);
  const schemes = wide ? likewise(scheme.toLowerCase(), host) : [scheme.toLowerCase()];
  return (address) =>
    schemes.some((glob) => globMatches(glob, address.scheme)) &&
    hostFits(address) &&
    paths.some((glob) => globMatches(glob, address.path));
}

/** What forbids a place forbids it however it is asked for; `http://*` forbids a manner and no place. */
function likewise(scheme: string, host: string): string[] {
  const [, socket, secure] = /^(?:http|(ws))(s?)$/.exec(scheme) ?? [];
  if (secure === undefined || (secure === '' && host === '*')) return [scheme];
  return socket === undefined ? ['http', 'https'] : ['ws', 'wss'];
}

/** What forbids a page forbids what lies below it; `/admin/*` is `/admin/`, too, which is `/admin`. */
const pathsOf = (path: string, wide: boolean): string[] =>
  wide ? [path, `${path}/*`, ...(path.endsWith('/*') ? [path.slice(0, -2)] : [])] : [path];
