-- What platforms and verifiers have seen (specification 06, section 6.3). Instants are seconds since 1970.
-- In SQL that PostgreSQL, CockroachDB and YugabyteDB take alike; these two spread tables by themselves.
-- Idempotent: run again, it changes nothing.

CREATE TABLE IF NOT EXISTS selfsame_migrations (part TEXT NOT NULL, number INT8 NOT NULL, PRIMARY KEY (part, number));

CREATE TABLE IF NOT EXISTS claims (key BYTEA PRIMARY KEY, taken_by BYTEA NOT NULL, until INT8 NOT NULL);
CREATE TABLE IF NOT EXISTS first_times (key BYTEA PRIMARY KEY, verified INT8 NOT NULL, until INT8 NOT NULL);

CREATE INDEX IF NOT EXISTS claims_until ON claims (until);
CREATE INDEX IF NOT EXISTS first_times_until ON first_times (until);

INSERT INTO selfsame_migrations (part, number) VALUES ('register', 1) ON CONFLICT (part, number) DO NOTHING;
