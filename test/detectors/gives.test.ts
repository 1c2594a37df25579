import { describe, expect, it } from 'vitest';
import { graveAct } from '../../detectors/grave-act.ts';
import { secretReach } from '../../detectors/secret-reach.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { createRun, DAY, MONDAY, opened } from '../support/run.ts';
import { shownBy } from './worked.ts';

const given = (server: string, tool: string, args: Record<string, unknown>): string => {
  const act = shownBy({ server, tool, args }, 'execute');
  return act?.kind === 'gives_admin' ? `${act.severity} ${act.group}` : 'nothing';
};
const sql = (query: string) => given('snowflake', 'run_query', { query });
const shell = (command: string) => given('terminal', 'execute_command', { command });
const aws = (cli_command: string) => given('aws', 'call_aws', { cli_command });
const PUBLIC = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}';

describe('what an API is asked to open', () => {
  it.each<[string, string, string, Record<string, unknown>]>([
    ['medium', 'google', 'share_drive_file', { file_id: 'f1', role: 'reader', type: 'anyone' }],
    ['medium', 'ms365', 'create-drive-item-share-link', { 'driveItem-id': 'f1', body: { scope: 'anonymous' } }],
    ['medium', 'box', 'box_shared_link_file_create_or_update_tool', { file_id: 'f1', access: 'open' }],
    ['medium', 'drive', 'addPermission', { fileId: 'f1', type: 'anyone', role: 'writer' }],
    ['medium', 'grafana', 'update_dashboard_permissions', { uid: 'd', isPublic: true }],
    ['high', 'github', 'update_repository', { repo: 'site', visibility: 'public' }],
    ['medium', 'github', 'update_repository', { repo: 'site', private: false }],
    ['high', 's3', 'put_bucket_acl', { Bucket: 'b', ACL: 'public-read' }],
    ['high', 's3', 'put_public_access_block', { Bucket: 'b', Configuration: { BlockPublicAcls: false } }],
    ['high', 's3', 'delete_public_access_block', { Bucket: 'b' }],
    ['high', 'aws', 'modify_db_snapshot_attribute', { snapshot_id: 's', values_to_add: ['all'] }],
    ['high', 'gcp', 'set_bucket_iam_policy', { bucket: 'b', members: ['x@acme.io', 'allUsers'] }],
    ['low', 's3', 'create_bucket', { bucket: 'b', acl: 'public-read' }],
  ])('%s %s/%s %j', (severity, server, tool, args) =>
    expect(given(server, tool, args)).toMatch(new RegExp(`^${severity} everybody > `)),
  );

  it.each<[string, string, Record<string, unknown>]>([
    ['google', 'share_drive_file', { file_id: 'f1', role: 'reader', type: 'user', share_with: 'bob@acme.io' }],
    ['google', 'manage_drive_access', { file_id: 'f1', action: 'revoke', type: 'anyone' }],
    ['ms365', 'create-drive-item-share-link', { body: { scope: 'organization', type: 'view' } }],
    ['ms365', 'delete-drive-item-permission', { type: 'anyone' }],
    ['github', 'create_repository', { name: 'x', private: false }],
    ['github', 'update_repository', { repo: 'x', private: true }],
    ['s3', 'put_bucket_acl', { Bucket: 'b', ACL: 'private' }],
    ['s3', 'put_public_access_block', { Bucket: 'b', BlockPublicAcls: true }],
    ['s3', 'put_bucket_acl', { Bucket: 'preview-b', ACL: 'public-read' }],
    ['calendar', 'create_event', { visibility: 'public' }],
    ['social', 'create_post', { audience: 'everyone' }],
    ['gitlab', 'create_issue', { visibility: 'public' }],
    ['db', 'update_database_access', { users: ['all'] }],
    ['github', 'list_repositories', { visibility: 'public' }],
  ])('is quiet about %s/%s %j', (server, tool, args) => expect(given(server, tool, args)).toBe('nothing'));
});

describe('what gives administration, or opens something to everybody', () => {
  it.each([
    ['GRANT ROLE ACCOUNTADMIN TO USER BI_AGENT', 'high accountadmin > bi_agent'],
    ['grant role "SECURITYADMIN" to role analysts', 'high securityadmin > analysts'],
    ['GRANT rds_superuser TO app_user', 'high rds_superuser > app_user'],
    ['GRANT ALL PRIVILEGES ON *.* TO app@host', 'high *.* > app@host'],
    ['GRANT MANAGE GRANTS ON ACCOUNT TO ROLE bi', 'high account > bi'],
    ['GRANT SELECT ON ALL TABLES IN SCHEMA hr TO ROLE bi_agent', 'medium schema hr > bi_agent'],
    ['GRANT SELECT ON customers TO PUBLIC', 'medium customers > public'],
    ['ALTER SHARE s1 ADD ACCOUNTS=xy12345', 'high s1 > xy12345'],
    ["CREATE USER svc2 PASSWORD='x' DEFAULT_ROLE=SYSADMIN", 'high administration > svc2'],
    ["CREATE USER svc2 PASSWORD='x'", 'medium an account > svc2'],
    ['ALTER ROLE app WITH SUPERUSER', 'high administration > app'],
    ['ALTER USER bi_agent SET DISABLE_MFA=TRUE', 'high no second factor > bi_agent'],
    ['GRANT/**/dba/**/TO/**/eve', 'high dba > eve'],
    [`-- a role\nGRANT /* ${'x'.repeat(500)} * */ dba -- so\nTO eve`, 'high dba > eve'],
    ['SELECT 1; /* x */ ALTER SERVER ROLE sysadmin ADD MEMBER eve', 'high sysadmin > eve'],
  ])('%s: %s', (query, expected) => expect(sql(query)).toBe(expected));

  it.each([
    ['kubectl create clusterrolebinding a --clusterrole=cluster-admin --user=dev-1', 'high cluster-admin > dev-1'],
    ['kubectl create rolebinding a -n web --clusterrole=admin --user=dev-1', 'medium admin > dev-1'],
    ['gh api -X PUT repos/acme/x/collaborators/mallory -f permission=admin', 'high admin > mallory'],
    ['gh api repos/acme/x/collaborators/mallory --method PUT -f permission=admin', 'high admin > mallory'],
    ['gh repo edit acme/x --visibility public', 'high public > public'],
    ["psql --host=db.acme.io -c 'GRANT dba /* x */ TO eve'", 'high dba > eve'],
    ['chmod u+s /bin/bash', 'high sh > bash'],
    ['sudo useradd -m -G sudo svc2', 'high sudo > svc2'],
    ['gcloud projects add-iam-policy-binding p --member=allUsers --role=roles/viewer', 'high allusers > allusers'],
    ['az role assignment create --assignee a@b.c --role Owner', 'high owner > a@b.c'],
    ['psql -h prod-db -c "ALTER ROLE app SUPERUSER"', 'high administration > app'],
  ])('%s: %s', (command, expected) => expect(shell(command)).toBe(expected));

  it.each([
    [
      'aws iam attach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
      /^high administratoraccess > x$/,
    ],
    ['aws iam create-access-key --user-name breakglass', /^medium an account or a key of it > breakglass/],
    [`aws s3api put-bucket-policy --bucket b --policy '${PUBLIC}'`, /^high everybody > b/],
    ['aws s3api put-bucket-acl --bucket b --acl public-read', /^high public-read > b/],
    [
      'aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 22 --cidr 0.0.0.0/0',
      /^medium 0\.0\.0\.0\/0/,
    ],
    ['aws rds modify-db-snapshot-attribute --db-snapshot-identifier s --values-to-add all', /^high all accounts > s/],
  ])('%s', (command, expected) => expect(aws(command)).toMatch(expected));

  it.each([
    [sql('GRANT SELECT ON scratch.brokers_47 TO ROLE analysts')],
    [sql('GRANT USAGE ON SCHEMA public TO bi')],
    [sql('GRANT SELECT ON ALL TABLES IN SCHEMA dev_ana TO ROLE analysts')],
    [sql("SELECT 'grant role accountadmin to user x'")],
    [sql('-- GRANT ROLE ACCOUNTADMIN TO USER x\nSELECT 1')],
    [sql('ALTER ROLE app NOSUPERUSER')],
    [sql('REVOKE ROLE accountadmin FROM USER x')],
    [shell('kubectl create rolebinding a -n web --clusterrole=view --user=dev-1')],
    [shell('kubectl get clusterrolebinding cluster-admin -o yaml')],
    [shell('git commit -m "gh api -X PUT repos/x/collaborators/m -f permission=admin"')],
    [shell('chmod +x scripts/build.sh && chmod 755 bin/run && chmod 0644 a')],
    [shell('docker exec db psql -c "ALTER ROLE app SUPERUSER"')],
    [shell('usermod -aG docker ana')],
    [aws('aws iam list-users')],
    [aws('aws iam attach-role-policy --role-name r --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess')],
    [aws('aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 443 --cidr 0.0.0.0/0')],
    [
      aws(
        `aws s3api put-bucket-policy --bucket b --policy '${PUBLIC.replace('"*"', '{"AWS":"arn:aws:iam::1:root"}')}'`,
      ),
    ],
  ])('is quiet: %#', (found) => expect(found).toBe('nothing'));

  const DETECTORS = [graveAct, secretReach];
  const PAST: Record<string, { server: string; tool: string; field: string; ordinary: string }> = {
    sql: { server: 'snowflake', tool: 'run_query', field: 'query', ordinary: 'CREATE TEMPORARY TABLE t AS SELECT 1' },
    aws: { server: 'aws', tool: 'call_aws', field: 'cli_command', ordinary: 'aws ecs update-service --cluster web' },
  };
  /** Four weeks of ordinary work. */
  function worked(kind: keyof typeof PAST) {
    const { server, tool, field, ordinary } = PAST[kind]!;
    const run = createRun(DETECTORS);
    const call = (text: string, day: number) =>
      opened([run.send({ at: MONDAY + day * DAY, server, tool, args: { [field]: text } })]).map(
        ({ detector, severity }) => `${detector} ${severity}`,
      );
    for (let n = 0; n < 140; n += 1) expect(call(ordinary, n / 5)).toEqual([]);
    return call;
  }

  it('tells a right on one thing low, shows the statement, and does not take it for administration', () => {
    const call = worked('sql');
    expect(call('GRANT SELECT ON sales.brokers TO ROLE analysts', 29)).toEqual(['secret-reach low']);
    expect(call('GRANT SELECT ON sales.offers TO ROLE analysts', 30)).toEqual([]);
    expect(call('SELECT login, password_hash FROM auth.users', 31)).toEqual(['secret-reach high']);
    expect(call('GRANT ROLE ACCOUNTADMIN TO USER BI_AGENT', 31)).toEqual(['grave-act high']);
    expect(call('GRANT ROLE ACCOUNTADMIN TO USER BI_AGENT', 32)).toEqual([]);
    expect(call('GRANT ROLE ACCOUNTADMIN TO USER EVE', 32)).toEqual(['grave-act high']);
    expect(call('ALTER USER bi_agent SET DISABLE_MFA=TRUE', 32)).toEqual(['grave-act high']);
  });

  it('does not take a secret that was read for a right that is given', () => {
    const call = worked('aws');
    expect(call('aws secretsmanager get-secret-value --secret-id x', 29)).toEqual(['secret-reach high']);
    const attach = 'aws iam attach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy';
    expect(call(`${attach}/AdministratorAccess`, 30)).toEqual(['grave-act high']);
    expect(call(`${attach}/AmazonS3ReadOnlyAccess`, 31)).toEqual(['secret-reach medium']);
  });

  it('grades low what the agent gave to three others', () => {
    const call = worked('sql');
    const told = ['a', 'b', 'c', 'd'].map((user, n) => call(`GRANT ROLE db_owner TO USER ${user}`, 29 + n)[0]);
    expect(told).toEqual(['grave-act high', 'grave-act high', 'grave-act high', 'grave-act low']);
  });

  it('is quick about a hostile argument', () => {
    for (const text of [
      'grant a on ',
      'grant role ',
      '--user=',
      ' to ',
      'aws iam put-user-policy "Action":',
      'aws put-policy "Action":      ',
      'create user a ',
      'kubectl create ',
      'gh api -X PUT /collaborators/',
      'chmod +s /',
      'chmod uuuuuuuuuuuuuu',
      'scp a.b.c:',
    ])
      for (const field of ['sql', 'command'])
        expect(
          cpuMs(() => given('x', 'run', { [field]: `gh ${text.repeat(100_000 / text.length)}` })),
          text,
        ).toBeLessThan(400);
  });
});
