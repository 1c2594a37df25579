import { CLASSES, type PrivilegeClass } from '../../schemas/alert.ts';
import type { JudgedEvent } from '../../src/stores/store.ts';

/** What the views promise, counted again in JavaScript out of all that was ever written, repeats and pieces included. */
export type Row = Record<string, unknown>;

const PHASES = ['decision', 'request', 'response', 'complete'];

/** A clock that lies by more than that is not to be believed. */
const STRAY = 392 * 86_400_000;
const isStray = ({ event }: JudgedEvent): boolean => Math.abs(event.occurredAt - event.receivedAt) >= STRAY;

/** Where it is stored: the month in which it occurred, or 13 months from its receipt where its clock lies by more. */
function monthOf({ event: { occurredAt, receivedAt } }: JudgedEvent): string {
  const near = (months: number): number =>
    new Date(receivedAt).setUTCMonth(new Date(receivedAt).getUTCMonth() + months);
  return new Date(Math.min(Math.max(occurredAt, near(-13)), near(13))).toISOString().slice(0, 7);
}

/**
 * Each event once: of equal keys the first to arrive, and of the pieces of a call the last. Where clocks lie by months, the
 * first of each month, and of these one whose clock may be right before all others.
 */
export function eventsOf(written: readonly JudgedEvent[]): JudgedEvent[] {
  const second = ({ event }: JudgedEvent): number => Math.floor(event.receivedAt / 1000);
  const arrived = [...written].sort(
    (a, b) => second(a) - second(b) || a.event.position.offset - b.event.position.offset,
  );
  const named = ({ event: { key, occurredAt, body } }: JudgedEvent): string =>
    JSON.stringify([body.agent.id, occurredAt, key, body.phase]);
  const stored = first(arrived, (one) => named(one) + monthOf(one));
  const kept = first([...stored.filter((one) => !isStray(one)), ...stored.filter(isStray)], named);
  const last = new Map<string, number>();
  for (const { event } of written)
    last.set(event.key, Math.max(last.get(event.key) ?? 0, PHASES.indexOf(event.body.phase)));
  return kept.filter(({ event }) => PHASES.indexOf(event.body.phase) === last.get(event.key));
}

/** The first of each name. */
function first(all: readonly JudgedEvent[], named: (one: JudgedEvent) => string): JudgedEvent[] {
  const found = new Map<string, JudgedEvent>();
  for (const one of all) if (!found.has(named(one))) found.set(named(one), one);
  return [...found.values()];
}

const isDenied = ({ event: { body } }: JudgedEvent): boolean =>
  body.outcome.status === 'denied' || body.decision?.effect === 'deny';
const iso = (at: number): string => new Date(at).toISOString();
const count = (all: readonly JudgedEvent[], of: (one: JudgedEvent) => boolean): number => all.filter(of).length;
const unique = (all: readonly unknown[]): unknown[] => [...new Set(all.map((one) => JSON.stringify(one)))].sort();
const texts = (all: readonly (string | undefined)[]): string[] =>
  [...new Set(all.filter((one) => !!one))].sort() as string[];
const classes = (all: readonly JudgedEvent[]): PrivilegeClass[] =>
  CLASSES.filter((name) => all.some(({ judgement }) => judgement.class === name));

/** What was said last, by those that said anything. */
function newest(all: readonly JudgedEvent[], of: (one: JudgedEvent) => string | undefined): string {
  const said = all.filter((one) => !!of(one)).sort((a, b) => a.event.occurredAt - b.event.occurredAt);
  return said.length === 0 ? '' : of(said.at(-1)!)!;
}

function grouped(all: readonly JudgedEvent[], by: (one: JudgedEvent) => unknown): JudgedEvent[][] {
  const groups = new Map<string, JudgedEvent[]>();
  for (const one of all) {
    const key = JSON.stringify(by(one));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

const span = (all: readonly JudgedEvent[]): Row => ({
  first_seen: iso(Math.min(...all.map(({ event }) => event.occurredAt))),
  last_seen: iso(Math.max(...all.map(({ event }) => event.occurredAt))),
  calls: all.length,
  classes: classes(all),
});

export const agentsOf = (all: readonly JudgedEvent[]): Row[] =>
  grouped(all, ({ event }) => event.body.agent.id).map((own) => ({
    agent_id: own[0]!.event.body.agent.id,
    agent_name: newest(own, ({ event }) => event.body.agent.name),
    ...span(own),
    sessions: unique(own.flatMap(({ event }) => event.body.session_id ?? [])).length,
    servers: texts(own.map(({ event }) => event.body.server.id)),
    targets: unique(
      own.flatMap(({ event: { body } }) =>
        body.target.name === undefined ? [] : [[body.server.id, body.target.name]],
      ),
    ).length,
    out_of_scope: count(own, ({ judgement }) => judgement.scope === 'out'),
    governed: own.some(({ judgement }) => judgement.scope !== 'ungoverned') ? 1 : 0,
    denied: count(own, isDenied),
    denied_share: Math.round((10_000 * count(own, isDenied)) / own.length) / 10_000,
    max_score: Math.max(...own.map(({ judgement }) => judgement.score)),
  }));

export const connectionsOf = (all: readonly JudgedEvent[]): Row[] =>
  grouped(all, ({ event: { body } }) => [body.agent.id, body.server.id]).map((own) => ({
    agent_id: own[0]!.event.body.agent.id,
    server_id: own[0]!.event.body.server.id,
    ...span(own),
    denied: count(own, isDenied),
    server_url: newest(own, ({ event }) => event.body.server.url),
    id_bases: texts(own.map(({ event }) => event.body.agent.id_basis)),
    credential_kinds: texts(own.map(({ event }) => event.body.credential?.kind)),
    gateways: texts(own.map(({ event: { body } }) => `${body.source.kind}/${body.source.instance}`)),
  }));

/** Whom an agent acts for: a chain of principals, and the user behind it, by address where that is all that is told. */
export function delegationsOf(all: readonly JudgedEvent[]): Row[] {
  const chain = ({ event }: JudgedEvent): string[] => (event.body.delegation ?? []).map(({ sub }) => sub);
  const user = ({ event }: JudgedEvent): unknown => event.body.user?.id ?? [event.body.user?.email ?? ''];
  const acting = all.filter((one) => chain(one).length > 0 || one.event.body.user !== undefined);
  return grouped(acting, (one) => [one.event.body.agent.id, chain(one), user(one)]).map((own) => ({
    agent_id: own[0]!.event.body.agent.id,
    delegation: chain(own[0]!),
    user_id: own[0]!.event.body.user?.id ?? '',
    user_email: newest(own, ({ event }) => event.body.user?.email),
    ...span(own),
    out_of_scope: count(own, ({ judgement }) => judgement.scope === 'out'),
    servers: texts(own.map(({ event }) => event.body.server.id)),
  }));
}

/** A call by another agent that changes something, within a day of the last read under the same root. */
export function flowsOf(all: readonly JudgedEvent[]): Row[] {
  const root = ({ event: { body } }: JudgedEvent): string => {
    const { id } = body.agent;
    const origin = (body.delegation ?? []).map(({ sub }) => sub).filter((sub) => sub !== id);
    const whom = body.user?.id ?? body.user?.email ?? origin.at(-1) ?? id;
    return body.task?.id !== undefined
      ? `task ${body.task.id} of ${whom}`
      : body.trace_id
        ? `trace ${body.trace_id}`
        : '';
  };
  const read = ({ event: { body }, judgement }: JudgedEvent): string => {
    // Whoever decided is believed before how it went: a server's own refusal hides no flow.
    const { effect = body.outcome.status === 'denied' ? 'deny' : 'allow' } = body.decision ?? {};
    if (effect === 'deny') return '';
    if (judgement.class === 'secret') return 'secret';
    const open = body.annotations?.open_world ?? /fetch/.test(body.target.name ?? body.method);
    return open && ['discover', 'read'].includes(judgement.class) ? 'content' : '';
  };
  const acts = all.filter(({ judgement }) => !['discover', 'read'].includes(judgement.class));
  return acts.flatMap((act) => {
    const { occurredAt, body, key } = act.event;
    if (root(act) === '') return [];
    const before = all.filter(
      (one) =>
        root(one) === root(act) &&
        read(one) !== '' &&
        one.event.body.agent.id !== body.agent.id &&
        one.event.occurredAt <= occurredAt &&
        one.event.occurredAt >= occurredAt - 86_400_000,
    );
    return grouped(before, (one) => [one.event.body.agent.id, read(one)]).map((own) => {
      const one = own.sort((a, b) => b.event.occurredAt - a.event.occurredAt)[0]!;
      return {
        root: root(act),
        kind: read(one),
        read_by: one.event.body.agent.id,
        read_at: iso(one.event.occurredAt),
        read_event_key: one.event.key,
        agent_id: body.agent.id,
        event_key: key,
        occurred_at: iso(occurredAt),
      };
    });
  });
}
