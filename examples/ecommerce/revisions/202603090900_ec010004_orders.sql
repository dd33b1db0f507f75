-- autogen revision
-- id: ec010004
-- parent: ec010003
-- message: orders
-- created: 2026-03-09T09:00:00Z

-- autogen:upgrade postgresql
-- + table ecommerce.orders
CREATE TABLE ecommerce.orders (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL,
    status ecommerce.order_status NOT NULL DEFAULT 'pending',
    placed_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    lock_version integer NOT NULL DEFAULT 0,
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES ecommerce.customers (id) ON DELETE RESTRICT,
    CONSTRAINT orders_closed_check CHECK ((closed_at is not null) = (status in ('delivered', 'cancelled'))),
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
-- + trigger ecommerce.orders.orders_touch
CREATE TRIGGER orders_touch BEFORE UPDATE ON ecommerce.orders
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.touch_updated_at();
-- + trigger ecommerce.orders.orders_version
CREATE TRIGGER orders_version BEFORE UPDATE ON ecommerce.orders
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.bump_lock_version();
-- + trigger ecommerce.orders.orders_audit
CREATE TRIGGER orders_audit AFTER INSERT OR UPDATE OR DELETE ON ecommerce.orders
    FOR EACH ROW
    EXECUTE FUNCTION audit.record_change();
-- + index ecommerce.orders_customer_idx
CREATE INDEX orders_customer_idx ON ecommerce.orders (customer_id, placed_at DESC);
-- + index ecommerce.orders_open_idx
CREATE INDEX orders_open_idx ON ecommerce.orders (status, placed_at) WHERE closed_at is null;
-- + table ecommerce.order_items
CREATE TABLE ecommerce.order_items (
    order_id uuid NOT NULL,
    line_no smallint NOT NULL,
    product_id bigint NOT NULL,
    quantity integer NOT NULL,
    unit_price ecommerce.amount NOT NULL,
    line_total numeric(14,2) NOT NULL GENERATED ALWAYS AS (quantity * unit_price) STORED,
    CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line_no),
    CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES ecommerce.orders (id) ON DELETE CASCADE,
    CONSTRAINT order_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES ecommerce.products (id) ON DELETE RESTRICT,
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
-- + index ecommerce.order_items_product_idx
CREATE INDEX order_items_product_idx ON ecommerce.order_items (product_id);

-- autogen:downgrade postgresql
-- - table ecommerce.order_items
-- autogen:hazard deletes-data table ecommerce.order_items
DROP TABLE ecommerce.order_items;
-- - table ecommerce.orders
-- autogen:hazard deletes-data table ecommerce.orders
DROP TABLE ecommerce.orders;

-- autogen:end
