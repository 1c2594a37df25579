import net from 'node:net';
import tls from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, syslog, syslogMessage } from '../../../src/alerts/channels/syslog.ts';
import { createGuard } from '../../../src/alerts/guard.ts';
import { channelContract, hugeAlert, nastyAlert } from '../../contracts/channel.ts';
import { alertOf, TLS } from '../support.ts';

const guard = createGuard({ allowNetworks: ['127.0.0.0/8'] });

/** Reads frames by their octet counts, as RFC 6587 and RFC 5425 have them. */
function unframe(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at);
    const length = Number(bytes.subarray(at, space).toString());
    messages.push(bytes.subarray(space + 1, space + 1 + length).toString());
    at = space + 1 + length;
  }
  return messages;
}

async function setUp(secure: boolean, answer: (socket: net.Socket) => void = () => {}) {
  const chunks: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  const ended: Promise<unknown>[] = [];
  const onSocket = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    ended.push(new Promise((resolve) => socket.once('close', resolve)));
    answer(socket);
  };
  const server = secure ? tls.createServer(TLS, onSocket) : net.createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as net.AddressInfo;
  const arrived = async (): Promise<string[]> => {
    await Promise.all(ended);
    return unframe(Buffer.concat(chunks));
  };
  return {
    channel: syslog({ name: 'siem', host: '127.0.0.1', port, secure, ca: TLS.cert, guard, timeoutMs: 2_000 }),
    arrived,
    breakDown: close,
    close,
  };
}

const HEADER = /^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (.*)$/su;

/** Structured data read by the grammar of RFC 5424, 6.3, and what is left after it. */
function readStructured(text: string): { parameters: Map<string, string>; rest: string } {
  const parameters = new Map<string, string>();
  const id = /^\[([^ ="\]]{1,32})/.exec(text);
  let rest = text.slice(id?.[0].length);
  for (;;) {
    const parameter = /^ ([^ ="\]]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"/su.exec(rest);
    if (parameter === null) break;
    parameters.set(parameter[1]!, parameter[2]!.replace(/\\(["\\\]])/g, '$1'));
    rest = rest.slice(parameter[0].length);
  }
  expect(rest[0]).toBe(']');
  return { parameters, rest: rest.slice(1) };
}

describe('syslog over TCP', () => channelContract(() => setUp(false)));
describe('syslog over TLS', () => channelContract(() => setUp(true)));

describe('a syslog message', () => {
  it('has the priority of its severity, and the alert as structured data', () => {
    const [, priority, time, , app, process, id, rest] = HEADER.exec(syslogMessage(alertOf(), 'd-1')) ?? [];
    expect([priority, time, app, process, id]).toEqual([
      '107',
      '2026-11-20T14:02:11.250Z',
      'overreach',
      '-',
      'first-seen',
    ]);
    const { parameters, rest: message } = readStructured(rest!);
    expect(Object.fromEntries(parameters)).toMatchObject({
      delivery: 'd-1',
      agent: 'support-7',
      class: 'secret',
      scope: 'out',
      seen: 'first call of class secret',
    });
    expect(message.startsWith(' \u{feff}support-7 read a secret')).toBe(true);
  });

  it('keeps its form whatever an agent writes', () => {
    const forms = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', ']', '[', ' ', '=', '\n', '\u0000', '<1>1 ', 'x') }),
    );
    fc.assert(
      fc.property(forms, (text) => {
        const alert = alertOf({ agent: { id: `a${text}` }, target: text, reason: text, title: text });
        const { parameters, rest } = readStructured(HEADER.exec(syslogMessage(alert, 'd'))![7]!);
        expect(parameters.has('agent')).toBe(true);
        expect(rest).not.toContain('\n');
        expect(unframe(frame(syslogMessage(alert, 'd')))).toHaveLength(1);
      }),
    );
    for (const alert of [nastyAlert(), hugeAlert()]) expect(syslogMessage(alert, 'd').length).toBeLessThan(40_000);
  });

  it('is tried again where the receiver resets the connection', async () => {
    const { channel, close } = await setUp(false, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await channel.send({ id: 'd', alert: alertOf(), at: 0 }, new AbortController().signal)).toMatchObject({
      ok: false,
      retry: true,
    });
    await close();
  });

  it('is not sent to a certificate that nobody vouches for, nor in the clear to the Internet', async () => {
    const { close, arrived, channel } = await setUp(true);
    await close();
    expect(await arrived()).toEqual([]);
    expect(await channel.send({ id: 'd', alert: alertOf(), at: 0 }, new AbortController().signal)).toMatchObject({
      ok: false,
    });
    const open = syslog({
      name: 'x',
      host: 'logs.example',
      port: 514,
      secure: false,
      guard: createGuard({ resolve: () => Promise.resolve(['93.184.216.34']) }),
    });
    expect(await open.send({ id: 'd', alert: alertOf(), at: 0 }, new AbortController().signal)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('without TLS'),
    });
  });
});
