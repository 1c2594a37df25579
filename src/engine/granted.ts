import type { Granted } from '../../detectors/detector.ts';
import { CLASSES, classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { blankEvent } from '../../schemas/blank-event.ts';
import { DAY } from '../../schemas/durations.ts';
import { type CanonicalEvent, MAX_ID } from '../../schemas/event.ts';
import type { Grant, Pattern } from '../../schemas/grant.ts';
import { remembered } from '../../schemas/remember.ts';
import { announced, charterBreach } from './charter.ts';
import type { Rule } from './grant-rule.ts';
import type { Classified } from './inputs.ts';
import { compileAny, literalOf, showPatterns } from './pattern.ts';
import type { CompiledGrants } from './scope.ts';

const MAX_AGENTS = 10_000;
/** Grants and servers of one agent that are looked at. */
const MAX_GRANTS = 512;
const MAX_SERVERS = 64;
const ROLL_OUT = 7 * DAY;

type Classify = (body: CanonicalEvent) => Classified;

/** What is granted to an agent, at any time, found once for each agent that turns up. */
export function createGranted(compiled: CompiledGrants, classify: Classify): (agentId: string) => readonly Granted[] {
  const given = givenAlike(compiled.rules);
  return remembered((agentId) => grantedTo(compiled, classify, given, agentId), MAX_AGENTS, MAX_ID);
}

/** By what it gives, when each grant of it came into force, and to whom. */
type Given = ReadonlyMap<string, readonly { from: number; agents: string }[]>;

function givenAlike(rules: readonly Rule[]): Given {
  const given = new Map<string, { from: number; agents: string }[]>();
  for (const { grant, from } of rules) {
    const one = { from, agents: showPatterns(grant.agents) };
    const alike = given.get(contentOf(grant));
    if (alike === undefined) given.set(contentOf(grant), [one]);
    else alike.push(one);
  }
  return given;
}

const contentOf = ({ servers, targets, max_class, methods }: Grant): string =>
  JSON.stringify([servers, targets, max_class, methods]);

/** The same was given to several others in these days. */
function isRollOut(given: Given, { grant, from }: Rule): boolean {
  const own = showPatterns(grant.agents);
  const alike = given.get(contentOf(grant))!;
  const others = alike.filter((one) => Math.abs(one.from - from) < ROLL_OUT && one.agents !== own);
  return new Set(others.map(({ agents }) => agents)).size > 1;
}

function grantedTo(compiled: CompiledGrants, classify: Classify, given: Given, agentId: string): readonly Granted[] {
  const { allows, past } = compiled.agents.of(agentId);
  const rules = allows.rules.slice(0, MAX_GRANTS);
  const ever = new Map(
    [...rules, ...past.rules].flatMap(({ grant }) => serversOf(grant)).map((one) => [nameOf(one), one]),
  );
  return rules.flatMap((rule): Granted[] => {
    const { grant, from, to, agentNames } = rule;
    const rollOut = isRollOut(given, rule);
    return serversOf(grant).flatMap((pattern): Granted[] => {
      const server = nameOf(pattern);
      const within = [...ever].filter(([, other]) => compileAny([other])(server)).map(([name]) => name);
      return byClass(grant, server, classify).map(({ class: name, reach, stated }) => ({
        grantId: grant.id,
        from,
        to,
        server,
        within,
        class: name,
        assumed: !stated && name === 'execute',
        reach,
        names: agentNames?.length ?? 0,
        rollOut,
        declared: declaredOf(compiled, agentId, server, stated ? name : 'read'),
        announced: Number.isFinite(from) && announced(compiled, agentId, from) !== null,
      }));
    });
  });
}

const ANY: readonly Pattern[] = ['*'];
const serversOf = ({ servers }: Grant): readonly Pattern[] => (servers ?? ANY).slice(0, MAX_SERVERS);
const nameOf = (pattern: Pattern): string => showPatterns([pattern]);

/** What a grant gives at a server, by class: how many targets it names, or Infinity where a pattern stands for all. */
function byClass(
  grant: Grant,
  server: string,
  classify: Classify,
): { class: PrivilegeClass; reach: number; stated: boolean }[] {
  const found = new Map<PrivilegeClass, { reach: number; stated: boolean }>();
  for (const target of grant.targets ?? ANY) {
    const name = allowedClass(grant, server, target, classify);
    const all = literalOf(target) === null;
    const entry = found.get(name) ?? { reach: 0, stated: true };
    found.set(name, {
      reach: entry.reach + (all ? Number.POSITIVE_INFINITY : 1),
      stated: entry.stated && (wordOf(target) !== '' || grant.max_class !== undefined),
    });
  }
  return [...found].map(([name, entry]) => ({ class: name, ...entry }));
}

/** The class a grant allows for a target at a server: by its name, or by the word that a pattern begins with, at most what the grant says. */
export function allowedClass(grant: Grant, server: string, target: Pattern, classify: Classify): PrivilegeClass {
  const named = (name: string): PrivilegeClass => classify(callOf(server, name)).class;
  const word = wordOf(target);
  if (word === '') return grant.max_class ?? openClass(named);
  const name = named(word);
  return grant.max_class !== undefined && classRank(name) > classRank(grant.max_class) ? grant.max_class : name;
}

/** What a target says by itself: a name all of it, a pattern by the word it begins with, else ''. */
const wordOf = (target: Pattern): string =>
  literalOf(target) ?? (typeof target === 'string' ? (/^[A-Za-z]+(?=[_.-])/.exec(target)?.[0] ?? '') : '');

/**
 * Nobody said how far a pattern reaches: taken for execute, so that an open grant does not pass for a harmless one; where
 * all of a server is secrets or identities, for that.
 */
const openClass = (named: (name: string) => PrivilegeClass): PrivilegeClass =>
  CLASSES[Math.max(classRank('execute'), classRank(named('update_any')))]!;

function declaredOf(
  compiled: CompiledGrants,
  agentId: string,
  server: string,
  name: PrivilegeClass,
): Granted['declared'] {
  if (compiled.charters.of(agentId).length === 0) return 'nothing';
  const body = callOf(server);
  return charterBreach(compiled, { ...body, agent: { ...body.agent, id: agentId } }, name) === ''
    ? 'within'
    : 'outside';
}

/** A call as its name alone tells of it. */
const callOf = (server: string, name?: string): CanonicalEvent =>
  blankEvent({
    source: { kind: 'grants', instance: '' },
    server: { id: server },
    method: 'tools/call',
    target: { type: 'tool', ...(name === undefined ? {} : { name }) },
  });
