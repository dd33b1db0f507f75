-- autogen revision
-- id: ec010001
-- message: extensions, schemas, helper functions
-- created: 2026-03-02T09:00:00Z

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- + schema archive
CREATE SCHEMA archive;
COMMENT ON SCHEMA archive IS 'Orders that are closed for long';
-- + schema audit
CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'What was changed by whom; rows are only added';
-- + schema ecommerce
CREATE SCHEMA ecommerce;
COMMENT ON SCHEMA ecommerce IS 'Customers, catalogue, orders';
-- + extension citext
CREATE EXTENSION citext SCHEMA public;
-- + extension pg_trgm
CREATE EXTENSION pg_trgm SCHEMA public;
-- + extension pgcrypto
CREATE EXTENSION pgcrypto SCHEMA public;
-- + enum ecommerce.order_status
CREATE TYPE ecommerce.order_status AS ENUM (
    'pending',
    'paid',
    'shipped',
    'delivered',
    'cancelled'
);
-- + domain ecommerce.amount
CREATE DOMAIN ecommerce.amount AS numeric(12,2)
    CONSTRAINT amount_check CHECK (value >= 0);
COMMENT ON DOMAIN ecommerce.amount IS 'Money, never negative';
-- + function ecommerce.bump_lock_version()
CREATE FUNCTION ecommerce.bump_lock_version ()
RETURNS trigger
LANGUAGE plpgsql
AS $$
begin
  new.lock_version := old.lock_version + 1;
  return new;
end
$$;
-- + function ecommerce.password_hash(text)
CREATE FUNCTION ecommerce.password_hash (plain text)
RETURNS text
LANGUAGE sql
STRICT
AS $$select public.crypt(plain, public.gen_salt('bf', 6))$$;
-- + function ecommerce.slug(text)
CREATE FUNCTION ecommerce.slug (title text)
RETURNS text
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
AS $$select trim(both '-' from regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g'))$$;
COMMENT ON FUNCTION ecommerce.slug(text) IS '''Green Tea, 100 g'' becomes ''green-tea-100-g''';
-- + function ecommerce.touch_updated_at()
CREATE FUNCTION ecommerce.touch_updated_at ()
RETURNS trigger
LANGUAGE plpgsql
AS $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- autogen:downgrade postgresql
-- - function ecommerce.touch_updated_at()
DROP FUNCTION ecommerce.touch_updated_at();
-- - function ecommerce.slug(text)
DROP FUNCTION ecommerce.slug(text);
-- - function ecommerce.password_hash(text)
DROP FUNCTION ecommerce.password_hash(text);
-- - function ecommerce.bump_lock_version()
DROP FUNCTION ecommerce.bump_lock_version();
-- - domain ecommerce.amount
DROP DOMAIN ecommerce.amount;
-- - enum ecommerce.order_status
DROP TYPE ecommerce.order_status;
-- - extension pgcrypto
-- autogen:hazard drops-extension extension pgcrypto
DROP EXTENSION pgcrypto;
-- - extension pg_trgm
-- autogen:hazard drops-extension extension pg_trgm
DROP EXTENSION pg_trgm;
-- - extension citext
-- autogen:hazard drops-extension extension citext
DROP EXTENSION citext;
-- - schema ecommerce
DROP SCHEMA ecommerce;
-- - schema audit
DROP SCHEMA audit;
-- - schema archive
DROP SCHEMA archive;

-- autogen:end
