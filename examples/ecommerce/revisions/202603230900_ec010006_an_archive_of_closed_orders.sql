-- autogen revision
-- id: ec010006
-- parent: ec010005
-- message: an archive of closed orders
-- created: 2026-03-23T09:00:00Z

-- Written by `autogen -m`, then edited: orders that were closed two years ago move at once, and on the way back all of the
-- archive returns before its table goes.

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- + table archive.orders
CREATE TABLE archive.orders (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    closed_at timestamptz NOT NULL,
    archived_at timestamptz NOT NULL DEFAULT now(),
    document jsonb NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
-- + index archive.orders_customer_idx
CREATE INDEX orders_customer_idx ON archive.orders (customer_id, closed_at);
-- + table archive.orders
COMMENT ON TABLE archive.orders IS 'One document per order, with its items';
-- + function archive.put_away(timestamp with time zone)
CREATE FUNCTION archive.put_away (closed_before timestamptz)
RETURNS integer
LANGUAGE plpgsql
SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
declare
  moved integer;
begin
  insert into archive.orders (id, customer_id, closed_at, document)
  select o.id, o.customer_id, o.closed_at,
         to_jsonb(o) || jsonb_build_object('items', coalesce(
           (select jsonb_agg(to_jsonb(i) - 'order_id' order by i.line_no)
            from ecommerce.order_items i where i.order_id = o.id), '[]'))
  from ecommerce.orders o
  where o.closed_at < closed_before;
  delete from ecommerce.orders o using archive.orders a where a.id = o.id;
  get diagnostics moved = row_count;
  return moved;
end
$$;
COMMENT ON FUNCTION archive.put_away(timestamptz) IS 'Moves orders that were closed before then; their number';
-- The orders that are old enough already.
SELECT archive.put_away(now() - interval '2 years');

-- autogen:downgrade postgresql
INSERT INTO ecommerce.orders
SELECT o.* FROM archive.orders a, jsonb_populate_record(NULL::ecommerce.orders, a.document) AS o;
INSERT INTO ecommerce.order_items (order_id, line_no, product_id, quantity, unit_price)
SELECT a.id, i.line_no, i.product_id, i.quantity, i.unit_price
FROM archive.orders a,
     jsonb_to_recordset(a.document -> 'items')
         AS i (line_no smallint, product_id bigint, quantity integer, unit_price ecommerce.amount);
-- - function archive.put_away(timestamp with time zone)
DROP FUNCTION archive.put_away(timestamptz);
-- - table archive.orders
-- autogen:allow deletes-data its orders are in ecommerce.orders again
DROP TABLE archive.orders;

-- autogen:end
