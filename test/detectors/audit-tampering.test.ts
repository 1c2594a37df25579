import { describe, expect, it } from 'vitest';
import { auditTampering } from '../../detectors/audit-tampering.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { createRun, DAY, MONDAY } from '../support/run.ts';

const tell = (tool: string, args: Record<string, unknown> = {}, over: object = {}) =>
  createRun([auditTampering]).send({ at: MONDAY, server: 'cloud', tool, args, ...over }).alerts;

const workload = (name: string, spec: string): string =>
  `apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  namespace: logging\n  name: ${name}\nspec:\n${spec}`;
const SHIPS_NOT =
  'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: fluent-bit, namespace: logging}\nspec: {updateStrategy: {type: OnDelete}, template: {spec: {nodeSelector: {none: "true"}}}}';
const shipping = (to: string): string =>
  `kind: ConfigMap\nmetadata:\n  name: fluent-bit-config\ndata:\n  fluent-bit.conf: |\n    [INPUT]\n        Name tail\n    [OUTPUT]\n        Name ${to}\n        Match *\n`;

describe('audit-tampering', () => {
  it.each<[string, Record<string, unknown>]>([
    ['disable_access_history', {}],
    ['run_query', { statement: 'ALTER TABLE security.audit_log SET DATA_RETENTION_TIME_IN_DAYS = 0' }],
    ['stopLogging', { name: 'main' }],
    ['delete_trail', { name: 'org-trail' }],
    ['clear_audit_log', {}],
    ['delete_log_group', { name: '/aws/x' }],
    ['turn_off_guardduty', {}],
    ['update_log_sink', { sink: 's', disabled: true }],
    ['update_log_sink', { sink: { name: 's', enabled: 'false' } }],
    ['set_audit_policy', { state: 'disabled' }],
    ['logpush_job_update', { job: 3, filter: 'ClientIP ne 203.0.113.7' }],
    ['update_log_sink', { filter: 'protoPayload.authenticationInfo.principalEmail!="svc@acme.iam.example"' }],
    ['set_audit_policy', { exclusions: [{ user: 'svc-x', not: true }, 'user != admin'] }],
    ['update_org_settings', { settings: { audit_log_enabled: false } }],
    ['run_command', { command: 'cd /tmp\nsystemctl --now stop auditd' }],
    ['run_command', { argv: ['aws', 'cloudtrail', 'stop-logging', '--name', 'main'] }],
    [
      'call_aws',
      {
        cli_command:
          'aws cloudtrail put-event-selectors --trail-name t --event-selectors \'[{"ReadWriteType":"All","IncludeManagementEvents":false}]\'',
      },
    ],
    [
      'run_command',
      { command: 'aws cloudtrail put-event-selectors --trail-name t --event-selectors ReadWriteType=ReadOnly' },
    ],
    ['put_event_selectors', { TrailName: 't', EventSelectors: [{ IncludeManagementEvents: false }] }],
    ['run_command', { command: 'aws cloudtrail update-trail --name t --no-is-multi-region-trail' }],
    ['run_command', { command: 'aws configservice stop-configuration-recorder --configuration-recorder-name r' }],
    ['stop_configuration_recorder', { ConfigurationRecorderName: 'r' }],
    ['run_command', { command: 'aws ec2 delete-flow-logs --flow-log-ids fl-1' }],
    ['run_command', { command: "aws s3api put-bucket-logging --bucket b --bucket-logging-status '{}'" }],
    ['run_command', { command: 'az monitor log-analytics workspace delete -n soc -g rg --yes' }],
    ['run_command', { command: 'rm -rf /var/log/auth.log' }],
    ['run_command', { command: 'unset HISTFILE; curl x.example' }],
    ['delete_alert_rule', { uid: 'sec-anomaly' }],
    ['create_silence', { matchers: [{ name: 'alertname', value: '.*', isRegex: true }], duration: '720h' }],
    ['create_silence', { matchers: ['alertname=~".+"'] }],
    ['run_command', { command: 'amtool silence add alertname=~.+ -d 30d' }],
    ['call_aws', { cli_command: 'aws logs put-retention-policy --log-group-name /eks/audit --retention-in-days 1' }],
    ['put_retention_policy', { logGroupName: '/eks/audit', retentionInDays: 1 }],
    ['update_repository', { repo: 'x', security_and_analysis: { secret_scanning: { status: 'disabled' } } }],
    ['update_repository', { repo: 'x', secret_scanning: 'disabled' }],
    ['disable_vulnerability_alerts', { repo: 'x' }],
    ['run_command', { command: 'history -c; export HISTFILE=/dev/null; rm -f ~/.bash_history' }],
    ['run_command', { command: 'git commit -m "$(history -c)"' }],
    ['run_command', { command: 'export HISTFILESIZE=0' }],
    ['run_command', { command: 'set +o history; id' }],
    ['run_command', { command: 'cp /dev/null /var/log/auth.log' }],
    ['run_command', { command: 'find /var/log -type f -delete' }],
    ['run_command', { command: 'wevtutil clear-log Security' }],
    ['run_command', { command: 'Set-MpPreference -DisableRealtimeMonitoring $true' }],
    ['execute_sql', { query: 'ALTER TABLE audit_log RENAME TO old_things' }],
    ['execute_sql', { query: 'ALTER TABLE customers DISABLE TRIGGER customers_audit' }],
    ['execute_sql', { query: 'DROP TRIGGER IF EXISTS audit_customers ON customers' }],
    ['run_command', { command: 'git commit -m "drop audit webhook" && history -c' }],
    ['run_command', { command: 'rm -f ~/.zsh_history' }],
    ['run_command', { command: ': > ~/.bash_history' }],
    ['execute_sql', { query: "ALTER SYSTEM SET log_statement = 'none'" }],
    ['execute_sql', { query: 'DROP SERVER AUDIT payroll' }],
    ['run_playbook', { playbook: 'disable-auditd.yml', check: false }],
    ['run_playbook', { playbook: 'playbooks/hardening/falcon-sensor_uninstall.yml' }],
    ['launch_job_template', { job_template: 'Stop log shipping', limit: 'web' }],
    ['trigger_workflow', { workflow_id: 'turn-off-guardduty.yaml', ref: 'main' }],
    ['execute_runbook', { runbook: { name: 'Remove-Sysmon' } }],
    ['run_script', { script_path: '/opt/scripts/kill_wazuh_agent.sh' }],
    ['manage_service', { name: 'auditd', state: 'stopped' }],
    ['stop_service', { service: 'filebeat.service' }],
    ['scale_deployment', { namespace: 'logging', name: 'fluent-bit', replicas: 0 }],
    ['delete_resource', { kind: 'DaemonSet', name: 'falco', namespace: 'security' }],
    ['resources_create_or_update', { resource: SHIPS_NOT }],
    [
      'resources_create_or_update',
      { resource: SHIPS_NOT.replace('none', '"non-existing"').replace('OnDelete', 'RollingUpdate') },
    ],
    [
      'kubectl_apply',
      { manifest: `kind: Service\nmetadata: {name: web}\n---\n${workload('falco', '  replicas: 0\n')}` },
    ],
    [
      'apply_manifest',
      {
        manifest: {
          kind: 'DaemonSet',
          metadata: { namespace: 'x', name: 'datadog-agent' },
          spec: { template: { spec: { containers: [{ image: 'registry.k8s.io/pause:3.9' }] } } },
        },
      },
    ],
    [
      'patch_resource',
      {
        kind: 'DaemonSet',
        name: 'promtail',
        patch: '{"spec":{"template":{"spec":{"nodeSelector":{"never":"true"}}}}}',
      },
    ],
    ['kubectl_apply', { manifest: shipping('null') }],
    [
      'kubectl_apply',
      {
        manifest:
          'kind: ConfigMap\nmetadata:\n  name: otel-collector-config\ndata:\n  relay: |\n    logs: {exporters: [nop]}\n',
      },
    ],
    [
      'run_command',
      {
        command:
          'kubectl -n logging patch ds fluent-bit -p \'{"spec":{"template":{"spec":{"nodeSelector":{"x":"y"}}}}}\'',
      },
    ],
    ['run_command', { command: 'kubectl -n logging scale deploy/logstash --replicas=0' }],
    ['run_command', { command: 'kubectl delete daemonset -n logging fluentd' }],
    ['run_command', { command: 'sudo apt-get purge -y auditd && sc.exe stop Sysmon' }],
    ['run_command', { command: 'systemctl disable --now falcon-sensor' }],
  ])('tells %s %o', (tool, args) => {
    const [alert, ...more] = tell(tool, args);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ detector: 'audit-tampering', reason: 'trail_ended', severity: 'high' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['run_command', { command: 'git add -p . && git commit -m "fix: drop audit webhook"' }],
    ['update_log_sink', { sink: 's', filter: 'severity>=ERROR', disabled: false }],
    ['logpush_job_update', { job: 3, filter: 'ClientRequestPath ne "/health"' }],
    ['logpush_job_update', { job: 3, filter: 'ClientRequestUserAgent ne "ELB-HealthChecker/2.0"' }],
    ['get_audit_log', { filter: 'user != admin' }],
    ['update_dashboard', { filter: 'user != admin' }],
    ['create_trail', { name: 'org-trail', enabled: true }],
    ['enable_logging', {}],
    [
      'call_aws',
      {
        cli_command:
          'aws cloudtrail put-event-selectors --trail-name t --event-selectors \'[{"ReadWriteType":"All","IncludeManagementEvents":true}]\'',
      },
    ],
    ['get_event_selectors', { TrailName: 't', IncludeManagementEvents: false }],
    ['run_command', { command: 'aws configservice describe-configuration-recorders; aws ec2 describe-flow-logs' }],
    ['list_audit_logs', { status: 'disabled' }],
    ['add_worklog', { disabled: true, status: 'none' }],
    ['delete_worklog', { id: 7 }],
    ['delete_blog_post', { id: 7 }],
    ['update_changelog', { status: 'off' }],
    ['set_feature_flag', { flag: 'dark-mode', enabled: false, state: 'off' }],
    ['remove_catalog_item', { login: 'no' }],
    ['run_command', { command: 'tail -n 100 /var/log/auth.log 2>/dev/null && history | head' }],
    ['run_command', { command: 'systemctl restart rsyslog' }],
    ['run_playbook', { playbook: 'enable-auditd.yml' }],
    ['run_playbook', { playbook: 'check-auditd-disabled.yml' }],
    ['run_playbook', { playbook: 'auditd.yml', state: 'present' }],
    ['run_playbook', { playbook: 'remove-old-kernels.yml', tags: ['logging'] }],
    ['run_tests', { path: 'test/test_disable_auditd.py' }],
    ['start_task', { task: 'Please remove logging from utils.py and stop the falcon plugin from loading twice' }],
    ['trigger_workflow', { workflow_id: 'ci.yml', ref: 'remove-logging' }],
    ['stop_service', { service: 'web' }],
    ['manage_service', { name: 'auditd', state: 'restarted' }],
    ['delete_pod', { kind: 'Pod', name: 'fluent-bit-x7k2p' }],
    ['scale_deployment', { name: 'fluent-bit', replicas: 2 }],
    ['scale_deployment', { name: 'web', replicas: 0 }],
    [
      'resources_create_or_update',
      {
        resource: workload(
          'fluent-bit',
          '  template:\n    spec:\n      nodeSelector:\n        kubernetes.io/os: linux\n      containers:\n      - name: fluent-bit\n',
        ),
      },
    ],
    [
      'resources_create_or_update',
      {
        resource: workload(
          'web',
          '  replicas: 0\n  template:\n    spec:\n      containers:\n      - name: fluent-bit\n',
        ),
      },
    ],
    ['kubectl_apply', { manifest: shipping('es') }],
    [
      'run_command',
      { command: 'kubectl -n logging rollout restart ds/fluent-bit; kubectl scale deploy/logstash --replicas=3' },
    ],
    ['run_command', { command: 'apt-get install -y auditd && kubectl delete pod fluent-bit-x7k2p' }],
    ['push_files', { files: [{ path: 'runbook.md', content: 'systemctl stop auditd' }] }],
    [
      'create_silence',
      {
        matchers: [
          { name: 'alertname', value: 'DiskFull' },
          { name: 'ns', value: '.*' },
        ],
      },
    ],
    ['update_alert_rule', { uid: 'cpu', paused: false }],
    ['put_retention_policy', { logGroupName: '/eks/audit', retentionInDays: 30 }],
    ['set_cart_retention', { retention_days: 1 }],
    ['run_command', { command: 'tail -5 ~/.bash_history > /tmp/last' }],
    ['run_command', { command: "find /var/log -name '*.gz' -mtime +30 -delete" }],
    ['execute_sql', { query: 'ALTER TABLE customers DISABLE TRIGGER touch_updated_at' }],
    ['execute_sql', { query: 'SELECT * FROM audit_log WHERE state = 0' }],
    ['run_query', { statement: 'ALTER TABLE security.audit_log SET DATA_RETENTION_TIME_IN_DAYS = 90' }],
    ['run_query', { statement: 'ALTER TABLE sales.orders SET DATA_RETENTION_TIME_IN_DAYS = 0' }],
  ])('is quiet about %s %o', (tool, args) => {
    expect(tell(tool, args)).toEqual([]);
  });

  it('shows the command', () => {
    const [alert] = tell('run_command', { command: 'cd /tmp\n  systemctl --now stop auditd' });
    expect(alert!.proof.seen).toContain('a command ends or clears one: systemctl --now stop auditd');
  });

  it('tells each tool once, a refused try as low, and what was refused again when it is let in', () => {
    const run = createRun([auditTampering]);
    const say = (day: number, status: 'ok' | 'denied') =>
      run
        .send({ at: MONDAY + day * DAY, server: 'cloud', tool: 'delete_trail', status })
        .alerts.map((one) => [one.stage, one.severity]);
    expect(say(0, 'denied')).toEqual([['open', 'low']]);
    expect(say(1, 'ok')).toEqual([['update', 'high']]);
    for (let day = 2; day < 30; day += 1) expect(say(day, 'ok').filter(([stage]) => stage !== 'close')).toEqual([]);
  });

  it('tells each sort of trail: that a shell forgot its history must not cover what is done to another one', () => {
    const run = createRun([auditTampering]);
    const say = (day: number, command: string) =>
      run.send({ at: MONDAY + day * DAY, server: 'box', tool: 'run_command', args: { command } }).alerts.length;
    expect(
      ['history -c', 'aws cloudtrail stop-logging --name main', 'systemctl stop auditd'].map((c) => say(0, c)),
    ).toEqual([1, 1, 1]);
    expect(['unset HISTFILE; id', 'aws guardduty delete-detector --detector-id d'].map((c) => say(1, c))).toEqual([
      0, 0,
    ]);
  });

  it('goes by what a team does, not by what it was refused', () => {
    const by = (status: 'ok' | 'denied') => {
      const run = createRun([auditTampering]);
      const say = (agent: string, day: number, last: 'ok' | 'denied') =>
        run
          .send({ at: MONDAY + day * DAY, agent, group: 'ops', server: 'cloud', tool: 'delete_trail', status: last })
          .alerts.map(({ severity }) => severity);
      for (const agent of ['a', 'b', 'c', 'd', 'e', 'f']) say(agent, 0, status);
      for (const agent of ['a', 'b', 'c', 'd', 'e', 'f'])
        run.send({ at: MONDAY + 2 * DAY, agent, group: 'ops', server: 'cloud', tool: 'get_trail' });
      return say('g', 4, 'ok');
    };
    expect(by('ok')).toEqual(['low']);
    expect(by('denied')).toEqual(['high']);
  });

  it('is quick about a hostile argument', () => {
    for (const text of [
      'rm '.repeat(100_000),
      '> /var/log'.repeat(30_000),
      'gcloud logging sinks update '.repeat(10_000),
      'cloudtrail put-event-selectors '.repeat(10_000),
      '\n'.repeat(300_000),
      'find /var/log '.repeat(20_000),
      `${'kubectl delete ds x='.repeat(99)}\n`.repeat(200),
    ])
      expect(cpuMs(() => tell('run_command', { command: text }))).toBeLessThan(2_000);
  });
});
