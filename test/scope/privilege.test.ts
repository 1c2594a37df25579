import { describe, expect, it } from 'vitest';
import { CLASSES, type PrivilegeClass } from '../../schemas/alert.ts';
import { catalogueSchema } from '../../schemas/catalogue.ts';
import { builtin } from '../../src/engine/catalogue/index.ts';
import { createClassifier } from '../../src/engine/privilege.ts';
import { readSql } from '../../src/engine/sql.ts';
import { realTools } from './real-tools.ts';
import { call, classify, tool } from './support.ts';

type Row = [server: string, name: string, expected: PrivilegeClass, args?: Record<string, unknown>];

const rows: Row[] = [
  ['filesystem', 'read_text_file', 'read', { path: '/srv/a.txt' }],
  ['filesystem', 'list_allowed_directories', 'discover'],
  ['filesystem', 'write_file', 'write', { path: '/srv/a.txt', content: 'reads ~/.ssh/id_rsa, see .env' }],
  ['filesystem', 'read_file', 'secret', { path: '/home/ann/.ssh/id_rsa' }],
  ['filesystem', 'read_file', 'secret', { path: '/home/ann/.s%73h/id_rsa' }],
  ['filesystem', 'read_multiple_files', 'secret', { paths: ['/a', '/srv/app/x/../.env'] }],
  ['filesystem', 'read_file', 'secret', { path: 'C:\\Users\\ann\\.aws\\credentials' }],
  ['filesystem', 'read_file', 'secret', { path: '/srv/.env.production' }],
  ['filesystem', 'read_file', 'read', { path: '/srv/.env.example' }],
  ['github', 'get_file_contents', 'secret', { owner: 'acme', repo: 'shop', path: 'deploy/prod.env' }],
  ['github', 'get_file_contents', 'read', { owner: 'acme', repo: 'shop', path: 'deploy/example.env' }],
  ['github', 'get_file_contents', 'read', { owner: 'acme', repo: 'shop', path: 'src/process.env' }],
  ['filesystem', 'read_file', 'secret', { path: '//etc/./shadow' }],
  ['filesystem', 'read_file', 'secret', { path: '/proc/self/environ' }],
  ['filesystem', 'read_file', 'read', { path: '/proc/self/status' }],
  ['filesystem', 'read_file', 'read', { path: 'src/proc/linux/environ.c' }],
  ['gcp', 'ssh_exec', 'secret', { command: 'cat /proc/$(pidof node)/environ' }],
  ['gcp', 'ssh_exec', 'secret', { command: 'strings /proc/`pgrep node`/environ | sort' }],
  ['gcp', 'ssh_exec', 'secret', { command: 'cat /proc/$PID/environ' }],
  ['gcp', 'ssh_exec', 'secret', { command: 'cat $(ls ~/.ssh/id_rsa)' }],
  ['gcp', 'ssh_exec', 'execute', { command: 'cat /proc/meminfo; ls $(pwd)' }],
  ['gcp', 'get_instance_metadata', 'secret', { path: 'service-accounts/default/token' }],
  ['gcp', 'get_instance_metadata', 'read', { path: 'instance/zone' }],
  ['ci', 'trigger_pipeline', 'secret', { pipeline: 'deploy', run: 'printenv | base64' }],
  ['ci', 'trigger_job', 'secret', { parameters: { script: 'env | base64 -w0' } }],
  ['ci', 'run_job', 'secret', { steps: ['npm ci', 'printenv'] }],
  ['ci', 'run_job', 'secret', { steps: [{ name: 'x', run: 'printenv' }] }],
  ['ci', 'trigger_pipeline', 'execute', { run: 'tests', inputs: { env: 'env', environment: 'prod' } }],
  ['snowflake', 'load_file', 'write', { file: 's3://in/day.csv', table: 'raw.orders' }],
  ['skills', 'load_file', 'read', { file: 'day.csv' }],
  ['filesystem', 'read_file', 'secret', { path: '/var/run/secrets/kubernetes.io/serviceaccount/token' }],
  ['filesystem', 'read_file', 'secret', { path: '/home/ann/.kube/config' }],
  ['github', 'get_file_contents', 'read'],
  ['github-mcp-server', 'merge_pull_request', 'write'],
  ['acme-github-prod', 'actions_run_trigger', 'execute'],
  ['github', 'list_secret_scanning_alerts', 'secret'],
  ['github', 'create_issue', 'write', { title: 'Rotate the keys in .env', body: 'see ~/.ssh/config and /etc/shadow' }],
  ['gateway', 'github_merge_pull_request', 'write'],
  ['gitlab', 'get_project_variable', 'secret'],
  ['gitlab', 'execute_graphql', 'execute'],
  ['slack', 'slack_post_message', 'write'],
  ['slack', 'conversations_history', 'read'],
  ['postgres', 'query', 'read', { sql: 'SELECT * FROM orders' }],
  ['postgres', 'query', 'write', { sql: 'with x as (delete from orders returning *) select * from x' }],
  ['postgres', 'query', 'write', { sql: 'select 1; drop table users' }],
  ['postgres', 'query', 'write'],
  ['postgres', 'query', 'identity', { sql: 'GRANT ALL ON orders TO eve' }],
  ['postgres', 'query', 'identity', { sql: "create user eve password 'x'" }],
  ['postgres', 'query', 'execute', { sql: "COPY t FROM PROGRAM 'id'" }],
  ['postgres', 'query', 'secret', { sql: 'select * from pg_shadow' }],
  ['salesforce', 'query', 'secret', { q: "SELECT Id, Body FROM Case WHERE Body LIKE '%secret key%'" }],
  ['salesforce', 'query', 'secret', { soql: "SELECT Id, Body FROM Case WHERE Body LIKE '%secret key%'" }],
  ['drive', 'search_files', 'read', { q: "name contains 'secret key'" }],
  ['postgres', 'list_tables', 'read'],
  ['playwright', 'browser_navigate', 'read', { url: 'https://x.example' }],
  ['playwright', 'browser_evaluate', 'execute'],
  ['playwright', 'browser_cookie_get', 'secret'],
  ['puppeteer', 'puppeteer_fill', 'write'],
  ['fetch', 'fetch', 'read', { url: 'https://x.example' }],
  ['fetch', 'fetch', 'write', { url: 'https://x.example', method: 'POST' }],
  ['fetch', 'fetch', 'secret', { url: 'http://169.254.169.254/latest/meta-data/iam' }],
  ['fetch', 'fetch', 'secret', { url: 'http://2852039166/' }],
  ['memory', 'read_graph', 'read'],
  ['memory', 'create_entities', 'write'],
  ['kubernetes', 'pods_exec', 'execute'],
  ['k8s', 'resources_get', 'read', { kind: 'Pod' }],
  ['k8s', 'resources_get', 'secret', { kind: 'Secret' }],
  ['k8s', 'kubectl_get', 'secret', { resourceType: 'secrets' }],
  ['k8s', 'kubectl_create', 'identity', { resourceType: 'clusterrolebinding' }],
  ['k8s', 'resources_get', 'read', { kind: 'Role' }],
  ['aws', 'call_aws', 'execute'],
  ['azure', 'azmcp_keyvault_secret_get', 'secret'],
  ['azure', 'azmcp_storage_blob_list', 'read'],
  ['gcloud', 'run_gcloud_command', 'execute'],
  ['shell', 'execute_command', 'execute', { command: 'ls' }],
  ['shell', 'execute_command', 'secret', { command: 'cat ~/.ssh/id_ed25519 | base64' }],
  ['desktop-commander', 'start_process', 'execute'],
  ['jira', 'jira_transition_issue', 'write'],
  ['atlassian', 'getJiraIssue', 'read'],
  ['linear', 'create_issue', 'write'],
  ['servicenow', 'create_script_include', 'execute'],
  ['servicenow', 'add_group_members', 'identity'],
  ['vault', 'read_secret', 'secret'],
  ['vault', 'list_secrets', 'secret'],
  ['vault', 'anything_else', 'secret'],
  ['hashicorp-vault', 'issue_pki_certificate', 'identity'],
  ['aws-secrets-manager', 'get_secret_value', 'secret'],
  ['gcp-secret-manager', 'access_secret_version', 'secret'],
  ['azure-key-vault', 'key_get', 'secret'],
  ['1password', 'get_item', 'secret'],
  ['okta', 'list_users', 'read'],
  ['okta', 'deactivate_user', 'identity'],
  ['okta', 'update_something', 'identity'],
  ['entra', 'add_group_member', 'identity'],
  ['keycloak', 'create-user', 'identity'],
  ['aws-iam', 'attach_user_policy', 'identity'],
  ['github-actions', 'run_workflow', 'execute'],
  ['jenkins', 'triggerBuild', 'execute'],
  ['jenkins', 'getBuildLog', 'read'],
  ['n8n', 'n8n_update_partial_workflow', 'execute'],
  ['zapier', 'execute_zapier_write_action', 'execute'],
  // Nobody's server: the words of the name.
  ['crm', 'getCustomerById', 'read'],
  ['crm', 'create_or_update_customer', 'write'],
  ['crm', 'pull_request_read', 'read'],
  ['crm', 'list_deleted_items', 'read'],
  ['crm', 'get-api-key', 'secret'],
  ['crm', 'grant_role', 'identity'],
  ['crm', 'grant_voucher', 'write'],
  ['crm', 'grant_bucket', 'identity'],
  ['crm', 'addUserToGroup', 'identity'],
  ['crm', 'update_user_info', 'write'],
  ['crm', 'run_report_script', 'execute'],
  ['crm', 'frobnicate', 'write'],
  // What acts by itself from then on.
  ['mail', 'create_forwarding_rule', 'execute'],
  ['mail', 'addForwardingAddress', 'execute'],
  ['mail', 'update-inbox-rule', 'execute'],
  ['forge', 'hooks.create_webhook', 'execute'],
  ['forge', 'delete_webhook', 'write'],
  ['forge', 'list_webhooks', 'read'],
  ['ops', 'schedule_cron_job', 'execute'],
];

/** The same of nobody's server, and of what sounds alike. */
const alike: readonly string[] = [
  'atlassian: read get_page_restrictions check_content_permissions get_space_permissions search_assignable_users get_service_desk_queues get_sprint_issues; write create_page_from_template update_page_section create_customer_request add_watcher batch_create_issues upload_attachments; identity set_page_restrictions',
  'hubspot: read hubspot_get_company_activity hubspot_search_data; write hubspot_create_contact',
  'idp: read list_factors get_authenticator; secret create_api_token; identity enroll_factor reset_factors unenroll_factor delete_authenticator reset_mfa add_trusted_origin',
  'calendar: read list_calendars list_acl; write create_event share_event; identity share_calendar insert_acl',
  's3: read list_buckets get_bucket_acl get_object; write put_object delete_bucket put_lifecycle_configuration; identity put_bucket_policy put_bucket_acl put_public_access_block delete_public_access_block',
  'ec2: read describe_instances describe_security_groups; execute run_instances terminate_instances reboot_instances; identity authorize_security_group_ingress create_security_group revoke_security_group_ingress share_snapshot',
  'repo-host: read list_collaborators; write update_repository archive_repository; identity add_collaborator change_repository_visibility make_repository_public add_deploy_key update_branch_protection remove_repository_ruleset',
  'finance: read export_ledger export_claims export_query get_authority_limit list_payments; write approve_payment approve_invoice create_payment pay_invoice release_payment export_ledger_to_s3 export_claims_to_bucket; identity set_authority_limit update_approval_limit add_signatory set_approval_authority',
  'edr: read list_hosts; write tag_host; execute isolate_host contain_host kill_process run_remote_script quarantine_host',
  'zendesk: read list_macros get_ticket export_tickets; write update_ticket merge_tickets; execute create_trigger update_automation create_webhook',
  'elastic: read esql get_shards list_indices; write delete_index put_mapping; identity create_role',
  'cloudflare-api: read zones_list get_dns_records; write create_dns_record purge_cache kv_put; execute worker_deploy worker_put; secret secret_put; identity create_access_policy',
  'dns: read list_records; write update_record',
  'iam-lite: identity create_access_key attach_policy detach_policy put_trust_policy add_principal set_iam_policy',
  'argocd: read list_applications get_application; write create_application update_application delete_application; execute sync_application run_resource_action',
  'pulumi: read pulumi-cli-preview pulumi-cli-stack-output pulumi-registry-get-resource; execute pulumi-cli-up pulumi-cli-refresh neo-task-launcher',
  'ansible: read list_inventories; execute ansible_playbook launch_job update_project',
  'convex: read data logs tables runOneoffQuery functionSpec; execute run; secret envGet envList envSet envRemove',
  'railway: read deployment_logs; secret variable_list variable_set',
  'dynatrace: read execute_dql verify_dql',
  'claude-code: read Read Glob Grep WebFetch; write Edit Write TodoWrite; execute Bash Task',
  'codex: execute codex codex-reply',
  'notion: read notion-search notion-fetch notion-get-users; write notion-create-pages notion-update-page notion-move-pages; identity notion-share-page',
  'slack: read conversations_history channels_list; write conversations_add_message archive_channel; identity admin_invite_user admin_set_workspace_owner',
  'docusign: read list_envelopes; write send_envelope void_envelope; identity add_delegated_admin',
  'aws-network: read describe_security_groups describe_network_acls; identity modify_security_group_rules create_network_acl_entry',
  'misc-saas: read export_report list_shared_drives get_share_status list_access_reviews view_access_log get_visibility_score list_triggers search_authenticators; write share_screen share_post share_location share_link_in_channel set_layer_visibility request_access log_access create_saved_filter add_report_filter set_scale_factor start_report schedule_report manage_inventory buy_shares reset_filters lock_thread wipe_board reset_game create_delegation_note delegate_task assign_owner update_deal_owner open_case record_access; identity share_dashboard share_notebook_with_team remove_access manage_project_access make_dashboard_public set_bucket_public configure_sso update_saml_settings invite_external_user create_guest_user add_mailbox_delegate; execute create_trigger update_trigger quarantine_endpoint lock_device',
];

describe('privilege classes', () => {
  it.each(rows)('%s/%s is %s %j', (server, name, expected, args) => {
    const body =
      args === undefined ? { ...tool(server, name), args_state: 'absent' as const } : tool(server, name, args);
    expect(classify(body).class).toBe(expected);
  });

  it.each([...realTools, ...alike])('knows %s', (row) => {
    const [server = '', classes = ''] = row.split(': ');
    const wrong = classes.split('; ').flatMap((part) => {
      const [expected, ...names] = part.split(' ');
      return names
        .map((name) => `${name}: ${classify({ ...tool(server, name), args_state: 'absent' }).class}`)
        .filter((said) => !said.endsWith(`: ${expected}`));
    });
    expect(wrong).toEqual([]);
  });

  it('asks what a name does, and to what', () => {
    const named = (name: string) => classify({ ...tool('x', name), args_state: 'absent' }).class;
    const each = (names: string) => names.split(' ').map(named);
    // What is no group of people, no user, no admin: whose group, story or report it is.
    expect(
      each(
        'create_log_group delete_consumer_group add_user_story create_user_preference assign_task_to_user admin_update_post',
      ),
    ).toEqual(Array(6).fill('write'));
    expect(
      each('create_group add_user_to_group create_user_account remove_from_group add_org_member promote_admin'),
    ).toEqual(Array(6).fill('identity'));
    expect(each('users.create user_delete members_invite')).toEqual(Array(3).fill('identity'));
    expect(each('user_update member_post user_list')).toEqual(['write', 'write', 'read']);
    // A verb at the end, whatever product stands before it.
    expect(each('acme_monitor_delete compute_vm_create box_snapshot_delete_by_id')).toEqual(Array(3).fill('write'));
    expect(each('acme_label_list web_link_get_by_id deploy_logs_get deploy_status')).toEqual(Array(4).fill('read'));
    expect(each('manage_audit_logs rotate_logs resolve_thread configure_test')).toEqual(Array(4).fill('write'));
    // What ends in a thing told is read only where it is told of the thing before it.
    expect(each('transfer_status import_history order_list deploy_status grant_list')).toEqual(Array(5).fill('read'));
    expect(each('import_user_list link_account_details book_flight_details')).toEqual(Array(3).fill('write'));
    expect(each('run_playbook_list grant_access_logs')).toEqual(['execute', 'identity']);
    // Asking is not executing: what is asked says what it does.
    expect(named('run_promql_query')).toBe('read');
    expect(named('execute_query')).toBe('write');
    expect(classify(tool('x', 'execute_query', { q: 'select 1' })).class).toBe('read');
    expect(classify(tool('x', 'execute_query', { q: 'grant admin to eve' })).class).toBe('identity');
    expect(each('execute_command run_script create_build retry_pipeline start_instance')).toEqual(
      Array(5).fill('execute'),
    );
    expect(each('start_conversation stop_timer start_trial')).toEqual(Array(3).fill('write'));
    expect(each('authorize_payment grant_refund')).toEqual(Array(2).fill('write'));
    expect(each('generate_password save_password get_connection_string')).toEqual(Array(3).fill('secret'));
    expect(each('reset_password update_branch_protection put_bucket_policy')).toEqual(Array(3).fill('identity'));
    expect(each('add_org_owner transfer_repository transfer_funds')).toEqual(['identity', 'identity', 'write']);
  });

  it('an export goes to the caller, but where a place is named', () => {
    const exported = (args: Record<string, unknown>) => classify(tool('finance', 'export_ledger', args)).class;
    expect(exported({ format: 'csv', url: 'https://books.acme.io' })).toBe('read');
    expect(exported({ destination: 's3://drop/x' })).toBe('write');
    expect(exported({ to: { output_uri: 'gs://drop/x' } })).toBe('write');
    expect(exported({ destination: 'report.csv' })).toBe('read');
  });

  it('reads the stages of a pipeline of MongoDB', () => {
    const aggregate = (pipeline: object[]) => classify(tool('mongodb', 'aggregate', { pipeline })).class;
    expect(aggregate([{ $match: { a: 'out' } }])).toBe('read');
    expect(aggregate([{ $match: {} }, { $out: 'copy' }])).toBe('write');
    expect(aggregate([{ $merge: { into: 'copy' } }])).toBe('write');
  });

  it.each([
    ['tools/list', 'discover'],
    ['initialize', 'discover'],
    ['ping', 'discover'],
    ['resources/list', 'discover'],
    ['prompts/list', 'discover'],
    ['notifications/cancelled', 'discover'],
    ['odd/method', 'write'],
  ])('%s is %s', (method, expected) => {
    expect(classify(call({ method, target: { type: 'none' } })).class).toBe(expected);
  });

  it('reads the address of a resource', () => {
    const read = (name: string) => classify(call({ method: 'resources/read', target: { type: 'resource', name } }));
    expect(read('file:///srv/a.md').class).toBe('read');
    expect(read('file:///home/ann/.ssh/id_rsa')).toMatchObject({ class: 'secret', classRule: 'args:.ssh' });
  });

  it('believes hints only where they cost the server something', () => {
    const hinted = (name: string, annotations: object) => classify({ ...tool('crm', name), annotations });
    expect(hinted('delete_customer', { read_only: true })).toMatchObject({ class: 'write', classFrom: 'lexicon' });
    expect(hinted('frobnicate', { read_only: true })).toMatchObject({ class: 'read', classFrom: 'annotations' });
    expect(hinted('get_customer', { destructive: true })).toMatchObject({ class: 'write', classFrom: 'annotations' });
  });

  it('takes a thing before a verb for a thing', () => {
    const named = (name: string) => classify(tool('parcels-mcp', name)).class;
    expect(['order.get', 'batch_list', 'labelSearch', 'build-status'].map(named)).toEqual(Array(4).fill('read'));
    expect(['order_history', 'label-details', 'batchInfo'].map(named)).toEqual(Array(3).fill('read'));
    expect(['label_parcel', 'order_create', 'comment'].map(named)).toEqual(Array(3).fill('write'));
    expect(named('build_image')).toBe('execute');
    for (const name of ['history_clear', 'log-delete', 'view.create', 'loadBalancerDelete', 'health_check_update'])
      expect(named(name), name).toBe('write');
    expect(['access_grant', 'access_key_create', 'search_index_restart'].map(named)).toEqual([
      'identity',
      'identity',
      'execute',
    ]);
    expect(['list_updates', 'search_orders', 'get_update', 'view_order_history'].map(named)).toEqual(
      Array(4).fill('read'),
    );
  });

  it('reads names in German, Spanish, French and Portuguese', () => {
    const each = (names: string) =>
      names.split(' ').map((name) => classify({ ...tool('x', name), args_state: 'absent' }).class);
    expect(each('akte_lesen rechnungen_auflisten buscar_cita ver_stock chercher_dossier pesquisar_pedidos')).toEqual(
      Array(6).fill('read'),
    );
    // What is said as a command stands first; further on it may be a noun.
    expect(each('hole_crew liste_fluege suche_passagier busca_reserva affiche_dossier')).toEqual(Array(5).fill('read'));
    expect(each('busca_y_elimina delete_lista liste_loeschen bearbeite_suche')).toEqual(Array(4).fill('write'));
    expect(each('bestand_prüfen comprobarSaldo')).toEqual(Array(2).fill('read'));
    // The verb decides wherever it stands, and English words beside it are things.
    expect(each('vorgang_status_setzen log_loeschen export_crear test_anlegen liste_freigeben')).toEqual(
      Array(5).fill('write'),
    );
    expect(each('chat_lesen message_abrufen import_pruefen')).toEqual(Array(3).fill('read'));
    expect(each('suchen_und_aendern modificar_consultar')).toEqual(Array(2).fill('write'));
    expect(each('skript_ausfuehren test_ausfuehren ejecutar_notebook executer_commande')).toEqual(
      Array(4).fill('execute'),
    );
    expect(each('zugangsdaten_lesen leer_contraseña obter_segredo')).toEqual(Array(3).fill('secret'));
    expect(each('rolle_zuweisen benutzer_anlegen asignar_permiso criar_usuario kennwort_zuruecksetzen')).toEqual(
      Array(5).fill('identity'),
    );
    // What an order gives is no right, and a version is not seen.
    expect(each('auftrag_erteilen set_ver update_ver')).toEqual(Array(3).fill('write'));
    expect(each('akte crear')).toEqual(['write', 'write']);
    // A matter is closed with the word by which a file is downloaded.
    expect(each('baixar_pendente baixarExpediente baixar_arquivo baixar_nota_pdf')).toEqual([
      'write',
      'write',
      'read',
      'read',
    ]);
    expect(each('deletar_usuario cadastrar_usuario remover_membro sincronizar_permissoes registrar_usuario')).toEqual(
      Array(5).fill('identity'),
    );
    expect(each('termin_verschieben kontakte_abgleichen limpar_cache pagar_factura get_registrar')).toEqual([
      ...Array<string>(4).fill('write'),
      'read',
    ]);
    expect(each('workflow_parar detener_servicio')).toEqual(Array(2).fill('execute'));
    // Without a verb it tells, where the noun stands where that language has it; a verb unknown may stand before it.
    expect(each('web_suche reporte_mensual resumen_financiero')).toEqual(Array(3).fill('read'));
    expect(each('bericht_unterschreiben firmar_reporte')).toEqual(Array(2).fill('write'));
  });

  it('asks the method, not what type the target is said to be, and no call before', () => {
    const own = createClassifier([]);
    for (const type of ['resource', 'prompt', 'tool', 'none'] as const)
      expect(own({ ...tool('vault', 'read_secret'), target: { type, name: 'read_secret' } }).class).toBe('secret');
  });

  it('looks at all arguments, however many, long, deep or in what list', () => {
    const secret = '/home/ann/.ssh/id_rsa';
    const read = (args: Record<string, unknown>) => classify(tool('filesystem', 'read_multiple_files', args)).class;
    expect(read({ paths: [...Array<string>(200).fill('/srv/a.md'), secret] })).toBe('secret');
    expect(read({ a: { b: { c: { d: { e: { f: { g: { path: secret } } } } } } } })).toBe('secret');
    expect(classify(tool('x', 'get_x', { command: `${'true; '.repeat(3_000)} cat ${secret}` })).class).toBe('secret');
    const sql = `select 1 /* ${'x'.repeat(9_000)} */; delete from t`;
    expect(classify(tool('postgres', 'query', { sql })).class).toBe('write');
    expect(classify(tool('postgres', 'query', { note: 'select 1', code: 'delete from t' })).class).toBe('write');
    expect(classify(tool('kubernetes', 'resources_list', { kind: ['Pod', 'Secret'] })).class).toBe('secret');
  });

  it('says where a class comes from', () => {
    expect(classify(tool('vault', 'read_secret'))).toEqual({
      class: 'secret',
      classFrom: 'builtin',
      classRule: 'vault:read_secret',
    });
    expect(classify(tool('crm', 'delete_x'))).toEqual({
      class: 'write',
      classFrom: 'lexicon',
      classRule: 'verb:delete',
    });
    expect(classify(tool('crm', 'frobnicate')).classFrom).toBe('default');
  });

  it('lets the operator decide first, and the arguments still raise what he said of a whole tool', () => {
    const own = createClassifier([
      catalogueSchema.parse({
        privileges: [
          { id: 'payroll', servers: ['filesystem'], args: { path: ['/srv/payroll/*'] }, class: 'secret' },
          { id: 'known', servers: ['filesystem'], args: { path: ['/srv/keys/public.pem'] }, class: 'read' },
          { servers: ['filesystem'], tools: ['read_*'], class: 'discover' },
        ],
      }),
    ]);
    const read = (path: string) => own(tool('filesystem', 'read_file', { path }));
    expect(read('/srv/payroll/../payroll/x')).toEqual({
      class: 'secret',
      classFrom: 'catalogue',
      classRule: 'payroll',
    });
    expect(read('/srv/keys/public.pem').class).toBe('read');
    expect(read('/srv/a')).toEqual({ class: 'discover', classFrom: 'catalogue', classRule: 'rule 3' });
    expect(read('/home/ann/.ssh/x').class).toBe('secret');
  });

  it('stays quick and right under any name', () => {
    for (const name of ['__proto__', 'constructor', 'x'.repeat(1024), '_', '🙂', 'get'.repeat(300)])
      expect(CLASSES).toContain(classify(tool('__proto__', name, { __proto__: 1, sql: '/*'.repeat(9000) })).class);
  });
});

describe('names that sound as if they only read', () => {
  const classOf = (name: string) => classify(tool('x', name)).class;
  it.each([
    [
      'write',
      'open_pull_request open_issue open_position open_account open_port open_door position.open top_up_wallet check_out_cart checkIn log_expense log_time log_out read_write_file inspect_and_repair suchen_und_ersetzen kunde_suchen_und_umkrempeln buscar_y_reemplazar buscar_y_trastocar chercher_et_bousculer',
    ],
    ['execute', 'load_extension load_plugin'],
    ['secret', 'get_session_cookie get_cookies get_kubeconfig read_env printEnv printenv dump_environment'],
    ['identity', 'disable_2fa reset_2fa enable_tfa'],
    [
      'read',
      'open_file open_url browser_open_tab open_nodes open open_pdf_document get_open_issues log git_log log_entries log_search get_log_events load_data load_page',
    ],
    [
      'read',
      'list_environments get_environment list_deployment_environments get_terms_and_conditions search_and_list lesen_und_suchen kunde_suchen check_write_access get_envelope list_files_and_folders',
    ],
    ['write', 'accept_cookies create_env'],
    // A verb that nobody knew let the thing behind it say that it only reads.
    [
      'write',
      'adjust_stock_count bump_version finalize_report raise_limits settle_account_status reconcile_payment_history tune_indexes dismiss_security_check resolve_vulnerability protect_wiki_page',
    ],
    [
      'write',
      'answerQuery respondQuery answer_log resubmit_report_status unassign_list diagnoseKodieren befund_quittieren redact_log_entry track_event track_time award_load entrust_list redirect_view reimburse_list hire_list delegate_search',
    ],
    [
      'read',
      'queryStudies query_list listQueries diagnose_issue report_list design_list responder_metrics stationsListe trackVehicle track_shipment BAPI_PO_GETDETAIL befundVisualisieren restaurant_search antigen_status',
    ],
    // What seems a verb is a thing, and the verb comes behind it.
    [
      'write',
      'time_estimate_set time_estimate_reset project_hook_test test_webhook test_notification request_history_resource post_and_read import_and_view refund_then_get',
    ],
    [
      'identity',
      'access_request_approve_group access_request_deny approve_access_request set_access_level project_member_add project_member_edit tenant_admin_add branch_protect unprotect_branch protected_branch_update',
    ],
    [
      'read',
      'access_request_list get_access_level project_member_list card_details access_file commit_get tag_get_signature deploy_hook_get_by_project share_get commit_list pipeline_trigger_list usage_by_product namespace_exists list_merge_requests milestone_list_pull_requests',
    ],
    ['write', 'card_member_add event_member_remove batch_get_or_create import_contact_list_from_csv share_list'],
    [
      'secret',
      'get_provisioning_key list_deploy_tokens deploy_token_get_project runner_reset_token rotate_bot_token regenerate_token create_registration_token get_recovery_codes list_ci_variables issue_temporary_access_pass export_key keys_export_pgp_key',
    ],
    [
      'read',
      'download_key export_keys get_key export_key_results count_tokens get_token_usage agent_token_usage get_token_price list_key_results',
    ],
    [
      'execute',
      'run_get_request script_get_output send_session_command send_command powershell Powershell-Tool run_osascript insert_execute_code_cell nmap_scan sqlmap_scan hydra_attack msfvenom_generate scan_with_nuclei hashcat_crack',
    ],
    ['read', 'get_nmap_results list_nuclei_templates nmap_scan_status get_command_result scan_code'],
    ['write', 'send_message send_report'],
  ])('%s: %s', (expected, names) => {
    const wrong = names.split(' ').filter((name) => classOf(name) !== expected);
    expect(wrong.map((name) => `${name} ${classOf(name)}`)).toEqual([]);
  });
});

describe('the built-in catalogue', () => {
  it('has each tool once, in snake case, and a reference for each product', () => {
    for (const entry of builtin) {
      const tools = Object.values(entry.tools).flatMap((names) => names.split(' '));
      expect(new Set(tools).size, entry.id).toBe(tools.length);
      for (const name of tools) expect(name, entry.id).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)*$/);
      expect(entry.references.length, entry.id).toBeGreaterThan(0);
    }
    expect(new Set(builtin.map((entry) => entry.id)).size).toBe(builtin.length);
  });
});

describe('SQL', () => {
  it.each([
    ['select 1', 'read'],
    ["select 'drop table x'", 'read'],
    ['select 1 -- drop table x', 'read'],
    ['/* delete */ select 1', 'read'],
    ['select /*!50000 1; drop table x */', 'write'],
    ['-- x\ndelete from t', 'write'],
    ['select * into t from u', 'write'],
    ['explain analyze delete from t', 'write'],
    ['alter table t enable row level security', 'identity'],
    ["select load_file('/etc/passwd')", 'secret'],
    // What a schema stands before is still itself, also in quotes and with blanks around the dot.
    ['select * from pg_catalog.pg_shadow', 'secret'],
    ["select pg_catalog.pg_read_file('/etc/passwd')", 'secret'],
    ['SELECT name, secret_value FROM api_credentials', 'secret'],
    ['select * from vault.api_keys limit 5', 'secret'],
    ['select u.id, u.password_hash from users u', 'secret'],
    ['select id from users join user_credentials c on c.id = id', 'secret'],
    ['select id, (select max(refresh_token) from sessions) from users', 'secret'],
    ['select "Private_Key" from [certs]', 'secret'],
    ['select id from users where password_hash is null', 'read'],
    ['select password_changed_at, mfa, credential_type_id from users', 'read'],
    ["select 'password' from users order by secret", 'read'],
    ['select sum(tokens) from token_usage', 'read'],
    // Credentials that somebody wrote into a text, and settings that are named after them.
    ["select id, subject, description from cases where description like '%secret key%' limit 200", 'secret'],
    ["select c.body from comments c where lower(c.body) ilike E'%AKIA%'", 'secret'],
    ['select * from messages where "text" similar to \'%api key%\'', 'secret'],
    ["select label, value from app_settings where label like '%_key' limit 3", 'secret'],
    ["select count(*) from cases where description like '%secret key%'", 'read'],
    ["select id, subject from cases where description like '%secret key%'", 'read'],
    ["select id, body from cases where body not like '%secret key%'", 'read'],
    ["select id, body from cases where body like '%password%'", 'read'],
    ["select id, body from cases where body like '%api key reset%'", 'read'],
    ["select title from cases where title like '%api key%'", 'read'],
    ["select body from kb_articles where body like '%api key%'", 'read'],
    ["select name, email from customers where name like '%key'", 'read'],
    ["select description from cases where description like '%late delivery%'", 'read'],
    ['select * from `mysql`.`user`', 'secret'],
    ['select * from "mysql" . "user"', 'secret'],
    ['select * from mysql /* */ . /* */ user', 'secret'],
    ['select * from [master].[sys].[sql_logins]', 'secret'],
    // What is counted or listed of a table of secrets takes none of them.
    ['select count(*), status from api_keys group by status', 'read'],
    ['select k.id, k.created_at from auth.api_keys as k where k.workspace_id = 7', 'read'],
    ['select max(last_used_at) as used from api_keys', 'read'],
    ['select count(distinct workspace_id) from api_keys', 'read'],
    ['explain analyze select * from api_keys where id = 7', 'read'],
    ['explain select pg_read_file(1)', 'secret'],
    ['explain select 1; select * from api_keys', 'secret'],
    ['select *, id from api_keys', 'secret'],
    ['select id, * from api_keys', 'secret'],
    ['select k.* from api_keys k', 'secret'],
    ['select id, schlüssel from api_keys', 'secret'],
    ['select id, prefix from api_keys', 'secret'],
    ['select id, value as name from api_keys', 'secret'],
    ['select string_agg(id) from api_keys', 'secret'],
    ['select status from api_keys status', 'secret'],
    ['select name from api_keys as k(name)', 'secret'],
    ['select body, (select id from t) from api_keys', 'secret'],
    ['select id from api_keys union select body from api_keys', 'secret'],
    ['delete from api_keys where id = 1 returning body', 'secret'],
    ['select session_id from api_tokens', 'secret'],
    ["select public.dblink_exec('x', 'drop table t')", 'execute'],
    ['select pg_catalog.pg_terminate_backend(1)', 'write'],
    ['select pg_cancel_backend(pid) from pg_stat_activity', 'write'],
    ['kill query 17', 'write'],
    ['select xp_cmdshell(1); kill 17', 'execute'],
    ["select pg_catalog.setval('s', 1)", 'write'],
    ['select p.update, p.delete, t.executable from permissions p, t', 'read'],
    [`select ${'a.'.repeat(30_000)}b`, 'read'],
    [`select 1${' '.repeat(60_000)}x`, 'read'],
    ['do $$ begin perform 1; end $$', 'execute'],
    ['how many users did we delete?', null],
    // Whatever is a quote or a comment to one product, it hides nothing that another would run.
    [`select 1 as "'"; delete from t; select 1 as "'"`, 'write'],
    ["select 1 as `'`; delete from t; select 1 as `'`", 'write'],
    ["select 1 as [']; delete from t; select 1 as [']", 'write'],
    ["select $$'$$; delete from t; select $$'$$", 'write'],
    ["select $a$'$a$; delete from t; select $a$'$a$", 'write'],
    ["select 'a\\''; delete from t; select 'b'", 'write'],
    ["select e'\\''; delete from t; select e'\\''", 'write'],
    ["select e'\\'' || 1 # 2; delete from t; select e'\\''", 'write'],
    ['select 1 # 2; delete from t', 'write'],
    ['select 5--1; delete from t', 'write'],
    ["/* /* */ ' */ delete from t; select '1'", 'write'],
    [`select 1 /* ${'x'.repeat(9_000)} */; delete from t`, 'write'],
    [`select 1 /* ${'x'.repeat(70_000)} */; delete from t`, 'write'],
    ['select "select", `from`, [to] from "a;b"', 'read'],
    ["select 'it''s; delete'", 'read'],
    ['select /* \'delete */ name from "t" -- don\'t drop', 'read'],
    ['', null],
  ])('%s -> %s', (sql, expected) => expect(readSql(sql)).toBe(expected));
});

describe('what is called a query', () => {
  const asked = [
    'call found sprint check usage',
    'grant applications for research in Norway',
    'grant money to charities',
    'create user guide for the login page',
    'create table of contents in word',
    'create role descriptions for engineers',
    'update on the Q3 roadmap; delete what is old',
    'set role expectations with a new manager',
    'execute a go-to-market plan',
    'drop table legs for standing desks',
    'revoke consent form template',
    'do we begin on Monday?',
    'select the best update from a vendor',
    'delete account instructions',
    'copy editor rates',
    'kill switch',
  ];
  it.each(asked)('is no SQL where it is looked for: %s', (query) => {
    expect(classify(tool('brave-search', 'brave_web_search', { query })).class).toBe('read');
    expect(readSql(query, true)).toBeNull();
  });
  it.each([
    ['INSERT INTO t (a) VALUES (1)', 'write'],
    ['update orders o set o.paid = true where id = 1', 'write'],
    ['delete from t', 'write'],
    ['drop table if exists users cascade', 'write'],
    ['select 1; drop table users', 'write'],
    ['create table x (a int)', 'write'],
    ['alter table t enable row level security', 'identity'],
    ["create user eve with password 'x'", 'identity'],
    ['GRANT ALL PRIVILEGES ON orders TO eve', 'identity'],
    ['grant role accountadmin to user eve', 'identity'],
    ['grant admin to eve;', 'identity'],
    ['revoke select on t from bob', 'identity'],
    ['call purge_all(1)', 'execute'],
    ["exec master..xp_cmdshell 'id'", 'execute'],
    ['do $$ begin perform 1; end $$', 'execute'],
    ["copy t from program 'id'", 'execute'],
    ["copy t to '/tmp/x'", 'write'],
    ['select * from pg_shadow', 'secret'],
    ['with x as (delete from t returning *) select * from x', 'write'],
    ['/* a */ truncate table t', 'write'],
  ])('is SQL where its form says so: %s', (query, expected) => {
    expect(readSql(query, true)).toBe(expected);
    expect(classify(tool('x', 'lookup', { query })).class).toBe(expected);
  });
  it('is SQL where a database is asked, whatever its form', () => {
    for (const [server, name] of [
      ['warehouse', 'ask'],
      ['x', 'run_query'],
      ['my-postgres', 'lookup'],
    ] as const)
      expect(classify(tool(server, name, { query: 'grant admin to eve' })).class).toBe('identity');
    expect(classify(tool('x', 'lookup', { sql: 'grant admin to eve' })).class).toBe('identity');
  });
});
