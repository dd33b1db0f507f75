# SPDX-License-Identifier: MIT
# The same revisions on many databases and on many schemas of one: each is a target of its own.
. "$(dirname "$0")/../support/faults.sh"
need sqlite3 python3
project targets "sqlite:///dev.db"
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer PRIMARY KEY);" "DROP TABLE t;"
revision bbbb00000002 aaaa00000001 sqlite "INSERT INTO t VALUES (7);" "DELETE FROM t WHERE id = 7;"
cat >>autogen.ini <<'INI'

[env:one]
url = sqlite:///one.db

[env:two]
env-file = two.env
url = sqlite:///${FILE}

[env:three]
env-file = three.env
url = sqlite:///${FILE}
INI
echo FILE=zwei.db >two.env
echo FILE=drei.db >three.env
expect "--env all" 0 "done      one  2 revisions applied" "done      two" "done      three" "3 targets: 3 done" -- autogen upgrade head --env all --jobs 3
same "--env all: each" "$(for f in one zwei drei; do sqlite3 $f.db 'SELECT id FROM t'; done | tr '\n' ,)" 7,7,7,
same "--env all: not the one of [autogen]" "$([ -e dev.db ] && echo there)" ""
expect "--env all: again" 0 "nothing to do" "3 targets: 3 done" -- autogen upgrade head --env all
echo PGPASSWORD=hunter2SECRETxyz >>two.env
sees "--env all: libqp's variables" 78 "FAILED    two  (exit 78)" "two.env:2" "PGPASSWORD" "2 done, 1 failed" -- autogen current --env all
printf '# all of ours\nsqlite:///one.db\n\nsqlite:///broken.db\nsqlite:///new.db\n' >targets
echo "this is no database, it only has that name and enough bytes to be sure" >broken.db
expect "--targets: one is broken" 69 "done      sqlite:///one.db" "FAILED    sqlite:///broken.db  (exit 69)" "    error:" "done      sqlite:///new.db" "3 targets: 2 done, 1 failed" "the same command again" -- autogen upgrade head --targets targets --jobs 2
expect "--fail-fast" 69 "1 done, 1 failed, 1 not tried" -- autogen upgrade head --targets targets --fail-fast
rm broken.db
expect "resumed" 0 "nothing to do" "2 revisions applied" "3 targets: 3 done" -- autogen upgrade head --targets targets
printf 'sqlite:///one.db\nsqlite:///late.db\n' >two
echo tenant_1 >tenant
echo '# none' >none
expect "status" 2 "findings  sqlite:///late.db  (exit 2)" "    pending    2" "1 done, 1 with findings" -- autogen status --exit-code --targets two
autogen upgrade head --targets targets --format json >result
same "as JSON" "$(python3 -c 'import json; print([(t["target"], t["result"], t["exit"], t["applied"]) for t in json.load(open("result"))["targets"]][0])')" "('sqlite:///one.db', 'done', 0, 0)"
expect "a schema needs a map" 78 "tenant:1:1" "schema-map" -- autogen upgrade head --targets tenant
expect "no target" 64 "no target" -- autogen upgrade head --targets none
expect "not with --url" 64 "--url" -- autogen upgrade head --targets targets --url sqlite:///x.db
expect "--jobs" 64 "--jobs" -- autogen upgrade head --targets targets --jobs none
expect "not every command" 64 "unknown option '--targets'" -- autogen heads --targets targets

[ -n "${AUTOGEN_TEST_PG:-}" ] || { not_tested "PostgreSQL: AUTOGEN_TEST_PG is not set"; finish; }
fresh_database tenants
project tenants "$(pg_url tenants)"
echo "schema-map = app" >>autogen.ini
revision aaaa00000001 "" postgresql "CREATE SCHEMA app;
CREATE SEQUENCE app.numbers;
CREATE TABLE app.t (id bigint DEFAULT nextval('app.numbers'::regclass), note text DEFAULT 'app.x is only text');
CREATE FUNCTION app.add(n text) RETURNS bigint LANGUAGE sql AS \$\$ INSERT INTO app.t (note) VALUES (n) RETURNING id \$\$;
COMMENT ON SCHEMA app IS 'tables of app.t';" "DROP FUNCTION app.add(text); DROP TABLE app.t; DROP SEQUENCE app.numbers; DROP SCHEMA app;"
revision bbbb00000002 aaaa00000001 postgresql "-- autogen:step no-transaction
CREATE INDEX CONCURRENTLY t_id ON app.t (id);
-- autogen:step
SELECT app.add('first');" "DROP INDEX app.t_id;"
seq -f 'tenant_%g' 1 199 >schemas
echo 'Tenant "200"' >>schemas
expect "200 schemas" 0 "done      tenant_17  2 revisions applied" "200 targets: 200 done" -- autogen upgrade head --targets schemas --jobs 4
same "200 schemas: rows" "$(ask tenants "SELECT count(*), min(xpath('//c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.t WHERE id = 1', nspname), true, true, ''))::text) FROM pg_namespace WHERE nspname ILIKE 'tenant%'")" "200|{1}"
same "200 schemas: the template is not there" "$(ask tenants "SELECT to_regnamespace('app') IS NULL")" t
same "200 schemas: a default" "$(ask tenants "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'tenant_3.t'::regclass ORDER BY adnum LIMIT 1")" "nextval('tenant_3.numbers'::regclass)"
expect "a string in doubt" 0 "aaaa00000001.sql:9" "[remap-doubt]" -- autogen upgrade head --schema-map app=doubted
expect "one of them" 0 "bbbb00000002" -- autogen current --schema-map app=tenant_7
expect "not to compare" 64 "schema-map" -- autogen check --schema-map app=tenant_7
printf 'tenant_1\ntenant_2\n' >two
autogen downgrade base --targets two --allow-destructive >/dev/null 2>&1
same "back to nothing" "$(ask tenants "SELECT count(*) FROM pg_class WHERE relnamespace = 'tenant_1'::regnamespace AND relname NOT LIKE 'autogen%'")" 0

# Fifty databases; Ctrl-C while each is in a long statement.
psql -X -q -d postgres -c "CREATE DATABASE target_0 TEMPLATE template0" >/dev/null 2>&1
rm -f databases
for i in {1..50}; do
    echo "CREATE DATABASE target_$i TEMPLATE target_0 STRATEGY file_copy;" >>create.sql
    pg_url "target_$i" >>databases
done
psql -X -q -d postgres -f create.sql >/dev/null 2>&1
expect "50 databases" 0 "50 targets: 50 done" -- autogen upgrade head --targets databases --jobs 8
same "50 databases: the last" "$(ask target_50 "SELECT count(*) FROM app.t")" 1
revision cccc00000003 bbbb00000002 postgresql "CREATE TABLE app.late (id integer);
SELECT pg_sleep(60);" "DROP TABLE app.late;"
"$AUTOGEN_BINARY" upgrade head --targets databases --jobs 4 >log 2>&1 </dev/null & runner=$!
until_true bash -c "psql -X -At -d postgres -c \"SELECT count(*) FROM pg_stat_activity WHERE datname ~ '^target_' AND wait_event = 'PgSleep'\" | grep -q 4"
kill -INT $runner
ends_with "50 databases: Ctrl-C" 130 log $runner
same "50 databases: all of it is rolled back" "$(for i in 1 2 3 4; do ask "target_$i" "SELECT to_regclass('app.late') IS NULL, version_num FROM autogen_version"; done | sort -u)" "t|bbbb00000002"
verdict "50 databases: the rest is not begun" "$(grep -q '46 not tried' log || cat log)"
finish
