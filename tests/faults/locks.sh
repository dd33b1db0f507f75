# SPDX-License-Identifier: MIT
# Somebody else holds the lock: exit 75 in time, who it is and what to do; nothing is changed, and others do not wait
# because we do.
. "$(dirname "$0")/../support/faults.sh"
need sqlite3
now() { date +%s%N; }
took() { echo $((($(now) - $1) / 1000000)); }

# SQLite: a writer, and a reader in the way of the commit.
project locks "sqlite:///shop.db"
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer);" "DROP TABLE t;"
autogen upgrade head >/dev/null 2>&1
revision bbbb00000002 aaaa00000001 sqlite "ALTER TABLE t ADD COLUMN n integer;" "ALTER TABLE t DROP COLUMN n;"
holding() { # HOW: a process that holds the file until the pipe is closed
    rm -f pipe; mkfifo pipe
    sqlite3 shop.db <pipe >held 2>&1 & holder=$!
    exec 8>pipe
    printf '%s\nSELECT %s;\n' "$1" "'ready'" >&8
    until_true grep -q ready held
}
let_go() { exec 8>&-; wait $holder; }
for how in "BEGIN IMMEDIATE;" "BEGIN EXCLUSIVE;"; do
    holding "$how"
    started=$(now)
    expect "SQLite, $how upgrade" 75 "shop.db" "hint:" "fuser" "[lock-timeout]" -- autogen upgrade head --lock-timeout 300ms --wait 0
    verdict "SQLite, $how in time" "$([ "$(took "$started")" -lt 2500 ] || took "$started")"
    if [ "$how" = "BEGIN IMMEDIATE;" ]; then
        expect "SQLite, $how reading goes on" 0 "aaaa00000001" -- autogen current
    fi
    let_go
done
same "SQLite: nothing" "$(sqlite3 shop.db "SELECT count(*) FROM pragma_table_info('t')")" 1
holding "BEGIN; SELECT count(*) FROM t;"
expect "SQLite, a reader in the way of the commit" 75 "shop.db" "hint:" -- autogen upgrade head --lock-timeout 300ms
let_go
same "SQLite, a reader: nothing" "$(sqlite3 shop.db "SELECT count(*) FROM pragma_table_info('t')")" 1
holding "BEGIN IMMEDIATE;"
(sleep 0.7; printf 'ROLLBACK;\n' >&8) &
expect "SQLite: waiting is rewarded" 0 "1 revision applied" -- autogen upgrade head --lock-timeout 10s
let_go
# twenty NAME N: as many runners at once on a database without anything of ours; exactly one applies the N revisions, the
# others wait and find nothing to do.
twenty() {
    local i runners=()
    for i in {1..20}; do "$AUTOGEN_BINARY" upgrade head --wait 60 >"out.$i" 2>&1 </dev/null & runners[i]=$!; done
    for i in {1..20}; do ends_with "$1, twenty at once, number $i" 0 "out.$i" "${runners[i]}"; done
    same "$1, twenty at once: one applies" "$(grep -c "^$2 revisions applied" out.* | grep -c ':1$')" 1
    same "$1, twenty at once: the others find it done" "$(grep -l '^nothing to do' out.* | wc -l)" 19
    rm out.*
}
rm -f shop.db
# Nobody comes in between the revisions of a run either.
last=bbbb00000002
for i in {11..38}; do
    revision "cccc000000$i" $last sqlite "CREATE TABLE t$i (id integer);" "DROP TABLE t$i;"
    last=cccc000000$i
done
twenty SQLite 30
same "SQLite, twenty at once: each once" "$(sqlite3 shop.db "SELECT count(*) FROM autogen_log WHERE status = 'done'")" 30

[ -n "${AUTOGEN_TEST_PG:-}" ] || { not_tested "PostgreSQL: AUTOGEN_TEST_PG is not set"; finish; }
fresh_database locks
project locks "$(pg_url locks)"
revision aaaa00000001 "" postgresql "CREATE TABLE t (id integer);" "DROP TABLE t;"
autogen upgrade head >/dev/null 2>&1
revision bbbb00000002 aaaa00000001 postgresql "SELECT pg_sleep(3);" "SELECT 1;"

# Another runner has the lock.
"$AUTOGEN_BINARY" upgrade head >holder 2>&1 </dev/null & holder=$!
until_true bash -c "psql -X -At -d locks -c \"SELECT 1 FROM pg_stat_activity WHERE datname = 'locks' AND wait_event = 'PgSleep'\" | grep -q 1"
pid=$(ask locks "SELECT pid FROM pg_stat_activity WHERE datname = 'locks' AND wait_event = 'PgSleep'")
expect "another runner: names it" 75 "$pid" "autogen/upgrade" "since" "hint:" "[lock-timeout]" -- autogen upgrade head --wait 1
expect "another runner: reading goes on" 2 "bbbb00000002" -- autogen status --exit-code
expect "another runner: the one who waits finds it done" 0 "another runner" -- autogen upgrade head --wait 20
ends_with "the holder" 0 holder $holder
same "applied once" "$(ask locks "SELECT count(*) FROM autogen_log WHERE revision = 'bbbb00000002' AND status = 'done'")" 1

expect "a dry run" 0 "rolled back" -- autogen downgrade -1 --dry-run
same "nothing is left of a dry run" "$(ask locks "SELECT version_num FROM autogen_version")" bbbb00000002

# A table that somebody reads in an open transaction.
revision cccc00000003 bbbb00000002 postgresql "CREATE TABLE before_it (id integer);
ALTER TABLE t ADD COLUMN n integer;" "ALTER TABLE t DROP COLUMN n; DROP TABLE before_it;"
psql -X -q -d locks >held 2>&1 <<'SQL' & reader=$!
SET application_name = 'slow report';
BEGIN; SELECT count(*) FROM t; SELECT pg_sleep(5); COMMIT;
SQL
until_true bash -c "psql -X -At -d locks -c \"SELECT 1 FROM pg_stat_activity WHERE application_name = 'slow report' AND wait_event = 'PgSleep'\" | grep -q 1"
blocker=$(ask locks "SELECT pid FROM pg_stat_activity WHERE application_name = 'slow report'")
# Meanwhile others read the table; none waits longer than one lock timeout and some.
( worst=0; for i in $(seq 12); do s=$(now); psql -X -At -d locks -c 'SELECT count(*) FROM t' >/dev/null; t=$(took "$s"); [ "$t" -le "$worst" ] || worst=$t; done; echo "$worst" >worst ) & others=$!
started=$(now)
expect "a table in use" 75 "cccc00000003.sql:9" "55P03" "$blocker" "slow report" "3 times" "[lock-timeout]" -- autogen upgrade head --lock-timeout 300ms --retry 2
verdict "a table in use: in time" "$([ "$(took "$started")" -lt 4000 ] || took "$started")"
wait $others
verdict "a table in use: nobody waited long for us" "$([ "$(cat worst)" -lt 1500 ] || cat worst)"
same "a table in use: nothing" "$(ask locks "SELECT to_regclass('before_it') IS NULL")" t
same "a table in use: no lock" "$(ask locks "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = 'locks')")" 0
expect "a table in use: retrying is rewarded" 0 "1 revision applied" -- autogen upgrade head --lock-timeout 500ms --retry 12
wait $reader

# A deadlock with the application is tried again.
revision dddd00000004 cccc00000003 postgresql "LOCK TABLE t;
SELECT pg_sleep(1);
LOCK TABLE before_it;" "SELECT 1;"
ask locks "ALTER DATABASE locks SET deadlock_timeout = '200ms'" >/dev/null
psql -X -q -d locks >/dev/null 2>&1 <<'SQL' & other=$!
BEGIN; LOCK TABLE before_it; SELECT pg_sleep(0.5); SET deadlock_timeout = '30s'; LOCK TABLE t; COMMIT;
SQL
expect "a deadlock" 0 "1 revision applied" -- autogen upgrade head --lock-timeout 20s --retry 3
wait $other

# One of the revisions builds an index beside the traffic: it waits for every snapshot that is older, so a runner that
# waited in a transaction would hold it up for ever. Nobody meets a table of ours that is half made.
fresh_database locks
rm -f revisions/*
revision aaaa00000001 "" postgresql "CREATE TABLE t (id integer);" "DROP TABLE t;"
revision bbbb00000002 aaaa00000001 postgresql "-- autogen:step no-transaction
CREATE INDEX CONCURRENTLY t_id ON t (id);" "-- autogen:step no-transaction
DROP INDEX CONCURRENTLY t_id;"
twenty PostgreSQL 2
same "PostgreSQL, twenty at once: the index" "$(ask locks "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass")" t
same "PostgreSQL, twenty at once: one row" "$(ask locks "SELECT string_agg(version_num, ',') FROM autogen_version")" bbbb00000002
finish
