import { once } from 'node:events';
import net from 'node:net';
import { hostname } from 'node:os';
import tls from 'node:tls';
import type { Alert, Severity } from '../../../schemas/alert.ts';
import { cut } from '../../../schemas/cut.ts';
import type { Channel } from '../channel.ts';
import { escapeStructured, escapeTerminal } from '../escape.ts';
import type { Guard } from '../guard.ts';
import { checkedLookup, describe, unlessAborted } from '../post.ts';
import { alertText } from '../text.ts';

interface SyslogOptions {
  name: string;
  host: string;
  port: number;
  /** RFC 5425; without it RFC 6587 over plain TCP, to allowed networks only. */
  secure: boolean;
  guard: Guard;
  /** Certificates to trust instead of the system's, PEM. */
  ca?: string;
  timeoutMs?: number;
}

/** Facility 13, log audit (RFC 5424, 6.2.1). */
const FACILITY = 13;
const SEVERITY: Record<Severity, number> = { critical: 2, high: 3, medium: 4, low: 5, info: 6 };
/** Private structured data needs an enterprise number; this one is IANA's for documentation (RFC 5612). */
const SD_ID = 'overreach@32473';
const MAX_VALUE = 1_024;

/**
 * One connection a message. Syslog has no answer, so a message counts as delivered when the receiver has taken all
 * bytes and closed its side in reply to our close, or stayed silent past that without resetting the connection.
 */
export function syslog({ name, host, port, secure, guard, ca, timeoutMs = 10_000 }: SyslogOptions): Channel {
  return {
    name,
    async send({ id, alert }, signal) {
      const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      let socket: net.Socket | undefined;
      try {
        const destination = await unlessAborted(guard.host(host, port, secure), stop);
        const target = { host: destination.hostname, port, lookup: checkedLookup(destination) };
        const servername = net.isIP(destination.hostname) === 0 ? { servername: destination.hostname } : {};
        socket = secure
          ? tls.connect({ ...target, ...servername, ...(ca === undefined ? {} : { ca }) })
          : net.connect(target);
        await once(socket, secure ? 'secureConnect' : 'connect', { signal: stop });
        await handOver(socket, frame(syslogMessage(alert, id)), stop);
        return { ok: true, status: 0, detail: 'taken by the receiver' };
      } catch (error) {
        return { ok: false, status: 0, detail: describe(error), retry: true };
      } finally {
        socket?.destroy();
      }
    },
  };
}

/** How long a receiver that keeps its side open may take to refuse what it was sent. */
const SETTLE_MS = 250;

async function handOver(socket: net.Socket, bytes: Buffer, signal: AbortSignal): Promise<void> {
  socket.resume();
  const closed = once(socket, 'close', { signal });
  const flushed = new Promise<void>((resolve) => socket.end(bytes, resolve));
  await Promise.race([closed, flushed]);
  const settle = new AbortController();
  const quiet = new Promise((resolve) => {
    const timer = setTimeout(resolve, SETTLE_MS);
    settle.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  await Promise.race([closed, quiet]).finally(() => settle.abort());
  closed.catch(() => {});
}

/** Octet counting (RFC 6587, 3.4.1; RFC 5425, 4.3): no text in a message can end it early. */
export function frame(message: string): Buffer {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

/** RFC 5424 with structured data; the message is UTF-8 and says so by its byte order mark. */
export function syslogMessage(alert: Alert, id: string): string {
  const priority = FACILITY * 8 + SEVERITY[alert.severity];
  const header = `<${priority}>1 ${alert.occurred_at} ${token(hostname(), 255)} overreach - ${token(alert.detector, 32)}`;
  const values: [string, string | undefined][] = [
    ['delivery', id],
    ['alert', alert.alert_id],
    ['revision', String(alert.revision)],
    ['stage', alert.stage],
    ['status', alert.status],
    ['severity', alert.severity],
    ['detector', alert.detector],
    ['reason', alert.reason],
    ['agent', alert.agent.id],
    ['owner', alert.agent.owner],
    ['onBehalfOf', alert.on_behalf_of?.join(' ')],
    ['session', alert.session_id],
    ['server', alert.server],
    ['target', alert.target],
    ['class', alert.class],
    ['scope', alert.scope],
    ['grant', alert.grant_id],
    ['score', String(alert.score)],
    ['seen', alert.proof.seen],
    ['expected', alert.proof.expected],
    ['events', alert.event_ids.join(' ')],
  ];
  const data = values.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  const structured = data.map(([name, value]) => ` ${name}="${escapeStructured(cut(value, MAX_VALUE))}"`).join('');
  return `${header} [${SD_ID}${structured}] \u{feff}${escapeTerminal(cut(`${alert.title}. ${alertText(alert).summary}`, 4_000))}`;
}

/** Header fields are printable ASCII without spaces. */
const token = (text: string, max: number): string => text.replace(/[^\x21-\x7e]/g, '_').slice(0, max) || '-';
