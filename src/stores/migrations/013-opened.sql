-- As before, with the time of what opened it: occurred_at is that of the newest revision, of an alert that closed when it did.
CREATE OR REPLACE VIEW v_alerts AS
SELECT
  a.alert_id AS alert_id, a.revision AS revision, a.stage AS stage,
  multiIf(ifNull(v.verdict, '') = '', 'new', v.verdict = 'acknowledged', 'acknowledged', 'resolved') AS status,
  a.detector AS detector, a.severity AS severity, a.title AS title, a.summary AS summary, a.score AS score, a.reason AS reason,
  a.occurred_at AS occurred_at, ifNull(a.opened_at, a.occurred_at) AS opened_at, a.agent_id AS agent_id, a.agent_name AS agent_name, a.owner AS owner,
  a.session_id AS session_id, a.server_id AS server_id, a.target_name AS target_name,
  a.class AS class, a.scope AS scope, a.grant_id AS grant_id, a.event_ids AS event_ids, a.suppressed_count AS suppressed_count,
  JSONExtractRaw(a.alert, 'proof') AS proof, JSONExtractRaw(a.alert, 'frameworks') AS frameworks,
  ifNull(v.verdict, '') AS verdict, ifNull(v.author, '') AS verdict_by, ifNull(v.reason, '') AS verdict_reason,
  ifNull(v.said_at, toDateTime64(0, 3, 'UTC')) AS verdict_at
FROM (
  SELECT *, min(occurred_at) OVER (PARTITION BY alert_id) AS opened_at
  FROM alerts FINAL ORDER BY alert_id, revision DESC LIMIT 1 BY alert_id
) AS a
LEFT JOIN v_verdicts AS v ON v.alert_id = a.alert_id;

-- As before; for a client of the analyst's own whose profile makes null of what no row has: there is always a row.
CREATE OR REPLACE VIEW v_agents AS
SELECT
  agent_id,
  tupleElement(max((agent_name != '', occurred_at, agent_name)), 3) AS agent_name,
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

CREATE OR REPLACE VIEW v_connections AS
SELECT
  agent_id, server_id,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(outcome_status = 'denied' OR decision_effect = 'deny') AS denied,
  tupleElement(max((server_url != '', occurred_at, server_url)), 3) AS server_url,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(20)(agent_id_basis)) AS id_bases,
  arraySort(arrayFilter(k -> k != '', groupUniqArray(20)(credential_kind))) AS credential_kinds,
  arraySort(groupUniqArray(20)(concat(source_kind, '/', source_instance))) AS gateways
FROM v_events
GROUP BY agent_id, server_id;

CREATE OR REPLACE VIEW v_delegations AS
SELECT
  agent_id, delegation, user_id,
  tupleElement(max((e.user_email != '', occurred_at, e.user_email)), 3) AS user_email,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(scope = 'out') AS out_of_scope,
  arraySort(c -> indexOf(['discover', 'read', 'write', 'execute', 'secret', 'identity'], c), groupUniqArray(class)) AS classes,
  arraySort(groupUniqArray(1000)(server_id)) AS servers
FROM v_events AS e
WHERE notEmpty(delegation) OR user_id != '' OR e.user_email != ''
GROUP BY agent_id, delegation, user_id, if(user_id = '', e.user_email, '');
