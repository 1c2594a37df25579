-- Each event once, without a look across months: an event that came twice is twice in the month in which it occurred, so that
-- FINAL has only months to look through that are of several parts yet. A month that got nothing for a day is made one
-- part, and costs no more than a table without FINAL.
ALTER TABLE events MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1;

-- But for rows whose clock lies by 13 months (392 days, to be sure): their month hangs on their receipt, and one that came
-- again may be of another. An index finds them, as it finds the pieces of calls: the plain rows, nearly all, are looked at for
-- neither. Of rows that came in several months that one is shown whose clock may be right, else the first to arrive.
ALTER TABLE events ADD INDEX IF NOT EXISTS by_stray abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) TYPE minmax GRANULARITY 1;
ALTER TABLE events MATERIALIZE INDEX by_stray;

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
  source_kind, source_instance, source_schema_version, partition, offset, record_index, epoch
FROM (
  SELECT *, arg_hashes FROM events FINAL
  WHERE phase = 'complete' AND abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) < 33868800000
  UNION ALL
  SELECT *, arg_hashes FROM events FINAL
  WHERE phase != 'complete' AND abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) < 33868800000 AND (event_key, phase) IN (
    SELECT event_key, max(phase) FROM events
    WHERE event_key IN (SELECT event_key FROM events WHERE phase != 'complete')
    GROUP BY event_key
  )
  UNION ALL
  SELECT *, arg_hashes FROM events FINAL
  WHERE abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) >= 33868800000 AND (event_key, phase) IN (
    SELECT event_key, max(phase) FROM events
    WHERE event_key IN (SELECT event_key FROM events WHERE abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) >= 33868800000)
    GROUP BY event_key
  ) AND (agent_id, occurred_at, event_key, version) IN (
    SELECT agent_id, occurred_at, event_key, argMax(version, (abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) < 33868800000, version)) FROM events FINAL
    WHERE event_key IN (SELECT event_key FROM events WHERE abs(toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) >= 33868800000)
    GROUP BY agent_id, occurred_at, event_key, phase
  )
)
SETTINGS do_not_merge_across_partitions_select_final = 1;
