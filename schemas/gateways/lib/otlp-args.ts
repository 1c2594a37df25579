import { parseExact } from '../../exact-json.ts';
import type { NativeDraft } from '../gateway.ts';
import { meant } from './otlp.ts';
import { args, isObject, type Json, object, parsed } from './values.ts';

type Told = Pick<NativeDraft, 'args' | 'args_state'>;

/**
 * Arguments as attributes tell them: as one object or its JSON text, as ToolHive's text, one attribute an argument
 * (getsentry/sentry-javascript core/integrations/mcp-server/methodConfig.ts), or as the input of a tool's span
 * (OpenInference), which Strands calls its parameters (strands-agents/sdk-python telemetry/tracer.py).
 */
export function argsFrom(attributes: Json): Told {
  const told = meant(attributes, 'args');
  const whole = typeof told === 'string' ? parsed(told) : told;
  if (whole === undefined && typeof told === 'string') return fromText(told);
  // Sentry's note that they were too long.
  const isCut = isObject(object(whole)._sentry);
  if (whole !== undefined && !isCut) return { args: args(whole) };
  const single = byKey(attributes);
  if (single !== undefined) return { args: single, args_state: isCut ? 'absent' : undefined };
  if (isCut) return { args_state: 'absent' };
  const ofTool = attributes['openinference.span.kind'] === 'TOOL' || attributes['tool.name'] !== undefined;
  const input = ofTool ? (attributes['input.value'] ?? attributes['tool.parameters']) : undefined;
  // A schema says what may be asked, not what was.
  return isObject(object(parsed(input)).properties) ? {} : { args: args(input) };
}

const SINGLE = 'mcp.request.argument.';

/** Their values are JSON, cut where they are long; their names in small letters. */
function byKey(attributes: Json): Json | undefined {
  let found: Json | undefined;
  for (const name of Object.keys(attributes)) {
    const key = name.slice(SINGLE.length);
    if (!name.startsWith(SINGLE) || key === '__proto__') continue;
    found ??= {};
    found[key] = unquoted(attributes[name]);
  }
  return found;
}

function unquoted(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseExact(value);
  } catch {
    return marked(value);
  }
}

/** As ToolHive cuts a value and the whole (stacklok/toolhive pkg/telemetry/middleware.go sanitizeArguments, v0.47). */
const CUT = '...';
const WHOLE_BYTES = 200;
const marked = (value: string): string =>
  value.endsWith(CUT) ? `${value.slice(0, -CUT.length)}[redacted:cut:00000000]` : value;

/**
 * ToolHive's `a=2, b=40`, in no order. An argument may look like another, `x, path=/safe`: where one is told twice, or
 * where the end that may hold the true one is cut off, all of it is text.
 */
function fromText(told: string): Told {
  const pairs = told.split(/, (?=[\w.-]{1,64}=)/).map((part) => part.split(/=(.*)/s));
  if (pairs.some(([key, value]) => key === undefined || value === undefined || key === '__proto__'))
    return { args: args(told) };
  const isCut = told.endsWith(CUT) && Buffer.byteLength(told) >= WHOLE_BYTES;
  if (isCut || new Set(pairs.map(([key]) => key)).size < pairs.length)
    return { args: { value: told }, args_state: 'absent' };
  const found = Object.fromEntries(pairs.map(([key, value]) => [key!, hidden(key!, value!)]));
  const isWhole = pairs.every(([key, value]) => found[key!] === value);
  return { args: found, args_state: isWhole ? undefined : 'redacted' };
}

/** What ToolHive took out by the name of the argument is another value in each. */
const hidden = (key: string, value: string): string =>
  value === '[REDACTED]'
    ? `[redacted:toolhive:${Buffer.from(key).toString('hex').padEnd(8, '0').slice(0, 64)}]`
    : marked(value);
