-- autogen revision
-- id: ec010005
-- parent: ec010004
-- message: customers and products are hidden, not deleted
-- created: 2026-03-16T09:00:00Z

-- Written by `autogen -m`, then edited: on the way back hidden rows give away what has to be unique again.

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- - view ecommerce.shelf
DROP VIEW ecommerce.shelf;
-- - index ecommerce.customers_email_key
DROP INDEX ecommerce.customers_email_key;
-- - index ecommerce.products_sku_key
DROP INDEX ecommerce.products_sku_key;
-- ~ function ecommerce.password_fits(public.citext, text)
CREATE OR REPLACE FUNCTION ecommerce.password_fits (
    login public.citext,
    plain text
)
RETURNS boolean
LANGUAGE sql
STABLE
STRICT
SET search_path TO 'pg_catalog', 'public'
AS $$
select exists (
  select from ecommerce.customers c
  where c.email = login and c.deleted_at is null and c.password_hash = public.crypt(plain, c.password_hash)
)
$$;
-- + column ecommerce.customers.deleted_at
ALTER TABLE ecommerce.customers ADD COLUMN deleted_at timestamptz;
-- + column ecommerce.products.deleted_at
ALTER TABLE ecommerce.products ADD COLUMN deleted_at timestamptz;
-- + index ecommerce.customers_deleted_idx
-- autogen:hazard locks-table table ecommerce.customers
CREATE INDEX customers_deleted_idx ON ecommerce.customers (deleted_at) WHERE deleted_at is not null;
-- + index ecommerce.customers_email_key
-- autogen:hazard rebuilds-index index ecommerce.customers_email_key
-- autogen:hazard may-fail index ecommerce.customers_email_key
-- autogen:hazard locks-table table ecommerce.customers
CREATE UNIQUE INDEX customers_email_key ON ecommerce.customers (email) WHERE deleted_at is null;
-- + index ecommerce.products_deleted_idx
-- autogen:hazard locks-table table ecommerce.products
CREATE INDEX products_deleted_idx ON ecommerce.products (deleted_at) WHERE deleted_at is not null;
-- + index ecommerce.products_sku_key
-- autogen:hazard rebuilds-index index ecommerce.products_sku_key
-- autogen:hazard may-fail index ecommerce.products_sku_key
-- autogen:hazard locks-table table ecommerce.products
CREATE UNIQUE INDEX products_sku_key ON ecommerce.products (sku) WHERE deleted_at is null;
-- + view ecommerce.shelf
CREATE VIEW ecommerce.shelf AS
select p.id, p.sku, p.title, p.price, c.title as category, c.slug
from ecommerce.products p
left join ecommerce.categories c on c.id = p.category_id
where p.deleted_at is null;
COMMENT ON VIEW ecommerce.shelf IS 'What can be bought';

-- autogen:downgrade postgresql
-- autogen:set check_function_bodies off
UPDATE ecommerce.customers SET email = id || '@hidden.invalid' WHERE deleted_at IS NOT NULL;
UPDATE ecommerce.products SET sku = 'hidden ' || id WHERE deleted_at IS NOT NULL;
-- - view ecommerce.shelf
DROP VIEW ecommerce.shelf;
-- - index ecommerce.products_sku_key
DROP INDEX ecommerce.products_sku_key;
-- - index ecommerce.products_deleted_idx
DROP INDEX ecommerce.products_deleted_idx;
-- - index ecommerce.customers_email_key
DROP INDEX ecommerce.customers_email_key;
-- - index ecommerce.customers_deleted_idx
DROP INDEX ecommerce.customers_deleted_idx;
-- - column ecommerce.products.deleted_at
-- autogen:hazard deletes-data column ecommerce.products.deleted_at
ALTER TABLE ecommerce.products DROP COLUMN deleted_at;
-- - column ecommerce.customers.deleted_at
-- autogen:hazard deletes-data column ecommerce.customers.deleted_at
ALTER TABLE ecommerce.customers DROP COLUMN deleted_at;
-- ~ function ecommerce.password_fits(public.citext, text)
CREATE OR REPLACE FUNCTION ecommerce.password_fits (
    login public.citext,
    plain text
)
RETURNS boolean
LANGUAGE sql
STABLE
STRICT
SET search_path TO 'pg_catalog', 'public'
AS $$
select exists (
  select from ecommerce.customers c
  where c.email = login and c.password_hash = public.crypt(plain, c.password_hash)
)
$$;
-- + index ecommerce.products_sku_key
-- autogen:hazard rebuilds-index index ecommerce.products_sku_key
-- autogen:hazard may-fail index ecommerce.products_sku_key
-- autogen:hazard locks-table table ecommerce.products
CREATE UNIQUE INDEX products_sku_key ON ecommerce.products (sku);
-- + index ecommerce.customers_email_key
-- autogen:hazard rebuilds-index index ecommerce.customers_email_key
-- autogen:hazard may-fail index ecommerce.customers_email_key
-- autogen:hazard locks-table table ecommerce.customers
CREATE UNIQUE INDEX customers_email_key ON ecommerce.customers (email);
-- + view ecommerce.shelf
CREATE VIEW ecommerce.shelf AS
SELECT p.id,
    p.sku,
    p.title,
    p.price,
    c.title AS category,
    c.slug
   FROM (ecommerce.products p
     LEFT JOIN ecommerce.categories c ON ((c.id = p.category_id)));
COMMENT ON VIEW ecommerce.shelf IS 'What can be bought';

-- autogen:end
