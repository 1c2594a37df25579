import type { FastifyReply } from 'fastify';
import type { Signal } from './decode.ts';
import { messageType } from './messages.ts';

export const PROTOBUF = 'application/x-protobuf';
export const isProtobuf = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === PROTOBUF;

const encode = (name: string, value: object): Buffer => {
  const type = messageType(name);
  return Buffer.from(type.encode(type.fromObject(value)).finish());
};

/** 200 in the encoding of the request; without rejects it is the empty message, as the specification wants it. */
export function answerExport(
  reply: FastifyReply,
  {
    signal,
    asProtobuf,
    rejected,
    why,
  }: { signal: Signal | 'metrics'; asProtobuf: boolean; rejected: number; why: string },
): FastifyReply {
  if (asProtobuf) {
    const partial = rejected === 0 ? {} : { partialSuccess: { rejected, errorMessage: why } };
    return reply.type(PROTOBUF).send(encode('ExportResponse', partial));
  }
  const name = signal === 'traces' ? 'rejectedSpans' : 'rejectedLogRecords';
  return reply.send(rejected === 0 ? {} : { partialSuccess: { [name]: String(rejected), errorMessage: why } });
}

/** A failure as google.rpc.Status, in the encoding of the request. Exporters go by the HTTP status. */
export const failure = (message: string): Buffer => encode('Status', { message });
