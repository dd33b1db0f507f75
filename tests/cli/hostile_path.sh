# SPDX-License-Identifier: MIT
# What others put on a role's search_path must not change what autogen reads, prints or runs: tables, views, types,
# functions, operators and casts that are called like those of the catalogue, in `public` and in a schema that comes
# before pg_catalog.
. "$(dirname "$0")/../support/shell.sh"
fresh_database hostile || { finish; }
admin=$url
export XDG_CACHE_HOME=$scratch/cache
run() { psql -X -q -v ON_ERROR_STOP=1 -d "$admin" -c "SET client_min_messages = error" -c "$1" >/dev/null || verdict "$1" "failed"; }
drop_roles() {
    psql -X -q -d "$AUTOGEN_TEST_PG" -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS hostile WITH (FORCE)" \
        -c "DROP ROLE IF EXISTS hostile_role"
}
cleanup() { drop_roles; }
drop_roles
fresh_database hostile
run "CREATE ROLE hostile_role LOGIN NOSUPERUSER"
run "GRANT CREATE, TEMPORARY ON DATABASE hostile TO hostile_role"
run "GRANT CREATE, USAGE ON SCHEMA public TO hostile_role"

# Each of these ends the run, or lies, when something of autogen's touches it.
trap_in() { # trap_in SCHEMA
    cat <<SQL
CREATE FUNCTION $1.sprung() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the trap in $1 was sprung''; END';
SQL
    for table in pg_class pg_attribute pg_namespace pg_type pg_constraint pg_index pg_proc pg_depend pg_description \
        pg_roles pg_locks pg_settings pg_stat_activity pg_database pg_sequence pg_trigger pg_extension; do
        echo "CREATE VIEW $1.$table AS SELECT 1 AS oid WHERE $1.sprung();"
    done
    for type in name oid regclass int4; do echo "CREATE DOMAIN $1.\"$type\" AS pg_catalog.bool;"; done
    for signature in 'format_type(pg_catalog.oid, integer)' 'pg_get_expr(pg_node_tree, pg_catalog.oid)' \
        'current_setting(pg_catalog.text)' 'set_config(pg_catalog.text, pg_catalog.text, boolean)' \
        'pg_get_userbyid(pg_catalog.oid)' 'concat(pg_catalog.text, pg_catalog.text)' 'now()' 'lower(pg_catalog.text)' \
        'pg_try_advisory_lock(bigint)' 'pg_try_advisory_lock(integer, integer)' \
        'quote_ident(pg_catalog.text)' 'clock_timestamp()' 'length(pg_catalog.text)' 'version()'; do
        case $signature in now*|clock*) result=timestamptz ;; length*) result=integer ;; *) result=pg_catalog.text ;; esac
        echo "CREATE FUNCTION $1.$signature RETURNS $result LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''the trap in $1 was sprung''; END';"
    done
    for pair in 'pg_catalog.text, pg_catalog.text' 'pg_catalog.name, pg_catalog.name' 'pg_catalog.oid, pg_catalog.oid' \
        'pg_catalog.name, pg_catalog.text' 'bigint, bigint' 'pg_catalog.oid, integer'; do
        echo "CREATE FUNCTION $1.caught($pair) RETURNS boolean LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''the trap in $1 was sprung''; END';
        CREATE OPERATOR $1.= (FUNCTION = $1.caught, LEFTARG = ${pair%%,*}, RIGHTARG =${pair##*,});
        CREATE OPERATOR $1.<> (FUNCTION = $1.caught, LEFTARG = ${pair%%,*}, RIGHTARG =${pair##*,});
        CREATE OPERATOR $1.|| (FUNCTION = $1.caught, LEFTARG = ${pair%%,*}, RIGHTARG =${pair##*,});"
    done
}
run "CREATE SCHEMA evil"
trap_in evil | psql -X -q -v ON_ERROR_STOP=1 -d "$admin" >/dev/null || verdict "the traps of evil" "failed"
run "GRANT USAGE ON SCHEMA evil TO hostile_role"
run "GRANT SELECT ON ALL TABLES IN SCHEMA evil TO hostile_role"

project hostile "$admin"
model '<schema name="shop"/>
<enum schema="shop" name="mood"><value name="good"/><value name="bad"/></enum>
<sequence schema="shop" name="numbers" increment="2"/>
<table name="customers" schema="shop"><column name="id" type="bigint" identity="always" primary-key="true"/>
<column name="name" type="varchar(20)"/><column name="state" type="shop.mood" default="good"/>
<column name="born" type="timestamptz" default-sql="now()"/>
<column name="balance" type="numeric(8,2)" default-sql="0" comment="ours"/>
<check name="solvent">balance &gt; -100</check>
<check name="named">length(name) &gt; 1</check>
<index name="customers_name" unique="true"><expression>lower(name)</expression><where>balance &gt; 0</where></index></table>' postgresql
echo 'schemas = shop' >>autogen.ini
url="postgresql://hostile_role@/${admin#*@/}"
export AUTOGEN_URL=$url

lies=$(psql -X -A -t -d "$url" -c "SET search_path = evil, pg_catalog" -c "SELECT 1 FROM pg_class" 2>&1)
case $lies in *sprung*) verdict "the trap works" "" ;; *) verdict "the trap works" "$lies" ;; esac
for path in 'evil, public' 'evil, pg_catalog, public' 'public, evil, pg_catalog'; do
    run "ALTER ROLE hostile_role IN DATABASE hostile SET search_path = $path"
    expect "$path: revision" 0 "!sprung" -- autogen -m one
    expect "$path: upgrade" 0 "1 revision applied" "!sprung" -- autogen upgrade head
    expect "$path: clean" 0 "no differences" "!sprung" -- autogen check
    rm -rf "$XDG_CACHE_HOME"
    sed -i 's/-100/ -(99 + 1)/' models/all.xml
    expect "$path: the server is asked" 2 "solvent" "!sprung" -- autogen check
    sed -i 's/ -(99 + 1)/( -100)/' models/all.xml
    expect "$path: and finds the same meaning" 0 "no differences" "!sprung" -- autogen check
    sed -i 's/( -100)/-100/' models/all.xml
    expect "$path: inspect" 0 "!sprung" -- autogen inspect -o "out"
    case $(cat out/shop/customers.xml) in
    *'default-fn="now"'*'lower((name)::text)'*) verdict "$path: what is printed" "" ;;
    *) verdict "$path: what is printed" "not what was made" "$(cat out/shop/customers.xml)" ;;
    esac
    expect "$path: status" 0 "pending    0" "!sprung" -- autogen status
    expect "$path: log" 0 "upgrade" "!sprung" -- autogen log
    same "$path: nothing of evil is used" "$(psql -X -A -t -d "$admin" -c "SELECT count(*) FROM pg_depend d
        JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid
        WHERE p.pronamespace = 'evil'::regnamespace AND d.classid IN ('pg_attrdef'::regclass, 'pg_class'::regclass,
        'pg_constraint'::regclass)")" 0
    expect "$path: downgrade" 0 "!sprung" -- autogen downgrade base --allow-destructive
    rm -rf revisions/* out "$XDG_CACHE_HOME"
    run "DROP TABLE IF EXISTS public.autogen_version, public.autogen_log, evil.autogen_version, evil.autogen_log"
done
finish
