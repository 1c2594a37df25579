import type { Event } from '../../../schemas/event.ts';

/** What a source may say: its name, whether an event has it, and whether a row of `events` does. */
export const SEEN_FIELDS: readonly (readonly [name: string, has: (event: Event) => boolean, sql: string])[] = [
  ['occurred_at', () => true, '1'],
  ['method', () => true, '1'],
  ['server', ({ body }) => body.server.id !== 'unknown', "server_id != 'unknown'"],
  [
    'agent.id',
    ({ body }) => body.agent.id_basis !== 'none' || body.source.kind === 'native',
    "agent_id_basis != 'none' OR source_kind = 'native'",
  ],
  ['target', ({ body }) => body.target.name !== undefined, "target_name != ''"],
  ['args', ({ body }) => body.args_state !== 'absent', "args_state NOT IN ('', 'absent')"],
  ['result', ({ facts }) => facts.result.length > 0, "result_facts != ''"],
  ['outcome', ({ body }) => body.outcome.status !== 'unknown', "outcome_status NOT IN ('', 'unknown')"],
  ['decision', ({ body }) => body.decision !== undefined, "decision_effect != ''"],
  ['bytes_out', ({ body }) => body.bytes_out !== undefined, 'bytes_out IS NOT NULL'],
  ['session_id', ({ body }) => body.session_id !== undefined, "session_id != ''"],
  ['delegation', ({ body }) => body.delegation !== undefined, 'notEmpty(delegation.sub)'],
  ['user', ({ body }) => body.user !== undefined, "user_id != '' OR user_email != ''"],
  ['credential', ({ body }) => body.credential !== undefined, "credential_id != '' OR credential_kind != ''"],
  ['client', ({ body }) => body.client !== undefined, "client_name != '' OR client_version != ''"],
  ['src.ip', ({ body }) => body.src?.ip !== undefined, "src_ip != ''"],
  ['src.user_agent', ({ body }) => body.src?.user_agent !== undefined, "src_user_agent != ''"],
  ['facts.tools', ({ facts }) => facts.tools.length > 0, "tools NOT IN ('', '[]')"],
];
