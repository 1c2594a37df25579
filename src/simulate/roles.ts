import type { Role } from './settings.ts';

/** The company's roles: what each does all day, as sequences of calls. */
export const ROLES: readonly Role[] = [
  {
    name: 'support',
    purpose: "answers customers' tickets",
    team: 'service',
    highest: 'write',
    tasks: [
      { weight: 5, calls: 'tickets/get_ticket crm/get_contact wiki/search_pages tickets/add_comment' },
      { weight: 3, calls: 'tickets/search_tickets tickets/get_ticket tickets/update_ticket' },
      { weight: 2, calls: 'tickets/list_tickets wiki/get_page' },
    ],
  },
  {
    name: 'sales',
    purpose: 'keeps contacts and opportunities',
    team: 'sales',
    highest: 'write',
    tasks: [
      { weight: 4, calls: 'crm/search_contacts crm/get_contact crm/list_opportunities' },
      { weight: 2, calls: 'crm/get_contact crm/update_contact' },
      { weight: 1, calls: 'calendar/list_events calendar/create_event' },
    ],
  },
  {
    name: 'analyst',
    purpose: 'answers questions from reports',
    team: 'data',
    highest: 'read',
    tasks: [
      { weight: 4, calls: 'warehouse/search_tables warehouse/describe_table warehouse/get_report' },
      { weight: 3, calls: 'warehouse/list_reports warehouse/get_report wiki/get_page' },
      { weight: 2, calls: 'filesystem/search_files filesystem/read_file' },
    ],
  },
  {
    name: 'researcher',
    purpose: 'reads pages and tickets and sums them up',
    team: 'data',
    highest: 'read',
    tasks: [
      { weight: 4, calls: 'wiki/search_pages wiki/get_page wiki/get_page' },
      { weight: 2, calls: 'jira/jira_search jira/jira_get_issue' },
      { weight: 2, calls: 'filesystem/read_file filesystem/read_file' },
    ],
  },
  {
    name: 'coder',
    purpose: 'writes code and opens pull requests',
    team: 'engineering',
    highest: 'write',
    tasks: [
      { weight: 4, calls: 'github/search_code github/get_file_contents github/get_file_contents github/push_files' },
      { weight: 2, calls: 'jira/jira_get_issue github/create_branch github/create_pull_request' },
      { weight: 3, calls: 'filesystem/read_file filesystem/edit_file' },
    ],
  },
  {
    name: 'reviewer',
    purpose: 'reviews pull requests',
    team: 'engineering',
    highest: 'write',
    tasks: [
      { weight: 5, calls: 'github/get_pull_request github/get_file_contents github/search_code' },
      { weight: 1, calls: 'github/get_pull_request github/create_issue' },
    ],
  },
  {
    name: 'deployer',
    purpose: 'builds and deploys services',
    team: 'platform',
    highest: 'execute',
    tasks: [
      { weight: 3, calls: 'github/get_pull_request jenkins/trigger_build jenkins/get_build' },
      { weight: 3, calls: 'kubernetes/pods_list kubernetes/pods_log kubernetes/resources_create_or_update' },
      { weight: 2, calls: 'grafana/query_metrics grafana/get_dashboard' },
    ],
  },
  {
    name: 'operator',
    purpose: 'watches services and mends them',
    team: 'platform',
    highest: 'execute',
    tasks: [
      { weight: 5, calls: 'grafana/list_alerts grafana/query_metrics kubernetes/pods_log' },
      { weight: 2, calls: 'kubernetes/pods_get kubernetes/pods_exec' },
      { weight: 1, calls: 'kubernetes/pods_list kubernetes/pods_delete' },
    ],
  },
  {
    name: 'biller',
    purpose: 'writes invoices',
    team: 'finance',
    highest: 'write',
    tasks: [
      { weight: 4, calls: 'billing/list_invoices billing/get_invoice crm/get_contact' },
      { weight: 2, calls: 'crm/get_contact billing/create_invoice' },
    ],
  },
  {
    name: 'rotator',
    purpose: 'rotates secrets',
    team: 'platform',
    highest: 'secret',
    tasks: [
      { weight: 3, calls: 'vault/list_secrets vault/read_secret vault/write_secret' },
      { weight: 2, calls: 'kubernetes/pods_list grafana/list_alerts' },
    ],
  },
];

/** Tools beyond anybody's role, by class: what honest changes and stories reach for. */
export const FURTHER = {
  read: [
    'hr/list_employees',
    'billing/list_invoices',
    'calendar/get_event',
    'slack/slack_get_channel_history',
    'warehouse/get_report',
    'grafana/get_dashboard',
    'jira/jira_get_issue',
    'crm/get_contact',
  ],
  write: [
    'wiki/update_page',
    'jira/jira_create_issue',
    'slack/slack_post_message',
    'calendar/create_event',
    'crm/update_contact',
    'hr/update_employee',
    'warehouse/create_report',
    'grafana/update_dashboard',
  ],
  execute: ['shell/run_command', 'sandbox/execute_code', 'github-actions/run_workflow', 'jenkins/trigger_build'],
  secret: ['vault/read_secret', 'aws-secrets-manager/get_secret_value'],
  identity: ['okta/create_user', 'keycloak/assign_role'],
} as const;

/** Read tools that servers offer beside those of the roles: a release or a curious agent finds them. */
export const SIBLINGS: Record<string, readonly string[]> = {
  tickets: ['get_customer', 'get_ticket_history', 'list_queues', 'search_replies'],
  crm: ['list_accounts', 'get_account', 'search_notes'],
  wiki: ['list_pages', 'get_page_history', 'get_attachment'],
  warehouse: ['list_tables', 'get_query_history', 'get_schema'],
  filesystem: ['list_directory', 'get_file_info', 'read_multiple_files'],
  jira: ['jira_list_sprints', 'jira_get_comments', 'jira_search_fields'],
  github: ['list_commits', 'get_issue', 'list_pull_requests', 'get_commit'],
  kubernetes: ['events_list', 'namespaces_list', 'pods_top', 'nodes_top'],
  grafana: ['list_dashboards', 'get_annotations', 'search_dashboards'],
  jenkins: ['get_job', 'get_test_results', 'get_build_log'],
  billing: ['get_customer', 'list_payments', 'get_tax_report'],
  calendar: ['get_event', 'search_events'],
  vault: ['list_mounts'],
};
