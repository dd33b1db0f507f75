-- autogen revision
-- id: 57000002
-- parent: 57000001
-- message: orders and their items
-- created: 2026-07-07T09:00:00Z

-- autogen:upgrade postgresql
-- + enum store.order_state
CREATE TYPE store.order_state AS ENUM (
    'cart',
    'placed',
    'sent'
);
-- + table store.orders
CREATE TABLE store.orders (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    user_id bigint,
    state store.order_state NOT NULL DEFAULT 'cart',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES store.users (id) ON DELETE SET NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
-- + index store.orders_user_idx
CREATE INDEX orders_user_idx ON store.orders (user_id, created_at);
-- + column store.orders.user_id
COMMENT ON COLUMN store.orders.user_id IS 'NULL: the account was deleted';
-- + table store.order_items
CREATE TABLE store.order_items (
    order_id bigint NOT NULL,
    line_no smallint NOT NULL,
    product_id bigint NOT NULL,
    quantity integer NOT NULL,
    unit_price numeric(10,2) NOT NULL,
    CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line_no),
    CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES store.orders (id) ON DELETE CASCADE,
    CONSTRAINT order_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES store.products (id) ON DELETE RESTRICT,
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
-- + index store.order_items_product_idx
CREATE INDEX order_items_product_idx ON store.order_items (product_id);

-- autogen:downgrade postgresql
-- - table store.order_items
-- autogen:hazard deletes-data table store.order_items
DROP TABLE store.order_items;
-- - table store.orders
-- autogen:hazard deletes-data table store.orders
DROP TABLE store.orders;
-- - enum store.order_state
DROP TYPE store.order_state;

-- autogen:end
