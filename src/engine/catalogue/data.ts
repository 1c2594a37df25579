import type { CatalogueEntry } from './entry.ts';

/** Stores that are not asked in SQL. */
export const data: readonly CatalogueEntry[] = [
  {
    id: 'mongodb',
    names: ['mongodb', 'mongo', 'documentdb', 'atlas'],
    tools: {
      read: 'find aggregate aggregate_db count explain export db_stats collection_schema collection_indexes collection_storage_size list_collections list_databases mongodb_logs connect disconnect switch_connection atlas_connect_cluster atlas_inspect_cluster atlas_inspect_access_list atlas_list_alerts atlas_list_clusters atlas_list_db_users atlas_list_orgs atlas_list_projects',
      write:
        'insert insert_many update update_many delete delete_many create_collection create_index drop_collection drop_database drop_index rename_collection atlas_create_cluster atlas_create_free_cluster atlas_create_project atlas_load_sample_dataset',
      identity: 'atlas_create_db_user atlas_create_access_list',
    },
    raises: [{ keys: ['pipeline'], words: ['$out', '$merge'], class: 'write' }],
    references: ['github.com/mongodb-js/mongodb-mcp-server'],
  },
  {
    id: 'redis',
    names: ['redis', 'valkey'],
    tools: {
      read: 'get hget hgetall hexists lrange llen smembers zrange xrange dbsize type info client_list json_get scan_keys scan_all_keys get_indexes get_index_info get_indexed_keys_number get_vector_from_hash vector_search_hash hybrid_search search_redis_documents search aggregate valkey_read',
      write:
        'set hset hdel lpush rpush lpop rpop lrem sadd srem zadd zrem xadd xdel json_set json_del delete expire rename publish',
    },
    references: ['github.com/redis/mcp-redis'],
  },
  {
    id: 'elasticsearch',
    names: ['elasticsearch', 'elastic', 'opensearch'],
    // What is asked in ES|QL changes nothing.
    tools: { read: 'list_indices get_mappings search esql get_shards' },
    references: ['github.com/elastic/mcp-server-elasticsearch'],
  },
  {
    id: 'databricks',
    names: ['databricks'],
    // Who a share of data is open to.
    tools: { identity: 'create_recipient update_recipient delete_recipient' },
    references: ['docs.databricks.com/delta-sharing'],
  },
  {
    id: 'prometheus',
    names: ['prometheus', 'thanos', 'victoriametrics'],
    // Nor in PromQL.
    tools: { read: 'execute_query execute_range_query list_metrics query query_range' },
    references: ['github.com/awslabs/mcp (prometheus-mcp-server)'],
  },
];
