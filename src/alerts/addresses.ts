import ipaddr from 'ipaddr.js';

/** A network in CIDR notation, read. */
export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Public by number, yet a cloud's own: Azure answers metadata and DNS for the machine here. */
const CLOUD_INTERNAL: readonly string[] = ['168.63.129.16/32'];
const cloudInternal = CLOUD_INTERNAL.map((cidr) => ipaddr.parseCIDR(cidr));

/** Addresses that the Internet routes to hosts lie in here; all else of IPv6 is local, reserved, or carries an IPv4 address. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** @throws where the text is no CIDR; a bare address is not taken for a network of one. */
export function parseNetwork(text: string): Network {
  return ipaddr.parseCIDR(text);
}

/** The address in its one canonical form, IPv4-mapped ones as IPv4; null where the text is none. */
export function canonicalAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // A zone names an interface of this machine: never the Internet. Short and octal IPv4 forms are not accepted here.
  if (text.includes('%') || !(ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text))) return null;
  return ipaddr.process(text);
}

export const within = (address: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]): boolean =>
  networks.some((network) => network[0].kind() === address.kind() && address.match(network));

/** RFC 5214: whatever the network, the host's half wraps an IPv4 address of the site's own. */
const isIsatap = ({ parts: [, , , , high, low] }: ipaddr.IPv6): boolean =>
  (high === 0 || high === 0x200) && low === 0x5efe;

/**
 * Why nothing may be sent to this address, or '' where it is a public host. What is allowed is what is known to be
 * public; ranges that wrap an IPv4 address (NAT64, 6to4, Teredo, ISATAP) are refused whole, for the wrapped one may be local.
 */
export function whyNotPublic(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  const range = address.range();
  if (range !== 'unicast') return range;
  if (within(address, cloudInternal)) return 'cloudInternal';
  if (address.kind() === 'ipv6' && !within(address, [GLOBAL_UNICAST])) return 'notGlobal';
  if (address instanceof ipaddr.IPv6 && isIsatap(address)) return 'isatap';
  return '';
}
