import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const FILES = [
  'page.css',
  'icon.svg',
  'page.js',
  'address.js',
  'dom.js',
  'table.js',
  'ask.js',
  'status.js',
  'alerts.js',
  'alert.js',
  'card.js',
  'agents.js',
  'query.js',
];
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** Only what we serve ourselves runs or is asked for: text out of events can load and send nothing. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** The page for people: static files beside this one, which hold no data; the data is asked for with a token. */
export function pageRoutes(app: FastifyInstance): void {
  const serve = (path: string, file: string): void => {
    const text = readFileSync(new URL(`./page/${file}`, import.meta.url), 'utf8');
    const type = TYPES[file.split('.').at(-1)!]!;
    app.get(path, async (_request, reply) =>
      reply.type(type).headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' }).send(text),
    );
  };
  serve('/', 'index.html');
  for (const file of FILES) serve(`/page/${file}`, file);
}
