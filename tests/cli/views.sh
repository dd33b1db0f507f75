# SPDX-License-Identifier: MIT
# Views of a database in models and back: what hangs on them is said, kept when they are made anew, and nothing is lost.
. "$(dirname "$0")/../support/shell.sh"
fresh_database views || { finish; }
export XDG_CACHE_HOME=$scratch/cache
project views "$url"
echo 'schemas = *' >>autogen.ini
dump() { pg_dump --schema-only --schema=shop -d "$url" | grep -vE '^(--|$|SET |SELECT |\\)'; }
cleanup() {
    psql -X -q -d "$AUTOGEN_TEST_PG" -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS views WITH (FORCE)" \
        -c "DROP ROLE IF EXISTS views_app, views_report"
}
cleanup
fresh_database views

sql "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);
CREATE FUNCTION shop.put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE VIEW shop.notes AS SELECT id, note FROM shop.orders;
CREATE TRIGGER notes_put INSTEAD OF INSERT OR UPDATE ON shop.notes FOR EACH ROW EXECUTE FUNCTION shop.put('a b', 'c');
CREATE TRIGGER notes_seen AFTER UPDATE OF note, id ON shop.notes FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION shop.put();
COMMENT ON TRIGGER notes_put ON shop.notes IS 'writes on'"
before=$(dump)
expect "inspect" 0 "cannot be expressed: 0" -- autogen inspect
expect "what was inspected is clean" 0 "no differences" -- autogen check
sed -i 's/type="bigint"/type="integer"/' models/shop/orders.xml
expect "a column below gets another type" 0 -- autogen -m retyped
expect "up" 0 -- autogen upgrade head --allow-destructive
expect "clean" 0 "no differences" -- autogen check
same "the triggers are there" "$(sql "SELECT string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'shop.notes'::regclass")" "notes_put notes_seen"
expect "down" 0 -- autogen downgrade base --allow-destructive
same "as it was" "$(dump)" "$before"

# --- privileges, of roles that are managed and of others ---
sql "CREATE ROLE views_app; CREATE ROLE views_report; GRANT SELECT ON shop.notes TO views_app;
GRANT SELECT (note), UPDATE (note) ON shop.notes TO views_report; GRANT DELETE ON shop.notes TO views_report;
CREATE MATERIALIZED VIEW shop.sums AS SELECT count(*) AS n, max(id) AS last FROM shop.orders; CREATE INDEX sums_n ON shop.sums (n);
GRANT SELECT ON shop.sums TO views_app WITH GRANT OPTION; GRANT SELECT (last) ON shop.sums TO views_report"
before=$(dump)
rm -rf models/* revisions/*
expect "inspect privileges" 0 "cannot be expressed: 0" -- autogen inspect
expect "they are clean" 0 "no differences" -- autogen check
sql "REVOKE SELECT (note) ON shop.notes FROM views_report; GRANT SELECT (id) ON shop.notes TO views_app"
expect "others are a difference" 2 "select to views_report" -- autogen check
expect "revision" 0 -- autogen -m privileges
expect "upgrade" 0 -- autogen upgrade head
same "as it was" "$(dump)" "$before"
expect "and clean" 0 "no differences" -- autogen check
rm -rf revisions/*
sed -i '/managed-roles/d' models/database.xml
sed -i '/<grant/d' models/shop/*.xml
sed -i 's/type="bigint"/type="integer"/' models/shop/orders.xml
expect "nothing is said of privileges" 0 -- autogen stamp --purge base
expect "views are made anew" 0 -- autogen -m anew
expect "up" 0 -- autogen upgrade head --allow-destructive
same "who is not managed keeps all" "$(dump | grep -E '^(GRANT|REVOKE)' | sort)" "$(echo "$before" | grep -E '^(GRANT|REVOKE)' | sort)"
expect "clean without a word" 0 "no differences" -- autogen check

# --- a star over a table that gets a column at its end ---
fresh_database views
rm -rf models/* revisions/*
sql "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);
CREATE FUNCTION shop.put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"
model '<function name="put" schema="shop" returns="trigger" language="plpgsql"><body>BEGIN RETURN new; END</body></function>
<table name="orders" schema="shop"><column name="id" type="bigint" primary-key="true"/><column name="note" type="text" null="true"/></table>
<view name="all_orders" schema="shop"><query>select * from shop.orders o where id > 0</query>
  <trigger name="put" timing="instead-of" events="insert" function="shop.put"/></view>
<view name="more" schema="shop"><query>select upper(v.note) as loud, v.* from all_orders v join orders on orders.id = v.id</query></view>
<view name="middle" schema="shop"><query>select *, 1 as one from shop.orders</query></view>
<view name="newest" schema="shop"><query>select distinct on (id) * from shop.orders order by id</query></view>
<view name="counts" schema="shop"><query>select count(*) as n, sum(id * 2) as s from orders</query></view>' postgresql
expect "views with stars" 0 -- autogen -m stars
expect "are made" 0 -- autogen upgrade head
expect "and clean" 0 "no differences" -- autogen check
before=$(dump)
sed -i 's|</table>|<column name="paid" type="numeric(12,2)" null="true"/></table>|' models/all.xml
expect "a column more" 0 -- autogen -m more
sed -n '/upgrade/,/downgrade/p' revisions/*_more.sql >up.sql
expect "at the end: replaced" 0 "CREATE OR REPLACE VIEW shop.all_orders" "CREATE OR REPLACE VIEW shop.more" "!shop.counts" \
    "CREATE OR REPLACE VIEW shop.newest" \
    "DROP VIEW shop.middle" "!DROP VIEW shop.all_orders" "!DROP VIEW shop.more" -- cat up.sql
expect "it runs" 0 -- autogen upgrade head --allow-destructive
expect "and is what the models say" 0 "no differences" -- autogen check
same "the column is there" "$(sql "SELECT count(*) FROM pg_attribute WHERE attname = 'paid' AND attrelid::regclass::text ~ 'all_orders|more|middle|newest'")" 4
expect "and back" 0 -- autogen downgrade -1 --allow-destructive
same "as it was before" "$(dump)" "$before"
finish
