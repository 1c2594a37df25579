import { DAY } from '../../schemas/durations.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Grant, Pattern } from '../../schemas/grant.ts';
import { compileArguments } from './arguments.ts';
import { compileTarget, type Reading } from './constraint.ts';
import { anyFits, type Fit } from './fit.ts';
import { type Constraint, classConstraint, contextConstraints, type Failed, targetless } from './grant-context.ts';
import { compileAny, literalOf, type Match, showPatterns, showValue } from './pattern.ts';
import { isUnnamed } from './unnamed.ts';

/** One grant, ready to judge by. */
export interface Rule {
  id: string;
  grant: Grant;
  effect: 'allow' | 'deny';
  /** Agents where all are exact names, else null: then `agent` decides. */
  agentNames: string[] | null;
  /** Targets where all are exact names, else null. */
  names: string[] | null;
  /** From when on it makes an agent governed. */
  governsFrom: number;
  agent: Match;
  /** The agent is named by more than `*`. */
  tellsOf: Match;
  server: Match;
  /** Server, method and target fit. */
  static(server: CanonicalEvent['server'], method: string, target: CanonicalEvent['target']): boolean;
  /** In force from and until, epoch milliseconds. */
  from: number;
  to: number;
  /** The grant is for this very task. */
  task: Match;
  /** Class, arguments, task, intent, principal: given that `static` holds. */
  judge(body: CanonicalEvent, level: number): Fit;
  /** What of server, method and target does not fit. */
  misfits(body: CanonicalEvent): Failed[];
  /** How many of all other constraints fail, and which. */
  misses(body: CanonicalEvent, level: number, at: number): number;
  failed(body: CanonicalEvent, level: number, at: number): Failed[];
  /** What keeps it from being certain. */
  doubt(body: CanonicalEvent): string;
}

/** `loadedAt`: when the grant was first loaded; -Infinity where it holds from always. `until`: when it was taken away. */
export function compileRule(grant: Grant, loadedAt: number, until = Number.POSITIVE_INFINITY): Rule {
  const reading: Reading = grant.effect;
  const wide = reading === 'deny' ? 'wide' : 'strict';
  const server = grant.servers ? compileAny(grant.servers, wide) : anything;
  // What forbids bites under either name of a server: what it calls itself nobody vouches for, so that nothing is allowed by it.
  const called = ({ id, name }: CanonicalEvent['server']): boolean =>
    server(id) || (wide === 'wide' && name !== undefined && server(name));
  const method = grant.methods ? compileAny(grant.methods, wide) : anything;
  const targetFit = grant.targets ? compileTarget(grant.targets, reading) : null;
  const target = (asked: CanonicalEvent['target']): Fit =>
    targetFit === null ? 'yes' : fitOf(asked, targetFit, grant);
  const task = grant.tasks ? compileTarget(grant.tasks, reading) : null;
  const from = grant.valid_from === undefined ? loadedAt : Date.parse(grant.valid_from);
  const to = Math.min(endOf(grant), until);
  const args = compileArguments(grant.args ?? {}, reading);
  // What is forbidden may be meant by a name that has no one meaning; what is not named may be meant by any.
  const named = targetFit === null ? [] : [doubtful(target, reading), ...targetless(grant)];
  const dynamic = [...named, ...classConstraint(grant), ...contextConstraints(grant), ...args];
  const fixed = [
    constraint(
      'server',
      grant.servers,
      (body) => called(body.server),
      (body) => body.server.id,
    ),
    constraint(
      'method',
      grant.methods,
      (body) => method(body.method),
      (body) => body.method,
    ),
    constraint(
      'target',
      grant.targets,
      (body) => target(body.target) !== 'no',
      (body) => body.target.name,
    ),
  ];
  const dates = (at: number): Failed[] => [
    ...(at < from ? [{ kind: 'in force' as const, why: `not in force before ${new Date(from).toISOString()}` }] : []),
    ...(at >= to ? [{ kind: 'expired' as const, why: `expired ${new Date(to).toISOString()}` }] : []),
  ];
  return {
    id: grant.id,
    grant,
    effect: grant.effect,
    agentNames: reading === 'allow' ? literals(grant.agents) : null,
    names: reading === 'allow' && grant.targets ? plainLiterals(grant.targets) : null,
    governsFrom: Math.min(from, loadedAt),
    agent: compileAny(grant.agents, wide),
    tellsOf: compileAny(
      grant.agents.filter((pattern) => pattern !== '*'),
      wide,
    ),
    server,
    task: (id) => task?.(id) === 'yes',
    static: (on, name, asked) =>
      asked.name === undefined && !isUnnamed({ method: name, target: asked })
        ? called(on) &&
          (reading === 'allow' || (grant.targets === undefined && grant.args === undefined && method(name)))
        : called(on) && method(name) && target(asked) !== 'no',
    from,
    to,
    judge: (body, level) =>
      // Without a target `static` does not ask for the method.
      body.target.name === undefined && !method(body.method)
        ? 'no'
        : judge(dynamic, body, level, grant.condition_raw !== undefined),
    doubt: (body) => [...dynamic.flatMap((part) => part.doubt?.(body) ?? []), ...condition(grant)].join('; '),
    misfits: (body) => failing(fixed, body, 0),
    misses(body, level, at) {
      let count = at >= from && at < to ? 0 : 1;
      for (const { check } of dynamic) if (check(body, level) === 'no') count += 1;
      return count;
    },
    failed: (body, level, at) => [...failing(dynamic, body, level), ...dates(at)],
  };
}

const failing = (constraints: readonly Constraint[], body: CanonicalEvent, level: number): Failed[] =>
  constraints
    .filter(({ check }) => check(body, level) === 'no')
    .map((part) => ({ kind: part.kind, why: part.why(body, level) }));

const anything: Match = () => true;

/** No in one constraint is a no; else one maybe makes a maybe. */
function judge(constraints: readonly Constraint[], body: CanonicalEvent, level: number, conditional: boolean): Fit {
  let result: Fit = conditional ? 'maybe' : 'yes';
  for (const { check } of constraints) {
    const one = check(body, level);
    if (one === 'no') return 'no';
    if (one === 'maybe') result = 'maybe';
  }
  return result;
}

function constraint(
  kind: 'server' | 'method' | 'target',
  patterns: Pattern[] | undefined,
  holds: (body: CanonicalEvent) => boolean,
  of: (body: CanonicalEvent) => string | undefined,
): Constraint {
  const why = (body: CanonicalEvent): string => {
    const value = of(body);
    return `${kind}${value === undefined ? '' : ` ${showValue(value)}`} is not among ${showPatterns(patterns ?? [])}`;
  };
  return { kind, check: (body) => (holds(body) ? 'yes' : 'no'), why };
}

const doubtful = (fits: (target: CanonicalEvent['target']) => Fit, reading: Reading): Constraint => ({
  kind: 'target',
  check: (body) => (reading === 'deny' || isUnnamed(body) ? fits(body.target) : 'yes'),
  why: () => '',
  doubt: (body) =>
    isUnnamed(body) && fits(body.target) === 'maybe' ? [`which ${body.target.type} it was is not said`] : [],
});

/**
 * A gateway may call the tool `search` of the server `tickets` `tickets_search`, and its own rules with it: that name
 * counts as well. For what allows only as written out, since a pattern might begin in the name of another server.
 */
function fitOf(called: CanonicalEvent['target'], fits: (name: string) => Fit, { effect, targets }: Grant): Fit {
  const { name, raw_name: raw } = called;
  if (name === undefined) return targets?.includes('*') === true ? 'yes' : 'maybe';
  const own = fits(name);
  if (own === 'yes' || raw === undefined || raw === name) return own;
  if (effect === 'allow') return targets?.includes(raw) && literalOf(raw) !== null ? 'yes' : own;
  return anyFits([own, fits(raw)]);
}

const condition = (grant: Grant): string[] =>
  grant.condition_raw === undefined ? [] : ['its condition could not be translated'];

function literals(patterns: readonly Pattern[]): string[] | null {
  const names = patterns.map(literalOf);
  return names.includes(null) ? null : (names as string[]);
}

/** Exact names that no other spelling can stand for: a path or an address is compared in canonical form instead. */
function plainLiterals(patterns: readonly Pattern[]): string[] | null {
  const names = literals(patterns);
  return names?.some((name) => /[/\\%]/.test(name)) ? null : names;
}

/** Until when a grant is in force. */
export const endOf = ({ valid_to: text }: Pick<Grant, 'valid_to'>): number =>
  text === undefined ? Number.POSITIVE_INFINITY : untilOf(text);

/** A day given as the end is over when the day is. */
export const untilOf = (text: string): number => Date.parse(text) + (/^\d{4}-\d\d-\d\d$/.test(text) ? DAY : 0);
