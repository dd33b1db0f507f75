# SPDX-License-Identifier: MIT
# The rights that docs/rights.md names are enough on PostgreSQL, and without them the message says what is missing.
. "$(dirname "$0")/../support/shell.sh"
fresh_database rights || { finish; }
admin=$url
export XDG_CACHE_HOME=$scratch/cache
as() { # as ROLE: from now on the program connects as that role
    url="postgresql://$1@/${admin#*@/}"
    export AUTOGEN_URL=$url
}
run() { psql -X -q -v ON_ERROR_STOP=1 -d "$admin" -c "SET client_min_messages = error" -c "$1" >/dev/null || verdict "$1" "failed"; }
drop_roles() {
    psql -X -q -d "$AUTOGEN_TEST_PG" -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS rights WITH (FORCE)" \
        -c "DROP ROLE IF EXISTS rights_deploy, rights_check, rights_owner"
}
cleanup() { drop_roles; }
drop_roles
fresh_database rights
for role in rights_deploy rights_check; do run "CREATE ROLE $role LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT"; done
run "CREATE ROLE rights_owner NOLOGIN NOSUPERUSER"
run "REVOKE ALL ON DATABASE rights FROM PUBLIC"
run "REVOKE ALL ON SCHEMA public FROM PUBLIC"

project rights "$admin"
model '<schema name="shop"/>
<table name="customers" schema="shop"><column name="id" type="bigint" identity="always" primary-key="true"/>
<column name="name" type="varchar(20)"/><column name="balance" type="numeric(8,2)" default-sql="0"/>
<check name="solvent">balance &gt; -100</check><index name="customers_name" columns="name"><where>balance &gt; 0</where></index></table>' postgresql

# --- upgrade: a login role that may become the owner ---
as rights_deploy
expect "no right to connect" 69 "GRANT CONNECT ON DATABASE" -- autogen status
run "GRANT CONNECT ON DATABASE rights TO rights_deploy"
expect "first revision" 0 -- autogen -m first
expect "no right to create" 77 "permission" "GRANT CREATE" -- autogen upgrade head
run "GRANT rights_owner TO rights_deploy"
run "GRANT CREATE, TEMPORARY ON DATABASE rights TO rights_owner"
run "CREATE SCHEMA autogen AUTHORIZATION rights_owner"
echo 'version-table-schema = autogen' >>autogen.ini
plain=$url
export AUTOGEN_URL="$url&options=-c%20role%3Drights_owner"
expect "upgrade as the owner" 0 "1 revision applied" -- autogen upgrade head
expect "clean" 0 "no differences" -- autogen check
export AUTOGEN_URL=$plain
same "everything belongs to the owner" "$(psql -X -A -t -d "$admin" -c "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class
    WHERE relnamespace IN ('shop'::regnamespace, 'autogen'::regnamespace)")" rights_owner

# --- check: sees definitions, no rows ---
as rights_check
run "GRANT CONNECT ON DATABASE rights TO rights_check"
expect "no right to read the record" 77 "autogen_version" -- autogen check
run "GRANT USAGE ON SCHEMA autogen TO rights_check"
run "GRANT SELECT ON autogen.autogen_version, autogen.autogen_log TO rights_check"
expect "check without TEMPORARY" 0 "no differences" -- autogen check
run "GRANT TEMPORARY ON DATABASE rights TO rights_check"
expect "check" 0 "no differences" "!compared as" -- autogen check
expect "status" 0 "pending    0" -- autogen status
expect "log" 0 "upgrade" -- autogen log
expect "inspect" 0 -- autogen inspect -o out
sed -i 's/-100/-(50 + 50)/' models/all.xml
expect "the server is asked" 2 "solvent" -- autogen check
sed -i 's/-(50 + 50)/ ( -100 )/' models/all.xml
expect "and finds the same meaning" 0 -- autogen check
run "REVOKE TEMPORARY ON DATABASE rights FROM rights_check"
rm -rf "$XDG_CACHE_HOME"
expect "without TEMPORARY it says what it compared" 2 "compared word by word only" "temporary tables" -- autogen check
sed -i 's/ ( -100 )/-100/' models/all.xml
expect "a revision" 0 -- autogen revision --empty -m second
expect "check may not upgrade" 77 "autogen_version" -- autogen upgrade head
finish
