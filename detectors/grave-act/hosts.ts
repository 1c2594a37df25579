import ipaddr from 'ipaddr.js';
import { DAY } from '../../schemas/durations.ts';
import type { PeerView } from '../detector.ts';
import { leavesOf } from '../stats/leaves.ts';
import { peek, type Recent } from '../stats/recent.ts';
import { ownerIn, remotesIn } from './remotes.ts';
import { ownersIn } from './uses.ts';

const ADDRESS =
  /\b(?:https?|wss?|ftp|git|sse|tcp|s3[an]?|gs|gcs|azure|wasbs?|abfss?):\/\/(?:[^\s/@"'`]{1,200}@)?(\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253})/gi;
const TEXT = 16_384;

/** The first hosts, or stores of a cloud, that a text names by an address, in lower case. */
export function hostsIn(text: string, most = 4): string[] {
  const hosts: string[] = [];
  if (!text.includes('://')) return hosts;
  for (const [, host = ''] of text.slice(0, TEXT).matchAll(ADDRESS)) {
    hosts.push(host.replace(/^\[|\]$/g, '').toLowerCase());
    if (hosts.length >= most) break;
  }
  return hosts;
}

/** A number for a name: nobody has vouched for it. */
export const isBare = (host: string): boolean => ipaddr.isValid(host) && !isNear(host);

/** On this machine or in this network. */
export function isNear(host: string): boolean {
  if (ipaddr.isValid(host)) {
    const address = ipaddr.parse(host);
    const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
    return (mapped ? address.toIPv4Address() : address).range() !== 'unicast';
  }
  return !host.includes('.') || /\.(?:localhost|local|internal|intranet|corp|lan|svc|home\.arpa)$/.test(host);
}

/** Hosts and owners among a call's arguments, as far as they are short: what is written into files names many. */
export function hostsNamed(server: string, args: unknown): readonly string[] {
  if (args === undefined) return NONE;
  const hosts: string[] = [];
  for (const [, value] of leavesOf(args))
    if (typeof value === 'string' && value.length < SHORT)
      hosts.push(...hostsIn(value), ...ownersIn(value), ...remotesIn(value));
  const owner = ownerIn(server, args);
  return [...new Set(owner === '' ? hosts : [owner, ...hosts])].slice(0, MOST);
}
const NONE: readonly string[] = [];
const SHORT = 2_000;
const MOST = 8;

/** Who is to send something somewhere has the place named the day before: it is known so many days after it was named first. */
const KNOWN_DAYS = 3;

/** `hosts`: the day on which each was named first. */
export function isKnown(hosts: Recent<number>, host: string, at: number, peers: PeerView): boolean {
  const since = peek(hosts, host);
  const old = since !== undefined && since <= Math.floor(at / DAY) - KNOWN_DAYS;
  return old || peers.holders('grave-act', `host ${host}`) > 0;
}
