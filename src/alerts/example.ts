import type { Alert } from '../../schemas/alert.ts';
import { contentId } from '../hash.ts';

/** A marked example for `alerts test`: everything that a real one holds, and nobody can take it for one. */
export function exampleAlert(at: number): Alert {
  return {
    alert_id: contentId('alert', 'example', String(at)),
    detector: 'example',
    title: 'EXAMPLE: this is a test of the alert channel; nothing happened',
    summary:
      'This example was sent by overreach alerts test. A real alert says here what happened and why it is unusual.',
    severity: 'info',
    score: 4,
    reason: 'example',
    occurred_at: new Date(at).toISOString(),
    agent: { id: 'example-agent', name: 'example', owner: 'whoever asked for this test' },
    session_id: 'example-session',
    on_behalf_of: ['user:example@example.com'],
    server: 'example-server',
    target: 'example_tool',
    event_ids: ['example-event'],
    class: 'read',
    scope: 'in',
    proof: {
      seen: 'an example',
      expected: 'nothing',
      n: 0,
      window: 'now',
      threshold: 3,
      contributors: [{ name: 'being an example', value: 4 }],
      sql: "SELECT 'example'",
    },
    revision: 1,
    stage: 'open',
    frameworks: { owasp_asi: [], mitre_atlas: [], maestro: [], nist_ai_rmf: [] },
    suppressed_count: 0,
    status: 'new',
  };
}
