import type { Gateway, NativeDraft } from './gateway.ts';
import { targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { host, isObject, type Json, object, text, texts } from './lib/values.ts';

/**
 * Cerbos decisions, one event for each action that names an MCP method (`tools/call:search`). How kinds and actions are
 * named is up to who integrates it; actions of another form are no MCP calls.
 */
export const cerbos: Gateway = {
  name: 'cerbos',
  title: 'Cerbos decision log',
  reference: 'cerbos/cerbos api/public/cerbos/audit/v1/audit.proto',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'user',
    'caller.roles',
    'server',
    'method',
    'target',
    'decision',
    'request_id',
    'src.ip',
    'src.user_agent',
  ],
  optional: ['user'],
  // The log of accesses comes from the same backend: known, and dropped.
  claims: (record, { headers }) =>
    typeof record.callId === 'string' &&
    'timestamp' in record &&
    (isObject(record.checkResources) ||
      isObject(record.planResources) ||
      Array.isArray(record.inputs) ||
      record['log.logger'] === 'cerbos.audit' ||
      headers['cerbos.audit.kind'] !== undefined),
  translate(record) {
    // Older releases wrote inputs and outputs beside the rest.
    const { inputs, outputs } = isObject(record.checkResources) ? record.checkResources : record;
    const answers = Array.isArray(outputs) ? outputs.map(object) : [];
    return (Array.isArray(inputs) ? inputs.map(object) : []).flatMap((input, i) =>
      decisions(record, input, i, object((answers.find((answer) => belongs(answer, input)) ?? answers[i])?.actions)),
    );
  },
};

/** By its request, where requests have names, and its resource; else by its place. */
const belongs = (answer: Json, { requestId, resource }: Json): boolean =>
  text(requestId) !== undefined && answer.requestId === requestId && answer.resourceId === object(resource).id;

const ACTION = /^((?:tools|resources|prompts)\/[a-z]{1,20}):(.{1,1024})$/;

function decisions(record: Json, input: Json, place: number, answers: Json): NativeDraft[] {
  const principal = object(input.principal);
  const resource = object(input.resource);
  const peer = object(record.peer);
  return (texts(input.actions) ?? []).flatMap((action): NativeDraft[] => {
    const match = ACTION.exec(action);
    if (match === null) return [];
    const answer = object(answers[action]);
    const denied = answer.effect === 'EFFECT_DENY';
    return [
      {
        // Of one check all inputs have the request's id; two of them may ask for the same action of two resources.
        event_id: `${record.callId}#${place}#${action}`,
        occurred_at: record.timestamp,
        agent: agentOf([['subject', principal.id]]),
        user: { id: text(object(principal.attr).on_behalf_of) },
        caller: { roles: texts(principal.roles) },
        server: { id: resource.id ?? resource.kind },
        method: match[1],
        target: targetOf(match[1], match[2]),
        outcome: { status: denied ? 'denied' : 'unknown' },
        decision: {
          effect: denied ? 'deny' : answer.effect === 'EFFECT_ALLOW' ? 'allow' : 'unknown',
          policy: answer.policy,
        },
        phase: denied ? 'complete' : 'decision',
        request_id: input.requestId,
        src: { ip: host(peer.forwardedFor) ?? host(peer.address), user_agent: peer.userAgent },
      },
    ];
  });
}
