# SPDX-License-Identifier: MIT
# The sample project of the root directory on both databases: one history, the same rows in and out.
. "$(dirname "$0")/../support/shell.sh"
export PGTZ=UTC

rows_in="
INSERT INTO categories (id, parent_id, slug, title) VALUES (1, NULL, 'tea', 'Tea'), (2, 1, 'green', 'Green tea');
INSERT INTO products (id, sku, title, category_id, price) VALUES (1, 'T-1', 'Sencha', 2, 10.00), (2, 'T-2', 'It''s black', 1, 4.50);
INSERT INTO customers (id, email, full_name) VALUES (1, 'Ann@example.org', 'Ann Ä'), (2, 'bob@example.org', 'Bob');
INSERT INTO addresses (id, customer_id, line1, city, postal_code, country, is_default) VALUES
 (1, 1, 'Street 1', 'Town', '0123', 'DE', true), (2, 1, 'Street 2', 'Town', '0123', 'DE', false);
INSERT INTO orders (id, customer_id, status, total, placed_at) VALUES (1, 1, 'paid', 24.50, '2026-11-01 08:00:00Z'), (2, 2, 'pending', 0, '2026-11-02 08:00:00Z');
INSERT INTO order_items (order_id, line_no, product_id, quantity, unit_price) VALUES (1, 1, 1, 2, 10.00), (1, 2, 2, 1, 4.50);
INSERT INTO payments (id, order_id, method, amount) VALUES (1, 1, 'card', 24.50);"

# Amounts in cents, truth in words: both databases spell them alike then.
rows_out() {
    sql "SELECT id, coalesce(parent_id, 0), slug, title FROM categories ORDER BY id"
    sql "SELECT id, sku, title, category_id, cast(price * 100 AS integer), cast(gross_price * 100 AS integer) FROM products ORDER BY id"
    sql "SELECT id, email, full_name$1 FROM customers ORDER BY id"
    sql "SELECT id, customer_id, line1, postal_code, country, CASE WHEN is_default THEN 'yes' ELSE 'no' END FROM addresses ORDER BY id"
    sql "SELECT id, customer_id, status, currency, cast(total * 100 AS integer) FROM orders ORDER BY id"
    sql "SELECT order_id, line_no, product_id, quantity, cast(line_total * 100 AS integer) FROM order_items ORDER BY 1, 2"
    sql "SELECT id, order_id, method, cast(amount * 100 AS integer) FROM payments"
}

# play NAME URL ENV
play() {
    local name=$1 env=$3
    url=$2
    expect "$name: created" 0 "1 revision applied" -- autogen $env upgrade +1
    sql "$rows_in" >/dev/null
    first=$(rows_out '')
    same "$name: the rows are there" "$(printf '%s\n' "$first" | wc -l)" 13
    expect "$name: changed" 0 "1 revision applied" -- autogen $env upgrade head
    expect "$name: agrees" 0 "no differences" -- autogen $env check
    same "$name: the rows stay" "$(rows_out '')" "$first"
    sql "INSERT INTO customers (id, email, full_name, phone) VALUES (3, 'eve@example.org', 'Eve', '+49')" >/dev/null
    last=$(rows_out ", coalesce(phone, '-')")
    expect "$name: needs consent" 3 "customers.phone" -- autogen $env downgrade -1
    expect "$name: back" 0 -- autogen $env downgrade -1 --allow-destructive
    same "$name: the rows of before" "$(rows_out '' | grep -v '^3|eve')" "$first"
    expect "$name: again" 0 -- autogen $env upgrade head
    expect "$name: agrees again" 0 "no differences" -- autogen $env check
    expect "$name: history" 0 "create the shop" "a phone" -- autogen $env history
    expect "$name: verify" 0 "2 revisions tried" -- autogen $env verify
}

mkdir "$scratch/sample"
cp -r "$root/autogen.ini" "$root/models" "$scratch/sample"
cd "$scratch/sample" || exit 1
have_server=
fresh_database sample_project && have_server=$url && printf '[env:production]\nurl = %s\n' "$url" >>autogen.ini
expect "the first revision" 0 -- autogen -m "create the shop"
expect "up here" 0 -- autogen upgrade head
[ -z "$have_server" ] || expect "up there" 0 -- autogen -e production upgrade head
sed -i 's|    <column name="full_name" type="varchar(200)"/>|&\n    <column name="phone" type="varchar(32)" null="true"/>|; s|type="varchar(200)"|type="text"|' models/shop/customers.xml
expect "the second" 0 -- autogen -m "a phone"
rm autogen.db
play SQLite sqlite:///autogen.db ""
lite_first=$first lite_last=$last
if [ -n "$have_server" ]; then
    expect "back to nothing" 0 -- autogen -e production downgrade base --allow-destructive
    play PostgreSQL "$have_server" "-e production"
    same "the same rows came out" "$first" "$lite_first"
    same "and at the end" "$last" "$lite_last"
fi
finish
