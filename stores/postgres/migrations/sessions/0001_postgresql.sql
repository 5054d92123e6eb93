-- The sessions of a helper that wait for their answer (specification 14, section 4.3). Never restored from a copy.
-- For PostgreSQL: not in its log, so that no crash, no standby and no base backup brings a session back.
-- Idempotent: run again, it changes nothing.

CREATE TABLE IF NOT EXISTS selfsame_migrations (part TEXT NOT NULL, number INT8 NOT NULL, PRIMARY KEY (part, number));

CREATE UNLOGGED TABLE IF NOT EXISTS sessions (id BYTEA PRIMARY KEY, sealed BYTEA, until INT8 NOT NULL);

INSERT INTO selfsame_migrations (part, number) VALUES ('sessions', 1) ON CONFLICT (part, number) DO NOTHING;
