-- How far each partition of a topic that is not keyed by agent is re-keyed, and what tells its log from another of the same
-- name. The highest (epoch, next_offset) counts; what was written below it is dropped by a merge.
CREATE TABLE IF NOT EXISTS rekeyed
(
  partition LowCardinality(String),
  epoch UInt32,
  next_offset UInt64,
  -- JSON: {"partitions", "last"}.
  state String,
  saved_at DateTime64(3, 'UTC'),
  version UInt64 MATERIALIZED bitShiftLeft(toUInt64(epoch), 44) + next_offset
)
ENGINE = ReplacingMergeTree(version)
ORDER BY partition
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
