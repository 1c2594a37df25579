import type { Judgement } from '../../schemas/alert.ts';
import { effectiveTime } from '../../schemas/effective-time.ts';
import type { CanonicalEvent, Event, Facts } from '../../schemas/event.ts';
import { placeId } from '../../schemas/place.ts';
import { Line } from './line.ts';
import type { JudgedEvent } from './store.ts';

const MAX_UINT16 = 65_535;
/** More than most rows need. */
const ROW_BYTES = 1024;

/** Columns of `events` in the order in which `writeRows` writes them: each block is one function below. */
export const WRITTEN_COLUMNS = [
  ...[
    'event_key',
    'event_id',
    'content_hash',
    'partition',
    'offset',
    'record_index',
    'epoch',
    'occurred_at',
    'received_at',
  ],

  ...['source_kind', 'source_instance', 'source_schema_version', 'agent_id', 'agent_id_basis', 'agent_name'],
  ...['agent_version', 'client_name', 'client_version', 'user_id', 'user_email', 'delegation.iss', 'delegation.sub'],
  ...['caller_scopes', 'caller_groups', 'caller_roles', 'credential_id', 'credential_kind', 'credential_issued_at'],
  ...['credential_expires_at', 'session_id', 'task_id', 'task_intent', 'src_ip', 'src_user_agent'],

  ...['server_id', 'server_name', 'server_url', 'method', 'target_type', 'target_name', 'target_raw_name'],
  ...['annotation_read_only', 'annotation_destructive', 'annotation_idempotent', 'annotation_open_world'],
  ...['args', 'args_state', 'outcome_status', 'outcome_code', 'outcome_reason', 'outcome_http_status'],
  ...['decision_effect', 'decision_policy', 'phase', 'duration_ms', 'bytes_in', 'bytes_out'],
  ...['trace_id', 'span_id', 'jsonrpc_id', 'request_id', 'result', 'raw'],

  ...['arg_facts', 'result_facts', 'redacted', 'tools'],

  ...['class', 'class_from', 'class_rule', 'scope', 'grant_id', 'scope_why', 'score'],
  ...['findings.detector', 'findings.score'],

  'exact',
];

/**
 * Events with their judgements as rows of `events`. What the columns cannot hold to the letter (text that is no Unicode,
 * a fraction of a byte, an empty text where the canonical form has none) is kept whole in the column `exact` beside
 * them, so that for every event `fromRow` of its stored row is that event.
 */
export function writeRows(rows: readonly JudgedEvent[], wanted: readonly boolean[]): Line {
  const line = new Line(wanted, rows.length * ROW_BYTES);
  for (const row of rows) {
    line.begin(row.event.key);
    writeKeys(line, row.event);
    writeWho(line, row.event.body);
    writeWhat(line, row.event.body);
    writeFacts(line, row.event.facts);
    writeJudgement(line, row.judgement);
    line.json(line.exact ? undefined : row).end();
  }
  return line;
}

function writeKeys(line: Line, { contentHash, position, occurredAt, receivedAt, effectiveAt, body }: Event): void {
  line.text(body.event_id).text(contentHash).text(placeId(position));
  line.count(position.offset).count(position.index).count(position.epoch);
  line.time(body.occurred_at, occurredAt).time(body.received_at, receivedAt);
  if (effectiveAt !== effectiveTime(occurredAt, receivedAt)) line.exact = false;
}

function writeWho(line: Line, body: CanonicalEvent): void {
  const { source, agent, client, user, delegation, caller, credential, task, src } = body;
  line.text(source.kind).text(source.instance).text(source.schema_version);
  line.text(agent.id).text(agent.id_basis).text(agent.name).text(agent.version);
  line.text(client?.name).text(client?.version).text(user?.id).text(user?.email);
  line.texts(delegation?.map(({ iss = '' }) => iss)).texts(delegation?.map(({ sub }) => sub));
  line.texts(caller?.scopes).texts(caller?.groups).texts(caller?.roles);
  line.text(credential?.id).text(credential?.kind).time(credential?.issued_at).time(credential?.expires_at);
  line.text(body.session_id).text(task?.id).text(task?.intent).text(src?.ip).text(src?.user_agent);
  if (isEmpty(client) || isEmpty(user) || isEmpty(caller) || isEmpty(credential) || isEmpty(task) || isEmpty(src))
    line.exact = false;
  if (delegation?.some(({ iss }) => iss === '')) line.exact = false;
}

function writeWhat(line: Line, body: CanonicalEvent): void {
  const { server, target, annotations, outcome, decision } = body;
  line.text(server.id).text(server.name).text(server.url);
  line.text(body.method).text(target.type).text(target.name).text(target.raw_name);
  line.flag(annotations?.read_only).flag(annotations?.destructive);
  line.flag(annotations?.idempotent).flag(annotations?.open_world);
  line.json(body.args).text(body.args_state);
  line.text(outcome.status).text(outcome.code).text(outcome.reason).count(outcome.http_status, MAX_UINT16);
  line.text(decision?.effect).text(decision?.policy).text(body.phase);
  line.number(body.duration_ms).count(body.bytes_in).count(body.bytes_out);
  line.text(body.trace_id).text(body.span_id).text(body.jsonrpc_id).text(body.request_id);
  line.json(body.result).json(body.raw);
  if (isEmpty(annotations) || isEmpty(decision)) line.exact = false;
}

/** An object without fields has no column to tell it by. */
function isEmpty(object: object | undefined): boolean {
  if (object === undefined) return false;
  for (const _ in object) return false;
  return true;
}

function writeFacts(line: Line, { args, result, redacted, tools }: Facts): void {
  line.facts(args).facts(result).list(redacted);
  line.json(tools.length > 0 ? tools : undefined);
}

function writeJudgement(line: Line, judgement: Judgement): void {
  const { classRule, grantId, scopeWhy, score, findings } = judgement;
  line
    .text(judgement.class)
    .text(judgement.classFrom)
    .text(classRule || undefined);
  line
    .text(judgement.scope)
    .text(grantId || undefined)
    .text(scopeWhy || undefined)
    .number(score);
  line.list(findings.map(({ detector }) => detector)).numbers(findings.map(({ score }) => score));
}
