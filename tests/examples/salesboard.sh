# SPDX-License-Identifier: MIT
# examples/salesboard, played whole: partitions, totals and views in one order, backup, restore and reset.
. "$(dirname "$0")/../support/guide.sh"
guide salesboard salesboard salesboard_copy

reads 'createdb salesboard' 0
reads 'export DATABASE_URL=postgresql:///salesboard' 0
reads 'autogen upgrade head' 0 "6 revisions applied" "script 10_regions.sql applied" "script 90_refresh.sql applied"
reads 'autogen check' 0 "no differences"
as_the_models salesboard
has salesboard "SELECT count(*) FROM sales.targets" 18
has salesboard "SELECT count(*) FROM sales.board" 0
reads 'psql -d salesboard -v ON_ERROR_STOP=1 -f seed/demo_sales.sql' 0 "INSERT 0 365"
reads 'psql -d salesboard -c "SELECT * FROM sales.board ORDER BY month, region"' 0 "12235.80" "(21 rows)"
has salesboard "SELECT sum(amount) = (SELECT sum(amount) FROM sales.sales) FROM sales.region_months" t
has salesboard "SELECT tableoid::regclass, count(*) FROM sales.sales WHERE sold_on >= '2026-06-30' GROUP BY 1 ORDER BY 1" "sales.sales_2026_06|2
sales.sales_2026_07|3"
has salesboard "SELECT count(*) FROM pg_indexes WHERE schemaname = 'sales' AND tablename = 'sales_2026_07'" 4

sed -i "s/'west', 5000.00/'west', 5500.00/" scripts/30_targets.sql
reads 'autogen scripts' 0 "script 30_targets.sql applied" "!10_regions"
psql -X -q -d salesboard -c "INSERT INTO sales.sales (sold_on, rep_id, product_id, quantity, unit_price) SELECT current_date, 1, 1, 7, 1"
reads 'psql -d salesboard -c "CALL sales.refresh_board()"' 0 "CALL"
has salesboard "SELECT DISTINCT target FROM sales.board WHERE region = 'West' AND target IS NOT NULL" 5500.00
has salesboard "SELECT sum(amount) = (SELECT sum(amount) FROM sales.sales WHERE sold_on = current_date) FROM sales.daily_totals WHERE sold_on = current_date" t
has salesboard "DELETE FROM sales.sales WHERE sold_on = current_date AND quantity = 7" ""

edits 's/until="2026-10-01"/until="2027-01-01"/'
reads '$EDITOR models/sales.xml' 0
reads 'autogen -m "partitions for the fourth quarter"' 0 "3 tables to create" "may-fail table sales.sales_2026_10"
reads 'autogen review head' 0 "on the partitioned table"
reads 'autogen upgrade head' 0 "1 revision applied"
has salesboard "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sales.sales'::regclass" 13

# The edited revision: down and up with the rows, and without it the rows of the default partition stand in the way.
rows="SELECT count(*), sum(amount), max(sold_on), max(id) FROM sales.sales"
before=$(psql -X -q -At -d salesboard -c "$rows")
reads 'autogen downgrade 5b010005 --allow-destructive --backup before.dump' 0 "the way back" "2 revisions taken back"
has salesboard "$rows" "$before"
has salesboard "SELECT count(*) FROM sales.sales_other" 3
expect "with the rows" 0 -- autogen upgrade head
has salesboard "$rows" "$before"
has salesboard "SELECT count(*) FROM sales.sales_2026_07" 3
psql -X -q -d salesboard -c "DELETE FROM sales.sales"
reads 'pg_restore --clean --create --if-exists --dbname=postgres before.dump' 0
has salesboard "$rows" "$before"
expect "as if nothing had been" 0 "no differences" -- autogen check

reads 'pg_dump --format=custom --file=nightly.dump salesboard' 0
reads 'createdb salesboard_copy' 0
reads 'pg_restore --exit-on-error --dbname=salesboard_copy nightly.dump' 0
reads 'autogen --url postgresql:///salesboard_copy check' 0 "no differences"
has salesboard_copy "$rows" "$before"

reads 'autogen downgrade base --allow-destructive' 0 "7 revisions taken back"
nothing_left salesboard
reads 'autogen upgrade head' 0 "7 revisions applied" "script 10_regions.sql applied"
has salesboard "SELECT (SELECT count(*) FROM sales.sales), (SELECT count(*) FROM sales.regions), (SELECT count(*) FROM sales.targets)" "0|3|18"
expect "all is there again" 0 "no differences" -- autogen check
read_to_the_end
