import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Whatever is logged under these names, at the top or one below, is a secret or somebody's argument: it is not written. */
const HIDDEN = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'secrets',
  'password',
  'routing_key',
  'args',
  'arguments',
  'params',
  'result',
  'raw',
  'value',
  'body',
  'sql',
];
/** A message of an error can quote what it failed on; a log line is no place for a whole record. */
const MAX_MESSAGE = 500;

/** Structured lines; errors as type, message and stack, never with the request or response that hangs on them. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: HIDDEN.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe, error: describe, req: requestLine, res: ({ statusCode }) => ({ statusCode }) },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error.slice(0, MAX_MESSAGE) : undefined;
  const { name, message, stack, code } = error as Error & { code?: unknown };
  return {
    type: name,
    message: message.slice(0, MAX_MESSAGE),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack: framesOf(stack) }),
  };
}

/** The frames alone: a stack's first lines repeat the message, whole. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');

/** The path without its query: filters name agents and sessions. */
function requestLine({ method, url }: { method?: string; url?: string }): object {
  return { method, path: url?.split('?', 1)[0] };
}
