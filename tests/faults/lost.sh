# SPDX-License-Identifier: MIT
# The server or the connection goes away in the middle of an upgrade: the truth is told, nothing is half done, and the
# same command afterwards completes.
. "$(dirname "$0")/../support/faults.sh"
need psql cc
use_cluster lost 54345 -c synchronous_commit=on
fresh_database shop
project lost "postgresql://postgres:$SECRET@/shop?host=$PGHOST&port=$PGPORT"
revision aaaa00000001 "" postgresql "CREATE TABLE first (id integer);" "DROP TABLE first;"
revision bbbb00000002 aaaa00000001 postgresql "CREATE TABLE second (id integer);
INSERT INTO first VALUES (1);
SELECT pg_sleep(1 + 20 * (SELECT count(*) FROM patience));" "DROP TABLE second;"
psql -X -q -d shop -c 'CREATE TABLE patience (n integer)' -c 'INSERT INTO patience VALUES (1)'
relations() { ask shop "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"; }
locks() { ask shop "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"; }
sleeping() { psql -X -At -d shop -c "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'autogen%' AND wait_event = 'PgSleep'" | grep -q 1; }

# A server that is stopped at once in a statement.
"$AUTOGEN_BINARY" upgrade head >out 2>&1 & runner=$!
until_true sleeping
stop_cluster "$PGHOST"
status=0; wait $runner || status=$?
same "stopped server: exit" $status 1
verdict "stopped server: says where and what" "$(grep -q 'bbbb00000002' out && grep -q 'connection-lost\|57P02' out && grep -q 'hint:' out || echo no)" "$(cat out)"
verdict "stopped server: no secret" "$(grep -c "$SECRET" out | grep -vx 0)" "$(cat out)"
start_cluster "$PGHOST" "$PGPORT" -c synchronous_commit=on
same "stopped server: the revision left nothing" "$(relations)" "autogen_log autogen_version first patience"
same "stopped server: no row" "$(ask shop 'SELECT count(*) FROM first')" 0
sees "stopped server: where we are" 0 "aaaa00000001" -- autogen current
same "stopped server: no lock" "$(locks)" 0
psql -X -q -d shop -c 'DELETE FROM patience'
sees "stopped server: the same command completes" 0 "1 revision applied" -- autogen upgrade head
same "stopped server: once" "$(ask shop 'SELECT count(*) FROM first')" 1
sees "back" 0 -- autogen downgrade base --allow-destructive

# A server that restarts itself because another process of it died.
psql -X -q -d shop -c 'INSERT INTO patience VALUES (1)'
"$AUTOGEN_BINARY" upgrade head >out 2>&1 & runner=$!
until_true sleeping
psql -X -q -d shop -c 'SELECT pg_sleep(30)' >/dev/null 2>&1 & victim=$!
until_true bash -c "psql -X -At -d shop -c \"SELECT 1 FROM pg_stat_activity WHERE application_name = 'psql' AND wait_event = 'PgSleep'\" | grep -q 1"
kill -9 "$(ask shop "SELECT pid FROM pg_stat_activity WHERE application_name = 'psql' AND wait_event = 'PgSleep'")"
wait $victim 2>/dev/null
status=0; wait $runner || status=$?
same "crashed server: exit" $status 1
verdict "crashed server: message" "$(grep -q '57P02\|connection-lost' out || echo no)" "$(cat out)"
until_true psql -X -d shop -c 'SELECT 1'
same "crashed server: nothing" "$(relations)" "autogen_log autogen_version first patience"
psql -X -q -d shop -c 'DELETE FROM patience'
sees "crashed server: the same command completes" 0 -- autogen upgrade head
sees "back again" 0 -- autogen downgrade base --allow-destructive

# The runner itself is killed: the server notices within some seconds, the lock is free, the next run completes.
psql -X -q -d shop -c 'INSERT INTO patience VALUES (1)'
"$AUTOGEN_BINARY" upgrade head >out 2>&1 & runner=$!
until_true sleeping
kill -9 $runner
wait $runner 2>/dev/null
psql -X -q -d shop -c 'DELETE FROM patience'
sees "killed runner: the next one waits for the server to notice, and completes" 0 "1 revision applied" -- autogen upgrade head --wait 30
same "killed runner: once" "$(ask shop 'SELECT count(*) FROM first')" 1

# The connection breaks at COMMIT (law 4). The second revision's commit is one of several: the first one is cut.
cc -D_GNU_SOURCE -o cut_proxy "$root/tests/support/cut_proxy.c" || exit 1
revision cccc00000003 bbbb00000002 postgresql "CREATE TABLE third (id integer);" "DROP TABLE third;"
cut_at_commit() {
    rm -rf proxy; mkdir proxy
    ./cut_proxy proxy/.s.PGSQL.5 "$PGHOST/.s.PGSQL.$PGPORT" "$1" & proxy=$!
    until_true test -S proxy/.s.PGSQL.5
}
through="postgresql://postgres:$SECRET@/shop?host=$PWD/proxy&port=5"
cut_at_commit before
sees "cut before the server got COMMIT" 1 "COMMIT" "rolled back" "run again" -- autogen --url "$through" upgrade head
kill $proxy; wait $proxy 2>/dev/null
same "cut before: nothing" "$(relations)" "autogen_log autogen_version first patience second"
sees "cut before: where we are" 0 "bbbb00000002" -- autogen current
cut_at_commit after
expect "cut after the server got COMMIT" 0 "COMMIT" "committed" "!$SECRET" -- autogen --url "$through" upgrade head
kill $proxy; wait $proxy 2>/dev/null
same "cut after: it is there" "$(relations)" "autogen_log autogen_version first patience second third"
sees "cut after: where we are" 0 "cccc00000003" -- autogen current
same "cut after: logged once" "$(ask shop "SELECT count(*) FROM autogen_log WHERE revision = 'cccc00000003' AND status = 'done'")" 1
sees "nothing to do any more" 0 "nothing to do" -- autogen upgrade head
# Several revisions: what is behind the broken connection does not run without a lock.
sees "back to the start" 0 -- autogen downgrade base --allow-destructive
cut_at_commit after
sees "cut after the first of three" 1 "committed" "aaaa00000001" -- autogen --url "$through" upgrade head
kill $proxy; wait $proxy 2>/dev/null
sees "the first of three is recorded" 0 "aaaa00000001" -- autogen current
same "and only it is there" "$(relations)" "autogen_log autogen_version first patience"
sees "the rest completes" 0 "2 revisions applied" -- autogen upgrade head
finish
