import { CLASSES, classRank, type Outside } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Grant, Pattern } from '../../schemas/grant.ts';
import { compilePrincipal, compileTarget, type Reading } from './constraint.ts';
import { anyFits, type Fit } from './fit.ts';
import { compileAny, showPatterns, showValue } from './pattern.ts';
import { isUnnamed } from './unnamed.ts';

type Check = (body: CanonicalEvent, level: number) => Fit;

/** What of a grant a call fails. */
export interface Failed {
  kind: Outside;
  /** In words. */
  why: string;
}

/** One thing a grant asks for, and how it is said where a call does not give it. */
export interface Constraint {
  kind: Outside;
  check: Check;
  why(body: CanonicalEvent, level: number): string;
  /** What keeps it from being certain. */
  doubt?(body: CanonicalEvent): string[];
}

const READ = classRank('read');

/** What names no target and changes something is none of the targets that a grant allows, unless its methods name it. */
export function targetless({ effect, targets, methods }: Grant): Constraint[] {
  if (effect === 'deny' || targets === undefined || targets.includes('*') || methods !== undefined) return [];
  const check: Check = (body, level) =>
    body.target.name === undefined && level > READ && !isUnnamed(body) ? 'no' : 'yes';
  const why = ({ method }: CanonicalEvent): string =>
    `method ${showValue(method)} has no target, where only ${showPatterns(targets)} are granted`;
  return [{ kind: 'method', check, why }];
}

/**
 * The request's context: task, intent, and who is behind the agent. What is not said does not fit what allows; whether
 * it fits what forbids, nobody can say.
 */
export function contextConstraints(grant: Grant): Constraint[] {
  const unsaid: Fit = grant.effect === 'allow' ? 'no' : 'maybe';
  const part = (
    kind: 'task' | 'intent' | 'on_behalf_of',
    patterns: Pattern[] | undefined,
    compile: (patterns: Pattern[], reading: Reading) => (value: string) => Fit,
    values: (body: CanonicalEvent) => string[],
  ): Constraint[] => {
    if (patterns === undefined) return [];
    const fits = compile(patterns, grant.effect);
    const check = (body: CanonicalEvent): Fit => {
      const found = values(body);
      return found.length === 0 ? unsaid : anyFits(found.map(fits));
    };
    const why = (body: CanonicalEvent): string => {
      const [first] = values(body);
      return first === undefined
        ? `${kind} is not said`
        : `${kind} ${showValue(first)} is not among ${showPatterns(patterns)}`;
    };
    return [
      { kind, check, why, doubt: (body) => (values(body).length === 0 && unsaid === 'maybe' ? [why(body)] : []) },
    ];
  };
  return [
    ...part('task', grant.tasks, compileTarget, (body) => said(body.task?.id)),
    ...part('intent', grant.intents, compileIntent, (body) => said(body.task?.intent)),
    ...part('on_behalf_of', grant.on_behalf_of, compilePrincipal, principals),
  ];
}

/** An intent is prose: nothing in it is a path. */
const compileIntent = (patterns: Pattern[], reading: Reading): ((value: string) => Fit) => {
  const match = compileAny(patterns, reading === 'deny' ? 'wide' : 'strict');
  return (value) => (match(value) ? 'yes' : 'no');
};

const said = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

/** Names of the one behind the agent: the human where the gateway says, else the root of the chain of delegation. */
function principals(body: CanonicalEvent): string[] {
  const { user } = body;
  const named = [user?.email, user?.id].filter((name): name is string => name !== undefined);
  if (named.length > 0) return named.flatMap((name) => [name, `user:${name}`]);
  return said(body.delegation?.at(-1)?.sub);
}

/** A denial with a class bites above it: for both effects the class is a ceiling. */
export function classConstraint(grant: Grant): Constraint[] {
  if (grant.max_class === undefined) return [];
  const max = grant.max_class;
  const ceiling = classRank(max);
  return [
    {
      kind: 'class',
      check: (_, level) => (level > ceiling === (grant.effect === 'deny') ? 'yes' : 'no'),
      why: (_, level) => `class ${CLASSES[level]} is above ${max}`,
    },
  ];
}
