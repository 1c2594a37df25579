import type { CatalogueEntry } from './entry.ts';

/** Whoever may change or start an automation runs what it runs, with its rights. */
const runs = { write: 'execute' } as const;

export const automation: readonly CatalogueEntry[] = [
  {
    id: 'github-actions',
    names: ['github-actions', 'gh-actions'],
    tools: {
      read: 'actions_get actions_list get_job_logs list_workflows get_workflow list_workflow_runs get_workflow_run get_workflow_run_jobs get_workflow_run_logs',
      execute:
        'actions_run_trigger run_workflow trigger_workflow rerun_workflow rerun_workflow_run rerun_failed_jobs cancel_workflow_run',
    },
    unlisted: runs,
    references: ['github.com/github/github-mcp-server (actions)'],
  },
  {
    id: 'jenkins',
    names: ['jenkins'],
    tools: {
      read: 'get_build get_build_change_sets get_build_log get_build_scm get_flaky_failures get_job get_jobs get_job_scm get_queue_item get_status get_test_results search_build_log find_jobs_with_scm_url get_replay_scripts who_am_i',
      execute: 'trigger_build rebuild_build replay_build update_build',
    },
    unlisted: runs,
    references: ['github.com/jenkinsci/mcp-server-plugin'],
  },
  {
    id: 'n8n',
    names: ['n8n'],
    tools: {
      read: 'list_workflows search_workflows get_workflow get_workflow_details get_executions get_execution_data list_nodes search_nodes get_node_info get_node_documentation health_check validate_workflow executions',
      execute:
        'create_workflow update_workflow update_full_workflow update_partial_workflow delete_workflow execute_workflow trigger_webhook_workflow test_workflow autofix_workflow deploy_template',
    },
    unlisted: runs,
    references: ['github.com/czlonkowski/n8n-mcp'],
  },
  {
    id: 'zapier',
    names: ['zapier'],
    tools: {
      discover: 'list_enabled_zapier_actions discover_zapier_actions',
      execute: 'add_tools edit_tools enable_zapier_action disable_zapier_action execute_zapier_write_action',
      read: 'execute_zapier_read_action',
    },
    unlisted: runs,
    references: ['docs.zapier.com/mcp'],
  },
];
