import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { path: '/page/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
];
/** Only what we serve ourselves runs or is asked for: text out of events can load and send nothing. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** The page for people: three static files beside this one, which hold no data; the data is asked for with a token. */
export function pageRoutes(app: FastifyInstance): void {
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(`./page/${file}`, import.meta.url), 'utf8');
    app.get(path, async (_request, reply) =>
      reply.type(type).headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' }).send(text),
    );
  }
}
