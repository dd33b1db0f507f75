-- autogen revision
-- id: 5b010005
-- parent: 5b010004
-- message: indexes for the board
-- created: 2026-02-02T09:00:00Z

-- autogen:upgrade postgresql
-- + index sales.daily_totals_region_idx
-- autogen:hazard locks-table table sales.daily_totals
CREATE INDEX daily_totals_region_idx ON sales.daily_totals (region_code, sold_on) INCLUDE (amount);
-- + index sales.sales_product_idx
-- autogen:hazard locks-table table sales.sales
CREATE INDEX sales_product_idx ON sales.sales (product_id);
-- + index sales.sales_rep_day_idx
-- autogen:hazard locks-table table sales.sales
CREATE INDEX sales_rep_day_idx ON sales.sales (rep_id, sold_on) INCLUDE (amount);
-- + index sales.sales_returns_idx
-- autogen:hazard locks-table table sales.sales
CREATE INDEX sales_returns_idx ON sales.sales (sold_on) WHERE quantity < 0;

-- autogen:downgrade postgresql
-- - index sales.sales_returns_idx
DROP INDEX sales.sales_returns_idx;
-- - index sales.sales_rep_day_idx
DROP INDEX sales.sales_rep_day_idx;
-- - index sales.sales_product_idx
DROP INDEX sales.sales_product_idx;
-- - index sales.daily_totals_region_idx
DROP INDEX sales.daily_totals_region_idx;

-- autogen:end
