import type { CatalogueEntry } from './entry.ts';

/** Where people work together: chat, tickets, documents. */
export const work: readonly CatalogueEntry[] = [
  {
    id: 'slack',
    names: ['slack'],
    tools: {
      read: 'list_channels get_channel_history get_thread_replies get_users get_user_profile conversations_history conversations_replies conversations_search_messages channels_list search_public search_public_and_private read_channel read_thread read_canvas read_user_profile search_channels search_users conversations_unreads usergroups_list usergroups_me users_search',
      write:
        'post_message reply_to_thread add_reaction conversations_add_message send_message send_message_draft schedule_message create_canvas update_canvas',
    },
    references: ['github.com/modelcontextprotocol/servers-archived (slack)', 'github.com/korotovsky/slack-mcp-server'],
  },
  {
    id: 'jira',
    names: ['jira', 'atlassian', 'confluence', 'mcp-atlassian'],
    tools: {
      read: 'get_issue search get_all_projects get_project_issues get_project_versions get_transitions get_worklog get_user_profile get_agile_boards get_board_issues get_sprint_issues get_sprints_from_board get_link_types search_fields batch_get_changelogs download_attachments get_page get_page_children get_page_history get_comments get_labels search_user get_jira_issue search_jira_issues_using_jql get_transitions_for_jira_issue get_visible_jira_projects lookup_jira_account_id get_confluence_page get_confluence_spaces search_confluence_using_cql get_accessible_atlassian_resources atlassian_user_info fetch',
      write:
        'create_issue batch_create_issues update_issue delete_issue transition_issue add_comment edit_comment add_worklog assign_issue create_issue_link create_remote_issue_link remove_issue_link link_to_epic create_sprint update_sprint add_issues_to_sprint create_version batch_create_versions move_issue add_watcher remove_watcher create_customer_request create_page update_page delete_page move_page copy_page add_label upload_attachment delete_attachment reply_to_comment create_jira_issue edit_jira_issue transition_jira_issue add_comment_to_jira_issue add_worklog_to_jira_issue create_confluence_page update_confluence_page create_confluence_footer_comment create_confluence_inline_comment',
      identity: 'set_page_restrictions',
    },
    references: ['github.com/sooperset/mcp-atlassian', 'github.com/atlassian/atlassian-mcp-server'],
  },
  {
    id: 'linear',
    names: ['linear'],
    tools: {
      read: 'list_issues get_issue list_my_issues list_projects get_project list_teams get_team list_users get_user list_comments list_cycles list_documents get_document list_issue_statuses get_issue_status list_issue_labels search_documentation',
      write:
        'create_issue update_issue save_issue create_comment save_comment create_project update_project save_project create_issue_label create_document update_document',
    },
    references: ['linear.app/docs/mcp'],
  },
  {
    id: 'servicenow',
    names: ['servicenow', 'snow', 'service-now'],
    tools: {
      read: 'list_incidents get_incident list_catalog_items get_catalog_item list_change_requests get_change_request_details list_changesets get_changeset_details list_users get_user list_groups list_workflows get_workflow_details list_articles get_article list_script_includes get_script_include list_stories list_projects query_table get_record get_table_schema list_available_tables',
      write:
        'create_incident update_incident resolve_incident add_comment create_change_request update_change_request add_change_task submit_change_for_approval reject_change create_article update_article publish_article create_catalog_category update_catalog_item create_story update_story create_project update_project create_record update_record create_changeset update_changeset add_file_to_changeset',
      execute:
        'commit_changeset publish_changeset create_script_include update_script_include delete_script_include create_workflow update_workflow activate_workflow deactivate_workflow add_workflow_activity update_workflow_activity delete_workflow_activity execute_background_script approve_change',
      identity: 'create_user update_user create_group update_group add_group_members remove_group_members',
    },
    references: ['github.com/echelon-ai-labs/servicenow-mcp'],
  },
  {
    id: 'salesforce',
    names: ['salesforce', 'sfdc'],
    tools: {
      read: 'search_objects describe_object query_records aggregate_query read_apex read_apex_trigger search_all',
      write: 'dml_records manage_object manage_field manage_debug_logs',
      execute: 'write_apex write_apex_trigger execute_anonymous',
      identity: 'manage_field_permissions',
    },
    references: ['github.com/tsmztech/mcp-server-salesforce'],
  },
  {
    id: 'monday',
    names: ['monday'],
    // A group is a part of a board.
    tools: { write: 'create_group move_item_to_group all_monday_api' },
    references: ['github.com/mondaycom/mcp'],
  },
  {
    id: 'gmail',
    names: ['gmail', 'google-workspace', 'gworkspace'],
    tools: {
      read: 'list_filters get_filter list_gmail_filters list_delegates get_delegate get_auto_forwarding list_send_as',
      // A filter, and what forwards, goes on by itself; a script runs.
      execute:
        'create_filter create_filter_from_template create_gmail_filter manage_gmail_filter create_forwarding_address update_auto_forwarding run_script_function create_script_project update_script_content manage_deployment',
      // Who reads a mailbox, or writes as its owner.
      identity:
        'create_delegate delete_delegate create_send_as update_send_as delete_send_as manage_drive_access set_drive_file_permissions transfer_drive_ownership',
    },
    references: ['github.com/GongRzhe/Gmail-MCP-Server', 'github.com/taylorwilsdon/google_workspace_mcp'],
  },
  {
    id: 'ms365',
    names: ['ms365', 'ms-365', 'm365', 'microsoft-365', 'office-365', 'outlook'],
    // A batch holds any request of Microsoft Graph; what subscribes is called for every change.
    tools: {
      execute: 'create_subscription update_subscription create_mail_rule update_mail_rule graph_batch',
      identity:
        'share_drive_item create_drive_item_share_link delete_drive_item_permission add_group_owner remove_group_owner',
    },
    references: ['github.com/Softeria/ms-365-mcp-server'],
  },
  {
    id: 'box',
    names: ['box'],
    // A collaboration is a person or a group with a right on a file or folder.
    tools: {
      identity:
        'collaboration_file_user_by_user_id_tool collaboration_file_user_by_user_login_tool collaboration_file_group_by_group_id_tool collaboration_folder_user_by_user_id_tool collaboration_folder_user_by_user_login_tool collaboration_folder_group_by_group_id_tool collaboration_update_tool collaboration_delete_tool folder_set_collaboration_tool shared_link_file_create_or_update_tool shared_link_file_remove_tool shared_link_folder_create_or_update_tool shared_link_folder_remove_tool shared_link_web_link_create_or_update_tool shared_link_web_link_remove_tool file_set_download_open_tool file_set_download_company_tool file_set_download_reset_tool',
    },
    references: ['github.com/box-community/mcp-server-box'],
  },
  {
    id: 'linkedin',
    names: ['linkedin', 'facebook'],
    // A share is a post.
    tools: { write: 'create_share delete_share update_share share_page' },
    references: ['learn.microsoft.com/linkedin/marketing/community-management/shares/share-api'],
  },
  {
    id: 'telegram',
    names: ['telegram', 'whatsapp'],
    // A group is a conversation.
    tools: { write: 'create_group invite_to_group' },
    references: ['github.com/chigwell/telegram-mcp'],
  },
];
