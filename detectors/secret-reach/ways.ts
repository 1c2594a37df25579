import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { SecretStore } from '../detector.ts';
import { daysMet, type Incidence } from '../stats/incidence.ts';
import { entries } from '../stats/recent.ts';
import { realmOf } from './realm.ts';
import { rightOf } from './right.ts';

/** One way in which a call reaches secrets. */
export interface Way {
  /** The tool, and the kind of store where its arguments name one; where it sends them as well. */
  way: string;
  /** The store itself, by its kind and place, or the part of it; '' where none is named. */
  store: string;
  /** What of it is told: the place, else the kind, else ''. */
  name: string;
  sends: boolean;
  /** The tool is made for secrets: reaching them by it is one thing, and where another. */
  made: boolean;
}

export const NOWHERE: Way = { way: '', store: '', name: '', sends: false, made: false };

/**
 * What shows all of the environment: often looked at, seldom for what is secret in it; what is of development, where
 * nothing is at stake; and the settings of the tree that the agent works in.
 */
const WEAK = / > (?:environment|local settings|own \.env|\w+ of development)$/;
export const isWeak = ({ way, sends }: Pick<Way, 'way' | 'sends'>): boolean => !sends && WEAK.test(way);

/** The `.env` of the tree that the agent works in is a kind of its own: to know it is to know no other. */
export const OWN = 'own .env';
const ofStore = (kind: string): string => (kind === OWN ? '.env' : kind);

/** All ways of a call, the gravest first. */
export function waysOf(
  tool: string,
  seen: {
    class: PrivilegeClass;
    classRule: string;
    stores: readonly SecretStore[];
    sentTo: string;
    event: { body: { args?: Record<string, unknown> | undefined } };
  },
): Way[] {
  const { classRule, stores, sentTo } = seen;
  const named = classRule.startsWith('args:') ? classRule.slice(5, 69) : '';
  const column = seen.class === 'secret' && classRule.startsWith('sql:') ? classRule.slice(4, 68) : '';
  const ways = stores.map(({ kind, place }) => ({
    way: `${tool} > ${kind}`,
    store: `${kind} ${place}`,
    name: place,
    sends: false,
    made: false,
  }));
  // What the same line takes by a program for secrets.
  if (ways.length > 0 && seen.class === 'secret' && named !== '' && !stores.some(({ kind }) => ofStore(kind) === named))
    ways.push({ way: `${tool} > ${named}`, store: '', name: named, sends: false, made: false });
  // One that a statement names is a store as well: another one of the same tool is another.
  if (column !== '') ways.push({ way: `${tool} > sql`, store: `sql ${column}`, name: '', sends: false, made: false });
  if (ways.length === 0 || seen.class === 'identity') {
    const made = seen.class === 'secret' && !/^(?:args|sql):/.test(classRule);
    const realm = made ? realmOf(seen.event.body.args) : '';
    const store = realm === '' ? '' : `${tool.replaceAll(' ', '_')} ${realm}/`;
    const name = realm === '' ? named : `${realm}/`;
    // What reads secrets by a program gives no right by it.
    const by = rightOf(seen) !== '' ? `rights ${named}` : named;
    ways.unshift({ way: by === '' ? tool : `${tool} > ${by}`, store, name, sends: false, made });
  }
  const [first] = ways;
  return sentTo === '' ? ways : [{ ...first!, way: `${first!.way} to ${sentTo}`, store: '', sends: true }, ...ways];
}

/** How many stores of the same kind are known. */
export function alike(stores: Incidence | undefined, store: string): number {
  if (stores === undefined) return 0;
  const kind = store.slice(0, store.indexOf(' ') + 1);
  return entries(stores.days).filter(([key]) => key.startsWith(kind)).length;
}

export const storeDays = (stores: Incidence | undefined, store: string): number =>
  stores === undefined ? 0 : daysMet(stores, store);

/** Tools that tell which secrets there are, and none of them. */
const LISTS = /\/(?:.*[_-])?(?:list|search|find|describe|exists|metadata)/i;

/** Whether it reads or sets what lies in this part of a vault by another tool of the same server: then it reaches it already. */
export function isReachedOtherwise(stores: Incidence | undefined, store: string): boolean {
  if (stores === undefined || !store.endsWith('/')) return false;
  const part = store.slice(store.indexOf(' '));
  const server = store.slice(0, store.indexOf('/') + 1);
  return entries(stores.days).some(
    ([key]) => key.endsWith(part) && key.startsWith(server) && !LISTS.test(key.slice(0, -part.length)),
  );
}
