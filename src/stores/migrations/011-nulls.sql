-- As before; for a client of the analyst's own with join_use_nulls too, to whom the engine refused v_alerts, and to whom a
-- version of the grants that was never adopted was older than any.
CREATE OR REPLACE VIEW v_alerts AS
SELECT
  a.alert_id AS alert_id, a.revision AS revision, a.stage AS stage,
  multiIf(ifNull(v.verdict, '') = '', 'new', v.verdict = 'acknowledged', 'acknowledged', 'resolved') AS status,
  a.detector AS detector, a.severity AS severity, a.title AS title, a.summary AS summary, a.score AS score, a.reason AS reason,
  a.occurred_at AS occurred_at, a.agent_id AS agent_id, a.agent_name AS agent_name, a.owner AS owner,
  a.session_id AS session_id, a.server_id AS server_id, a.target_name AS target_name,
  a.class AS class, a.scope AS scope, a.grant_id AS grant_id, a.event_ids AS event_ids, a.suppressed_count AS suppressed_count,
  JSONExtractRaw(a.alert, 'proof') AS proof, JSONExtractRaw(a.alert, 'frameworks') AS frameworks,
  ifNull(v.verdict, '') AS verdict, ifNull(v.author, '') AS verdict_by, ifNull(v.reason, '') AS verdict_reason,
  ifNull(v.said_at, toDateTime64(0, 3, 'UTC')) AS verdict_at
FROM (SELECT * FROM alerts FINAL ORDER BY alert_id, revision DESC LIMIT 1 BY alert_id) AS a
LEFT JOIN v_verdicts AS v ON v.alert_id = a.alert_id;

CREATE OR REPLACE VIEW grants AS
WITH
  if(JSONHas(content, 'file'), JSONExtractRaw(content, 'file'), content) AS file,
  (list) -> arrayMap(
    pattern -> if(startsWith(pattern, '"'), JSONExtractString(pattern), pattern),
    JSONExtractArrayRaw(body, list)
  ) AS patterns
SELECT
  JSONExtractString(body, 'id') AS grant_id,
  if(JSONHas(body, 'effect'), JSONExtractString(body, 'effect'), 'allow') AS effect,
  patterns('agents') AS agents,
  patterns('servers') AS servers,
  patterns('targets') AS targets,
  JSONExtractString(body, 'max_class') AS max_class,
  JSONExtractString(body, 'valid_from') AS valid_from,
  JSONExtractString(body, 'valid_to') AS valid_to,
  body, version, loaded_at
FROM (
  SELECT i.content AS content, i.version AS version, i.loaded_at AS loaded_at
  FROM (SELECT version, content, loaded_at FROM inputs FINAL WHERE kind = 'grants') AS i
  LEFT JOIN (
    SELECT version, max(stored_at) AS adopted_at FROM adoptions WHERE kind = 'grants' GROUP BY version
  ) AS a ON a.version = i.version
  ORDER BY greatest(toDateTime64(i.loaded_at, 6, 'UTC'), ifNull(a.adopted_at, toDateTime64(0, 6, 'UTC'))) DESC
  LIMIT 1
)
ARRAY JOIN JSONExtractArrayRaw(file, 'grants') AS body;
