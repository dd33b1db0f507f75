-- autogen revision
-- id: a1000002
-- parent: a1000001
-- message: accounts get a region
-- created: 2026-11-03T09:00:00Z

-- autogen:upgrade postgresql
-- + column public.accounts.region
ALTER TABLE public.accounts ADD COLUMN region text;

-- autogen:downgrade postgresql
-- - column public.accounts.region
-- autogen:hazard deletes-data column public.accounts.region
ALTER TABLE public.accounts DROP COLUMN region;

-- autogen:upgrade sqlite
-- + column accounts.region
ALTER TABLE accounts ADD COLUMN region TEXT;

-- autogen:downgrade sqlite
-- - column accounts.region
-- autogen:hazard deletes-data column accounts.region
-- autogen:hazard rewrites-table table accounts
ALTER TABLE accounts DROP COLUMN region;

-- autogen:end
