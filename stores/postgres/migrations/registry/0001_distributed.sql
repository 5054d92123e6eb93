-- The rows of one registry: the issuer's or the police's. Two do not share a schema (specification 10, section 5).
-- In SQL that PostgreSQL, CockroachDB and YugabyteDB take alike; these two spread tables by themselves.
-- Idempotent: run again, it changes nothing.

CREATE TABLE IF NOT EXISTS selfsame_migrations (part TEXT NOT NULL, number INT8 NOT NULL, PRIMARY KEY (part, number));

CREATE TABLE IF NOT EXISTS receipts (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS persons (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS cards (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS slots (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS offers (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS flagged (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS elements (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS shards (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS log (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS heads (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS epochs (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS marks (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS lists (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS cuts (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);

INSERT INTO selfsame_migrations (part, number) VALUES ('registry', 1) ON CONFLICT (part, number) DO NOTHING;
