-- Who sent what was refused, as events say it: a replay is kept under the same name. '' for what was stored before.
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS source_instance LowCardinality(String) AFTER gateway;

CREATE OR REPLACE VIEW v_rejects AS
SELECT received_at, reason, detail, gateway, source_instance, source, partition, offset, record_index, epoch, raw FROM rejects FINAL;
