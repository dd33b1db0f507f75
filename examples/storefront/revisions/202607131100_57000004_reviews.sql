-- autogen revision
-- id: 57000004
-- parent: 57000002
-- labels: reviews
-- message: reviews
-- created: 2026-07-13T11:00:00Z

-- autogen:upgrade postgresql
-- + table store.reviews
CREATE TABLE store.reviews (
    product_id bigint NOT NULL,
    user_id bigint NOT NULL,
    stars smallint NOT NULL,
    words text NOT NULL DEFAULT '',
    CONSTRAINT reviews_pkey PRIMARY KEY (product_id, user_id),
    CONSTRAINT reviews_product_id_fkey FOREIGN KEY (product_id) REFERENCES store.products (id) ON DELETE CASCADE,
    CONSTRAINT reviews_user_id_fkey FOREIGN KEY (user_id) REFERENCES store.users (id) ON DELETE CASCADE,
    CONSTRAINT reviews_stars_check CHECK (stars between 1 and 5)
);
-- + index store.reviews_user_idx
CREATE INDEX reviews_user_idx ON store.reviews (user_id);

-- autogen:downgrade postgresql
-- - table store.reviews
-- autogen:hazard deletes-data table store.reviews
DROP TABLE store.reviews;

-- autogen:end
