import type { Problem } from '../../../schemas/api.ts';
import { ConfigError, OperationError, QueryError } from '../../errors.ts';

/** A running `overreach up`, over HTTP. */
export interface Server {
  readonly url: string;
  /** The answer's body; null where there is no such thing (404). Refusals are errors of one line. */
  get<T>(path: string): Promise<T | null>;
  post<T>(path: string, body: object): Promise<T | null>;
}

/** A server that says no to what was asked, with the code of the problem. */
export class ServerRefusal extends ConfigError {
  readonly problem: string;
  constructor(message: string, problem: string) {
    super(message);
    this.problem = problem;
  }
}

/** An answer may take as long as the longest query that a configuration would allow. */
const PATIENCE_MS = 600_000;
const PROBE_MS = 3_000;

export function createServer(url: string, token: string | undefined): Server {
  const base = url.replace(/\/+$/, '');
  async function ask<T>(path: string, init: RequestInit): Promise<T | null> {
    const headers = { ...(init.headers ?? {}), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}`, {
        ...init,
        headers,
        // A token goes to the address it was meant for, and nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      text = await response.text();
    } catch (error) {
      throw new OperationError(`${base} does not answer (${reasonOf(error)})`, { cause: error });
    }
    if (response.status === 404) return null;
    if (!response.ok) throw refusal(base, response.status, text);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new OperationError(`${base} answers no JSON: is it an overreach server?`, { cause: error });
    }
  }
  return {
    url: base,
    get: (path) => ask(path, {}),
    post: (path, body) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}

/** Whether an overreach server listens there, now. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { redirect: 'error', signal: AbortSignal.timeout(PROBE_MS) });
    return ((await response.json()) as { ok?: unknown }).ok === true;
  } catch {
    return false;
  }
}

function refusal(base: string, status: number, text: string): Error {
  const { error, detail, mend } = problemIn(text);
  if (error === 'query_failed') return new QueryError(detail);
  if (status === 401) return new ConfigError(`${base}: ${detail} (OVERREACH_TOKEN or --token; ${mend})`);
  if (status === 400 || status === 403 || status === 422)
    return new ServerRefusal(`${base}: ${detail} (${mend})`, error);
  return new OperationError(`${base}: ${detail || `answered ${status}`}${mend === '' ? '' : ` (${mend})`}`);
}

function problemIn(text: string): Problem {
  try {
    const { error, detail, mend } = JSON.parse(text) as Partial<Record<keyof Problem, unknown>>;
    return { error: String(error ?? ''), detail: String(detail ?? ''), mend: String(mend ?? '') };
  } catch {
    return { error: '', detail: '', mend: '' };
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: NodeJS.ErrnoException; message: string };
  return cause?.code ?? cause?.message ?? message;
}
