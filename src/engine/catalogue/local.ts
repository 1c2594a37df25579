import type { CatalogueEntry } from './entry.ts';

/** Servers that act on the machine they run on, or on the web from it. */
export const local: readonly CatalogueEntry[] = [
  {
    id: 'filesystem',
    names: ['filesystem', 'files', 'fs', 'file-system'],
    tools: {
      discover: 'list_allowed_directories',
      read: 'read_file read_text_file read_media_file read_multiple_files list_directory list_directory_with_sizes directory_tree search_files get_file_info',
      write: 'write_file edit_file create_directory move_file',
    },
    references: ['github.com/modelcontextprotocol/servers (filesystem)'],
  },
  {
    id: 'shell',
    names: ['shell', 'terminal', 'bash', 'desktop-commander', 'commands', 'ssh', 'exec', 'powershell', 'cli'],
    tools: {
      read: 'read_output read_process_output list_processes list_sessions get_config get_file_info list_directory read_file read_multiple_files start_search stop_search list_searches get_more_search_results get_usage_stats get_recent_tool_calls get_prompts',
      write: 'write_file write_pdf edit_block move_file create_directory give_feedback_to_desktop_commander',
      execute:
        'execute_command run_command run shell exec bash start_process interact_with_process kill_process force_terminate set_config_value run_script',
    },
    unlisted: { write: 'execute', secret: 'secret' },
    references: ['github.com/wonderwhy-er/DesktopCommanderMCP', 'github.com/g0t4/mcp-server-commands'],
  },
  {
    id: 'coding-agent',
    names: ['claude-code', 'claude', 'codex', 'gemini-cli', 'cursor-agent'],
    tools: {
      read: 'read glob grep ls web_fetch web_search notebook_read bash_output task_output',
      write: 'write edit multi_edit notebook_edit todo_write',
      // Who starts an agent runs whatever it runs.
      execute: 'bash task agent codex codex_reply reply kill_shell',
    },
    references: ['code.claude.com/docs/en/tools-reference', 'github.com/openai/codex'],
  },
  {
    id: 'postgres',
    names: [
      'postgres',
      'postgresql',
      'pg',
      'mysql',
      'mariadb',
      'sqlite',
      'mssql',
      'sqlserver',
      'database',
      'db',
      'sql',
      'bigquery',
      'snowflake',
      'redshift',
      'oracle',
      'trino',
      'duckdb',
      'motherduck',
      'dsql',
      'clickhouse',
      'supabase',
      'neon',
    ],
    tools: {
      read: 'list_schemas list_objects get_object_details explain_query analyze_db_health analyze_query_indexes analyze_workload_indexes get_top_queries list_tables describe_table',
      write: 'write_query create_table insert_data apply_migration',
    },
    sql: 'query execute_sql run_sql read_query readonly_query write_query run_query execute_query query_database run_select_query run_sql_transaction transact sql',
    references: [
      'github.com/modelcontextprotocol/servers-archived (postgres, sqlite)',
      'github.com/crystaldba/postgres-mcp',
    ],
  },
  {
    id: 'browser',
    names: ['playwright', 'puppeteer', 'browser', 'browserbase', 'chrome-devtools', 'selenium'],
    tools: {
      read: 'navigate navigate_back snapshot take_screenshot screenshot console_messages network_requests network_request tabs wait_for hover resize resize_page close close_page list_pages select_page new_page navigate_page emulate performance_start_trace performance_stop_trace highlight hide_highlight mouse_move_xy mouse_wheel generate_locator route_list start_video stop_video start_tracing stop_tracing find verify_element_visible verify_list_visible verify_text_visible verify_value pdf_save',
      write:
        'start end act click type fill fill_form select select_option press_key drag drop file_upload handle_dialog mouse_click_xy mouse_drag_xy mouse_down mouse_up cookie_set cookie_delete cookie_clear localstorage_set localstorage_delete localstorage_clear sessionstorage_set sessionstorage_delete sessionstorage_clear set_storage_state route unroute',
      execute: 'evaluate run_code run_code_unsafe evaluate_script install',
      secret:
        'cookie_get cookie_list storage_state localstorage_get localstorage_list sessionstorage_get sessionstorage_list',
    },
    references: ['github.com/microsoft/playwright-mcp', 'github.com/modelcontextprotocol/servers-archived (puppeteer)'],
  },
  {
    id: 'fetch',
    names: ['fetch', 'http', 'web', 'http-client'],
    tools: {
      read: 'fetch fetch_html fetch_markdown fetch_txt fetch_json get http_get',
      write: 'post put patch delete http_post http_put http_patch http_delete',
    },
    raises: [{ keys: ['method', 'http_method'], words: ['post', 'put', 'patch', 'delete'], class: 'write' }],
    references: ['github.com/modelcontextprotocol/servers (fetch)'],
  },
  {
    id: 'memory',
    names: ['memory', 'knowledge-graph', 'mem0'],
    tools: {
      read: 'read_graph search_nodes open_nodes',
      write: 'create_entities create_relations add_observations delete_entities delete_observations delete_relations',
    },
    references: ['github.com/modelcontextprotocol/servers (memory)'],
  },
];
