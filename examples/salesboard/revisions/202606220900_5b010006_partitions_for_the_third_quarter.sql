-- autogen revision
-- id: 5b010006
-- parent: 5b010005
-- message: partitions for the third quarter
-- created: 2026-06-22T09:00:00Z

-- Written by `autogen -m`, then edited: sales that were entered ahead of time stand in sales_other, and no partition can be made
-- over them there (the hazard may-fail). So they step aside first, and come back to where they belong. Likewise on the way back,
-- which therefore deletes nothing.

-- autogen:upgrade postgresql
LOCK TABLE sales.sales IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE ahead ON COMMIT DROP AS
SELECT id, sold_on, rep_id, product_id, channel, quantity, unit_price
FROM sales.sales_other
WHERE sold_on >= '2026-07-01' AND sold_on < '2026-10-01';
-- autogen:allow deletes-data they are in the table made above
DELETE FROM sales.sales_other WHERE sold_on >= '2026-07-01' AND sold_on < '2026-10-01';
-- + table sales.sales_2026_07
-- autogen:hazard locks-table table sales.sales
CREATE TABLE sales.sales_2026_07 PARTITION OF sales.sales
FOR VALUES FROM ('2026-07-01') TO ('2026-08-01');
-- + table sales.sales_2026_08
-- autogen:hazard locks-table table sales.sales
CREATE TABLE sales.sales_2026_08 PARTITION OF sales.sales
FOR VALUES FROM ('2026-08-01') TO ('2026-09-01');
-- + table sales.sales_2026_09
-- autogen:hazard locks-table table sales.sales
CREATE TABLE sales.sales_2026_09 PARTITION OF sales.sales
FOR VALUES FROM ('2026-09-01') TO ('2026-10-01');
INSERT INTO sales.sales (id, sold_on, rep_id, product_id, channel, quantity, unit_price)
SELECT id, sold_on, rep_id, product_id, channel, quantity, unit_price FROM ahead;

-- autogen:downgrade postgresql
LOCK TABLE sales.sales IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
SELECT id, sold_on, rep_id, product_id, channel, quantity, unit_price
FROM sales.sales
WHERE sold_on >= '2026-07-01' AND sold_on < '2026-10-01';
-- - table sales.sales_2026_09
-- autogen:allow deletes-data its rows are in the table made above
DROP TABLE sales.sales_2026_09;
-- - table sales.sales_2026_08
-- autogen:allow deletes-data its rows are in the table made above
DROP TABLE sales.sales_2026_08;
-- - table sales.sales_2026_07
-- autogen:allow deletes-data its rows are in the table made above
DROP TABLE sales.sales_2026_07;
INSERT INTO sales.sales (id, sold_on, rep_id, product_id, channel, quantity, unit_price)
SELECT id, sold_on, rep_id, product_id, channel, quantity, unit_price FROM kept;

-- autogen:end
