-- Each agent's creep index at the end of each day (UTC), as `overreach agents` computes it: granted and not used, and
-- used though not declared or granted, 0 to 100. Written once a day by the service; the same day written again replaces
-- its row.
CREATE TABLE IF NOT EXISTS creep_index
(
  agent_id String,
  day Date,
  creep Float64,
  undeclared Float64,
  -- Weighted privilege in use on that day.
  in_use Float64,
  -- Privileges in the index, and those too new to judge.
  counted UInt32,
  too_new UInt32,
  -- JSON: the five largest terms of either, [{"name", "class", "weight", "reach", "idle", "value"}].
  terms String CODEC(ZSTD(3)),
  undeclared_terms String CODEC(ZSTD(3)),
  stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY (agent_id, day);

CREATE OR REPLACE VIEW v_creep_index AS
SELECT agent_id, day, creep, undeclared, in_use, counted, too_new, terms, undeclared_terms, stored_at
FROM creep_index FINAL;
