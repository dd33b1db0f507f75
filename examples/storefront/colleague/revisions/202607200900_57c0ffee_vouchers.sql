-- autogen revision
-- id: 57c0ffee
-- parent: 57000005
-- message: vouchers
-- created: 2026-07-20T09:00:00Z

-- autogen:upgrade postgresql
-- + table store.vouchers
CREATE TABLE store.vouchers (
    code varchar(20) NOT NULL,
    user_id bigint,
    amount numeric(10,2) NOT NULL,
    used_at timestamptz,
    CONSTRAINT vouchers_user_id_fkey FOREIGN KEY (user_id) REFERENCES store.users (id) ON DELETE CASCADE,
    CONSTRAINT vouchers_amount_check CHECK (amount > 0),
    CONSTRAINT vouchers_pkey PRIMARY KEY (code)
);

-- autogen:downgrade postgresql
-- - table store.vouchers
-- autogen:hazard deletes-data table store.vouchers
DROP TABLE store.vouchers;

-- autogen:end
