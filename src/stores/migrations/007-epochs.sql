-- A topic that is deleted and made anew counts its offsets from the beginning again: a place is one of its log. `epoch` is
-- the one in which the log of the record began; 0 for the first of that name, and for all that was stored before.

-- Events keep their key; what is new is the order in which they are replayed: log by log.
ALTER TABLE events ADD COLUMN IF NOT EXISTS epoch UInt32 AFTER record_index;

-- Rejects have no key but their place: those of an older log must not be replaced by those of the next one. A key can
-- only grow at its end, by a column of the same statement; statement and result are the same when it is run again.
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS epoch UInt32 AFTER record_index, MODIFY ORDER BY (partition, offset, record_index, epoch);

CREATE OR REPLACE VIEW v_rejects AS
SELECT received_at, reason, detail, gateway, source, partition, offset, record_index, epoch, raw FROM rejects FINAL;

-- As before, with the epoch.
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
FROM events FINAL
WHERE phase = 'complete' OR (event_key, phase) IN (
  SELECT event_key, max(phase) FROM events
  WHERE event_key IN (SELECT event_key FROM events WHERE phase != 'complete')
  GROUP BY event_key
);
