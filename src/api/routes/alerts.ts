import type { FastifyInstance } from 'fastify';
import type { Alert } from '../../../schemas/alert.ts';
import { alertsQuery, resendBody, reviewBody, verdictBody, verdictsQuery } from '../../../schemas/api.ts';
import type { AlertFilter } from '../../stores/store.ts';
import { jsonOf, takeBodies } from '../bodies.ts';
import { deliverySummary } from '../delivery.ts';
import type { AppOptions } from '../ports.ts';
import { Refusal, read } from '../problems.ts';

/** Alerts, what became of them, and what people say of them and of connections. */
export function alertRoutes(
  app: FastifyInstance,
  { store, around, verdict, said, channels, resend, redact, review, now }: AppOptions,
): void {
  takeBodies(app, ['application/json'], 64 * 1024);

  app.get('/v1/alerts', { config: { role: 'read' } }, async (request) => {
    const { agent, detector, min_severity, status, since, after, limit } = read(alertsQuery, request.query, 'query');
    const filter: AlertFilter = {
      limit,
      ...(agent !== undefined && { agent }),
      ...(detector !== undefined && { detector }),
      ...(min_severity !== undefined && { minSeverity: min_severity }),
      ...(status !== undefined && { status }),
      ...(since !== undefined && { since: Date.parse(since) }),
      ...(after !== undefined && { after: placeOf(after) }),
    };
    const alerts = await store.alerts(filter);
    const last = alerts.length < limit ? undefined : alerts.at(-1);
    return { alerts, ...(last && { next: `${Date.parse(last.occurred_at)}-${last.alert_id}` }) };
  });

  app.get<{ Params: { id: string } }>('/v1/alerts/:id', { config: { role: 'read' } }, async ({ params: { id } }) => {
    const alert = found(await store.alert(id));
    const [known, verdicts, deliveries] = await Promise.all([around(alert), store.verdicts(id), store.deliveries(id)]);
    return { alert, ...known, verdicts, deliveries: deliveries.map(deliverySummary) };
  });

  app.post<{ Params: { id: string } }>('/v1/alerts/:id/verdict', { config: { role: 'respond' } }, async (request) => {
    const body = read(verdictBody, jsonOf(request), 'body');
    if (body.expires_at !== undefined && Date.parse(body.expires_at) <= now())
      throw new Refusal(
        400,
        'invalid',
        'body.expires_at: it is past, the verdict would never hold',
        'give a later time',
      );
    const spoken = {
      ...body,
      reason: redact(body.reason),
      alert_id: request.params.id,
      author: request.caller!.name,
      at: new Date(now()).toISOString(),
    };
    return { alert: found(await verdict(spoken)), verdict: spoken };
  });

  app.get('/v1/verdicts', { config: { role: 'read' } }, async (request) => ({
    verdicts: await said(read(verdictsQuery, request.query, 'query').limit),
  }));

  app.post('/v1/alerts/resend', { config: { role: 'respond' } }, async (request) => {
    const { ids, since, channel } = read(resendBody, jsonOf(request), 'body');
    if (channel !== undefined && !channels.includes(channel))
      throw new Refusal(
        400,
        'invalid',
        `body.channel: none is named ${channel}`,
        `there are: ${channels.join(', ') || 'none'}`,
      );
    for (const id of ids) found(await store.alert(id));
    const of = {
      ids,
      ...(since !== undefined && { since: Date.parse(since) }),
      ...(channel !== undefined && { channel }),
    };
    return { resent: await resend(of) };
  });

  app.post('/v1/connections/review', { config: { role: 'respond' } }, async (request) => {
    const { note, ...body } = read(reviewBody, jsonOf(request), 'body');
    const looked = { ...body, note: redact(note), by: request.caller!.name, at: now() };
    await review(looked);
    return { review: { ...looked, at: new Date(looked.at).toISOString() } };
  });
}

const placeOf = (next: string): NonNullable<AlertFilter['after']> => {
  const dash = next.indexOf('-');
  return { at: Number(next.slice(0, dash)), id: next.slice(dash + 1) };
};

function found(alert: Alert | null): Alert {
  if (alert !== null) return alert;
  throw new Refusal(404, 'not_found', 'there is no alert of this id', 'see GET /v1/alerts');
}
