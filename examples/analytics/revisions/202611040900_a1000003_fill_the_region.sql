-- autogen revision
-- id: a1000003
-- parent: a1000002
-- message: fill the region
-- created: 2026-11-04T09:00:00Z

-- Every account from before the column is European. In batches, each a transaction of its own: accounts stay writable
-- while it runs, and an interrupted run goes on where it was. Nothing is to be taken back: the column may be filled.

-- autogen:upgrade postgresql
-- autogen:step batched
UPDATE public.accounts SET region = 'eu'
 WHERE id IN (SELECT id FROM public.accounts WHERE region IS NULL ORDER BY id LIMIT 500);

-- autogen:downgrade postgresql

-- autogen:upgrade sqlite
-- autogen:step batched
UPDATE accounts SET region = 'eu'
 WHERE id IN (SELECT id FROM accounts WHERE region IS NULL ORDER BY id LIMIT 500);

-- autogen:downgrade sqlite

-- autogen:end
