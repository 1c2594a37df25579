-- As before; a name, an address that one gateway tells and another leaves out is not lost when the silent one speaks last, and
-- what lists servers or pings is no target.
CREATE OR REPLACE VIEW v_agents AS
SELECT
  agent_id,
  argMaxIf(agent_name, occurred_at, agent_name != '') AS agent_name,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  uniqExactIf(session_id, session_id != '') AS sessions,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(1000)(server_id)) AS servers,
  uniqExactIf((server_id, target_name), target_name != '') AS targets,
  countIf(scope = 'out') AS out_of_scope,
  max(scope != 'ungoverned') AS governed,
  countIf(outcome_status = 'denied' OR decision_effect = 'deny') AS denied,
  round(denied / calls, 4) AS denied_share,
  max(score) AS max_score
FROM v_events
GROUP BY agent_id;

-- As before; classes weakest first, as everywhere.
CREATE OR REPLACE VIEW v_connections AS
SELECT
  agent_id, server_id,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(outcome_status = 'denied' OR decision_effect = 'deny') AS denied,
  argMaxIf(server_url, occurred_at, server_url != '') AS server_url,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(20)(agent_id_basis)) AS id_bases,
  arraySort(arrayFilter(k -> k != '', groupUniqArray(20)(credential_kind))) AS credential_kinds,
  arraySort(groupUniqArray(20)(concat(source_kind, '/', source_instance))) AS gateways
FROM v_events
GROUP BY agent_id, server_id;

-- As before; a user whom the gateway knows by address alone is one too.
CREATE OR REPLACE VIEW v_delegations AS
SELECT
  agent_id, delegation, user_id,
  argMaxIf(e.user_email, occurred_at, e.user_email != '') AS user_email,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(scope = 'out') AS out_of_scope,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(1000)(server_id)) AS servers
FROM v_events AS e
WHERE notEmpty(delegation) OR user_id != '' OR e.user_email != ''
GROUP BY agent_id, delegation, user_id, if(user_id = '', e.user_email, '');

-- As before; a call of which nobody can say whether the grant covers it (an argument that is not logged) may need it.
CREATE OR REPLACE VIEW v_grants_unused AS
SELECT grant_id, effect, agents, servers, targets, max_class, valid_from, valid_to, loaded_at
FROM grants
WHERE effect = 'allow' AND grant_id NOT IN (SELECT grant_id FROM v_events WHERE scope IN ('in', 'maybe'));
