-- autogen revision
-- id: a1000004
-- parent: a1000003
-- message: the region is required
-- created: 2026-11-05T09:00:00Z

-- autogen:upgrade postgresql
-- ~ column public.accounts.region
-- autogen:hazard may-fail column public.accounts.region
-- autogen:hazard locks-table table public.accounts
ALTER TABLE public.accounts ALTER COLUMN region SET NOT NULL;
ALTER TABLE public.accounts ALTER COLUMN region SET DEFAULT 'eu';

-- autogen:downgrade postgresql
-- ~ column public.accounts.region
ALTER TABLE public.accounts ALTER COLUMN region DROP DEFAULT;
ALTER TABLE public.accounts ALTER COLUMN region DROP NOT NULL;

-- autogen:upgrade sqlite
-- autogen:set foreign_keys off
-- ~ column accounts.region
-- autogen:hazard rewrites-table table accounts
CREATE TABLE __ag_new_accounts (
    id INTEGER NOT NULL PRIMARY KEY,
    external_id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', (random() & 3) + 1, 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    "plan" TEXT NOT NULL DEFAULT 'free',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    region TEXT NOT NULL DEFAULT 'eu',
    UNIQUE (external_id),
    CONSTRAINT accounts_plan_check CHECK (plan in ('free', 'team', 'enterprise'))
);
INSERT OR ABORT INTO __ag_new_accounts (id, external_id, "plan", created_at, region)
SELECT id, external_id, "plan", created_at, coalesce(region, 'eu')
FROM accounts;
DROP TABLE accounts;
PRAGMA legacy_alter_table = on;
ALTER TABLE __ag_new_accounts RENAME TO accounts;
PRAGMA legacy_alter_table = off;

-- autogen:downgrade sqlite
-- autogen:set foreign_keys off
-- ~ column accounts.region
-- autogen:hazard rewrites-table table accounts
CREATE TABLE __ag_new_accounts (
    id INTEGER NOT NULL PRIMARY KEY,
    external_id TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', (random() & 3) + 1, 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    "plan" TEXT NOT NULL DEFAULT 'free',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    region TEXT,
    UNIQUE (external_id),
    CONSTRAINT accounts_plan_check CHECK (plan in ('free', 'team', 'enterprise'))
);
INSERT OR ABORT INTO __ag_new_accounts (id, external_id, "plan", created_at, region)
SELECT id, external_id, "plan", created_at, region
FROM accounts;
DROP TABLE accounts;
PRAGMA legacy_alter_table = on;
ALTER TABLE __ag_new_accounts RENAME TO accounts;
PRAGMA legacy_alter_table = off;

-- autogen:end
