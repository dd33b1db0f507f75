# SPDX-License-Identifier: MIT
# examples/storefront, played whole: a program that migrates when it starts, cascade rules, branches and merges.
. "$(dirname "$0")/../support/guide.sh"
for program in cc cmake pkg-config; do command -v $program >/dev/null || { echo "$program is missing"; exit 77; }; done
guide storefront storefront

# An installed autogen, as the guide expects. What was built with sanitizers needs them in the program too.
tree=$(dirname "$AUTOGEN_BINARY")
cmake --install "$tree" --prefix "$scratch/usr" >"$scratch/said" 2>&1 || verdict "installing" failed "$(tail -5 "$scratch/said")"
sanitize=$(sed -n 's/^AUTOGEN_SANITIZE:[A-Z]*=//p' "$tree/CMakeCache.txt" | tr ';' ',')
export CMAKE_PREFIX_PATH="$scratch/usr" CFLAGS="${sanitize:+-fsanitize=$sanitize}"
reads 'cmake -S . -B build' 0
reads 'cmake --build build' 0
reads 'createdb storefront' 0
reads 'export DATABASE_URL=postgresql:///storefront' 0
reads './build/storefront' 0 "revision 57000003, payments" "storefront: 5 revisions applied" "open, 0 products"
expect "again" 0 "storefront: 0 revisions applied" "open" -- ./build/storefront
has storefront "SELECT count(*), count(DISTINCT revision) FROM autogen_log WHERE direction = 'upgrade'" "5|5"

reads 'autogen downgrade base --allow-destructive' 0 "5 revisions taken back"
nothing_left storefront
reads './build/storefront & ./build/storefront; wait' 0 "storefront: 5 revisions applied" "storefront: 0 revisions applied"
same "both are open" "$(printf '%s\n' "$output" | grep -c 'storefront: open')" 2
has storefront "SELECT count(*), count(DISTINCT revision) FROM autogen_log WHERE direction = 'upgrade'" "10|5"
reads 'autogen check' 0 "no differences"
reads 'autogen log' 0 "57000005" "storefront"
as_the_models storefront

psql -X -q -d storefront -v ON_ERROR_STOP=1 -c "
INSERT INTO store.users (email, display_name) VALUES ('ann@example.org', 'Ann'), ('bo@example.org', 'Bo');
INSERT INTO store.products (sku, title, price, in_stock) VALUES ('T-1', 'Sencha', 9.50, 20), ('T-2', 'Gyokuro', 24.00, 3);
INSERT INTO store.orders (user_id, state) VALUES (1, 'placed'), (1, 'cart'), (2, 'sent');
INSERT INTO store.order_items VALUES (1, 1, 1, 2, 9.50), (2, 1, 1, 1, 9.50), (3, 1, 1, 1, 9.50);
INSERT INTO store.payments (order_id, amount) VALUES (1, 19.00);
INSERT INTO store.reviews VALUES (1, 1, 5), (2, 2, 4);
DELETE FROM store.users WHERE id = 1;
DELETE FROM store.orders WHERE id = 2;
DELETE FROM store.products WHERE id = 2;" || verdict "rows" failed
has storefront "SELECT (SELECT count(*) FROM store.orders), (SELECT count(*) FROM store.orders WHERE user_id IS NULL), (SELECT count(*) FROM store.order_items), (SELECT count(*) FROM store.reviews)" "2|1|2|0"
expect "not while there is a payment" 1 "payments_order_id_fkey" -- psql -X -d storefront -c "DELETE FROM store.orders WHERE id = 1"
expect "not while it is ordered" 1 "order_items_product_id_fkey" -- psql -X -d storefront -c "DELETE FROM store.products WHERE id = 1"

reads 'autogen history -v' 0 "parent: 57000003, 57000004" "labels: reviews"
reads 'autogen downgrade 57000002 --allow-destructive' 0 "3 revisions taken back"
reads 'autogen upgrade payments' 0 "1 revision applied"
reads 'autogen current' 0 "57000003" "!57000004"
has storefront "SELECT to_regclass('store.payments') IS NULL, to_regclass('store.reviews') IS NULL" "f|t"
expect "the other one and the merge" 0 "2 revisions applied" -- autogen upgrade head
has storefront "SELECT version_num FROM autogen_version" 57000005

edits 's|    <column name="created_at" type="timestamptz" default-fn="now"/>|&\n    <column name="last_seen_at" type="timestamptz" null="true"/>|'
reads '$EDITOR models/store.xml' 0
reads 'autogen -m "users are seen"' 0 "1 column to create"
reads 'autogen upgrade head' 0 "1 revision applied"
reads 'cp -r colleague/. .' 0
reads 'autogen heads' 0 "57c0ffee" "users are seen"
expect "two heads and a missing table" 2 "2 heads: " "pending revision 57c0ffee" "store.vouchers" -- autogen check
expect "which head?" 65 "autogen merge" -- autogen upgrade head
expect "the program stays closed" 65 "stays closed" "autogen merge" -- ./build/storefront
reads 'autogen merge heads -m "vouchers beside last seen"' 0
expect "joined" 0 "2 revisions applied" -- autogen upgrade head
expect "nothing is missing" 0 "no differences" -- autogen check
expect "the program opens" 0 "0 revisions applied" "open, 1 products in stock" -- ./build/storefront
has storefront "SELECT count(*) FROM store.orders" 2
as_the_models storefront

# What nobody has agreed to, and what fails, keep it closed; the database stays as it is.
expect "one by hand" 0 -- autogen revision -m "no vouchers" --empty
sed -i 's/^-- autogen:upgrade postgresql$/&\nDROP TABLE store.vouchers;/' revisions/*no_vouchers.sql
expect "nobody has agreed" 3 "stays closed" "deletes-data" "!open" -- ./build/storefront
sed -i 's/^DROP TABLE.*/CREATE TABLE store.half (id integer);\nCREATE TABLE store.users (id integer);/' revisions/*no_vouchers.sql
expect "a failing one" 1 "stays closed" "42P07" "!open" -- ./build/storefront
has storefront "SELECT to_regclass('store.half') IS NULL, to_regclass('store.vouchers') IS NULL" "t|f"
rm revisions/*no_vouchers.sql
expect "back to nothing" 0 -- autogen downgrade base --allow-destructive
nothing_left storefront
read_to_the_end
