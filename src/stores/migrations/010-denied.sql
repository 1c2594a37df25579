-- As before; what a gateway refused by its decision alone, without an outcome, counts as denied too.
CREATE OR REPLACE VIEW v_agents AS
SELECT
  agent_id,
  argMax(agent_name, occurred_at) AS agent_name,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  uniqExactIf(session_id, session_id != '') AS sessions,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(1000)(server_id)) AS servers,
  uniqExact(server_id, target_name) AS targets,
  countIf(scope = 'out') AS out_of_scope,
  max(scope != 'ungoverned') AS governed,
  countIf(outcome_status = 'denied' OR decision_effect = 'deny') AS denied,
  round(denied / calls, 4) AS denied_share,
  max(score) AS max_score
FROM v_events
GROUP BY agent_id;

CREATE OR REPLACE VIEW v_connections AS
SELECT
  agent_id, server_id,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(outcome_status = 'denied' OR decision_effect = 'deny') AS denied,
  argMax(server_url, occurred_at) AS server_url,
  arraySort(groupUniqArray(100)(class)) AS classes,
  arraySort(groupUniqArray(20)(agent_id_basis)) AS id_bases,
  arraySort(arrayFilter(k -> k != '', groupUniqArray(20)(credential_kind))) AS credential_kinds,
  arraySort(groupUniqArray(20)(concat(source_kind, '/', source_instance))) AS gateways
FROM v_events
GROUP BY agent_id, server_id;
