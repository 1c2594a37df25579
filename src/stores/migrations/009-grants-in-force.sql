-- As before, of the version that came into force last: a file that is put back is an old version, and in force again. A
-- version that no partition took up yet counts from its loading.
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
  ORDER BY greatest(toDateTime64(i.loaded_at, 6, 'UTC'), a.adopted_at) DESC
  LIMIT 1
)
ARRAY JOIN JSONExtractArrayRaw(file, 'grants') AS body;
