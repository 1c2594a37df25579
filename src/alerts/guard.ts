import { lookup } from 'node:dns/promises';
import { urlOf } from '../../schemas/url.ts';
import { canonicalAddress, type Network, parseNetwork, whyNotPublic, within } from './addresses.ts';

/** Where a connection may be made: to these addresses, checked, and to no other. */
export interface Destination {
  hostname: string;
  port: number;
  secure: boolean;
  addresses: { address: string; family: 4 | 6 }[];
}

/** All addresses of a name, as text. The default asks the system, so that /etc/hosts holds. */
type Resolve = (hostname: string) => Promise<string[]>;

interface GuardOptions {
  /** CIDRs beyond the public Internet that may be reached. */
  allowNetworks?: readonly string[];
  /** Plain http, to those networks only. */
  allowHttp?: boolean;
  resolve?: Resolve;
}

/** Says which connections are safe to make for an address that came out of a configuration, or refuses. */
export interface Guard {
  url(url: string): Promise<Destination>;
  /** For protocols that are not HTTP: `secure` is TLS; without it only allowed networks can be reached. */
  host(hostname: string, port: number, secure: boolean): Promise<Destination>;
}

/** A destination that nothing may be sent to. Its message names the reason, never the whole URL: that may be a secret. */
export class DestinationError extends Error {
  override name = 'DestinationError';
}

/** Ports above 1023 that the Fetch standard blocks: servers there obey text that an HTTP request can carry. */
const BAD_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
const WEB_PORTS = new Set([80, 443]);
const SYSLOG_PORTS = new Set([514, 601]);

/**
 * Checks before each connection, not once at start: the caller connects to the addresses that are handed back, so a
 * name that changes its answer between check and connection (DNS rebinding) gains nothing.
 * @throws where a network is not a CIDR.
 */
export function createGuard({
  allowNetworks = [],
  allowHttp = false,
  resolve = systemResolve,
}: GuardOptions = {}): Guard {
  const networks = allowNetworks.map((text) => readNetwork(text));

  async function check(hostname: string, port: number, secure: boolean): Promise<Destination> {
    const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    const answers = canonicalAddress(literal) === null ? await resolve(literal) : [literal];
    if (answers.length === 0) throw new DestinationError(`${literal} has no address`);
    const addresses = answers.map((answer) => checkAddress(literal, answer, secure, networks));
    return { hostname: literal, port, secure, addresses };
  }

  return {
    url: async (text) => {
      const url = readUrl(text);
      const secure = url.protocol === 'https:';
      if (!secure && !allowHttp)
        throw new DestinationError('plain http: set alerts.allow_http and alerts.allow_networks for it');
      const port = Number(url.port || (secure ? 443 : 80));
      if (port === 0 || BAD_PORTS.has(port) || (port < 1024 && !WEB_PORTS.has(port)))
        throw new DestinationError(`port ${port} is no web server's`);
      return await check(url.hostname, port, secure);
    },
    host: async (name, port, secure) => {
      const { hostname, host, pathname, search, hash } = readUrl(`https://${name.includes(':') ? `[${name}]` : name}`);
      if (/\s/.test(name) || host !== hostname || `${pathname}${search}${hash}` !== '/')
        throw new DestinationError('the host is no bare name or address');
      if (port === 0 || (port < 1024 && !SYSLOG_PORTS.has(port)))
        throw new DestinationError(`port ${port} is no syslog server's`);
      return await check(hostname, port, secure);
    },
  };
}

function readNetwork(text: string): Network {
  try {
    return parseNetwork(text);
  } catch {
    throw new Error(`alerts.allow_networks: ${text} is no network like 10.20.0.0/16`);
  }
}

/** The WHATWG parser turns odd notations of IPv4 (octal, hex, one number, full-width digits) into plain ones. */
function readUrl(text: string): URL {
  const url = urlOf(text);
  if (url === null) throw new DestinationError('not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new DestinationError(`scheme ${url.protocol} is neither https nor http`);
  if (url.username !== '' || url.password !== '') throw new DestinationError('user name or password in the URL');
  return url;
}

/** One bad address among good ones refuses the name: which one a connection would take is nobody's promise. */
function checkAddress(
  hostname: string,
  answer: string,
  secure: boolean,
  networks: readonly Network[],
): Destination['addresses'][number] {
  const address = canonicalAddress(answer);
  if (address === null) throw new DestinationError(`${hostname} resolves to something that is no address`);
  const family = address.kind() === 'ipv4' ? 4 : 6;
  const known = { address: address.toString(), family } as const;
  if (within(address, networks)) return known;
  if (!secure)
    throw new DestinationError(`${hostname} is outside alerts.allow_networks, where nothing is sent without TLS`);
  const why = whyNotPublic(address);
  if (why !== '')
    throw new DestinationError(`${hostname} is at ${known.address} (${why}), outside alerts.allow_networks`);
  return known;
}

async function systemResolve(hostname: string): Promise<string[]> {
  const answers = await lookup(hostname, { all: true, verbatim: true });
  return answers.map(({ address }) => address);
}
