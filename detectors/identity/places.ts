import ipaddr from 'ipaddr.js';
import type { Seen } from '../detector.ts';
import { joiner } from '../stats/joiner.ts';
import type { FreshTally } from '../stats/rate-of-new.ts';
import { entries, peek, type Recent } from '../stats/recent.ts';
import { KNOWN, type Standing, type Told, tellOnce } from '../stats/told.ts';

/** From where an agent is used. */
export interface Places {
  /** Networks, gateways, clients, and programs by their user agent: `net:203.0.113.0`, `gateway:gw-1`, `client:claude-code`, `program:curl`. */
  places: Recent<number>;
  tallies: Record<PlaceKind, FreshTally>;
  /** Absent in what was kept before anything was told once. */
  told?: Told;
}

export type PlaceKind = 'net' | 'gateway' | 'client' | 'program';

export interface NetworkPlace {
  kind: PlaceKind;
  name: string;
  key: string;
  /** It was never met, by an agent of which others of its kind are known. */
  fresh: boolean;
  standing: Standing;
  /** Other agents of the fleet that are known there. */
  holders: number;
  /** A network next to one that it knows, within the same private range: pods, VPN and DHCP move about in it. */
  near: boolean;
  /** A private network, by an agent that was only ever in such: its cluster moved, or it did within the house. */
  inside: boolean;
}

/** New, and not told of lately. */
export const isNews = ({ fresh, standing }: NetworkPlace): boolean => fresh && !standing.pending;

const keyOf = joiner(':');

/** What a user agent says before its release, which changes: `curl` of `curl/8.5.0`. */
export const programOf = (userAgent: string): string => userAgent.split(/[/\s(]/, 1)[0]!.slice(0, 80);

/** The first place of a kind says nothing of how often a new one comes. */
export function placeOf(state: Places, seen: Seen, remindDays: number, kind: PlaceKind, name: string): NetworkPlace {
  const key = keyOf(kind, name);
  if (state.tallies[kind][0] === 0 || peek(state.places, key) !== undefined)
    return { kind, name, key, fresh: false, standing: KNOWN, holders: 0, near: false, inside: false };
  const standing = tellOnce(state, key, seen, remindDays);
  const told = kind === 'net' && !standing.pending;
  return {
    ...{ kind, name, key, fresh: true, standing, holders: seen.fleet.holders('identity', key) },
    near: told && isNear(state, name),
    inside: told && isInside(state, name),
  };
}

const PRIVATE = /^(?:10\.\d+\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|f[cd][\da-f]{2}:)/;

function isNear({ places }: Places, name: string): boolean {
  const range = PRIVATE.exec(name)?.[0];
  return range !== undefined && entries(places).some(([key]) => key.startsWith(`net:${range}`));
}

const isInside = ({ places }: Places, name: string): boolean =>
  PRIVATE.test(name) && entries(places).every(([key]) => !key.startsWith('net:') || PRIVATE.test(key.slice(4)));

/** A program it is known by: who works from home for a day brings it along. */
export const isUsual = ({ tallies }: Places, program?: NetworkPlace): boolean =>
  program !== undefined && !program.fresh && tallies.program[0] >= 100;

/** A move to a network it knows is weighed by how many it has. */
export function movedScore(state: Places, met: readonly NetworkPlace[]): number {
  const now = met.find(({ kind }) => kind === 'net');
  if (now === undefined || isNews(now)) return 3.5;
  return entries(state.places).filter(([place]) => place.startsWith('net:')).length > 3 ? 0 : 2.2;
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one, however that is written; what is neither stands for itself. */
export function networkOf(ip: string | undefined): string {
  if (ip === undefined) return '';
  if (ip.includes(':')) return ipaddr.IPv6.isValid(ip) ? networkOf6(ipaddr.IPv6.parse(ip)) : ip;
  const parts = ip.split('.');
  return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0` : ip;
}

const networkOf6 = (address: ipaddr.IPv6): string =>
  address.isIPv4MappedAddress()
    ? networkOf(address.toIPv4Address().toString())
    : new ipaddr.IPv6([...address.parts.slice(0, 3), 0, 0, 0, 0, 0]).toString();
