import type { Gateway, NativeDraft } from './gateway.ts';
import { callOf, targetOf } from './lib/call.ts';
import { agentOf, delegationOf } from './lib/identity.ts';
import { javaMap } from './lib/java-map.ts';
import { javaRequest } from './lib/java-request.ts';
import { httpStatus, type Outcome, rpcOutcome, told } from './lib/outcome.ts';
import { isObject, type Json, object, parsed, text, texts } from './lib/values.ts';

/** AWS Bedrock AgentCore Gateway: CloudTrail data events, and the pair of vended log records of a call. */
export const awsAgentcore: Gateway = {
  name: 'aws-agentcore',
  title: 'AWS Bedrock AgentCore Gateway',
  reference: 'AWS developer guide: gateway CloudTrail log entries, gateway observability (2026)',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'client',
    'user',
    'delegation',
    'caller.scopes',
    'credential',
    'server',
    'method',
    'target',
    'args',
    'result',
    'outcome',
    'duration_ms',
    'trace_id',
    'span_id',
    'jsonrpc_id',
    'request_id',
    'src.ip',
    'src.user_agent',
  ],
  // Of the vended log alone.
  optional: ['args', 'result', 'duration_ms'],
  claims: (record) => isTrail(record) || isVended(record),
  translate: (record) => (isTrail(record) ? fromTrail(record) : fromVended(record)),
};

/** Any event of CloudTrail: those of other services come in the same files, and are dropped. */
const isTrail = (record: Json): boolean =>
  typeof record.eventSource === 'string' && typeof record.eventName === 'string' && 'eventID' in record;
const isVended = (record: Json): boolean =>
  typeof record.resource_arn === 'string' &&
  /:bedrock-agentcore:[^:]*:[^:]*:gateway\//.test(record.resource_arn) &&
  isObject(record.body);

const NAMES = new Set(['InvokeGateway', 'InvokeMcp']);
const gatewayName = (arn: unknown): string | undefined => text(arn)?.split(':gateway/')[1];

/** `<target>___<tool>`: the target is the server; of `<one or another>` it is not known. */
function split(raw: string | undefined): { server?: string; tool?: string } {
  const cut = raw?.startsWith('<') === true ? -1 : (raw?.indexOf('___') ?? -1);
  return raw === undefined || cut <= 0
    ? { ...(raw === undefined ? {} : { tool: raw }) }
    : { server: raw.slice(0, cut), tool: raw.slice(cut + 3) };
}

function asked(body: unknown, fallback: unknown): NativeDraft {
  const call = callOf(body);
  const { server, tool } = split(call.target?.name);
  return {
    ...call,
    server: { id: server ?? fallback },
    target: targetOf(call.method, tool, call.target?.name),
  };
}

function fromTrail(record: Json): NativeDraft[] {
  const request = object(object(record.requestParameters).body);
  const response = object(record.responseElements);
  const went = outcome(record, response);
  if (record.eventSource !== 'bedrock-agentcore.amazonaws.com' || !NAMES.has(record.eventName as string)) return [];
  // Refused before the request was read: what it asked for is lost, that it was refused is not.
  if (text(request.method) === undefined && went.status !== 'denied') return [];
  const extra = object(record.additionalEventData);
  const claims = object(object(extra.jwt).claims);
  const arn = object(Array.isArray(record.resources) ? record.resources[0] : undefined).ARN;
  const params = object(request.params);
  const hidden = params.arguments === 'REDACTED';
  const draft = asked(
    hidden ? { ...request, params: { ...params, arguments: undefined } } : request,
    extra.targetId ?? gatewayName(arn),
  );
  return [
    {
      ...draft,
      method: draft.method ?? 'http_request',
      event_id: record.eventID,
      occurred_at: record.eventTime,
      source: { instance: gatewayName(arn) ?? arn },
      agent: agentOf([
        ['actor', object(claims.act).sub],
        ['service_account', claims.client_id ?? claims.azp],
        ['subject', claims.sub],
        ['service_account', roleOf(object(record.userIdentity))],
      ]),
      user: { id: claims.username ?? person(claims), email: claims.email },
      delegation: delegationOf(claims.act, claims.sub),
      caller: { scopes: texts(claims.scope) },
      credential:
        claims.jti === undefined
          ? undefined
          : { id: claims.jti, kind: 'jwt', issued_at: claims.iat, expires_at: claims.exp },
      args_state: hidden ? 'redacted' : undefined,
      ...told(went),
      request_id: record.requestID,
      src: { ip: record.sourceIPAddress, user_agent: record.userAgent },
    },
  ];
}

/** A role that was taken on is the agent; the name of the session is only this time's. */
const roleOf = (identity: Json): unknown => object(object(identity.sessionContext).sessionIssuer).arn ?? identity.arn;

/** Whom a client acts for; a client that acts for itself is its own subject. */
const person = ({ sub, client_id: id, azp }: Json): unknown =>
  (id ?? azp) === undefined || sub === (id ?? azp) ? undefined : sub;

function outcome(record: Json, response: Json): Outcome {
  const refusal = text(record.errorCode);
  if (refusal !== undefined && /AccessDenied|Unauthorized/.test(refusal))
    return { status: 'denied', code: refusal, reason: record.errorMessage, http_status: response.statusCode };
  const http_status = response.statusCode;
  const status = httpStatus(http_status);
  if (refusal !== undefined && status === 'unknown')
    return { status: 'transport_error', code: refusal, reason: record.errorMessage };
  const answered = rpcOutcome(response.body);
  if (status === 'denied') return { ...answered, status, http_status, hearsay: false };
  return { ...(answered ?? { status }), http_status };
}

/** Two records a call, of one request_id: its start with the request, its end with the answer. */
function fromVended(record: Json): NativeDraft[] {
  const body = object(record.body);
  const printed = javaRequest(body.requestBody);
  const request = printed?.request ?? parsed(body.requestBody);
  const begun = isObject(request);
  if (!begun && text(body.responseBody) === undefined && body.isError !== true) return [];
  const answer = parsed(body.responseBody) ?? javaMap(body.responseBody);
  return [
    {
      ...(begun ? asked(request, gatewayName(record.resource_arn)) : {}),
      args_state: printed?.asText === true ? 'absent' : undefined,
      occurred_at: record.event_timestamp,
      source: { instance: gatewayName(record.resource_arn) },
      agent: agentOf([]),
      ...told(begun ? { status: 'unknown' } : ended(body, answer)),
      result: isObject(answer) ? answer.result : text(body.responseBody),
      phase: begun ? 'request' : 'complete',
      pair: text(record.request_id) ?? text(record.span_id),
      jsonrpc_id: body.id,
      request_id: record.request_id,
      trace_id: record.trace_id,
      span_id: record.span_id,
    },
  ];
}

/** As its policies refuse, in an error or a result that failed (AgentCore Policy, use-gateway-with-policy). */
const BY_POLICY = /\bTool Execution Denied: [^\]}]{1,300}/;

/** What a tool answered stands unquoted in the answer, which may so be no map, or seem another: one failure told is one. */
function ended({ isError, log, responseBody }: Json, answer: unknown): Outcome {
  const said = text(responseBody) ?? '';
  const answered = rpcOutcome(answer) ?? { status: /[{ ]error=\{/.test(said) ? 'protocol_error' : 'ok' };
  const failed = isError === true || /[{ ]isError=true[,}]/.test(said);
  const [refusal] = (failed || answered.status !== 'ok' ? BY_POLICY.exec(said) : null) ?? [];
  if (refusal !== undefined) return { ...answered, status: 'denied', reason: refusal, hearsay: true };
  if (answered.status !== 'ok') return answered;
  return failed ? { status: 'tool_error', reason: isError === true ? log : undefined } : answered;
}
