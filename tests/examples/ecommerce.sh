# SPDX-License-Identifier: MIT
# examples/ecommerce, played whole: extensions, three schemas, mixins with their triggers, the Makefile and the steps of CI.
. "$(dirname "$0")/../support/guide.sh"
command -v make >/dev/null || { echo "make is missing"; exit 77; }
guide ecommerce ecommerce
run_sql() { psql -X -q -v ON_ERROR_STOP=1 -d ecommerce -c "$1" || verdict "$1" failed; }

reads 'createdb ecommerce' 0
reads 'export DATABASE_URL=postgresql:///ecommerce' 0
reads 'make' 0 "revision:" "backup:"
expect "up to orders" 0 "4 revisions applied" -- autogen upgrade ec010004
run_sql "
INSERT INTO ecommerce.categories (title) VALUES ('Green Tea, loose');
INSERT INTO ecommerce.products (category_id, sku, title, price) VALUES (1, 'T-1', 'Sencha', 9.50), (1, 'T-2', 'Gyokuro', 24.00);
INSERT INTO ecommerce.customers (email, password_hash, full_name) VALUES ('Ann@example.org', ecommerce.password_hash('tea time'), 'Ann Lee');
INSERT INTO ecommerce.orders (customer_id, status, placed_at, closed_at)
SELECT id, s, now() - a, now() - a FROM ecommerce.customers,
    (VALUES ('delivered'::ecommerce.order_status, interval '3 years'), ('cancelled', interval '1 month')) AS o (s, a);
INSERT INTO ecommerce.order_items SELECT id, n, n, 2, n * 5 FROM ecommerce.orders, generate_series(1, 2) AS n;"
orders="SELECT count(*), sum(line_total), min(placed_at), sum(lock_version) FROM ecommerce.orders o JOIN ecommerce.order_items i ON i.order_id = o.id"
before=$(psql -X -q -At -d ecommerce -c "$orders")
reads 'make up' 0 "2 revisions applied"
reads 'make check' 0 "valid" "no differences"
as_the_models ecommerce

has ecommerce "SELECT count(*), jsonb_array_length(min(document::text)::jsonb -> 'items') FROM archive.orders" "1|2"
has ecommerce "SELECT count(*) FROM ecommerce.orders" 1
has ecommerce "SELECT slug FROM ecommerce.shelf WHERE sku = 'T-1'" green-tea-loose
has ecommerce "SELECT ecommerce.password_fits('ann@EXAMPLE.org', 'tea time'), ecommerce.password_fits('ann@example.org', 'coffee')" "t|f"
run_sql "UPDATE ecommerce.products SET deleted_at = now() WHERE sku = 'T-2' AND lock_version = 0"
run_sql "UPDATE ecommerce.products SET price = 1 WHERE sku = 'T-2' AND lock_version = 0"
run_sql "INSERT INTO ecommerce.products (sku, title, price) VALUES ('T-2', 'Gyokuro, new crop', 26.00)"
has ecommerce "SELECT price, lock_version, updated_at > created_at FROM ecommerce.products WHERE sku = 'T-2' ORDER BY id" "24.00|1|t
26.00|0|f"
has ecommerce "SELECT count(*) FROM ecommerce.shelf" 2
has ecommerce "SELECT verb, count(*), bool_or(after ? 'password_hash') FROM audit.changes GROUP BY 1 ORDER BY 1" "delete|1|
insert|6|f
update|1|f"
run_sql "CREATE TABLE ecommerce.import_2026 (line text)"
expect "scratch tables are nobody's business" 0 "no differences" -- autogen check
run_sql "DROP TABLE ecommerce.import_2026"

edits '/<table name="addresses">/,/<\/table>/s|    <use mixin="Timestamps"/>|&\n    <use mixin="Audited"/>|'
reads '$EDITOR models/customers.xml' 0
expect "CI sees that the revision is forgotten" 2 "::error file=models/" "addresses_audit" -- autogen check --format github
reads 'make revision m="addresses are audited"' 0 "1 trigger to create"
reads 'make review' 0 "addresses_audit" "SHARE ROW EXCLUSIVE"
reads 'make up' 0 "1 revision applied"
reads "psql -d ecommerce -c \"SELECT archive.put_away(now() - interval '2 years')\"" 0 "(1 row)"

# The steps of the workflow are those of the guide.
same "the workflow" "$(sed -n 's/^ *- run: //p' .github/workflows/schema.yml)" "$(grep -xE 'autogen (validate|upgrade head --wait 30s|check --format github|verify)' "$scratch/lines")"
reads 'autogen validate' 0 "valid"
reads 'autogen upgrade head --wait 30s' 0 "nothing to do"
reads 'autogen check --format github' 0 "!::error"
reads 'autogen verify' 0 "7 revisions tried"

reads 'make down allow=--allow-destructive' 0 "1 revision taken back"
expect "the archive returns without consent" 0 "1 revision taken back" -- make down
has ecommerce "$orders" "$before"
expect "hidden products come to light" 0 "1 revision taken back" -- make down allow=--allow-destructive
has ecommerce "SELECT count(*) FROM ecommerce.shelf WHERE sku = 'T-2' OR sku LIKE 'hidden %'" 2
has ecommerce "$orders" "$before"
reads 'make backup' 0
expect "a whole copy" 0 "TABLE DATA ecommerce orders" -- sh -c 'pg_restore --list backups/*.dump'
reads 'make reset' 0 "taken back" "7 revisions applied"
has ecommerce "SELECT (SELECT count(*) FROM ecommerce.customers), (SELECT count(*) FROM audit.changes)" "0|0"
expect "back to nothing" 0 -- autogen downgrade base --allow-destructive
nothing_left ecommerce
read_to_the_end
