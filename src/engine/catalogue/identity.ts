import type { CatalogueEntry } from './entry.ts';

/** Identity stores: a change in one changes who may do what everywhere else. Reading a directory is a read. */
const changes = { write: 'identity', execute: 'identity', secret: 'identity' } as const;

export const identity: readonly CatalogueEntry[] = [
  {
    id: 'okta',
    names: ['okta'],
    tools: {
      read: 'list_users get_user get_user_profile_attributes list_groups get_group list_group_users list_group_apps list_applications get_application list_policies get_policy list_policy_rules get_logs get_login_failures list_brands export_users_csv',
      write:
        'create_brand replace_brand delete_brand replace_brand_theme upload_brand_theme_logo delete_brand_theme_logo upload_brand_theme_favicon delete_brand_theme_favicon upload_brand_theme_background_image delete_brand_theme_background_image send_test_email',
      identity:
        'create_user update_user deactivate_user delete_deactivated_user create_group update_group delete_group add_user_to_group remove_user_from_group create_application update_application delete_application activate_application deactivate_application create_policy update_policy delete_policy activate_policy deactivate_policy create_policy_rule update_policy_rule delete_policy_rule reset_password suspend_user unsuspend_user unlock_user',
    },
    unlisted: changes,
    references: ['github.com/okta/okta-mcp-server'],
  },
  {
    id: 'auth0',
    names: ['auth0'],
    tools: {
      read: 'list_applications get_application list_resource_servers get_resource_server list_actions get_action list_logs get_log list_forms get_form get_quickstart_guide',
      secret: 'save_credentials_to_file',
      identity: 'onboarding',
    },
    unlisted: changes,
    references: ['github.com/auth0/auth0-mcp-server'],
  },
  {
    id: 'entra',
    names: ['entra', 'entra-id', 'azure-ad', 'azuread', 'microsoft-graph', 'msgraph', 'lokka'],
    tools: {
      read: 'list_users get_user list_groups get_group list_applications list_service_principals',
      identity:
        'create_user update_user delete_user add_group_member remove_group_member assign_role create_application add_application_password grant_permission',
    },
    unlisted: changes,
    raises: [{ keys: ['method', 'http_method'], words: ['post', 'put', 'patch', 'delete'], class: 'identity' }],
    references: ['learn.microsoft.com/graph/api/overview'],
  },
  {
    id: 'keycloak',
    names: ['keycloak'],
    tools: {
      read: 'list_users get_user list_realms list_clients get_client list_groups list_roles list_admin_events get_events get_sessions',
      identity:
        'create_user update_user delete_user reset_user_password reset_password create_client delete_client create_realm update_realm delete_realm assign_role assign_client_role_to_user remove_role add_user_to_group logout_user',
    },
    unlisted: changes,
    references: ['github.com/ChristophEnglisch/keycloak-model-context-protocol', 'github.com/idoyudha/mcp-keycloak'],
  },
  {
    id: 'aws-iam',
    names: ['aws-iam', 'iam'],
    tools: {
      read: 'list_users get_user list_roles list_policies list_groups get_group get_managed_policy_document list_user_policies list_role_policies get_user_policy get_role_policy simulate_principal_policy',
      identity:
        'create_user delete_user create_role attach_user_policy detach_user_policy create_access_key delete_access_key create_group delete_group add_user_to_group remove_user_from_group attach_group_policy detach_group_policy put_user_policy put_role_policy delete_user_policy delete_role_policy',
    },
    unlisted: changes,
    references: ['github.com/awslabs/mcp (iam-mcp-server)'],
  },
];
