-- What analysts read. Events and alerts come in versions; each view shows one row of each thing.

-- Events, each once: FINAL collapses what was written twice, and of the pieces of one call the last phase is shown.
-- Whole calls pass by the first condition; the second reads the by_phase index alone where no gateway sends pieces.
CREATE OR REPLACE VIEW v_events AS
SELECT
  event_id, event_key, occurred_at, received_at,
  agent_id, agent_name, agent_id_basis, agent_version, session_id, task_id, task_intent,
  user_id, user_email, delegation.sub AS delegation, delegation.iss AS delegation_issuers,
  client_name, client_version, caller_scopes, caller_groups, caller_roles,
  credential_id, credential_kind, credential_issued_at, credential_expires_at,
  server_id, server_name, server_url, method, target_type, target_name, target_raw_name,
  class, class_from, class_rule, scope, scope_why, grant_id,
  score, mapFromArrays(findings.detector, findings.score) AS findings,
  outcome_status, outcome_code, outcome_reason, outcome_http_status, decision_effect, decision_policy,
  args, args_state, redacted, result, raw, arg_hashes,
  annotation_read_only, annotation_destructive, annotation_idempotent, annotation_open_world,
  phase, duration_ms, bytes_in, bytes_out, trace_id, span_id, jsonrpc_id, request_id, src_ip, src_user_agent,
  source_kind, source_instance, source_schema_version, partition, offset, record_index
FROM events FINAL
WHERE phase = 'complete' OR (event_key, phase) IN (
  SELECT event_key, max(phase) FROM events
  WHERE event_key IN (SELECT event_key FROM events WHERE phase != 'complete')
  GROUP BY event_key
);

-- The newest verdict that still holds: an expired one counts no more.
CREATE OR REPLACE VIEW v_verdicts AS
SELECT alert_id, argMax(verdict, at) AS verdict, argMax(author, at) AS author, argMax(reason, at) AS reason, max(at) AS said_at
FROM verdicts FINAL
WHERE expires_at IS NULL OR expires_at > now64(3)
GROUP BY alert_id;

-- Alerts, each at its newest revision, with what people said of it: new, acknowledged or resolved.
CREATE OR REPLACE VIEW v_alerts AS
SELECT
  a.alert_id AS alert_id, a.revision AS revision, a.stage AS stage,
  multiIf(v.verdict = '', 'new', v.verdict = 'acknowledged', 'acknowledged', 'resolved') AS status,
  a.detector AS detector, a.severity AS severity, a.title AS title, a.summary AS summary, a.score AS score, a.reason AS reason,
  a.occurred_at AS occurred_at, a.agent_id AS agent_id, a.agent_name AS agent_name, a.owner AS owner,
  a.session_id AS session_id, a.server_id AS server_id, a.target_name AS target_name,
  a.class AS class, a.scope AS scope, a.grant_id AS grant_id, a.event_ids AS event_ids, a.suppressed_count AS suppressed_count,
  JSONExtractRaw(a.alert, 'proof') AS proof, JSONExtractRaw(a.alert, 'frameworks') AS frameworks,
  v.verdict AS verdict, v.author AS verdict_by, v.reason AS verdict_reason, v.said_at AS verdict_at
FROM (SELECT * FROM alerts FINAL ORDER BY alert_id, revision DESC LIMIT 1 BY alert_id) AS a
LEFT JOIN v_verdicts AS v ON v.alert_id = a.alert_id;

-- Agents: since when, how much, how high, how often outside of their grants, how often denied.
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
  countIf(outcome_status = 'denied') AS denied,
  round(denied / calls, 4) AS denied_share,
  max(score) AS max_score
FROM v_events
GROUP BY agent_id;

-- Records that were refused, and why.
CREATE OR REPLACE VIEW v_rejects AS
SELECT received_at, reason, detail, gateway, source, partition, offset, record_index, raw FROM rejects FINAL;

-- Calls outside of every grant in force at their time, and the constraint that failed. Denied ones were attempts.
CREATE OR REPLACE VIEW v_scope AS
SELECT
  occurred_at, agent_id, agent_name, session_id, task_id, user_id, delegation, server_id, method, target_name, class,
  scope_why, grant_id, outcome_status, decision_effect, score, args, event_id, event_key
FROM v_events
WHERE scope = 'out';

-- The inventory of connections: which agent reached which server, through which gateway, known by what.
CREATE OR REPLACE VIEW v_connections AS
SELECT
  agent_id, server_id,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(outcome_status = 'denied') AS denied,
  argMax(server_url, occurred_at) AS server_url,
  arraySort(groupUniqArray(100)(class)) AS classes,
  arraySort(groupUniqArray(20)(agent_id_basis)) AS id_bases,
  arraySort(arrayFilter(k -> k != '', groupUniqArray(20)(credential_kind))) AS credential_kinds,
  arraySort(groupUniqArray(20)(concat(source_kind, '/', source_instance))) AS gateways
FROM v_events
GROUP BY agent_id, server_id;

-- On whose behalf agents act: each chain of principals (outermost first) with the user behind it.
CREATE OR REPLACE VIEW v_delegations AS
SELECT
  agent_id, delegation, user_id,
  min(occurred_at) AS first_seen,
  max(occurred_at) AS last_seen,
  count() AS calls,
  countIf(scope = 'out') AS out_of_scope,
  arraySort(groupUniqArray(100)(class)) AS classes,
  arraySort(groupUniqArray(1000)(server_id)) AS servers
FROM v_events
WHERE notEmpty(delegation) OR user_id != ''
GROUP BY agent_id, delegation, user_id;

-- Calls that reached a secret store, tried or done.
CREATE OR REPLACE VIEW v_secret_access AS
SELECT
  occurred_at, agent_id, agent_name, session_id, task_id, user_id, delegation, server_id, target_name, class_rule,
  scope, scope_why, grant_id, outcome_status, args, event_id, event_key
FROM v_events
WHERE class = 'secret';

-- Grants of the newest version that was loaded, a row each; `body` is the whole of it as JSON.
CREATE OR REPLACE VIEW grants AS
WITH if(JSONHas(content, 'file'), JSONExtractRaw(content, 'file'), content) AS file
SELECT
  JSONExtractString(body, 'id') AS grant_id,
  if(JSONHas(body, 'effect'), JSONExtractString(body, 'effect'), 'allow') AS effect,
  JSONExtractArrayRaw(body, 'agents') AS agents,
  JSONExtractArrayRaw(body, 'servers') AS servers,
  JSONExtractArrayRaw(body, 'targets') AS targets,
  JSONExtractString(body, 'max_class') AS max_class,
  JSONExtractString(body, 'valid_from') AS valid_from,
  JSONExtractString(body, 'valid_to') AS valid_to,
  body, version, loaded_at
FROM (SELECT content, version, loaded_at FROM inputs FINAL WHERE kind = 'grants' ORDER BY loaded_at DESC LIMIT 1)
ARRAY JOIN JSONExtractArrayRaw(file, 'grants') AS body;

-- Grants that no call ever needed: what could be taken away.
CREATE OR REPLACE VIEW v_grants_unused AS
SELECT grant_id, effect, agents, servers, targets, max_class, valid_from, valid_to, loaded_at
FROM grants
WHERE effect = 'allow' AND grant_id NOT IN (SELECT grant_id FROM v_events WHERE scope = 'in');
