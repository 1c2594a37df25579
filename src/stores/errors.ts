/**
 * Codes of the engine that pass by themselves: it is busy, full, starting, or lost a connection of its own. The rest say
 * that this statement is wrong, and that the next try would be told the same.
 */
const PASSING = new Set([
  74, // CANNOT_READ_FROM_FILE_DESCRIPTOR
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  159, // TIMEOUT_EXCEEDED
  173, // CANNOT_ALLOCATE_MEMORY
  198, // DNS_ERROR
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  225, // NO_ZOOKEEPER
  236, // ABORTED: the server is going down
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY: a replica without its keeper
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  319, // UNKNOWN_STATUS_OF_INSERT
  394, // QUERY_WAS_CANCELLED
  425, // SYSTEM_ERROR
  439, // CANNOT_SCHEDULE_TASK
  999, // KEEPER_EXCEPTION
]);

/** Codes that say no to the data of an insert. */
const OF_ROWS = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  43, // ILLEGAL_TYPE_OF_ARGUMENT
  44, // ILLEGAL_COLUMN
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  229, // QUERY_IS_TOO_LARGE
  376, // CANNOT_PARSE_UUID
  377, // ILLEGAL_SYNTAX_FOR_DATA_TYPE
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
]);

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/** What neither the engine nor the socket has a code for: the client's own clock, and a proxy that found no server. */
const PASSING_TEXT = /^Timeout error|socket hang up|\b50[234]\b|Bad Gateway|Service Unavailable|Gateway Time-?out/i;

/** The engine's number of an error, e.g. 516 where a password is wrong; undefined where the engine said nothing. */
export function engineCode(error: unknown): number | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // The client gives its number as text; chDB's own errors have a name of their own there, and the number in the message.
  const number = Number(/^\d+$/.test(String(code)) ? code : /^Code: (\d+)\./.exec(String(message))?.[1]);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** What the engine said, in one line and without its wrapping. */
export const engineMessage = (error: unknown): string =>
  String((error as Error).message)
    .replace(/^(?:Code: \d+\. DB::Exception: |std::\S+: )+/, '')
    .split('\n')[0]!
    .replace(/\s+\([A-Z_]+\) \(version .*$/, '')
    .slice(0, 2000);

const NOT_ENOUGH_SPACE = 243;

/** The disk is full, whoever says so: the engine by its number, the system by its code, or in words where it has neither. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (engineCode(error) === NOT_ENOUGH_SPACE) return true;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // Where no more files can be watched, the system says that too.
  if (['ENOSPC', 'EDQUOT'].includes(code)) return syscall !== 'watch';
  return /No space left on device|Disk quota exceeded/.test(error.message) || isFull(error.cause);
}

/** The engine answered, and said no to the rows: trying the same again cannot help, fewer of them can. */
export const refusesRows = (error: unknown): boolean => OF_ROWS.has(engineCode(error) ?? 0);

/**
 * True where the same write may succeed later: the store is away, busy or full. Writes are idempotent, so that one
 * whose answer was lost is repeated as well.
 */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isFull(error)) return true;
  const code = engineCode(error);
  if (code !== undefined) return PASSING.has(code);
  if (NETWORK.has((error as NodeJS.ErrnoException).code ?? '') || PASSING_TEXT.test(error.message)) return true;
  return isRetryable(error.cause);
}
