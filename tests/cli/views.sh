# SPDX-License-Identifier: MIT
# Views of a database in models and back: what hangs on them is said, kept when they are made anew, and nothing is lost.
. "$(dirname "$0")/../support/shell.sh"
fresh_database views || { finish; }
export XDG_CACHE_HOME=$scratch/cache
project views "$url"
echo 'schemas = *' >>autogen.ini
dump() { pg_dump --schema-only --schema=shop -d "$url" | grep -vE '^(--|$|SET |SELECT |\\)'; }
cleanup() { psql -X -q -d "$AUTOGEN_TEST_PG" -c "DROP DATABASE IF EXISTS views WITH (FORCE)"; }

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
finish
