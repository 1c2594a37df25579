import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import chdb from 'chdb/connection';

/**
 * chDB behind enough of ClickHouse's HTTP interface that @clickhouse/client works on it unchanged: the tests' stand-in
 * for a server. The statement comes in `?query=` (then the body is its data) or in the body; database, settings and
 * parameters come in the address, the user in headers; both ways may be gzip. Errors have the server's shape.
 *
 * Runs in this process (`startFront`) or as its own, which may then be killed:
 * `npx tsx test/support/chdb-http-front.ts --path DIR [--port N] [--user NAME --password TEXT]` prints its address.
 */
export interface FrontOptions {
  path: string;
  port?: number;
  /** Who is let in; `default` without a password where nothing is said. */
  user?: string;
  password?: string;
  /** The user may not create databases. */
  mayCreate?: boolean;
  /** Settings of the user's profile, as statements: they hold where a request says nothing else. */
  profile?: string;
}

type Engine = ReturnType<typeof chdb.createChdbConnection>;

/** Settings of the HTTP layer, and what is no setting at all. */
const OF_HTTP =
  /^(?:query|query_id|database|user|password|session_id|role|default_format|compress|decompress|wait_end_of_query|enable_http_compression|http_.*|send_progress_.*|param_.*)$/;

class EngineError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(`Code: ${code}. DB::Exception: ${message}`);
    this.code = code;
  }
}

export async function startFront({
  path,
  port = 0,
  user = 'default',
  password = '',
  mayCreate = true,
  profile = '',
}: FrontOptions) {
  const idle = new Map<string, Engine[]>();
  const engines = new Set<Engine>();

  /** Settings stay on a connection: those that were lent with the same ones can be lent again. */
  async function use<T>(settings: string, work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = idle.get(settings)?.pop() ?? (await open(settings));
    try {
      const answer = await work(engine);
      idle.set(settings, [...(idle.get(settings) ?? []), engine]);
      return answer;
    } catch (error) {
      // After an error the next statement on a connection may be answered with what was left of this one.
      engines.delete(engine);
      await engine.close();
      throw error;
    }
  }

  async function open(settings: string): Promise<Engine> {
    const engine = chdb.createChdbConnection({ path });
    engines.add(engine);
    if (profile !== '') await engine.chdb.queryAsync(profile);
    if (settings !== '') await engine.chdb.queryAsync(settings);
    return engine;
  }

  async function run(request: http.IncomingMessage): Promise<{ body: Buffer; format: string }> {
    const url = new URL(request.url ?? '/', 'http://front');
    authenticate(request, url, user, password);
    const body = takeForm(request, url, await readBody(request));
    const inAddress = url.searchParams.get('query');
    const statement = (inAddress ?? body.toString()).trim();
    if (!mayCreate && /^create\s+database/i.test(statement))
      throw new EngineError(497, `${user}: Not enough privileges. (ACCESS_DENIED)`);
    const data = inAddress === null ? Buffer.alloc(0) : body;
    return await use(settingsOf(url.searchParams), (engine) => execute(engine, statement, data, url.searchParams));
  }

  const server = http.createServer((request, response) => {
    if (request.url?.startsWith('/ping')) {
      response.end('Ok.\n');
      return;
    }
    run(request).then(
      (answer) => send(request, response, 200, answer.body, { 'X-ClickHouse-Format': answer.format }),
      (error: Error) => fail(request, response, error),
    );
  });
  // As a server's own: clients let go of idle connections after seconds, and where they are late must find them open.
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const engine of engines) await engine.close();
    },
  };
}

export type Front = Awaited<ReturnType<typeof startFront>>;

function authenticate(request: http.IncomingMessage, url: URL, user: string, password: string): void {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [basicUser, ...basicKey] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':');
  const name = basicUser ?? request.headers['x-clickhouse-user'] ?? url.searchParams.get('user') ?? 'default';
  const key =
    basic === undefined
      ? (request.headers['x-clickhouse-key'] ?? url.searchParams.get('password') ?? '')
      : basicKey.join(':');
  if (name !== user || key !== password)
    throw new EngineError(
      516,
      `${name}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
    );
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  return request.headers['content-encoding'] === 'gzip' ? await promisify(gunzip)(body) : body;
}

/** Parameters too long for an address come as the parts of a form, the statement with them. */
function takeForm(request: http.IncomingMessage, url: URL, body: Buffer): Buffer {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return body;
  for (const part of body.toString().split(`--${boundary}`).slice(1, -1)) {
    const [, name, value] = /name="([^"]+)"\r\n\r\n([\s\S]*)\r\n$/.exec(part)!;
    if (value!.length > 131_072)
      throw new EngineError(1000, 'Poco::Exception: HTML Form Exception: Field value too long');
    url.searchParams.append(name!, value!);
  }
  return Buffer.alloc(0);
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** As statements; readonly comes last, after it nothing can be set. */
function settingsOf(params: URLSearchParams): string {
  const statements: string[] = [];
  const database = params.get('database');
  if (database !== null) statements.push(`USE \`${database}\``);
  const settings = [...params].filter(([name]) => !OF_HTTP.test(name) || name.startsWith('param_'));
  settings.sort(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'));
  for (const [name, value] of settings) statements.push(`SET ${name} = ${quoted(value)}`);
  return statements.join('; ');
}

async function execute(engine: Engine, statement: string, data: Buffer, params: URLSearchParams) {
  const insert = /^INSERT INTO (\S+)(?: \(([^)]*)\))?\s+FORMAT (JSONEachRow|JSONCompactEachRow)\s*$/i.exec(statement);
  if (insert !== null) {
    const columns = insert[2]?.split(',').map((name) => name.trim().replaceAll('`', ''));
    const format = insert[3] as 'JSONEachRow' | 'JSONCompactEachRow';
    if (data.length > 0)
      await engine.chdb.rawInsert({
        table: insert[1]!,
        format,
        values: data,
        ...(columns === undefined ? {} : { columns }),
      });
    return { body: Buffer.alloc(0), format };
  }
  const asked = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(statement)?.[1];
  const format = asked ?? params.get('default_format') ?? 'TabSeparated';
  const text = data.length === 0 ? statement : `${statement}\n${data.toString()}`;
  const result = await engine.chdb.queryAsync(text, { format });
  return { body: Buffer.from(result.bytes()), format };
}

function fail(request: http.IncomingMessage, response: http.ServerResponse, error: Error): void {
  const code = Number(/Code: (\d+)/.exec(error.message)?.[1] ?? 1002);
  const status = code === 516 || code === 497 ? 403 : code === 60 || code === 81 ? 404 : code < 100 ? 400 : 500;
  const message = `${error.message.startsWith('Code:') ? error.message : `Code: ${code}. DB::Exception: ${error.message} (UNKNOWN_EXCEPTION)`} (version 26.7)\n`;
  send(request, response, status, Buffer.from(message), { 'X-ClickHouse-Exception-Code': String(code) });
}

async function send(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  status: number,
  body: Buffer,
  headers: Record<string, string>,
): Promise<void> {
  const packed =
    (request.url ?? '').includes('enable_http_compression=1') && /gzip/.test(request.headers['accept-encoding'] ?? '');
  const summary = '{"read_rows":"0","read_bytes":"0","written_rows":"0","written_bytes":"0","elapsed_ns":"0"}';
  response.writeHead(status, {
    ...headers,
    'X-ClickHouse-Summary': summary,
    ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(packed ? await promisify(gzip)(body) : body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      path: { type: 'string' },
      port: { type: 'string', default: '0' },
      user: { type: 'string', default: 'default' },
      password: { type: 'string', default: '' },
    },
  });
  if (values.path === undefined) throw new Error('--path DIR: where the data lies');
  const front = await startFront({ ...values, path: values.path, port: Number(values.port) });
  process.stdout.write(`${front.url}\n`);
  process.once('SIGTERM', () => void front.close().then(() => process.exit(0)));
}
