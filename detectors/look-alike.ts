import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { hostsIn, isNear } from './grave-act/hosts.ts';
import { besideIn, houseIn } from './look-alike/beside.ts';
import { isOneOff, labelOf, passesForHouse } from './look-alike/passes-for.ts';
import { houseOf, isAnybodys, registered } from './stats/at-home.ts';
import { leavesOf, textsIn } from './stats/leaves.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, entries, peek, type Recent, touch, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * A domain that passes for the house's own, or for one that the agent works with. State: 128 domains, 8 houses, 64 that were
 * told; 14 KB.
 */
interface State extends TimeSpan {
  /** Calls that changed something and named a domain. */
  calls: number;
  /** Registered domains that they named: how often, and on which day first. */
  known: Recent<[calls: number, day: number]>;
  /** Domains of those for whom the agent acts, and calls for them. */
  houses: Recent<[calls: number]>;
  told?: Told;
}

/** A registered domain, and what stands before it: `acme.io` of `acme.io.example.net`. */
interface Named {
  domain: string;
  before: string;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  domains: readonly Named[];
  house: string;
  /** One that is new, and for which it passes; '' where there is none. */
  alike: string;
  passesFor: string;
  ofHouse: boolean;
  standing: Standing | null;
}

const DOMAINS = 128;
const DOMAINS_TOLD = 48;
const HOUSES = 8;
/** What so many agents name, or act for, is the company's. */
const SEVERAL = 3;
const SHORT = 2_000;
const MOST = 16;
const ADDRESS = /[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})/g;
/** Of calls, so many are taken as seen before any was. */
const PRIOR = 50;
const configSchema = z.object({
  least_calls: z
    .number()
    .int()
    .min(1)
    .default(5)
    .describe('Calls for a house, or with a domain, before others can pass for it.'),
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const lookAlike = defineDetector<Config, State, never, Observation>({
  id: 'look-alike',
  version: 1,
  title: 'A domain that passes for another',
  description:
    'A call that changes something names a domain that neither the agent nor several of the fleet ever named, and that passes for the domain of those for whom the agent acts (it with a word beside it or another domain behind it, or a letter off): high; or is a letter off one that the agent works with, or adds a word to one that stands in the same call: medium. In mail it is how invoices and copies are led astray.',
  falsePositives: [
    'A further domain that the company registered: once.',
    'Two companies whose names are a letter apart.',
  ],
  blindSpots: [
    'Other endings of the same name, letters of other scripts, and names shorter than five letters.',
    'The house of an agent that acts for nobody whose address is told: only with a word beside it.',
  ],
  references: ['https://attack.mitre.org/techniques/T1583/001/', 'https://attack.mitre.org/techniques/T1656/'],
  firstStep:
    'Look up who registered the domain and when; if not the company, take back what was sent there, and look for the mail that named it.',
  tags: {
    owasp_asi: ['ASI01', 'ASI09'],
    mitre_atlas: ['AML.T0073', 'AML.T0086'],
    maestro: ['L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 3 }, threshold: 1.5, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, known: emptyRecent(), houses: emptyRecent() }),

  observe(state, seen, _session, config) {
    if (!isChange(seen.class)) return null;
    const { body } = seen.event;
    const { at, used } = seen;
    const domains = domainsIn(body.args);
    const house = houseOf(body);
    // A call without any counts as well: who never named a domain in weeks is not young.
    const { alike, passesFor, ofHouse } = alikeAmong(state, domains, house, seen, config);
    return {
      at,
      tool: toolOf(body),
      used,
      domains,
      house,
      alike,
      passesFor,
      ofHouse,
      standing: alike === '' ? null : tellOnce(state, alike, seen, config.remind_days),
    };
  },

  score(state, { tool, used, alike, passesFor, ofHouse, standing }) {
    if (standing === null) return null;
    return {
      score: rarityOf(state.calls, 0, PRIOR),
      reason: ofHouse ? 'passes_for_house' : 'passes_for_partner',
      ...again(standing),
      story: `look-alike ${alike}`,
      severity: standing.reminder || !used ? 'low' : ofHouse ? 'high' : 'medium',
      seen: `${used ? 'called' : 'tried to call'} ${tool} with ${alike}, which passes for ${passesFor}${ofHouse ? ', the domain of those for whom it acts' : ''}${reminded(standing)}`,
      expected: `${passesFor}, or a name that is not like it; nobody named ${alike} before`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: 'domains known', value: entries(state.known).length }],
    };
  },

  learn(state, { at, used, domains, house, alike }) {
    if (house !== '') touch<[number]>(state.houses, house, HOUSES, () => [0])[0] += 1;
    if (!used || domains.length === 0) return;
    noteTime(state, at);
    state.calls += 1;
    for (const { domain } of domains)
      if (domain !== alike)
        touch<[number, number]>(state.known, domain, DOMAINS, () => [0, Math.floor(at / DAY)])[0] += 1;
  },

  contribute({ known, houses }, tell) {
    for (const [domain] of youngest(known, DOMAINS_TOLD)) tell(domain, 1);
    for (const [house] of entries(houses)) tell(`house ${labelOf(house)}`, 1);
  },
});

const NONE = { alike: '', passesFor: '', ofHouse: false };

function alikeAmong(
  state: State,
  domains: readonly Named[],
  own: string,
  { fleet, event: { body } }: Seen,
  config: Config,
): typeof NONE {
  const houses = entries(state.houses).flatMap(([house, [calls]]) => (calls >= config.least_calls ? [house] : []));
  if (own !== '' && houses.length === 0) houses.push(own);
  for (const { domain, before } of domains) {
    if (isAnybodys(domain) || peek(state.known, domain) !== undefined || houses.includes(domain)) continue;
    const label = labelOf(domain);
    const isWithin = (one: string): boolean => `.${before}`.endsWith(`.${one}`);
    const house =
      houses.find((one) => isWithin(one) || passesForHouse(label, labelOf(one))) ??
      houseIn(label, (one) => fleet.holders('look-alike', `house ${one}`) >= SEVERAL);
    const partner =
      house ??
      entries(state.known).find(
        ([one, [calls]]) => calls >= config.least_calls && isOneOff(label, labelOf(one)),
      )?.[0] ??
      besideIn(body.args, domain);
    if (partner !== undefined && fleet.holders('look-alike', domain) < SEVERAL)
      return { alike: domain, passesFor: partner, ofHouse: house !== undefined };
  }
  return NONE;
}

/** Registered domains of the addresses that short values name, in lower case. */
function domainsIn(args: unknown): readonly Named[] {
  if (args === undefined) return [];
  const found = new Set<string>();
  for (const [, value] of leavesOf(args))
    for (const text of textsIn(value).slice(0, MOST)) {
      if (text.length > SHORT) continue;
      if (text.includes('@')) for (const [, domain = ''] of text.matchAll(ADDRESS)) found.add(domain.toLowerCase());
      for (const host of hostsIn(text)) if (!isNear(host) && /[a-z]/.test(host)) found.add(host);
    }
  const named = new Map<string, Named>();
  for (const host of [...found].slice(0, MOST)) {
    const domain = registered(host);
    const before = host.slice(0, Math.max(0, host.length - domain.length - 1));
    if (before !== '' || !named.has(domain)) named.set(domain, { domain, before });
  }
  return [...named.values()];
}
