# SPDX-License-Identifier: MIT
# Privileges from a database to models and back: nothing is different, nothing is lost, and only managed roles lose.
. "$(dirname "$0")/../support/shell.sh"
fresh_database grants || { finish; }
export XDG_CACHE_HOME=$scratch/cache
roles="grants_app, grants_report, grants_owner, \"Grants Odd\""
drop_roles() {
    psql -X -q -d "$AUTOGEN_TEST_PG" -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS grants WITH (FORCE)" \
        -c "DROP ROLE IF EXISTS $roles"
}
cleanup() { drop_roles; }
drop_roles
fresh_database grants
project grants "$url"
echo 'schemas = *' >>autogen.ini
dump() { pg_dump --schema-only -d "$url" | grep -E '^(GRANT|REVOKE|CREATE|ALTER)' | grep -v autogen_ | sort; }
acl() { sql "SELECT coalesce(string_agg(a::text, ' ' ORDER BY a::text), '-') FROM pg_class, unnest(relacl) a WHERE oid = 'shop.orders'::regclass"; }

sql "CREATE ROLE grants_app; CREATE ROLE grants_report; CREATE ROLE grants_owner; CREATE ROLE \"Grants Odd\";
CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO grants_app; REVOKE USAGE ON SCHEMA public FROM PUBLIC;
CREATE TYPE shop.mood AS ENUM ('good', 'bad'); REVOKE USAGE ON TYPE shop.mood FROM PUBLIC; GRANT USAGE ON TYPE shop.mood TO grants_app;
CREATE SEQUENCE shop.numbers; GRANT USAGE, SELECT ON SEQUENCE shop.numbers TO grants_app, \"Grants Odd\" WITH GRANT OPTION;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text, paid numeric, state shop.mood);
ALTER TABLE shop.orders OWNER TO grants_owner;
GRANT ALL ON shop.orders TO grants_app; GRANT SELECT ON shop.orders TO PUBLIC; REVOKE TRUNCATE ON shop.orders FROM grants_owner;
GRANT SELECT (note, paid), UPDATE (paid) ON shop.orders TO grants_report;
CREATE TABLE shop.plain (id bigint)"
before=$(dump)
expect "inspect" 0 "cannot be expressed: 0" -- autogen inspect
case $(cat models/database.xml) in
*'<managed-roles names="&quot;Grants Odd&quot; grants_app grants_report public {owner}"/>'*) verdict "all roles are managed" "" ;;
*) verdict "all roles are managed" "not said" "$(cat models/database.xml)" ;;
esac
case $(cat models/shop/orders.xml) in
*'<grant privileges="all" to="grants_app"/>'*'<revoke privileges="truncate" from="{owner}"/>'*) verdict "the table" "" ;;
*) verdict "the table" "not said" "$(cat models/shop/orders.xml)" ;;
esac
expect "what was inspected is clean" 0 "no differences" -- autogen check

sql "GRANT INSERT ON shop.plain TO grants_report"
expect "more than the models say" 2 "~ table shop.plain" "privileges" "insert to grants_report" -- autogen check
sql "REVOKE INSERT ON shop.plain FROM grants_report; REVOKE UPDATE ON shop.orders FROM grants_app"
expect "less than the models say" 2 "~ table shop.orders" "update to grants_app" -- autogen check
expect "revision" 0 -- autogen -m privileges
expect "upgrade" 0 -- autogen upgrade head
same "as it was" "$(dump)" "$before"
expect "clean again" 0 "no differences" -- autogen check
expect "downgrade" 0 -- autogen downgrade base
same "the downgrade takes it back" "$(sql "SELECT has_table_privilege('grants_app', 'shop.orders', 'UPDATE')")" f
expect "and forth" 0 -- autogen upgrade head
same "as it was once more" "$(dump)" "$before"

# --- another database ---
fresh_database grants_copy
copy=$url
expect "built elsewhere" 0 "GRANT" -- autogen --url "$copy" diff
rm -rf revisions/*
AUTOGEN_URL=$copy expect "revision for the copy" 0 -- autogen --url "$copy" -m copy
expect "upgrade of the copy" 0 -- autogen --url "$copy" upgrade head
expect "the copy is clean" 0 "no differences" -- autogen --url "$copy" check
psql -X -q -d "$AUTOGEN_TEST_PG" -c "DROP DATABASE grants_copy WITH (FORCE)"
fresh_database grants

# --- roles that are not managed ---
rm -rf models/* revisions/*
sql "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);
GRANT SELECT ON shop.orders TO grants_app; GRANT UPDATE (note) ON shop.orders TO grants_report"
model '<schema name="shop"/><table name="orders" schema="shop"><column name="id" type="bigint" primary-key="true"/>
<column name="note" type="text" null="true"/></table>' postgresql
expect "nothing is said" 0 "no differences" -- autogen check
sed -i 's|<column name="note" type="text" null="true"/>|<column name="note" type="text" null="true"><generated>id::text</generated></column><grant privileges="insert" to="grants_report"/>|' models/all.xml
expect "a grant is missing" 2 "insert to grants_report" "!select to grants_app" -- autogen check
expect "a column is made anew" 0 -- autogen -m anew
expect "and keeps" 0 -- autogen upgrade head --allow-destructive
same "what the others have" "$(acl)" "grants_app=r/postgres grants_report=a/postgres postgres=arwdDxt/postgres"
same "and what is granted on it" "$(sql "SELECT attacl FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass AND attname = 'note'")" \
    "{grants_report=w/postgres}"
sed -i 's|"insert" to="grants_report"|"insert" to="grants_nobody"|' models/all.xml
expect "a role that is not there" 65 "there is no role 'grants_nobody'" "CREATE ROLE grants_nobody" -- autogen check
sed -i 's|<grant.*/>||' models/all.xml
sql "GRANT USAGE ON SCHEMA shop TO grants_app; GRANT SELECT ON shop.orders TO grants_app WITH GRANT OPTION; SET ROLE grants_app; GRANT SELECT ON shop.orders TO grants_report"
expect "granted by another" 0 "privileges of table 'shop.orders' cannot be expressed" "grants_app" -- autogen inspect -o out
finish
