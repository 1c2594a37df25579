import { type CanonicalEvent, type ParsedEvent, TARGETED_METHODS, type TargetType } from '../../schemas/event.ts';

interface Known {
  /** Epoch milliseconds. */
  occurredAt: number;
  receivedAt: number;
  /** Of the agent, after folding. */
  agentId: string;
  /** Where the record came from, as far as it does not say itself. */
  kind: string;
  instance: string;
  /** Nothing in the event is empty, and inner objects are as the canonical form has them: they are taken as they are. */
  inOrder: boolean;
}

/**
 * From a checked native event to the canonical one: defaults filled in, times in UTC milliseconds, and what is absent
 * left out, so that an event has one form only. Keys come in the order of CanonicalEvent; result and raw are the caller's.
 */
export function normalize(parsed: ParsedEvent, known: Known): CanonicalEvent {
  const { occurredAt, receivedAt, inOrder } = known;
  const compact: <T extends object>(object: T | undefined) => T | undefined = inOrder ? same : withoutEmpty;
  const occurred = inOrder ? parsed.occurred_at : isoOf(occurredAt);
  const event = {
    event_id: parsed.event_id ?? '',
    occurred_at: occurred,
    received_at: receivedAt === occurredAt ? occurred : isoOf(receivedAt),
    source: sourceOf(parsed.source, known),
    agent: agentOf(parsed.agent, known),
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
  event.target = target(parsed, inOrder);
  set(event, 'annotations', compact(parsed.annotations));
  const args = parsed.args !== undefined && Object.keys(parsed.args).length > 0 ? parsed.args : undefined;
  set(event, 'args', args);
  event.args_state = parsed.args_state ?? (parsed.args === undefined ? 'absent' : 'full');
  event.outcome = outcome(parsed.outcome, inOrder);
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

const same = <T>(object: T): T => object;

/** The object without what is undefined, null, empty text or an empty list; undefined where nothing is left. */
function withoutEmpty<T extends object>(object: T | undefined): T | undefined {
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

/** Records of one batch were often received in the same millisecond. */
let lastMs = Number.NaN;
let lastIso = '';
function isoOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastIso = new Date(ms).toISOString();
  }
  return lastIso;
}

function sourceOf(source: ParsedEvent['source'], { kind, instance, inOrder }: Known): CanonicalEvent['source'] {
  if (inOrder && source?.kind !== undefined && source.instance !== undefined) return source as CanonicalEvent['source'];
  return withoutEmpty({
    kind: source?.kind ?? kind,
    instance: source?.instance ?? instance,
    schema_version: source?.schema_version,
  })!;
}

function agentOf(agent: ParsedEvent['agent'], { agentId, inOrder }: Known): CanonicalEvent['agent'] {
  const { id, id_basis = 'none', name, version } = agent;
  if (inOrder && id === agentId && agent.id_basis !== undefined) return agent as CanonicalEvent['agent'];
  return withoutEmpty({ id: agentId, id_basis, name, version })!;
}

function outcome(given: ParsedEvent['outcome'], inOrder: boolean): CanonicalEvent['outcome'] {
  if (given === undefined) return { status: 'unknown' };
  if (inOrder && given.status !== undefined) return given as CanonicalEvent['outcome'];
  return withoutEmpty({ ...given, status: given.status ?? 'unknown' })!;
}

const TYPE_BY_FAMILY: ReadonlyMap<string, TargetType> = new Map([
  ['tools', 'tool'],
  ['resources', 'resource'],
  ['prompts', 'prompt'],
  ['tasks', 'task'],
]);

function target({ target: given, method }: ParsedEvent, inOrder: boolean): CanonicalEvent['target'] {
  const { type: said, name, raw_name } = given ?? {};
  const type = said ?? (name !== undefined || TARGETED_METHODS.has(method) ? familyOf(method) : undefined);
  const raw = raw_name === name ? undefined : raw_name;
  if (inOrder && said !== undefined && raw === raw_name) return given as CanonicalEvent['target'];
  return withoutEmpty({ type: type ?? 'none', name, raw_name: raw })!;
}

const familyOf = (method: string): TargetType | undefined => TYPE_BY_FAMILY.get(method.slice(0, method.indexOf('/')));
