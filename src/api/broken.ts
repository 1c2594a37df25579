import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../../schemas/api.ts';

const NO_HTTP: Problem = { error: 'unreadable', detail: 'this is no HTTP request', mend: 'check who sends here' };
const KNOWN: Readonly<Record<string, [status: number, problem: Problem]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    { error: 'too_large', detail: 'the headers are larger than are read here', mend: 'send them in less than 16 KiB' },
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    { error: 'too_slow', detail: 'the request did not come whole in time', mend: 'send it again, or in several parts' },
  ],
};

/** What cannot be read as HTTP comes to no route and no handler of errors: it is answered here, in the same form. */
export function answerBroken({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, problem] = KNOWN[code] ?? [400, NO_HTTP];
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\nconnection: close`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
