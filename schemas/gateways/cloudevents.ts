import type { Gateway } from './gateway.ts';
import { targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { args, firstText, text } from './lib/values.ts';

/** A CloudEvent whose data tells a call in a few plain words; time, source and id are the envelope's. */
export const cloudevents: Gateway = {
  name: 'cloudevents',
  title: 'CloudEvents with plain data',
  reference: 'cloudevents/spec 1.0.2, Kafka protocol binding',
  carries: ['event_id', 'occurred_at', 'agent.id', 'server', 'method', 'target', 'args', 'outcome'],
  claims: (record, { headers }) =>
    headers.ce_specversion !== undefined &&
    typeof record.method === 'string' &&
    !('jsonrpc' in record) &&
    !('params' in record) &&
    typeof record.agent !== 'object',
  translate(record, { headers }) {
    const method = text(record.method);
    const outcome = firstText(record, ['outcome', 'status']);
    return [
      {
        agent: agentOf([
          ['subject', firstText(record, ['agent', 'agent_id'])],
          ['subject', headers.ce_partitionkey],
        ]),
        user: { id: text(record.user) },
        session_id: text(record.session_id),
        server: {
          id: firstText(record, ['server', 'server_id']) ?? headers.ce_subject?.split('/')[0] ?? headers.ce_source,
        },
        method,
        target: targetOf(method, firstText(record, ['tool', 'target', 'name', 'resource', 'uri', 'prompt'])),
        args: args(record.args ?? record.arguments),
        outcome: { status: outcome !== undefined && STATUS.has(outcome) ? outcome : 'unknown' },
      },
    ];
  },
};

const STATUS = new Set(['ok', 'tool_error', 'protocol_error', 'transport_error', 'denied', 'timeout']);
