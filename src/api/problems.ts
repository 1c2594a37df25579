import type { z } from 'zod';
import type { Problem } from '../../schemas/api.ts';

/** An answer that is no success, on purpose: told to the caller as it stands. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, error: string, detail: string, mend: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.problem = { error, detail, mend };
    this.headers = headers;
  }
}

interface Known {
  error: string;
  detail: string;
  mend: string;
}

export const tooLarge = (): Refusal =>
  new Refusal(
    413,
    'too_large',
    'the body, unpacked, is larger than this address takes',
    'send it in several parts; for events http.body_limit_mb sets how large one may be',
  );

/** What else the HTTP framework refuses by itself, by its code. */
const FRAMEWORK: Readonly<Record<string, Known>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    error: 'unsupported_type',
    detail: 'the content type is none that is read here',
    mend: 'send application/json or application/x-ndjson (or application/x-protobuf for OTLP)',
  },
  FST_ERR_BAD_URL: {
    error: 'bad_request',
    detail: 'the address cannot be decoded',
    mend: 'encode ids as UTF-8, in percent signs',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    error: 'unreadable',
    detail: 'the body is not as long as its Content-Length says',
    mend: 'send it again',
  },
};

/** Every error as a refusal: ours, the framework's by its code, the house's by their names; the rest is our own fault. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { name, code, message, statusCode, retryAfterSeconds } = error as Error & {
    code?: string;
    statusCode?: number;
    retryAfterSeconds?: number;
  };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  const known = code === undefined ? undefined : FRAMEWORK[code];
  if (known !== undefined) return new Refusal(statusCode ?? 400, known.error, known.detail, known.mend);
  if (name === 'BusyError')
    return new Refusal(429, 'busy', message, 'send it again after Retry-After seconds', {
      'retry-after': String(retryAfterSeconds ?? 1),
    });
  if (name === 'ConfigError' || name === 'RuleError')
    return new Refusal(422, 'invalid_configuration', message, 'mend the file; what was in force still is');
  if (name === 'QueryError')
    return new Refusal(400, 'query_failed', message, 'mend the statement; it must be one that reads');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Refusal(statusCode, 'bad_request', message, 'mend the request');
  return new Refusal(
    503,
    'unavailable',
    'the request could not be carried out now',
    'send it again; the log says more',
    {
      'retry-after': '5',
    },
  );
}

/** Parses or refuses, with the path of the first thing that is wrong. */
export function read<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new Refusal(400, 'invalid', `${[what, ...path].join('.')}: ${message}`, 'see /openapi.json');
}
