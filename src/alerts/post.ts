import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SendResult } from './channel.ts';
import { escapeTerminal } from './escape.ts';
import { type Destination, DestinationError, type Guard } from './guard.ts';
import { parseRetryAfter } from './retry.ts';

/** How much of an answer is read; then the connection is cut. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

export interface PostOptions {
  guard: Guard;
  connectMs?: number;
  /** From the first look-up to the end of the answer. */
  totalMs?: number;
  /** Certificates to trust instead of the system's, PEM. */
  ca?: string;
  /** Answers that blame this message, not the endpoint: trying it again cannot help. */
  permanent?: readonly number[];
}

interface Reply {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** POSTs one body to a guarded URL and says what came of it. Never throws, never follows, never waits past `totalMs`. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  at: number,
  signal: AbortSignal,
  options: PostOptions,
): Promise<SendResult> {
  const deadline = AbortSignal.timeout(options.totalMs ?? 15_000);
  const stop = AbortSignal.any([signal, deadline]);
  try {
    const destination = await unlessAborted(options.guard.url(url), stop);
    const reply = await exchange(new URL(url), destination, headers, body, stop, options);
    return judge(reply, at, options.permanent ?? []);
  } catch (error) {
    const detail =
      deadline.aborted && !signal.aborted ? `no answer within ${options.totalMs ?? 15_000} ms` : describe(error);
    return { ok: false, status: 0, detail, retry: true };
  }
}

/** The whole rule: 2xx is success, 410 means never again, what the channel calls permanent ends this one, the rest is tried again. */
function judge({ status, retryAfter, body }: Reply, at: number, permanent: readonly number[]): SendResult {
  const detail = oneLine(`${http.STATUS_CODES[status] ?? 'answered'}${body === '' ? '' : `: ${body}`}`);
  if (status >= 200 && status < 300) return { ok: true, status, detail };
  if (status === 410) return { ok: false, status, detail, retry: false, disable: true };
  if (permanent.includes(status)) return { ok: false, status, detail, retry: false };
  const afterMs = parseRetryAfter(retryAfter, at);
  return { ok: false, status, detail, retry: true, ...(afterMs === undefined ? {} : { afterMs }) };
}

function exchange(
  url: URL,
  destination: Destination,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
  options: PostOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const client = destination.secure ? https : http;
    const request = client.request(url, {
      method: 'POST',
      // A connection of its own each time: none that was checked for another moment is used again, no proxy is asked.
      agent: false,
      lookup: checkedLookup(destination),
      headers: {
        'user-agent': 'overreach',
        ...headers,
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
      },
      signal,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    const connectMs = options.connectMs ?? 5_000;
    const connecting = setTimeout(() => request.destroy(new Error(`no connection within ${connectMs} ms`)), connectMs);
    request.once('socket', (socket) =>
      socket.once(destination.secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting)),
    );
    request.once('close', () => clearTimeout(connecting));
    request.on('error', reject);
    request.once('response', (response) => {
      // The status decides: a body that is endless, cut or hangs changes nothing about what the receiver has said.
      readBody(response).then((text) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: text });
        request.destroy();
      }, reject);
    });
    request.end(body);
  });
}

/** Hands the connection the addresses that were checked: there is no second look-up. */
export function checkedLookup({ addresses }: Destination): LookupFunction {
  return (_hostname, { all }, callback) => {
    const first = addresses[0];
    if (all === true) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function readBody(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (): void => resolve(Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString('utf8'));
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_RESPONSE_BYTES) finish();
    });
    response.once('end', finish);
    response.on('error', finish);
    response.once('close', finish);
  });
}

/** A promise that nobody waits for any more may still fail: it is heard, and nothing follows. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** One line for the delivery log: refusals and TLS errors by name, never the URL. */
export function describe(error: unknown): string {
  if (error instanceof DestinationError) return `refused: ${oneLine(error.message)}`;
  if (!(error instanceof Error)) return 'stopped';
  if (error.name === 'AbortError') return 'stopped';
  const [cause] = error instanceof AggregateError ? error.errors : [error];
  const code: unknown = Reflect.get(Object(cause), 'code');
  const name = typeof code === 'string' ? code : error.name;
  const tls = /CERT|TLS|SSL|SELF_SIGNED|ISSUER|EPROTO/.test(name) ? 'TLS: ' : '';
  return oneLine(`${tls}${name}: ${cause instanceof Error ? cause.message : error.message}`);
}

const oneLine = (text: string): string => escapeTerminal(text.replace(/\s+/g, ' ').trim());
