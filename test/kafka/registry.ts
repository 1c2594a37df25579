import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import avro from 'avsc';

/** A schema registry before a test: what it knows, and who asked. */
export interface Registry {
  url: string;
  schemas: Map<string, object>;
  asked: { path: string; authorization: string | undefined }[];
  /** In force while set: it answers so, whatever is asked. */
  trouble: ((response: ServerResponse) => void) | null;
  close(): void;
}

export async function startRegistry(port = 0): Promise<Registry> {
  const held: Omit<Registry, 'url' | 'close'> = { schemas: new Map(), asked: [], trouble: null };
  const answer = ({ url: path = '', headers }: IncomingMessage, response: ServerResponse): void => {
    held.asked.push({ path, authorization: headers.authorization });
    if (held.trouble !== null) {
      held.trouble(response);
      return;
    }
    const found = held.schemas.get(path) ?? { error_code: 40403, message: 'Schema not found' };
    response.statusCode = 'error_code' in found ? Math.floor(Number(found.error_code) / 100) : 200;
    response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json');
    response.end(JSON.stringify(found));
  };
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(held, {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}

/** As a serializer of Confluent's writes it. */
export function wire(id: number, payload: Uint8Array | string): Buffer {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, Buffer.from(payload as string)]);
}

const optional = (type: object | string) => ({ type: ['null', type], default: null });
const named = (name: string, ...fields: string[]) => ({
  type: 'record',
  name,
  fields: fields.map((field) => ({ name: field, type: 'string' })),
});
/** The native event as somebody may have written it down in Avro. */
export const EVENT = {
  type: 'record',
  name: 'McpCall',
  namespace: 'acme',
  fields: [
    { name: 'event_id', type: 'string' },
    { name: 'occurred_at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'agent', type: named('Agent', 'id') },
    { name: 'server', type: named('Server', 'id') },
    { name: 'method', type: 'string' },
    { name: 'target', type: named('Target', 'name') },
    { name: 'session_id', ...optional('string') },
    { name: 'args', ...optional({ type: 'map', values: ['string', 'long', 'bytes'] }) },
  ],
};
export const EVENT_TYPE = avro.Type.forSchema(EVENT as avro.Schema, { wrapUnions: 'never' });

export const call = (n: number, more: object = {}) => ({
  event_id: `call-${n}`,
  occurred_at: 1_795_176_000_000_000 + n * 1000,
  agent: { id: 'support-1' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name: 'search' },
  session_id: null,
  args: null,
  ...more,
});
