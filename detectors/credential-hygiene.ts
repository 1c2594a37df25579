import { z } from 'zod';
import { DAY, HOUR } from '../schemas/durations.ts';
import { outlives } from './credential/outlives.ts';
import { type Unrenewed, unrenewed } from './credential/renewal.ts';
import { sharedLately } from './credential/shared.ts';
import { isAmong, spreadOf } from './credential/spread.ts';
import { besideIt, noteUse, type Return, replacedBy, servedBy } from './credential/succession.ts';
import { aboutOf, type Credential, GRACE_MS, type Observation, told } from './credential/words.ts';
import { defineDetector } from './detector.ts';
import { listed } from './stats/listed.ts';
import { perPair } from './stats/per-pair.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { KNOWN, type Told, tellLasting } from './stats/told.ts';

/**
 * How an agent's credentials are used: past their end, after another had replaced them, for too long, at too many places,
 * for too much, and whether they are renewed. State: 64 of them, 45 KB.
 */
interface State {
  credentials: Recent<Credential>;
  /** Long-lived ones that were told; absent before the first. */
  told?: Told;
  lookedOn?: number;
  /** One came back that had been replaced; absent before the first. */
  returned?: Return | null;
}

const CREDENTIALS = 64;
const configSchema = z.object({
  max_age_days: z
    .number()
    .positive()
    .default(90)
    .describe('Age and stated life beyond which a credential is long-lived.'),
  max_idle_hours: z.number().positive().default(24).describe('Two gateways within this time are two at once.'),
  remind_days: z.number().positive().default(30).describe('After so long a long-lived one is told again.'),
});

export const credentialHygiene = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'credential-hygiene',
  version: 1,
  title: 'Credential used as it should not be',
  description:
    'A credential was used after its end, or beside the one that had replaced it days before, is not renewed when those before it were, outlives by far all that the agent was given before, is long-lived, appears at a second gateway or with a second agent, or serves far more tasks than this agent’s credentials do.',
  falsePositives: [
    'A gateway with a wrong clock.',
    'Gateways that run as a pair behind one address and give different names.',
    'A worker that never heard of the new credential and wakes after days.',
  ],
  blindSpots: [
    'That another agent uses it is told on the next day or the one after: what agents tell of themselves is a day late.',
    'Gateways that log no fingerprint of the credential.',
    'A stolen token used from the same gateway in the same tasks.',
    'One that was replaced, at an agent that works with several at a time.',
  ],
  references: ['https://datatracker.ietf.org/doc/html/rfc9700', 'https://csrc.nist.gov/pubs/sp/800/63/b/4/final'],
  firstStep: 'Revoke the credential, issue one that ends with the task, and look at what it was used for since.',
  columns: ['credential_id', 'credential_issued_at', 'credential_expires_at', 'source_instance', 'task_id'],
  tags: {
    owasp_asi: ['ASI03'],
    mitre_atlas: ['AML.T0012', 'AML.T0091.000'],
    maestro: ['L4', 'L6'],
    nist_ai_rmf: ['GOVERN', 'MEASURE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ credentials: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { credential, source, task, server, user } = seen.event.body;
    if (credential?.id === undefined) return null;
    const known = peek(state.credentials, credential.id) ?? null;
    const times = timesOf(credential.issued_at ?? '', credential.expires_at ?? '');
    const issued = credential.issued_at === undefined ? (known?.first ?? seen.at) : times.issued;
    const ends = credential.expires_at === undefined ? null : times.ends;
    const age = (seen.at - issued) / DAY;
    const life = ends === null || credential.issued_at === undefined ? -1 : (ends - issued) / DAY;
    const old = Math.max(age, life) > config.max_age_days;
    const strangers = seen.fleet.holders('credential-hygiene', credential.id) - (known === null ? 0 : 1);
    return {
      at: seen.at,
      eventKey: seen.event.key,
      id: credential.id,
      known,
      served: servedBy(server.id, user?.id ?? ''),
      beside: seen.used ? besideIt(state, credential.id, seen.at) : null,
      gateway: source.instance,
      task: task?.id ?? '',
      used: seen.used,
      unrenewed:
        ends === null && known !== null ? lateNow(state, credential.id, known, seen.at, config.remind_days) : null,
      issued: credential.issued_at === undefined ? null : issued,
      usualLife:
        known === null && credential.issued_at !== undefined && seen.used
          ? usualNow(state, credential.id, life, seen.at, config.remind_days)
          : null,
      overdue: ends === null ? -1 : (seen.at - GRACE_MS - ends) / DAY,
      age,
      life,
      old,
      standing: old ? tellLasting(state, credential.id, seen.at, config.remind_days) : KNOWN,
      shared:
        strangers > 0
          ? { id: credential.id, strangers, eventKey: '' }
          : sharedLately(state, seen.at, seen.fleet, config.remind_days),
    };
  },

  score(state, seen, config) {
    const idle = seen.known === null ? Number.POSITIVE_INFINITY : (seen.at - seen.known.last) / HOUR;
    const moved = seen.known !== null && !seen.known.gateways.includes(seen.gateway) && idle <= config.max_idle_hours;
    const spread =
      seen.known === null ? null : spreadOf(listed(state.credentials), seen.id, seen.known.tasks, seen.task);
    const old = seen.old && !seen.standing.pending;
    const { overdue, shared, beside, unrenewed: late, usualLife } = seen;
    const used = overdue > 0 || shared !== null || beside !== null || moved || spread !== null;
    if (!used && late === null && usualLife === null && !old) return null;
    const parts = [
      { name: 'used_after_end', value: overdue > 0 && seen.used ? 5 : overdue > 0 ? 2.5 : 0 },
      { name: 'used_by_several_agents', value: shared === null ? 0 : 4 },
      { name: 'used_after_replaced', value: beside === null ? 0 : 3.8 },
      { name: 'used_at_two_gateways', value: moved ? 3.6 : 0 },
      { name: 'not_renewed', value: late === null ? 0 : 3.4 },
      { name: 'serves_many_tasks', value: spread === null ? 0 : 3.2 },
      { name: 'outlives_others', value: usualLife === null ? 0 : 3.3 },
      { name: 'long_lived', value: old ? 3.1 : 0 },
    ].sort((a, b) => b.value - a.value);
    const top = parts[0]!;
    if (top.value === 0) return null;
    return {
      score: top.value,
      reason: top.name,
      ...(SEVERITY[top.name] && { severity: SEVERITY[top.name]! }),
      // Each credential is a story of its own; that they all live long is one.
      ...(top.name !== 'long_lived' && { story: `${top.name} ${aboutOf(top.name, seen)}` }),
      seen: told(top.name, seen, spread),
      expected: `that a credential ends within ${config.max_age_days} days, and that one agent alone uses it, at one gateway`,
      n: seen.known?.calls ?? 0,
      days: seen.known === null ? 0 : (seen.at - seen.known.first) / DAY,
      contributors: parts.filter(({ value }) => value > 0),
      ...(top.name === 'used_after_replaced' && { eventKeys: [beside!.eventKey] }),
      ...(top.name === 'used_by_several_agents' && shared?.eventKey && { eventKeys: [shared.eventKey] }),
    };
  },

  learn(state, { at, eventKey, id, issued, life, known, served, gateway, task, used }) {
    if (!used) return;
    const by = known === null ? null : replacedBy(listed(state.credentials), id, known, at);
    if (by !== null) state.returned = { id, by, at, silent: at - known!.last, eventKey };
    const entry = touch<Credential>(state.credentials, id, CREDENTIALS, () => ({
      first: at,
      last: at,
      calls: 0,
      gateways: [],
      tasks: [],
      ...(issued !== null && { issued, life }),
    }));
    noteUse(entry, at, served);
    entry.eventKey = eventKey;
    if (entry.gateways.length < 8 && !isAmong(entry.gateways, gateway)) entry.gateways.push(gateway);
    if (entry.tasks.length < 32 && task !== '' && !isAmong(entry.tasks, task)) entry.tasks.push(task);
  },

  contribute(state, tell) {
    for (const [id] of listed(state.credentials)) tell(id, 1);
  },
});

/** A credential that should have been replaced by now, looked at on its first call of a day and told once. */
function lateNow(state: State, id: string, { last }: Credential, at: number, remindDays: number): Unrenewed | null {
  if (Math.floor(at / DAY) <= Math.floor(last / DAY)) return null;
  const late = unrenewed(listed(state.credentials), id, at);
  if (late === null) return null;
  const { pending } = tellLasting(state, `unrenewed ${id}`, at, remindDays);
  return pending ? null : late;
}

/** A new credential that outlives those before it, told once. */
function usualNow(state: State, id: string, life: number, at: number, remindDays: number): number | null {
  const usual = outlives(listed(state.credentials), life);
  return usual === null || tellLasting(state, `outlives ${id}`, at, remindDays).pending ? null : usual;
}

const SEVERITY: Record<string, 'high' | 'low'> = {
  used_after_end: 'high',
  long_lived: 'low',
};

/** Credentials come again with every call: their times are read once. */
const timesOf = perPair((issued, ends) => ({ issued: Date.parse(issued), ends: Date.parse(ends) }));
