-- autogen revision
-- id: 57000001
-- message: users and products
-- created: 2026-07-06T09:00:00Z

-- autogen:upgrade postgresql
-- + schema store
CREATE SCHEMA store;
-- + table store.products
CREATE TABLE store.products (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    sku varchar(40) NOT NULL,
    title text NOT NULL,
    price numeric(10,2) NOT NULL,
    in_stock integer NOT NULL DEFAULT 0,
    CONSTRAINT products_sku_key UNIQUE (sku),
    CONSTRAINT products_price_check CHECK (price >= 0),
    CONSTRAINT products_stock_check CHECK (in_stock >= 0),
    CONSTRAINT products_pkey PRIMARY KEY (id)
);
-- + table store.users
CREATE TABLE store.users (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    email varchar(254) NOT NULL,
    display_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id)
);
-- + index store.users_email_key
CREATE UNIQUE INDEX users_email_key ON store.users (lower(email));

-- autogen:downgrade postgresql
-- - table store.users
-- autogen:hazard deletes-data table store.users
DROP TABLE store.users;
-- - table store.products
-- autogen:hazard deletes-data table store.products
DROP TABLE store.products;
-- - schema store
DROP SCHEMA store;

-- autogen:end
