import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { TokenRole } from '../../schemas/config/http.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { type Caller, createAccess, refuseOpenDoor } from './access.ts';
import { bodyLimit } from './bodies.ts';
import { answerBroken } from './broken.ts';
import { guard } from './guard.ts';
import { methodsAt } from './operations.ts';
import { pageRoutes } from './page.ts';
import type { AppOptions } from './ports.ts';
import { Refusal, refusalOf } from './problems.ts';
import { alertRoutes } from './routes/alerts.ts';
import { documentRoutes } from './routes/documents.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { queryRoutes } from './routes/query.ts';
import { readingRoutes } from './routes/reading.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask: nobody is asked where it is absent. */
    role?: TokenRole;
  }
  interface FastifyRequest {
    /** Set where the route has a role. */
    caller: Caller | null;
  }
}

/** Requests a minute of one token, or of one address without, to everything but ingest, which its own queue bounds. */
const READS_A_MINUTE = 1_200;
const ROOMS = [queryRoutes, alertRoutes, readingRoutes];

/** The HTTP side, whole. Throws a ConfigError where it would be an open door; `listen` is the caller's. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  refuseOpenDoor(options.http, options.tokens);
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimit(options.http),
    requestTimeout: 120_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // An address that cannot be decoded comes to no route, and so to no handler of errors.
    frameworkErrors: (error, _request, reply) => {
      const { status, problem } = refusalOf(error);
      (reply as FastifyReply).code(status).send(problem);
    },
    clientErrorHandler: answerBroken,
    // Agents are named by ids of up to 1024 characters, each up to nine in a path.
    routerOptions: { maxParamLength: 9_216 },
  });
  app.decorateRequest('caller', null);
  refuseWhileClosing(app);
  guard(app, options.http);
  answers(app, options);
  roles(app, options);
  await app.register(async (scope) => eventRoutes(scope, options));
  await app.register(async (scope) => otlpRoutes(scope, options));
  await app.register(async (scope) => {
    await scope.register(rateLimit, {
      max: READS_A_MINUTE,
      timeWindow: MINUTE,
      // Behind a proxy all have one address.
      keyGenerator: (request) => tokenOf(request, options) ?? request.ip,
      errorResponseBuilder: (request, { ttl }) =>
        tooMany(tokenOf(request, options) === undefined ? 'from this address' : 'with this token', ttl),
    });
    for (const room of ROOMS) scope.register(async (inner) => room(inner, options));
  });
  for (const room of [healthRoutes, documentRoutes, pageRoutes])
    await app.register(async (scope) => room(scope, options));
  return app;
}

/** What comes on open connections while the requests in hand are answered: in our words instead of the framework's. */
function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async () => {
    if (!isClosing) return;
    const again = { 'retry-after': '1' };
    throw new Refusal(503, 'stopping', 'the service stops', 'send it again after Retry-After seconds', again);
  });
}

function roles(app: FastifyInstance, { tokens }: AppOptions): void {
  const access = createAccess(tokens);
  app.addHook('onRequest', async (request) => {
    const { role } = request.routeOptions.config;
    if (role !== undefined) request.caller = access(request.headers.authorization, role);
  });
}

/** Every failure leaves as {error, detail, mend}; what is our own fault is logged, and not told. */
function answers(app: FastifyInstance, { log, metrics }: AppOptions): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500 && !(error instanceof Refusal)) log.error({ err: error, req: request }, 'request failed');
    return reply.code(refusal.status).headers(refusal.headers).send(refusal.problem);
  });
  app.setNotFoundHandler(({ method, url }) => {
    const taken = methodsAt(url.split('?')[0]!);
    if (taken.length > 0)
      throw new Refusal(405, 'method_not_allowed', `${method} is not taken here`, `send ${taken.join(' or ')}`, {
        allow: taken.join(', '),
      });
    throw new Refusal(404, 'not_found', 'there is nothing at this address', 'see /openapi.json');
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(request.routeOptions.url ?? 'unknown', request.method, reply.statusCode, reply.elapsedTime);
  });
}

/** Undefined where no tokens are configured, or none is asked for. */
const tokenOf = ({ caller }: FastifyRequest, { tokens }: AppOptions): string | undefined =>
  tokens.length === 0 ? undefined : caller?.name;

const tooMany = (whose: string, ttl: number): Refusal =>
  new Refusal(429, 'too_many', `too many requests ${whose}`, 'wait for Retry-After seconds', {
    'retry-after': String(Math.ceil(ttl / 1000)),
  });
