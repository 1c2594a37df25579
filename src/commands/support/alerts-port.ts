import { userInfo } from 'node:os';
import type { Alert, Verdict } from '../../../schemas/alert.ts';
import type { DeliverySummary, GivenVerdict } from '../../../schemas/api.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import { exampleAlert } from '../../alerts/example.ts';
import { deliverySummary } from '../../api/delivery.ts';
import { ConfigError, OperationError } from '../../errors.ts';
import type { AlertFilter, Store } from '../../stores/store.ts';
import type { AlertsPort } from '../alerts.ts';
import { contextOf } from './alert-context.ts';
import { configuredChannels } from './alerting.ts';
import { channelWorld, openOutbox, type Print } from './outbox.ts';
import type { RecordReader } from './reader.ts';
import { redacted } from './redacted.ts';
import { resend } from './resend.ts';
import { createRuleBook } from './rule-book.ts';
import { listVerdicts } from './said.ts';
import type { Server } from './server.ts';
import { sayVerdict } from './verdict.ts';
import { whileOpen } from './while-open.ts';

/** As the server has it. */
const MOST_AT_ONCE = 1_000;
const TEST_MS = MINUTE;

/** Alerts by way of the server, or out of the folder; an example is sent by this process in either case. */
export function alertsPort(reader: RecordReader, print: Print): AlertsPort {
  const shown = reader.kind === 'server' ? shownBy(reader.server) : shownFrom(reader.store);
  const show = async (id: string): Promise<Shown | null> => await shown(await wholeId(reader, id));
  const changing = reader.kind === 'server' ? overHttp(reader.server) : fromFolder(reader, reader.store, print);
  return {
    ...changing,
    resend: async ({ ids, ...what }) =>
      await changing.resend({ ...what, ids: await Promise.all(ids.map((id) => wholeId(reader, id))) }),
    verdict: async (id, body) => await changing.verdict(await wholeId(reader, id), body),
    async show(id) {
      const found = await show(id);
      return found && { ...found, context: await contextOf(reader.query, found.alert) };
    },
    deliveries: async (id) => known(id, await show(id)).deliveries,
    async test(channel) {
      const channels = reader.loaded.config.alerts.channels.filter(({ name }) => name === channel);
      return await whileOpen(channelWorld(reader.loaded, print), async (world) => {
        const [made] = configuredChannels({ ...reader.loaded.config.alerts, channels }, world.channels);
        if (made === undefined) throw new ConfigError(`alerts.channels: none is named ${channel}`);
        const alert = exampleAlert(Date.now());
        const result = await made.send({ id: alert.alert_id, alert, at: Date.now() }, AbortSignal.timeout(TEST_MS));
        await made.close?.();
        return result;
      });
    },
    close: () => reader.close(),
  };
}

/** Of fewer characters a slip of the hand would do. */
const LEAST_PREFIX = 6;
const WHOLE = 32;

/** The id that is meant by its beginning, where one alone begins so; else what was given. */
async function wholeId({ query }: RecordReader, typed: string): Promise<string> {
  const given = /^[\da-f]+$/i.test(typed) ? typed.toLowerCase() : typed;
  if (/^[\da-f]+$/.test(given) && given.length < LEAST_PREFIX)
    throw new OperationError(`no alert ${typed}: at least ${LEAST_PREFIX} characters of its id are needed`);
  if (given.length < LEAST_PREFIX || given.length >= WHOLE) return given;
  const sql = 'SELECT alert_id FROM v_alerts WHERE startsWith(alert_id, {id:String}) ORDER BY alert_id LIMIT 3';
  const ids = (await query(sql, { id: given })).map(({ alert_id }) => String(alert_id));
  if (ids.length > 1 && ids[0] !== given)
    throw new OperationError(
      `several alerts begin with ${given}: ${ids.slice(0, 2).join(', ')}${ids.length > 2 ? ', ...' : ''}`,
    );
  return ids[0] ?? given;
}

type Shown = { alert: Alert; verdicts: Verdict[]; deliveries: DeliverySummary[] };
type Changing = Pick<AlertsPort, 'list' | 'resend' | 'verdict' | 'verdicts'>;

const shownFrom =
  (store: Store) =>
  async (id: string): Promise<Shown | null> => {
    const alert = await store.alert(id);
    if (alert === null) return null;
    const deliveries = (await store.deliveries(id)).map(deliverySummary);
    return { alert, verdicts: await store.verdicts(id), deliveries };
  };

const shownBy =
  (server: Server) =>
  (id: string): Promise<Shown | null> =>
    server.get<Shown>(pathOf(id));

function fromFolder({ loaded }: RecordReader, store: Store, print: Print): Changing {
  const now = Date.now;
  return {
    list: (filter) => store.alerts(filter),
    verdicts: (limit) => listVerdicts(store, new Map(), limit),
    resend: (what) => whileOpen(openOutbox(loaded, store, print), ({ notifier }) => resend(store, notifier, what)),
    async verdict(id, body) {
      if (body.expires_at !== undefined && Date.parse(body.expires_at) <= now())
        throw new ConfigError(`--expires ${body.expires_at}: it is past, the verdict would never hold`);
      const rules = createRuleBook({ store, now });
      const { storm } = loaded.config.alerts;
      const reason = redacted(body.reason, loaded);
      const said = { ...body, reason, alert_id: id, author: userInfo().username, at: new Date(now()).toISOString() };
      return await whileOpen(openOutbox(loaded, store, print), async ({ notifier }) =>
        known(id, (await sayVerdict({ store, rules, notifier, storm, now }, said)) && said),
      );
    },
  };
}

const overHttp = (server: Server): Changing => ({
  async list({ agent, detector, minSeverity, status, since, limit }: AlertFilter) {
    const asked = {
      agent,
      detector,
      min_severity: minSeverity,
      status,
      since: since === undefined ? undefined : new Date(since).toISOString(),
    };
    const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const all: Alert[] = [];
    let next: string | undefined;
    do {
      const page = { ...(next && { after: next }), limit: String(Math.min(limit - all.length, MOST_AT_ONCE)) };
      const query = new URLSearchParams([...given, ...Object.entries(page)]);
      const answer = await server.get<{ alerts: Alert[]; next?: string }>(`/v1/alerts?${query}`);
      all.push(...(answer?.alerts ?? []));
      next = answer?.next;
    } while (next !== undefined && all.length < limit);
    return all;
  },
  verdicts: async (limit) =>
    (await server.get<{ verdicts: GivenVerdict[] }>(`/v1/verdicts?limit=${limit}`))?.verdicts ?? [],
  async resend({ ids, since, channel }) {
    const body = {
      ids,
      ...(since !== undefined && { since: new Date(since).toISOString() }),
      ...(channel && { channel }),
    };
    return known(ids.join(', '), await server.post<{ resent: number }>('/v1/alerts/resend', body)).resent;
  },
  verdict: async (id, body) =>
    known(id, await server.post<{ verdict: Verdict }>(`${pathOf(id)}/verdict`, body)).verdict,
});

function known<T>(id: string, found: T | null): T {
  if (found === null) throw new OperationError(`no alert ${id} (see \`overreach alerts list\`)`);
  return found;
}

const pathOf = (id: string): string => `/v1/alerts/${encodeURIComponent(id)}`;
