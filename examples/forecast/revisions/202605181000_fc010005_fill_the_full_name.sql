-- autogen revision
-- id: fc010005
-- parent: fc010004
-- message: fill the full name
-- created: 2026-05-18T10:00:00Z
-- autogen:reviewed sha256:2e9dd9714922bd209b0f35da3e500d5dc8fc3b801b7f88a8d7e95e51885c755e by Ines Ohlsson at 2026-06-25T15:00:00Z

-- A thousand analysts at a time, each batch a transaction of its own: nobody waits for all of them, and an interrupted run goes on
-- where it was. Rows that are written meanwhile are filled by the trigger. The column may be filled, so nothing is taken back.

-- autogen:upgrade postgresql
-- autogen:step batched
UPDATE forecast.analysts SET full_name = given_name || ' ' || family_name
 WHERE id IN (SELECT id FROM forecast.analysts WHERE full_name IS NULL ORDER BY id LIMIT 1000);

-- autogen:downgrade postgresql

-- autogen:end
