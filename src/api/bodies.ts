import { Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../schemas/config.ts';
import { Refusal, tooLarge } from './problems.ts';

const UNPACK = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
]);

/** As configured, in whole bytes. */
export const bodyLimit = ({ body_limit_mb: megabytes }: Config['http']): number => Math.ceil(megabytes * 1024 * 1024);

/** Content types that a route of this scope takes; every body arrives as a Buffer, unpacked, never larger than `limit`. */
export function takeBodies(app: FastifyInstance, types: readonly string[], limit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...types], { parseAs: 'buffer', bodyLimit: limit }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (encoding === 'identity' || encoding === '') return payload;
    const unpack = UNPACK.get(encoding);
    if (unpack === undefined)
      throw new Refusal(415, 'unsupported_encoding', `the encoding is not read here`, 'send gzip, deflate or identity');
    return bounded(payload, unpack(), limit);
  });
}

type Payload = NodeJS.ReadableStream & { receivedEncodedLength?: number };

/** Stops unpacking as soon as more came out than may: a small body can unpack to any size. */
function bounded(payload: Payload, unpack: Transform, limit: number): Payload {
  let size = 0;
  const out: Transform & { receivedEncodedLength?: number } = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > limit ? tooLarge() : null, chunk);
    },
  });
  const stop = (error: Error): void => {
    payload.unpipe(unpack);
    unpack.destroy();
    // The rest is read and thrown away, so that the answer still reaches who sent it.
    payload.resume();
    out.destroy(error);
  };
  out.receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => {
    out.receivedEncodedLength! += chunk.length;
  });
  payload.on('error', stop);
  unpack.on('error', () => stop(new Refusal(400, 'unreadable', 'the body cannot be unpacked', 'send it again, whole')));
  out.on('error', () => {
    payload.unpipe(unpack);
    unpack.destroy();
    payload.resume();
  });
  payload.pipe(unpack).pipe(out);
  return out;
}

export const bytesOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/** A small JSON body, parsed. */
export function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(bytesOf(request).toString('utf8'));
  } catch {
    throw new Refusal(400, 'unreadable', 'the body is not JSON', 'send one JSON object');
  }
}
