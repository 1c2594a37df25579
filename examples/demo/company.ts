import type { Random } from '../../src/simulate/random.ts';

/** One call of a task; what is left out is as usual. */
export interface Call {
  /** `server/tool` */
  tool: string;
  args: Record<string, unknown>;
  result?: unknown;
  /** Median size of the result. */
  bytes?: number;
  status?: 'ok' | 'denied' | 'tool_error';
  reason?: string;
  /** Part of a planted story, and not of the work around it. */
  planted?: boolean;
}

export interface Member {
  id: string;
  role: string;
  ip: string;
  users: readonly string[];
  /** Sessions on a workday, and the share of them at weekends. */
  sessions: number;
  weekend: number;
  tasks: readonly { name: string; weight: number; calls(random: Random, day: number): Call[] }[];
  /** What a task is about: `ticket/T-1042`. */
  reference(day: number, random: Random): string;
}

const WORDS = [
  'login',
  'invoice',
  'export',
  'timeout',
  'refund',
  'upgrade',
  'address',
  'crash',
  'discount',
  'delivery',
];
const CUSTOMERS = ['lena', 'marc', 'yuki', 'omar', 'ines', 'paul', 'nora', 'ravi', 'sara', 'tom', 'eva', 'jan'];
const SHOPS = ['blueline', 'fjordcraft', 'kestrel', 'marigold', 'oakandco'];
const REPOS = ['site', 'payments', 'mobile', 'infra'];
const HOSTS = ['web-1', 'web-2', 'db-1', 'queue-1'];
const REPORTS = ['sales', 'support', 'uptime', 'costs', 'hiring'];
const SERVICES = ['web', 'queue', 'backup', 'metrics'];

/** The older ones more often than the newer ones. */
const known = <T>(items: readonly T[], random: Random): T => items[Math.floor(items.length * random.next() ** 1.5)]!;
const about = (random: Random): string => `${random.pick(WORDS)} ${random.pick(WORDS)}`;

export const ticketOf = (day: number, random: Random): string => `T-${1000 + day * 12 + random.below(40)}`;
/** A ticket as the desk shows it: who wrote, and what. */
export const ticketText = (id: string, random: Random): string => {
  const name = random.pick(CUSTOMERS);
  return `${id} from ${name}@${random.pick(SHOPS)}.example: ${about(random)} since ${random.pick(['Monday', 'yesterday', 'the update'])}, please help.`;
};

function answerTicket(random: Random, day: number): Call[] {
  const id = ticketOf(day, random);
  const calls: Call[] = [{ tool: 'tickets/get_ticket', args: { ticket_id: id }, result: ticketText(id, random) }];
  if (random.chance(0.6)) calls.push({ tool: 'tickets/search_tickets', args: { query: about(random) }, bytes: 5000 });
  const body = `We looked into the ${random.pick(WORDS)} and it works again.`;
  calls.push({ tool: 'tickets/send_reply', args: { ticket_id: id, body }, bytes: 150 });
  if (random.chance(0.4)) calls.push(notice(random));
  if (random.chance(0.7))
    calls.push({ tool: 'tickets/update_ticket', args: { ticket_id: id, state: 'solved' }, bytes: 150 });
  return calls;
}

/** A colleague is told. */
const notice = (random: Random): Call => ({
  tool: 'tickets/send_email',
  args: {
    to: [`${known(['billing', 'shipping', 'sales', 'stock'], random)}@acme.example`],
    subject: about(random),
    body: `A customer asks about the ${random.pick(WORDS)}, please look.`,
  },
  bytes: 150,
});

const pull = (day: number, random: Random): { owner: string; repo: string; pullNumber: number } => ({
  owner: 'acme',
  repo: known(REPOS, random),
  pullNumber: 300 + day * 3 + random.below(12),
});

function review(random: Random, day: number): Call[] {
  const of = pull(day, random);
  const path = `src/${random.pick(WORDS)}/${random.pick(['index', 'model', 'view', 'test'])}.ts`;
  return [
    { tool: 'github/pull_request_read', args: { ...of, method: 'get_diff' }, bytes: 6000 },
    ...Array.from({ length: 1 + random.below(3) }, () => ({
      tool: 'github/get_file_contents',
      args: { owner: 'acme', repo: of.repo, path },
      bytes: 4000,
    })),
    {
      tool: 'github/pull_request_review_write',
      args: { ...of, event: random.chance(0.7) ? 'APPROVE' : 'COMMENT' },
      bytes: 200,
    },
  ];
}

function release(random: Random, day: number): Call[] {
  const { pullNumber, ...repo } = pull(day, random);
  return [
    { tool: 'github/list_pull_requests', args: { ...repo, state: 'open' }, bytes: 5000 },
    { tool: 'github/get_commit', args: { ...repo, sha: 'main' }, bytes: 3000 },
    { tool: 'github/list_commits', args: { ...repo }, bytes: 5000 },
    { tool: 'github/merge_pull_request', args: { ...repo, pullNumber }, bytes: 200 },
    ...(random.chance(0.35)
      ? [{ tool: 'github/actions_run_trigger', args: { ...repo, workflow_id: 'release.yml' }, bytes: 150 }]
      : []),
  ];
}

const weekOf = (day: number): number => 40 + Math.floor((day + 3) / 7);

function report(random: Random, day: number): Call[] {
  const name = known(REPORTS, random);
  const calls: Call[] = [{ tool: 'filesystem/list_directory', args: { path: `/srv/reports/${name}` }, bytes: 1500 }];
  for (let n = 1 + random.below(3); n > 0; n -= 1)
    calls.push({
      tool: 'filesystem/read_file',
      args: { path: `/srv/reports/${name}/week-${weekOf(day) - n}.csv` },
      bytes: 8000,
    });
  calls.push({
    tool: 'filesystem/write_file',
    args: { path: `/srv/reports/${name}/week-${weekOf(day)}.csv` },
    bytes: 100,
  });
  return calls;
}

function maintain(random: Random): Call[] {
  const host = known(HOSTS, random);
  const service = known(SERVICES, random);
  const commands = [
    'df -h',
    'uptime',
    `systemctl status ${service}`,
    `journalctl -u ${service} -n 50`,
    `systemctl restart ${service}`,
  ];
  const calls: Call[] = Array.from({ length: 1 + random.below(3) }, () => ({
    tool: 'shell/execute_command',
    args: { host, command: known(commands, random) },
    bytes: 1200,
  }));
  if (random.chance(0.5))
    calls.unshift({
      tool: 'vault/read_secret',
      args: { mount: 'kv', path: `ops/${service}`, field: 'token' },
      bytes: 200,
    });
  return calls;
}

export const COMPANY: readonly Member[] = [
  {
    id: 'support-1',
    role: 'support',
    ip: '10.4.0.11',
    users: ['ann', 'ida', 'leo'],
    sessions: 14,
    weekend: 0.3,
    tasks: [{ name: 'ticket', weight: 1, calls: answerTicket }],
    reference: ticketOf,
  },
  {
    id: 'code-reviewer',
    role: 'reviewer',
    ip: '10.4.0.12',
    users: ['ben', 'mia'],
    sessions: 5,
    weekend: 0.15,
    tasks: [{ name: 'review', weight: 1, calls: review }],
    reference: (day, random) => `PR-${300 + day * 3 + random.below(12)}`,
  },
  {
    id: 'release-bot',
    role: 'release',
    ip: '10.4.0.13',
    users: ['ben', 'mia'],
    sessions: 5,
    weekend: 0.4,
    tasks: [{ name: 'release', weight: 1, calls: release }],
    reference: (day) => `2026.${weekOf(day)}`,
  },
  {
    id: 'reporter',
    role: 'reporter',
    ip: '10.4.0.14',
    users: ['cat'],
    sessions: 6,
    weekend: 0.1,
    tasks: [{ name: 'report', weight: 1, calls: report }],
    reference: (day) => `week-${weekOf(day)}`,
  },
  {
    id: 'ops-runner',
    role: 'ops',
    ip: '10.4.0.15',
    users: ['dan', 'eli'],
    sessions: 10,
    weekend: 0.6,
    tasks: [{ name: 'maintenance', weight: 1, calls: maintain }],
    reference: (day) => `OPS-${200 + day}`,
  },
];
