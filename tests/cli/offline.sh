# SPDX-License-Identifier: MIT
# Scripts of --sql, run by psql and sqlite3, leave what the runner leaves: objects, rows, record and log.
. "$(dirname "$0")/../support/shell.sh"

# The same project for both databases; what must run alone and what is repeated stands beside plain steps.
revisions() {
    revision_file aaaa1111 '' <<'SQL'
-- autogen:upgrade postgresql
-- + table customers
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, note text DEFAULT ':it''s; here');
CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers (id), total numeric);
-- autogen:downgrade postgresql
DROP TABLE orders;
DROP TABLE customers;
-- autogen:upgrade sqlite
-- + table customers
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, note text DEFAULT ':it''s; here');
CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers (id), total numeric);
-- autogen:downgrade sqlite
DROP TABLE orders;
DROP TABLE customers;
SQL
    revision_file bbbb2222 aaaa1111 <<'SQL'
-- autogen:upgrade postgresql
INSERT INTO customers (id, name) SELECT g, 'c ' || g FROM generate_series(1, 25) g;
CREATE FUNCTION shout(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN upper(t) || '; $autogen'; END $$;
-- autogen:step
-- autogen:set search_path pg_catalog, public
INSERT INTO orders SELECT id, id, 1 FROM customers;
-- autogen:downgrade postgresql
DROP FUNCTION shout(text);
DELETE FROM orders;
DELETE FROM customers;
-- autogen:upgrade sqlite
INSERT INTO customers (id, name) WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 25) SELECT i, 'c ' || i FROM g;
CREATE TRIGGER no_names BEFORE INSERT ON customers WHEN new.name = '' BEGIN SELECT raise(abort, 'a name; please'); END;
-- autogen:step
INSERT INTO orders SELECT id, id, 1 FROM customers;
-- autogen:downgrade sqlite
DROP TRIGGER no_names;
DELETE FROM orders;
DELETE FROM customers;
SQL
    revision_file cccc3333 bbbb2222 <<'SQL'
-- autogen:upgrade postgresql
ALTER TABLE customers ADD COLUMN full_name text;
-- autogen:step batched
UPDATE customers SET full_name = '$batch$' || name WHERE id IN (SELECT id FROM customers WHERE full_name IS NULL LIMIT 10);
-- autogen:step no-transaction
CREATE INDEX CONCURRENTLY customers_full_name ON customers (full_name);
-- autogen:step
ALTER TABLE customers ALTER COLUMN full_name SET NOT NULL;
-- autogen:downgrade postgresql
-- autogen:step no-transaction
DROP INDEX CONCURRENTLY customers_full_name;
-- autogen:step
ALTER TABLE customers DROP COLUMN full_name;
-- autogen:upgrade sqlite
ALTER TABLE customers ADD COLUMN full_name text;
-- autogen:step batched
UPDATE customers SET full_name = '$batch$' || name WHERE id IN (SELECT id FROM customers WHERE full_name IS NULL LIMIT 10);
-- autogen:step no-transaction
VACUUM;
-- autogen:step
CREATE INDEX customers_full_name ON customers (full_name);
-- autogen:downgrade sqlite
-- autogen:step no-transaction
DROP INDEX customers_full_name;
-- autogen:step
ALTER TABLE customers DROP COLUMN full_name;
SQL
    revision_file dddd4444 cccc3333 <<'SQL'
-- autogen:upgrade postgresql
SET LOCAL ROLE pg_read_all_data;
SET search_path = pg_catalog;
-- autogen:downgrade postgresql
SELECT 1;
-- autogen:upgrade sqlite
-- autogen:step
-- autogen:set foreign_keys off
CREATE TABLE new_customers (id integer PRIMARY KEY, name text NOT NULL, note text, full_name text NOT NULL);
INSERT INTO new_customers SELECT id, name, note, full_name FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;
CREATE INDEX customers_full_name ON customers (full_name);
CREATE TRIGGER no_names BEFORE INSERT ON customers WHEN new.name = '' BEGIN SELECT raise(abort, 'a name; please'); END;
-- autogen:downgrade sqlite
SELECT 1;
SQL
    revision_file eeee5555 bbbb2222 <<'SQL'
-- autogen:upgrade postgresql
CREATE VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
-- autogen:downgrade postgresql
DROP VIEW totals;
-- autogen:upgrade sqlite
CREATE VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
-- autogen:downgrade sqlite
DROP VIEW totals;
SQL
    autogen merge dddd4444 eeee5555 -m "both" --rev-id ffff6666 >/dev/null
}

# facts: everything but times and users.
facts() {
    case $url in
    sqlite:*)
        sqlite3 "${url#sqlite:///}" ".dump" | grep -v 'INSERT INTO autogen_log'
        sqlite3 "${url#sqlite:///}" "PRAGMA foreign_key_check" ;;
    *) pg_dump --no-sync --exclude-table-data=autogen_log -d "$url" | grep -v '^\\\(un\)\?restrict' ;;
    esac
    sql "SELECT revision, direction, step, status, checksum, started IS NULL, finished IS NULL FROM autogen_log ORDER BY id"
}

# play FILE: runs a script the way its first lines say, and nothing else.
play() {
    case $url in
    sqlite:*) sqlite3 -bail "${url#sqlite:///}" <"$1" ;;
    *) psql -X -q -v ON_ERROR_STOP=1 -d "$url" -f "$1" ;;
    esac
}

# here KIND: the database of that kind.
here() { url=${1}; export AUTOGEN_URL=$url; }

# both NAME ONLINE OFFLINE...: the same move by runner and by script; the databases agree afterwards.
both() {
    local name=$1 word=$2 online=$3 offline=$4
    here "$runner"
    expect "$name, run" 0 -- autogen "$word" "$online" --allow-destructive
    facts >runner.facts
    here "$scripted"
    expect "$name, script" 0 -- autogen "$word" --sql "$offline"
    printf '%s\n' "$output" >script.sql
    expect "$name, played" 0 -- play script.sql
    facts >script.facts
    same "$name, the same" "$(diff runner.facts script.facts)" ""
}

offline() {
    project "$1" "$runner"
    model '' "postgresql sqlite"
    revisions
    here "$scripted"
    both "one" upgrade aaaa1111 aaaa1111
    expect "not twice" "$2" "$3" -- play script.sql
    both "the next" upgrade +1 aaaa1111:bbbb2222
    expect "from the wrong place" 0 -- autogen upgrade --sql dddd4444:ffff6666
    printf '%s\n' "$output" >wrong.sql
    expect "is refused" "$2" "${3/no revision of this script is applied/the database is at dddd4444}" -- play wrong.sql
    both "all kinds of steps" upgrade dddd4444 bbbb:dddd
    both "the other branch and the merge" upgrade head dddd4444:head
    both "down through the merge" downgrade dddd4444-2 head:dddd4444-2
    both "down to base" downgrade base eeee5555:base
    both "all in one" upgrade eeee5555 eeee5555
    both "and what must run alone" upgrade heads eeee5555:heads
    here "$runner"
    expect "stamp, run" 0 -- autogen stamp cccc3333
    here "$scripted"
    expect "stamp, script" 0 -- autogen stamp --sql heads:cccc3333
    printf '%s\n' "$output" >script.sql
    expect "stamp, played" 0 -- play script.sql
    same "stamped" "$(autogen current)" "$(autogen --url "$runner" current)"
}

project ranges "sqlite:///a.db"
model '' "postgresql sqlite"
revisions
expect "down from where" 64 "FROM:TO" -- autogen downgrade --sql base
expect "ranges only there" 64 "only with --sql" -- autogen upgrade aaaa1111:bbbb2222
expect "nobody is asked" 64 "would have to be asked" -- autogen upgrade --sql current:head
expect "no range" 64 "is not FROM:TO" -- autogen upgrade --sql a:b:c
expect "stamps begin at one" 64 "different revisions" -- autogen stamp --sql aaaa:cccc bbbb:eeee
expect "a stamp" 0 "UPDATE main.autogen_version SET version_num = 'cccc3333' WHERE version_num = 'aaaa1111'" -- autogen stamp --sql aaaa:cccc
expect "no tables but ours" 0 "CREATE TABLE IF NOT EXISTS" "!UPDATE" -- autogen ensure-version --sql
echo 'transaction = all' >>autogen.ini
same "one transaction over all" "$(autogen upgrade --sql bbbb2222 | grep -cE '^(BEGIN|COMMIT)')" 2
expect "which has no place for what runs alone" 65 "must run alone" -- autogen upgrade --sql cccc3333
expect "no purge" 64 "'--purge'" -- autogen stamp --sql --purge aaaa
same "no database was made" "$(ls ./*.db 2>/dev/null)" ""

runner="sqlite:///runner.db" scripted="sqlite:///script.db"
offline sqlite 1 "expects something else"
if fresh_database offline_run && runner=$url && fresh_database offline_script; then
    scripted=$url
    offline postgres 3 "no revision of this script is applied"
fi
finish
