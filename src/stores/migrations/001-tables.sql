-- Every table: a repeated insert leaves the table as it was (ReplacingMergeTree over a key that names the row), because
-- an insert whose answer was lost is sent again. Texts of a closed list are no Enum: a new value is no
-- migration. Rows that were answered for are on the disk, not only with the kernel: fsync_after_insert with
-- fsync_part_directory costs about two milliseconds an insert on a good disk, and makes `durable` mean power loss too;
-- against the death of the process alone the engine's own rename of a finished part is enough. Merged parts need no
-- fsync: what they were merged from stays for eight minutes.

-- One row an event: the record of privileged access.
--
-- ORDER BY (agent_id, occurred_at, event_key): the question asked most is what one agent did, and when. phase comes last,
-- so that the pieces of one call (request, response) are each kept for a replay; v_events shows the last of them.
-- version falls with arrival (received_at, then offset): of equal keys the first to arrive stays, whatever the order in
-- which they were written or merged.
-- PARTITION BY month, so that retention drops whole parts; occurred_at is clamped to 13 months around received_at, so
-- that a lying clock cannot strew rows over hundreds of partitions. The month is kept apart from the order key:
-- a reader's bound on occurred_at or received_at leaves out whole partitions by itself.
-- Retention counts from stored_at, not received_at: history that is filled in keeps its own old receipt, and would be
-- deleted on arrival. For live events the two are the same. The number of days comes from the configuration.
CREATE TABLE IF NOT EXISTS events
(
  -- 32 hex digits; the key. event_id is the gateway's own id where it has one.
  event_key String CODEC(ZSTD(1)),
  event_id String CODEC(ZSTD(1)),
  content_hash String CODEC(ZSTD(1)),
  -- Where the record stood: `source/partition`, offset, and the ordinal of the event in its record.
  partition LowCardinality(String),
  offset UInt64 CODEC(Delta, ZSTD(1)),
  record_index UInt32 CODEC(T64, ZSTD(1)),
  -- Milliseconds as events have them. DoubleDelta suits times that rise within an agent; ZSTD takes the rest.
  occurred_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  stored_at DateTime DEFAULT now() CODEC(DoubleDelta, ZSTD(1)),
  source_kind String,
  source_instance String,
  source_schema_version String,
  -- LowCardinality where people filter and group, and only there: a dictionary halves the time of a GROUP BY and adds
  -- half a microsecond a row to each insert. A fleet has thousands of agents and tools, not millions; where somebody
  -- makes up millions, a dictionary that is full is followed by another: slower, never wrong. Columns that are nearly
  -- always empty are stored sparse by the engine itself.
  agent_id LowCardinality(String),
  agent_id_basis String,
  agent_name String,
  agent_version String,
  client_name String,
  client_version String,
  user_id String,
  user_email String,
  -- Outermost (current actor) first; two arrays of one length.
  delegation Nested(iss String, sub String),
  caller_scopes Array(String),
  caller_groups Array(String),
  caller_roles Array(String),
  credential_id String CODEC(ZSTD(1)),
  credential_kind String,
  credential_issued_at Nullable(DateTime64(3, 'UTC')),
  credential_expires_at Nullable(DateTime64(3, 'UTC')),
  -- As many values as there are calls or sessions: dictionaries would only be in the way.
  session_id String CODEC(ZSTD(1)),
  task_id String CODEC(ZSTD(1)),
  task_intent String CODEC(ZSTD(3)),
  server_id LowCardinality(String),
  server_name String,
  server_url String,
  method String,
  target_type String,
  target_name LowCardinality(String),
  target_raw_name String,
  annotation_read_only Nullable(Bool),
  annotation_destructive Nullable(Bool),
  annotation_idempotent Nullable(Bool),
  annotation_open_world Nullable(Bool),
  -- JSON text: the widest columns by far, read rarely, so the stronger compression pays.
  args String CODEC(ZSTD(3)),
  args_state String,
  outcome_status String,
  outcome_code String,
  outcome_reason String CODEC(ZSTD(3)),
  outcome_http_status Nullable(UInt16),
  decision_effect String,
  decision_policy String,
  -- An Enum here alone: its numbers are the order in which the pieces of a call supersede each other.
  phase Enum8('decision' = 0, 'request' = 1, 'response' = 2, 'complete' = 3) DEFAULT 'complete',
  -- Null where the gateway does not say: an average must not count it as 0.
  duration_ms Nullable(Float64),
  bytes_in Nullable(UInt64),
  bytes_out Nullable(UInt64),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  jsonrpc_id String CODEC(ZSTD(1)),
  request_id String CODEC(ZSTD(1)),
  src_ip String,
  src_user_agent String,
  result String CODEC(ZSTD(3)),
  raw String CODEC(ZSTD(3)),
  -- What the fold saw of the content: `|kind:hash:field` each, keyed hashes only. One text costs a tenth of three arrays
  -- to write; the hashes of the arguments, to find the same value elsewhere, are computed when they are asked for.
  arg_facts String CODEC(ZSTD(1)),
  result_facts String CODEC(ZSTD(1)),
  arg_hashes Array(String) ALIAS extractAll(arg_facts, '\\|[a-z]+:([0-9a-f]{16}):'),
  redacted Array(String),
  tools String CODEC(ZSTD(3)),
  -- The judgement, as it was when the event was folded.
  class LowCardinality(String),
  class_from String,
  class_rule String,
  scope LowCardinality(String),
  scope_why String CODEC(ZSTD(1)),
  grant_id String,
  score Float64,
  findings Nested(detector String, score Float64),
  -- The whole of it as JSON where the columns cannot hold it to the letter; nearly always empty.
  exact String CODEC(ZSTD(3)),
  -- Seconds of receipt above 30 bits of offset, turned round: it falls with arrival. Within a second, and where the
  -- receipt of history that is filled in is its own old time, the offset tells.
  version UInt64 MATERIALIZED 18446744073709551615
    - bitShiftLeft(toUInt64(intDiv(greatest(toUnixTimestamp64Milli(received_at), 0), 1000)), 30)
    - bitAnd(offset, 1073741823),

  -- Questions that do not name an agent. A session, a user, a key lies in few granules, and a bloom filter of about one
  -- byte a row finds them; a tool or a class that is rare is found the same way.
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_target target_name TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_key event_key TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_id event_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_class class TYPE set(8) GRANULARITY 1,
  INDEX by_scope scope TYPE set(8) GRANULARITY 1,
  -- Within an agent rows lie in order of time; a replay asks for what was stored last, which older parts do not hold.
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_offset offset TYPE minmax GRANULARITY 1,
  -- Whole calls are the rule: what is not one is found without looking at them.
  INDEX by_phase phase TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(least(greatest(occurred_at, received_at - toIntervalMonth(13)), received_at + toIntervalMonth(13)))
ORDER BY (agent_id, occurred_at, event_key, phase)
TTL stored_at + toIntervalDay(400)
-- A part goes when its last row is due: at most a month late, and nothing is rewritten for it. A changed number of days
-- is noted in the parts there are, which are not rewritten either.
-- Seventy columns in a part of few rows are seventy small files to write and to sync: below 128 MB they share one.
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, min_bytes_for_wide_part = 134217728, fsync_after_insert = 1, fsync_part_directory = 1;

-- Records that could not be understood, with their place and one reason of the closed list.
CREATE TABLE IF NOT EXISTS rejects
(
  partition LowCardinality(String),
  offset UInt64 CODEC(Delta, ZSTD(1)),
  record_index UInt32 CODEC(T64, ZSTD(1)),
  source String ALIAS arrayStringConcat(arrayPopBack(splitByChar('/', partition)), '/'),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  stored_at DateTime DEFAULT now(),
  reason LowCardinality(String),
  detail String CODEC(ZSTD(1)),
  gateway LowCardinality(String),
  raw String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
-- By place, as they are replayed.
ORDER BY (partition, offset, record_index)
TTL stored_at + toIntervalDay(400)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Every revision of every alert. `alert` is what was sent; the columns are what one asks for.
CREATE TABLE IF NOT EXISTS alerts
(
  alert_id String,
  revision UInt32,
  stage LowCardinality(String),
  detector LowCardinality(String),
  severity LowCardinality(String),
  title String CODEC(ZSTD(1)),
  summary String CODEC(ZSTD(1)),
  score Float64,
  reason LowCardinality(String),
  occurred_at DateTime64(3, 'UTC'),
  agent_id LowCardinality(String),
  agent_name LowCardinality(String),
  owner LowCardinality(String),
  session_id String,
  server_id LowCardinality(String),
  target_name LowCardinality(String),
  class LowCardinality(String),
  scope LowCardinality(String),
  grant_id LowCardinality(String),
  event_ids Array(String) CODEC(ZSTD(1)),
  suppressed_count UInt64,
  alert String CODEC(ZSTD(3)),
  stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
-- By id: a story is read whole, and its newest revision is what counts. Alerts are few; time needs no index.
ORDER BY (alert_id, revision)
TTL stored_at + toIntervalDay(800)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What people said of alerts: never deleted by age, nothing else changes an alert's status.
CREATE TABLE IF NOT EXISTS verdicts
(
  alert_id String,
  at DateTime64(3, 'UTC'),
  author String,
  verdict LowCardinality(String),
  reason String,
  expires_at Nullable(DateTime64(3, 'UTC'))
)
ENGINE = ReplacingMergeTree
ORDER BY (alert_id, at, author, verdict)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Every try to deliver a revision of an alert over a channel; the newest row of a delivery (by at, then attempt) is how
-- it stands. The tries before are its history.
CREATE TABLE IF NOT EXISTS deliveries
(
  alert_id String,
  revision UInt32,
  channel LowCardinality(String),
  delivery_id String,
  state LowCardinality(String),
  attempt UInt32,
  next_attempt_at DateTime64(3, 'UTC'),
  at DateTime64(3, 'UTC'),
  status UInt16,
  detail String CODEC(ZSTD(1)),
  stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
ORDER BY (alert_id, delivery_id, at, attempt, state)
TTL stored_at + toIntervalDay(800)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Manifests: what is known of a partition, and up to where. Written after the states that they name.
CREATE TABLE IF NOT EXISTS checkpoints
(
  partition LowCardinality(String),
  epoch UInt32,
  next_offset UInt64,
  writer String,
  -- JSON: [{"writer", "nextOffset", "epoch"}], the state rows that count.
  writers String,
  -- JSON: {kind: version}.
  inputs String,
  state String CODEC(ZSTD(3)),
  saved_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(saved_at)
ORDER BY (partition, epoch, next_offset, writer)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- State of agents at checkpoints. A key names its row wholly: nothing is ever replaced by a merge, a writer that was
-- thought dead cannot overwrite another's, and old rows are deleted by `collect` alone.
CREATE TABLE IF NOT EXISTS baselines
(
  partition LowCardinality(String),
  agent_id String,
  epoch UInt32,
  next_offset UInt64,
  writer LowCardinality(String),
  state String CODEC(ZSTD(3)),
  stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
-- By agent: what a manifest knows is read in this order, with the newest row of an agent last, and never sorted.
ORDER BY (partition, agent_id, epoch, next_offset, writer)
-- A state is tens of kilobytes: the usual 8192 rows a granule would be read to find one of them.
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1;

-- Dated inputs of the fold (grants, catalogue, verdicts, configuration): each version once, the first loading counts.
CREATE TABLE IF NOT EXISTS inputs
(
  kind LowCardinality(String),
  version String,
  content String CODEC(ZSTD(3)),
  loaded_at DateTime64(3, 'UTC'),
  earliest UInt64 MATERIALIZED 18446744073709551615 - reinterpretAsUInt64(toUnixTimestamp64Milli(loaded_at))
)
ENGINE = ReplacingMergeTree(earliest)
ORDER BY (kind, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- From which offset on which version was in force; of several at one offset the last that was written.
CREATE TABLE IF NOT EXISTS adoptions
(
  partition LowCardinality(String),
  epoch UInt32,
  from_offset UInt64,
  kind LowCardinality(String),
  version String,
  stored_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY (partition, epoch, from_offset, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What was lost, and when a gateway was silent. Never deleted by age.
CREATE TABLE IF NOT EXISTS gaps
(
  kind LowCardinality(String),
  source LowCardinality(String),
  partition UInt32,
  from_offset UInt64,
  to_offset UInt64,
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  detail String
)
ENGINE = ReplacingMergeTree(to_at)
ORDER BY (source, partition, kind, from_offset, from_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who looked at a connection of an agent to a server and let it stand.
CREATE TABLE IF NOT EXISTS reviews
(
  agent_id LowCardinality(String),
  server_id LowCardinality(String),
  at DateTime64(3, 'UTC'),
  by String,
  note String
)
ENGINE = ReplacingMergeTree
ORDER BY (agent_id, server_id, at, by)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
