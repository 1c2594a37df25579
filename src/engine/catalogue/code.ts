import type { CatalogueEntry } from './entry.ts';

/** Where source code lives. */
export const code: readonly CatalogueEntry[] = [
  {
    id: 'github',
    names: ['github', 'gh', 'github-mcp-server'],
    tools: {
      read: 'get_me get_team_members get_teams get_file_contents get_file_blame get_repository_tree get_commit list_commits list_branches list_tags get_tag list_releases get_latest_release get_release_by_tag search_code search_commits search_issues search_orgs search_pull_requests search_repositories search_users issue_read list_issues list_issue_types list_issue_fields get_label list_label pull_request_read list_pull_requests list_gists get_gist list_discussions get_discussion get_discussion_comments list_discussion_categories list_notifications get_notification_details list_starred_repositories projects_get projects_list list_repository_collaborators actions_get actions_list get_job_logs list_code_scanning_alerts get_code_scanning_alert get_code_quality_finding list_dependabot_alerts get_dependabot_alert list_global_security_advisories get_global_security_advisory list_repository_security_advisories list_org_repository_security_advisories get_issue get_pull_request get_pull_request_diff get_pull_request_files get_pull_request_comments get_pull_request_reviews get_pull_request_status get_issue_comments list_sub_issues',
      write:
        'create_or_update_file push_files delete_file create_branch create_repository delete_repository fork_repository create_issue update_issue issue_write add_issue_comment sub_issue_write add_sub_issue remove_sub_issue label_write create_pull_request update_pull_request merge_pull_request update_pull_request_branch pull_request_review_write add_comment_to_pending_review add_reply_to_pull_request_comment request_copilot_review request_pull_request_reviewers create_gist update_gist discussion_comment_write dismiss_notification mark_all_notifications_read manage_notification_subscription manage_repository_notification_subscription projects_write star_repository unstar_repository set_issue_fields',
      execute:
        'actions_run_trigger run_workflow rerun_workflow_run rerun_failed_jobs cancel_workflow_run delete_workflow_run_logs assign_copilot_to_issue assign_copilot_to_issue_with_intent',
      secret: 'list_secret_scanning_alerts get_secret_scanning_alert',
    },
    references: ['github.com/github/github-mcp-server'],
  },
  {
    id: 'gitlab',
    names: ['gitlab', 'gitlab-mcp'],
    tools: {
      read: 'get_project get_project_events list_projects search_repositories get_file_contents get_file_blame get_repository_tree get_commit get_commit_diff list_commits list_branches get_branch get_branch_diffs list_protected_branches get_protected_branch get_issue list_issues my_issues list_issue_discussions get_merge_request list_merge_requests get_merge_request_diffs get_merge_request_notes mr_discussions list_pipelines get_pipeline list_pipeline_jobs get_pipeline_job get_pipeline_job_output list_job_artifacts get_job_artifact_file download_job_artifacts list_releases get_release list_tags get_tag get_user get_users whoami list_project_members list_group_members list_group_projects list_namespaces get_namespace verify_namespace list_wiki_pages get_wiki_page list_milestones get_milestone list_labels get_label list_environments get_environment list_deployments get_deployment search_code search_project_code search_group_code list_events list_todos validate_ci_lint validate_project_ci_lint list_webhooks list_webhook_events get_webhook_event',
      write:
        'create_or_update_file push_files create_branch delete_branch create_repository fork_repository create_issue update_issue delete_issue create_issue_note update_issue_note create_note create_merge_request update_merge_request merge_merge_request approve_merge_request unapprove_merge_request create_merge_request_note create_merge_request_thread resolve_merge_request_thread create_release update_release delete_release create_tag delete_tag create_wiki_page update_wiki_page delete_wiki_page create_label update_label delete_label create_milestone edit_milestone delete_milestone upload_markdown update_project update_default_branch create_commit_status mark_todo_done move_work_item',
      execute:
        'create_pipeline retry_pipeline cancel_pipeline play_pipeline_job retry_pipeline_job cancel_pipeline_job execute_graphql',
      secret:
        'list_project_variables get_project_variable create_project_variable update_project_variable delete_project_variable list_group_variables get_group_variable create_group_variable update_group_variable delete_group_variable pipeline_trigger_list pipeline_trigger_get pipeline_trigger_create list_pipeline_triggers get_pipeline_trigger create_pipeline_trigger',
      identity: 'protect_branch unprotect_branch create_group',
    },
    references: ['github.com/zereight/gitlab-mcp'],
  },
  {
    id: 'git',
    names: ['git'],
    tools: {
      read: 'git_status git_diff git_diff_staged git_diff_unstaged git_log git_show git_branch',
      write: 'git_add git_commit git_checkout git_create_branch git_reset git_init git_push git_pull git_clone',
    },
    references: ['github.com/modelcontextprotocol/servers (git)'],
  },
];
