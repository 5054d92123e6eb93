-- What platforms and verifiers have seen (specification 06, section 6.3). Instants are seconds since 1970.
-- For PostgreSQL, partitioned by the hash of the key; MODULUS may be another number, before there are rows.
-- Idempotent: run again, it changes nothing.

CREATE TABLE IF NOT EXISTS selfsame_migrations (part TEXT NOT NULL, number INT8 NOT NULL, PRIMARY KEY (part, number));

CREATE TABLE IF NOT EXISTS claims (key BYTEA PRIMARY KEY, taken_by BYTEA NOT NULL, until INT8 NOT NULL) PARTITION BY HASH (key);
CREATE TABLE IF NOT EXISTS first_times (key BYTEA PRIMARY KEY, verified INT8 NOT NULL, until INT8 NOT NULL) PARTITION BY HASH (key);

CREATE INDEX IF NOT EXISTS claims_until ON claims (until);
CREATE INDEX IF NOT EXISTS first_times_until ON first_times (until);

DO $$
DECLARE
    part TEXT;
BEGIN
    FOREACH part IN ARRAY ARRAY['claims', 'first_times']
    LOOP
        FOR remainder IN 0..15 LOOP
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                part || '_' || remainder, part, remainder
            );
        END LOOP;
    END LOOP;
END
$$;

INSERT INTO selfsame_migrations (part, number) VALUES ('register', 1) ON CONFLICT (part, number) DO NOTHING;
