-- The ledger of gaps: what was lost of a log, and when a gateway was silent beyond its habit. A silence that goes on has
-- no end yet: it is stored with its beginning for an end, and a later end replaces it.
CREATE OR REPLACE VIEW v_gaps AS
SELECT
  kind, source,
  from_at,
  if(kind = 'silent' AND to_at = from_at, NULL, to_at) AS to_at,
  if(kind = 'silent', dateDiff('second', from_at, if(to_at = from_at, now64(3), to_at)), NULL) AS seconds,
  partition, from_offset, to_offset, detail
FROM (SELECT * FROM gaps FINAL);
