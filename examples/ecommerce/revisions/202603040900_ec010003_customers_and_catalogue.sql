-- autogen revision
-- id: ec010003
-- parent: ec010002
-- message: customers and catalogue
-- created: 2026-03-04T09:00:00Z

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- autogen:set search_path archive, audit, ecommerce, public
-- + table ecommerce.categories
CREATE TABLE ecommerce.categories (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    parent_id integer,
    title text NOT NULL,
    slug text NOT NULL GENERATED ALWAYS AS (ecommerce.slug(title)) STORED,
    CONSTRAINT categories_slug_key UNIQUE (slug),
    CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES ecommerce.categories (id) ON DELETE RESTRICT,
    CONSTRAINT categories_not_own_parent CHECK (parent_id is distinct from id),
    CONSTRAINT categories_pkey PRIMARY KEY (id)
);
-- + table ecommerce.customers
CREATE TABLE ecommerce.customers (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email public.citext NOT NULL,
    password_hash text NOT NULL,
    full_name text NOT NULL,
    phone varchar(32),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    lock_version integer NOT NULL DEFAULT 0,
    CONSTRAINT customers_email_check CHECK (email like '%_@_%'),
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
-- + trigger ecommerce.customers.customers_touch
CREATE TRIGGER customers_touch BEFORE UPDATE ON ecommerce.customers
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.touch_updated_at();
-- + trigger ecommerce.customers.customers_version
CREATE TRIGGER customers_version BEFORE UPDATE ON ecommerce.customers
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.bump_lock_version();
-- + trigger ecommerce.customers.customers_audit
CREATE TRIGGER customers_audit AFTER INSERT OR UPDATE OR DELETE ON ecommerce.customers
    FOR EACH ROW
    EXECUTE FUNCTION audit.record_change();
-- + index ecommerce.customers_email_key
CREATE UNIQUE INDEX customers_email_key ON ecommerce.customers (email);
-- + index ecommerce.customers_name_trgm_idx
CREATE INDEX customers_name_trgm_idx ON ecommerce.customers USING gin (full_name public.gin_trgm_ops);
-- + column ecommerce.customers.email
COMMENT ON COLUMN ecommerce.customers.email IS 'Ann@example.org and ann@example.org are one';
-- + function ecommerce.password_fits(public.citext, text)
CREATE FUNCTION ecommerce.password_fits (
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
-- + table ecommerce.addresses
CREATE TABLE ecommerce.addresses (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    customer_id uuid NOT NULL,
    line1 text NOT NULL,
    city text NOT NULL,
    postal_code varchar(20) NOT NULL,
    country char(2) NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT addresses_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES ecommerce.customers (id) ON DELETE CASCADE,
    CONSTRAINT addresses_pkey PRIMARY KEY (id)
);
-- + trigger ecommerce.addresses.addresses_touch
CREATE TRIGGER addresses_touch BEFORE UPDATE ON ecommerce.addresses
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.touch_updated_at();
-- + index ecommerce.addresses_one_default_key
CREATE UNIQUE INDEX addresses_one_default_key ON ecommerce.addresses (customer_id) WHERE is_default;
-- + table ecommerce.products
CREATE TABLE ecommerce.products (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    category_id integer,
    sku varchar(40) NOT NULL,
    title text NOT NULL,
    price ecommerce.amount NOT NULL,
    attributes jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    lock_version integer NOT NULL DEFAULT 0,
    CONSTRAINT products_category_id_fkey FOREIGN KEY (category_id) REFERENCES ecommerce.categories (id) ON DELETE SET NULL,
    CONSTRAINT products_pkey PRIMARY KEY (id)
);
-- + trigger ecommerce.products.products_touch
CREATE TRIGGER products_touch BEFORE UPDATE ON ecommerce.products
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.touch_updated_at();
-- + trigger ecommerce.products.products_version
CREATE TRIGGER products_version BEFORE UPDATE ON ecommerce.products
    FOR EACH ROW
    EXECUTE FUNCTION ecommerce.bump_lock_version();
-- + trigger ecommerce.products.products_audit
CREATE TRIGGER products_audit AFTER INSERT OR UPDATE OR DELETE ON ecommerce.products
    FOR EACH ROW
    EXECUTE FUNCTION audit.record_change();
-- + index ecommerce.products_sku_key
CREATE UNIQUE INDEX products_sku_key ON ecommerce.products (sku);
-- + index ecommerce.products_title_trgm_idx
CREATE INDEX products_title_trgm_idx ON ecommerce.products USING gin (title public.gin_trgm_ops);
-- + index ecommerce.products_attributes_idx
CREATE INDEX products_attributes_idx ON ecommerce.products USING gin (attributes jsonb_path_ops);
-- + view ecommerce.shelf
CREATE VIEW ecommerce.shelf AS
select p.id, p.sku, p.title, p.price, c.title as category, c.slug
from ecommerce.products p
left join ecommerce.categories c on c.id = p.category_id;
COMMENT ON VIEW ecommerce.shelf IS 'What can be bought';

-- autogen:downgrade postgresql
-- - view ecommerce.shelf
DROP VIEW ecommerce.shelf;
-- - table ecommerce.products
-- autogen:hazard deletes-data table ecommerce.products
DROP TABLE ecommerce.products;
-- - table ecommerce.addresses
-- autogen:hazard deletes-data table ecommerce.addresses
DROP TABLE ecommerce.addresses;
-- - function ecommerce.password_fits(public.citext, text)
DROP FUNCTION ecommerce.password_fits(public.citext, text);
-- - table ecommerce.customers
-- autogen:hazard deletes-data table ecommerce.customers
DROP TABLE ecommerce.customers;
-- - table ecommerce.categories
-- autogen:hazard deletes-data table ecommerce.categories
DROP TABLE ecommerce.categories;

-- autogen:end
