import type { Alert, Severity } from '../../../schemas/alert.ts';
import { cut } from '../../../schemas/cut.ts';
import type { AlertContext, Channel } from '../channel.ts';
import { compactJson } from '../compact.ts';
import { defanged, escapeTerminal } from '../escape.ts';
import { type PostOptions, post } from '../post.ts';
import { isOver } from '../status.ts';
import { alertText } from '../text.ts';

interface PagerDutyOptions extends PostOptions {
  name: string;
  /** Integration key of an Events API v2 service. */
  routingKey: string;
  url?: string;
}

const EVENTS_V2 = 'https://events.pagerduty.com/v2/enqueue';
const MAX_SUMMARY = 1_024;
const MAX_BYTES = 500 * 1024;
const SEVERITY: Record<Severity, 'critical' | 'error' | 'warning' | 'info'> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
};
/** PagerDuty: an event that is invalid stays so. */
const PERMANENT = [400];

/** Events v2: each revision triggers into one incident; a verdict acknowledges it, and what is over resolves it. */
export function pagerduty({ name, routingKey, url = EVENTS_V2, ...options }: PagerDutyOptions): Channel {
  return {
    name,
    wantsContext: true,
    send: ({ alert, at, context }, signal) => {
      const body = compactJson(pagerdutyEvent(alert, routingKey, context), MAX_BYTES);
      return post(url, { 'content-type': 'application/json' }, body, at, signal, { permanent: PERMANENT, ...options });
    },
  };
}

export function pagerdutyEvent(alert: Alert, routingKey: string, context?: AlertContext) {
  const key = { routing_key: routingKey, dedup_key: alert.alert_id };
  const text = alertText(alert, context);
  const payload = {
    summary: shown(text.title, MAX_SUMMARY),
    source: shown(alert.agent.id, 255),
    severity: SEVERITY[alert.severity],
    timestamp: alert.occurred_at,
    component: shown(alert.server ?? alert.detector, 255),
    group: shown(alert.agent.owner ?? alert.agent.name ?? alert.agent.id, 255),
    class: alert.detector,
    custom_details: {
      Summary: shown(text.summary, 4_000),
      'Do first': shown(text.firstStep, 1_000),
      ...Object.fromEntries(
        [...text.facts, ...text.references].map(({ label, text: value }) => [label, shown(value, 2_000)]),
      ),
      ...(text.calls.length === 0 ? {} : { Calls: text.calls.map((call) => shown(call, 500)) }),
      SQL: cut(text.sql, 4_000),
    },
  };
  const { link } = text;
  const page = link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'The alert in Overreach' }] };
  return { ...key, event_action: actionOf(alert), payload, client: 'Overreach', ...page } as const;
}

const actionOf = (alert: Alert): 'trigger' | 'acknowledge' | 'resolve' =>
  isOver(alert) ? 'resolve' : alert.status === 'acknowledged' ? 'acknowledge' : 'trigger';

const shown = (text: string, max: number): string => cut(defanged(escapeTerminal(cut(text, max))), max) || '-';
