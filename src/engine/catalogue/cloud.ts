import type { CatalogueEntry } from './entry.ts';

const KINDS = ['kind', 'resource_type', 'resourceType', 'resource', 'manifest', 'yaml', 'yaml_content'];
const SECRET_KINDS = ['secret', 'secrets', 'sealedsecret', 'sealedsecrets', 'externalsecret', 'externalsecrets'];
const ROLE_KINDS = [
  'role',
  'roles',
  'clusterrole',
  'clusterroles',
  'rolebinding',
  'rolebindings',
  'clusterrolebinding',
  'clusterrolebindings',
  'serviceaccount',
  'serviceaccounts',
];

/** Clusters and clouds: one server reaches everything behind an account. */
export const cloud: readonly CatalogueEntry[] = [
  {
    id: 'kubernetes',
    names: ['kubernetes', 'k8s', 'kube', 'kubectl', 'openshift', 'helm', 'eks', 'aks', 'gke'],
    tools: {
      read: 'events_list namespaces_list projects_list nodes_log nodes_stats_summary nodes_top pods_get pods_list pods_list_in_namespace pods_log pods_top resources_get resources_list helm_list configuration_contexts_list targets_list kubectl_get kubectl_describe kubectl_logs list_api_resources explain_resource kubectl_context ping',
      write:
        'pods_delete resources_create_or_update resources_delete resources_scale helm_install helm_uninstall helm_upgrade kubectl_create kubectl_apply kubectl_delete kubectl_patch kubectl_scale kubectl_rollout install_helm_chart upgrade_helm_chart uninstall_helm_chart node_management vm_create vm_clone vm_lifecycle',
      execute:
        'pods_exec pods_run exec_in_pod exec_pod kubectl_generic port_forward start_port_forward tekton_pipeline_start tekton_task_start tekton_taskrun_restart tekton_pipelinerun_lifecycle',
      secret: 'configuration_view',
    },
    raises: [
      { keys: KINDS, words: SECRET_KINDS, class: 'secret' },
      { keys: KINDS, words: ROLE_KINDS, class: 'identity', writesOnly: true },
    ],
    references: ['github.com/containers/kubernetes-mcp-server', 'github.com/Flux159/mcp-server-kubernetes'],
  },
  {
    id: 'aws',
    names: ['aws', 'aws-api', 'amazon'],
    tools: {
      discover: 'suggest_aws_commands search_documentation',
      read: 'read_documentation recommend',
      execute: 'call_aws run_aws_cli aws_cli_pipeline',
    },
    unlisted: { execute: 'execute' },
    references: ['github.com/awslabs/mcp (aws-api-mcp-server)'],
  },
  {
    id: 'azure',
    names: ['azure', 'azmcp', 'azure-mcp'],
    tools: {
      read: 'subscription_list group_list resource_group_list storage_account_list storage_account_get storage_blob_list storage_blob_get storage_container_list cosmos_account_list kusto_query monitor_log_query role_assignment_list',
      execute: 'extension_az extension_azd extension_cli_generate',
      secret:
        'keyvault_secret_get keyvault_secret_list keyvault_secret_create keyvault_key_get keyvault_key_list keyvault_key_create keyvault_certificate_get keyvault_certificate_list keyvault_certificate_create keyvault_certificate_import appconfig_kv_get',
    },
    raises: [
      {
        keys: ['command', 'intent'],
        words: ['keyvault_secret_get', 'keyvault_secret_list', 'keyvault_secret_create'],
        class: 'secret',
      },
    ],
    references: ['learn.microsoft.com/azure/developer/azure-mcp-server', 'github.com/microsoft/mcp'],
  },
  {
    id: 'gcp',
    names: ['gcp', 'gcloud', 'google-cloud'],
    tools: {
      execute: 'run_gcloud_command run_gcloud',
      read: 'list_log_entries list_log_names list_time_series list_traces get_trace search_buckets list_objects read_object_content',
    },
    references: ['github.com/googleapis/gcloud-mcp'],
  },
  {
    id: 'terraform',
    names: ['terraform', 'opentofu'],
    tools: {
      execute: 'create_run action_run apply_run',
      identity: 'create_team delete_team add_team_member remove_team_member grant_team_access',
    },
    references: ['github.com/hashicorp/terraform-mcp-server'],
  },
  {
    id: 'sentry',
    names: ['sentry'],
    tools: {
      execute: 'execute_sentry_tool',
      identity: 'add_team_to_project remove_team_from_project',
    },
    references: ['github.com/getsentry/sentry-mcp'],
  },
  {
    id: 'grafana',
    names: ['grafana'],
    tools: { execute: 'install_plugin api_request' },
    references: ['github.com/grafana/mcp-grafana'],
  },
  {
    id: 'cloudflare',
    names: ['cloudflare'],
    tools: { execute: 'worker_put worker_deploy' },
    sql: 'd1_database_query',
    references: ['github.com/cloudflare/mcp-server-cloudflare'],
  },
  {
    id: 'portainer',
    names: ['portainer'],
    // A stack is what runs; the proxies pass on any request.
    tools: { execute: 'create_stack update_stack docker_proxy kubernetes_proxy' },
    references: ['github.com/portainer/portainer-mcp'],
  },
  {
    id: 'argocd',
    names: ['argocd', 'argo-cd'],
    tools: { execute: 'sync_application run_resource_action' },
    references: ['github.com/akuity/argocd-mcp'],
  },
  {
    id: 'pulumi',
    names: ['pulumi'],
    tools: {
      execute: 'up cli_up destroy cli_destroy refresh cli_refresh deploy_to_aws neo_task_launcher',
      read: 'preview cli_preview stack_output cli_stack_output',
    },
    references: ['github.com/pulumi/mcp-server'],
  },
  {
    id: 'ansible',
    names: ['ansible', 'awx', 'aap'],
    tools: { execute: 'playbook ad_hoc adhoc' },
    unlisted: { write: 'execute' },
    references: ['docs.ansible.com/projects/awx'],
  },
  {
    id: 'convex',
    names: ['convex'],
    // Deployments keep their secrets among their variables.
    tools: {
      secret: 'env_get env_list env_set env_remove',
      read: 'data logs tables function_spec insights run_oneoff_query',
      execute: 'run',
    },
    references: ['docs.convex.dev/ai/convex-mcp-server'],
  },
  {
    id: 'railway',
    names: ['railway'],
    tools: {
      secret: 'variable_list variable_set variable_delete variable_bulk_set variable_copy list_variables set_variables',
    },
    references: ['docs.railway.com/ai/mcp-server'],
  },
  {
    id: 'dynatrace',
    names: ['dynatrace'],
    // What is asked in DQL changes nothing.
    tools: { read: 'execute_dql verify_dql generate_dql_from_natural_language explain_dql_in_natural_language' },
    references: ['github.com/dynatrace-oss/dynatrace-mcp'],
  },
];
