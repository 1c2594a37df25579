import { unspoken } from '../../schemas/shell.ts';
import { type Act, act, actWith } from './act.ts';
import { fetchedBy } from './fetched.ts';

/** Programs by which somebody outside gets in at a port of this machine (MITRE ATT&CK T1572). */
const TUNNELS = new Map<string, RegExp>([
  ['ngrok', /\s(?:tcp|tls|http|start)\b/],
  ['cloudflared', /\stunnel\b.*(?:--url|\srun\b)/s],
  ['bore', /\slocal\b/],
  ['chisel', /\sclient\b.*\sR:/s],
  ['frpc', /^/],
  ['lt', /\s--port\b/],
  ['localtunnel', /\s--port\b/],
  ['tailscale', /\sfunnel\b/],
  ['devtunnel', /\shost\b/],
]);
/** Shows a page that is being made; a shell or a database is more. */
const PAGE = /^\s+(?:http|tunnel)\b/;

export function tunnelsBy(program: string, given: string): Act | null {
  const fetched = fetchedBy(program, given);
  if (fetched !== null) return tunnelsBy(fetched.name, fetched.more);
  if (TUNNELS.get(program)?.test(given) !== true) return null;
  return act('opens_tunnel', PAGE.test(given) ? 'low' : 'medium', `${program}${given}`);
}

/** The host behind `ssh` is where a shell would begin: it is read in the whole text. */
const SSH =
  /(?:^|[\s;&|(])(?:auto)?ssh\s(?:[^\n;|&"']{0,200}\s)?-\w{0,8}R\s{0,4}["']?(?:\S{0,80}:)?\d{1,5}:\S{1,80}:\d{1,5}(?:[^\n;|&]{0,200}?[\s@]([\w-]{1,63}(?:\.[\w-]{1,63}){1,8}))?/;

export function tunnelsIn(text: string): Act | null {
  const [shows, host = ''] = text.includes('ssh ') ? (SSH.exec(unspoken(text)) ?? []) : [];
  return shows === undefined ? null : actWith('opens_tunnel', 'medium', shows, host);
}
