import { type CanonicalEvent, type ParsedEvent, TARGETED_METHODS, type TargetType } from '../../schemas/event.ts';

/**
 * From a checked native event to the canonical one: defaults filled in, times in UTC milliseconds, and what is absent
 * left out, so that an event has one form only. Keys come in the order of CanonicalEvent; result and raw are the caller's.
 */
export function normalize(
  parsed: ParsedEvent,
  times: { occurredAt: number; receivedAt: number },
  source: { kind: string; instance: string },
): CanonicalEvent {
  const event = {
    event_id: parsed.event_id ?? '',
    occurred_at: new Date(times.occurredAt).toISOString(),
    received_at: new Date(times.receivedAt).toISOString(),
    source: compact({
      kind: parsed.source?.kind ?? source.kind,
      instance: parsed.source?.instance ?? source.instance,
      schema_version: parsed.source?.schema_version,
    })!,
    agent: compact({
      id: parsed.agent.id,
      id_basis: parsed.agent.id_basis ?? 'none',
      name: parsed.agent.name,
      version: parsed.agent.version,
    })!,
  } as CanonicalEvent;
  set(event, 'client', compact(parsed.client));
  set(event, 'user', compact(parsed.user));
  if (parsed.delegation !== undefined && parsed.delegation.length > 0)
    event.delegation = parsed.delegation.map((link) => compact(link)!);
  set(event, 'caller', compact(parsed.caller));
  set(event, 'credential', compact(parsed.credential));
  set(event, 'session_id', parsed.session_id);
  set(event, 'task', compact(parsed.task));
  event.server = compact(parsed.server)!;
  event.method = parsed.method;
  event.target = target(parsed);
  set(event, 'annotations', compact(parsed.annotations));
  const args = parsed.args !== undefined && Object.keys(parsed.args).length > 0 ? parsed.args : undefined;
  set(event, 'args', args);
  event.args_state = parsed.args_state ?? (parsed.args === undefined ? 'absent' : 'full');
  event.outcome = (compact({
    ...parsed.outcome,
    status: parsed.outcome?.status ?? 'unknown',
  }) ?? { status: 'unknown' }) as CanonicalEvent['outcome'];
  set(event, 'decision', compact(parsed.decision));
  event.phase = parsed.phase ?? 'complete';
  set(event, 'duration_ms', parsed.duration_ms);
  set(event, 'bytes_in', parsed.bytes_in);
  set(event, 'bytes_out', parsed.bytes_out);
  set(event, 'trace_id', parsed.trace_id);
  set(event, 'span_id', parsed.span_id);
  set(event, 'jsonrpc_id', parsed.jsonrpc_id);
  set(event, 'request_id', parsed.request_id);
  set(event, 'src', compact(parsed.src));
  return event;
}

function set<K extends keyof CanonicalEvent>(
  event: CanonicalEvent,
  key: K,
  value: CanonicalEvent[K] | undefined,
): void {
  if (value !== undefined) event[key] = value;
}

/** The object without what is undefined, null, empty text or an empty list; undefined where nothing is left. */
function compact<T extends object>(object: T | undefined): T | undefined {
  if (object === undefined) return undefined;
  let keys = 0;
  let empty = 0;
  for (const key in object) {
    keys++;
    if (isEmpty(object[key])) empty++;
  }
  if (empty === keys) return undefined;
  return empty === 0
    ? object
    : (Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value))) as T);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const TYPE_BY_FAMILY: Record<string, TargetType> = {
  tools: 'tool',
  resources: 'resource',
  prompts: 'prompt',
  tasks: 'task',
};

function target(parsed: ParsedEvent): CanonicalEvent['target'] {
  const named = parsed.target?.name !== undefined;
  const family = parsed.method.slice(0, parsed.method.indexOf('/'));
  const type =
    parsed.target?.type ??
    (named || TARGETED_METHODS.has(parsed.method) ? TYPE_BY_FAMILY[family] : undefined) ??
    'none';
  const raw = parsed.target?.raw_name === parsed.target?.name ? undefined : parsed.target?.raw_name;
  return compact({ type, name: parsed.target?.name, raw_name: raw })!;
}
