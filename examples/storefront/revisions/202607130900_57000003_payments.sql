-- autogen revision
-- id: 57000003
-- parent: 57000002
-- labels: payments
-- message: payments
-- created: 2026-07-13T09:00:00Z

-- autogen:upgrade postgresql
-- + table store.payments
CREATE TABLE store.payments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    order_id bigint NOT NULL,
    amount numeric(12,2) NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES store.orders (id) ON DELETE RESTRICT,
    CONSTRAINT payments_amount_check CHECK (amount > 0),
    CONSTRAINT payments_pkey PRIMARY KEY (id)
);
-- + index store.payments_order_idx
CREATE INDEX payments_order_idx ON store.payments (order_id);

-- autogen:downgrade postgresql
-- - table store.payments
-- autogen:hazard deletes-data table store.payments
DROP TABLE store.payments;

-- autogen:end
