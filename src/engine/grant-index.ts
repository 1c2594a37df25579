import { type CanonicalEvent, MAX_ID } from '../../schemas/event.ts';
import { remembered } from '../../schemas/remember.ts';
import { type ForAgents, findByName } from './by-name.ts';
import type { Failed } from './grant-context.ts';
import type { Rule } from './grant-rule.ts';
import { unprintable, visible } from './pattern.ts';

const MAX_AGENTS = 10_000;
const MAX_CALLS = 4096;
const MAX_SERVERS = 128;
/** How many rules are looked at to say which came nearest. */
const MAX_NEAR = 16;

/** What is known of one agent. */
export interface Mine {
  /** Time of the first allow grant ever stored for it. */
  governedFrom: number;
  /** Of the first that names it by more than `*`: from then on it limits those who act for it. */
  limitsFrom: number;
  allows: RuleSet;
  denies: RuleSet;
  /** What was allowed in earlier versions, and until when the last of it was. */
  past: RuleSet;
  pastUntil: number;
}

export interface RulesByAgent {
  of(agent: string): Mine;
}

/** Rules by agent: exact names by look-up, patterns once for each agent that turns up. */
export function rulesByAgent(current: readonly Rule[], past: readonly Rule[]): RulesByAgent {
  const currentOf = findByName(current, BY_AGENT);
  const pastOf = findByName(past, BY_AGENT);
  const of = (agent: string): Mine => {
    const rules = currentOf(agent).sort(byId);
    const allows = rules.filter((rule) => rule.effect === 'allow');
    const past = pastOf(agent).filter((rule) => rule.effect === 'allow');
    const ever = [...allows, ...past];
    // No grant allows a name with characters that cannot be seen: it is bound as the name that it passes for.
    const shown = unprintable(agent) ? of(visible(agent)) : null;
    return {
      governedFrom: Math.min(earliest(ever), shown?.governedFrom ?? Number.POSITIVE_INFINITY),
      limitsFrom: Math.min(
        earliest(ever.filter((rule) => rule.tellsOf(agent))),
        shown?.limitsFrom ?? Number.POSITIVE_INFINITY,
      ),
      allows: new RuleSet(allows),
      denies: new RuleSet(rules.filter((rule) => rule.effect === 'deny')),
      past: new RuleSet(past),
      pastUntil: past.reduce((last, { to }) => Math.max(last, to), Number.NEGATIVE_INFINITY),
    };
  };
  return { of: remembered(of, MAX_AGENTS, MAX_ID) };
}

const BY_AGENT: ForAgents<Rule> = { names: ({ agentNames }) => agentNames, fits: (rule, agent) => rule.agent(agent) };

/** One agent's rules of one effect: what can apply to a call is found once for each method, server and target. */
export class RuleSet {
  readonly empty: boolean;
  readonly rules: readonly Rule[];
  private readonly byName = new Map<string, Rule[]>();
  private readonly rest: Rule[] = [];
  private readonly cache: Cache = new Map();
  /** The same for calls that a gateway named anew: by both names, which no single name may pass for. */
  private readonly renamed: Cache = new Map();
  private readonly nearby = new Map<string, readonly Near[]>();
  /** Rules that name a server. */
  private readonly naming: (server: string) => readonly Rule[];
  private cached = 0;

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    this.empty = rules.length === 0;
    this.naming = remembered((server) => rules.filter((rule) => rule.server(server)), MAX_SERVERS, MAX_ID);
    for (const rule of rules)
      if (rule.names === null) this.rest.push(rule);
      else for (const name of new Set(rule.names)) put(this.byName, name, rule);
  }

  /** Rules whose server, method and target fit this call; whether they hold is left to the caller. */
  candidates({ server, method, target }: CanonicalEvent): readonly Rule[] {
    if (this.empty) return NONE;
    const { name, raw_name: raw } = target;
    const cache = raw === undefined || raw === name ? this.cache : this.renamed;
    const key = cache === this.cache ? (name ?? '') : `${name?.length},${name}${raw}`;
    const on = serverKey(server);
    const known = cache.get(method)?.get(on)?.get(key);
    if (known !== undefined) return known;
    const pool =
      name === undefined ? this.rules : merge(this.called(name), raw === undefined ? [] : this.called(raw), this.rest);
    const found = pool.filter((rule) => rule.static(server, method, target));
    if (this.cached >= MAX_CALLS) for (const full of [this.cache, this.renamed]) full.clear();
    this.cached = this.cached >= MAX_CALLS ? 1 : this.cached + 1;
    inner(inner(cache, method), on).set(key, found);
    return found;
  }

  private called(name: string): readonly Rule[] {
    return this.byName.get(name) ?? NONE;
  }

  /**
   * Those worth telling of when none covers: for this very task, else what fits statically, else what names the server, else
   * any; of the last two what is for such calls before what only lets somebody list tools.
   */
  near(body: CanonicalEvent, fitting: readonly Rule[]): readonly Near[] {
    const { method, server, target, task } = body;
    const { name = '', raw_name: raw = '' } = target;
    // Lengths first, so that no name can pass for another by holding a piece of its neighbour.
    const key = `${method.length},${server.id.length},${name.length},${raw.length},${method}${server.id}${name}${raw}${task?.id ?? ''}`;
    let found = this.nearby.get(key);
    if (found === undefined) {
      const named = this.naming(server.id);
      const own = task?.id === undefined ? [] : firstOf(named, (rule) => rule.task(task.id as string));
      const calling = (rules: readonly Rule[]): Rule[] =>
        firstOf(rules, (rule) => !isOfOtherMethod(rule.misfits(body)));
      const chosen = some(own) ?? some(fitting) ?? some(calling(named)) ?? some(calling(this.rules)) ?? this.rules;
      found = chosen.slice(0, MAX_NEAR).map((rule) => ({ rule, misfits: rule.misfits(body) }));
      if (this.nearby.size >= MAX_CALLS) this.nearby.clear();
      this.nearby.set(key, found);
    }
    return found;
  }
}

/** The first few that fit: no more of them are looked at. */
function firstOf(rules: readonly Rule[], fits: (rule: Rule) => boolean): Rule[] {
  const found: Rule[] = [];
  for (const rule of rules) {
    if (found.length >= MAX_NEAR) break;
    if (fits(rule)) found.push(rule);
  }
  return found;
}

/** A rule, and what of a call's server, method and target does not fit it. */
export interface Near {
  rule: Rule;
  misfits: readonly Failed[];
}

const some = (rules: readonly Rule[]): readonly Rule[] | undefined => (rules.length > 0 ? rules : undefined);

const isOfOtherMethod = (misfits: readonly Failed[]): boolean => misfits.some(({ kind }) => kind === 'method');

const NONE: readonly Rule[] = [];
const earliest = (rules: readonly Rule[]): number =>
  rules.reduce((first, rule) => Math.min(first, rule.governsFrom), Number.POSITIVE_INFINITY);
const byId = (a: Rule, b: Rule): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Lengths first, so that no id can pass for another with a name. */
const serverKey = ({ id, name }: CanonicalEvent['server']): string =>
  name === undefined || name === id ? `,${id}` : `${id.length},${id}${name}`;

/** Each once, by id. */
const merge = (...lists: readonly (readonly Rule[])[]): Rule[] => [...new Set(lists.flat())].sort(byId);

/** By method, server and target. A name is at least one character: '' stands for none. */
type Cache = Map<string, Map<string, Map<string, readonly Rule[]>>>;

function inner<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

function put(map: Map<string, Rule[]>, key: string, rule: Rule): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [rule]);
  else list.push(rule);
}
