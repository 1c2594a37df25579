-- Grants of the newest version that was loaded, a row each, patterns as they are written (a regex as `{"regex": ...}`);
-- `body` is the whole of it as JSON.
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
FROM (SELECT content, version, loaded_at FROM inputs FINAL WHERE kind = 'grants' ORDER BY loaded_at DESC LIMIT 1)
ARRAY JOIN JSONExtractArrayRaw(file, 'grants') AS body;
