# SPDX-License-Identifier: MIT
# Ctrl-C and SIGTERM half way, and streams that cannot be written: what ran is rolled back, the exit code tells, and the
# same command afterwards completes.
. "$(dirname "$0")/../support/faults.sh"
need sqlite3
endless="CREATE TABLE endless AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000) SELECT max(n) AS n FROM c;"

# interrupted NAME SIGNAL CODE READY: starts an upgrade, waits until READY says it is in the long statement, sends SIGNAL.
interrupted() {
    local name=$1 signal=$2 code=$3
    shift 3
    # Whoever runs the tests may have SIGHUP ignored, which shells hand on.
    env --default-signal=HUP "$AUTOGEN_BINARY" upgrade head >out 2>&1 </dev/null & local runner=$!
    until_true "$@"
    local started
    started=$(date +%s%N)
    kill "-$signal" $runner
    ends_with "$name: exit" "$code" out $runner
    verdict "$name: at once" "$([ $((($(date +%s%N) - started) / 1000000)) -lt 3000 ] || echo late)"
    verdict "$name: told" "$(grep -q 'interrupted\]' out || echo 'not said')" "$(cat out)"
}

# SQLite: the first revision holds the lock too for a moment, so its record must be there.
recorded() { [ "$(sqlite3 shop.db "SELECT count(*) FROM sqlite_master WHERE name = 'first'" 2>&1)" = 1 ]; }
busy() { recorded && [ "$(sqlite3 shop.db 'BEGIN IMMEDIATE; ROLLBACK' 2>&1 | grep -c locked)" = 1 ] && recorded; }
for signal in INT:130 TERM:143 HUP:129; do
    project signals "sqlite:///shop.db"
    revision aaaa00000001 "" sqlite "CREATE TABLE first (id integer);" "DROP TABLE first;"
    revision bbbb00000002 aaaa00000001 sqlite "CREATE TABLE second (id integer);
$endless" "DROP TABLE second;"
    interrupted "SQLite, ${signal%:*}" "${signal%:*}" "${signal#*:}" busy
    same "SQLite, $signal: rolled back" "$(sqlite3 shop.db "SELECT group_concat(name) FROM sqlite_master WHERE name NOT LIKE 'autogen%' AND name NOT LIKE 'sqlite%'")" first
    expect "SQLite, $signal: where we are" 0 "aaaa00000001" -- autogen current
    same "SQLite, $signal: no journal" "$(ls shop.db-* 2>/dev/null)" ""
    sed -i '/^CREATE TABLE endless/d' revisions/bbbb00000002.sql
    expect "SQLite, $signal: completes" 0 "1 revision applied" -- autogen upgrade head
done

# PostgreSQL
if [ -n "${AUTOGEN_TEST_PG:-}" ]; then
    fresh_database signals
    activity() { psql -X -At -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'signals' AND wait_event = 'PgSleep'"; }
    asleep() { [ "$(activity)" = 1 ]; }
    for signal in INT:130 TERM:143 HUP:129; do
        project signals "$(pg_url signals)"
        revision aaaa00000001 "" postgresql "CREATE TABLE first (id integer);" "DROP TABLE first;"
        revision bbbb00000002 aaaa00000001 postgresql "CREATE TABLE second (id integer);
SELECT pg_sleep(60);" "DROP TABLE second;"
        interrupted "PostgreSQL, ${signal%:*}" "${signal%:*}" "${signal#*:}" asleep
        same "PostgreSQL, $signal: cancelled on the server" "$(activity)" 0
        same "PostgreSQL, $signal: rolled back" "$(ask signals "SELECT to_regclass('second') IS NULL AND to_regclass('first') IS NOT NULL")" t
        same "PostgreSQL, $signal: no lock" "$(ask signals "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = 'signals')")" 0
        sed -i '/pg_sleep/d' revisions/bbbb00000002.sql
        expect "PostgreSQL, $signal: completes" 0 "1 revision applied" -- autogen upgrade head
        expect "PostgreSQL, $signal: and back" 0 -- autogen downgrade base --allow-destructive
    done
    # While it waits for another runner's lock it can be stopped too.
    revision bbbb00000002 aaaa00000001 postgresql "SELECT pg_sleep(60);" "SELECT 1;"
    "$AUTOGEN_BINARY" upgrade head >holder 2>&1 </dev/null & holder=$!
    until_true asleep
    "$AUTOGEN_BINARY" upgrade head >out 2>&1 </dev/null & waiter=$!
    sleep 0.5
    kill -INT $waiter
    ends_with "stopped while waiting for the lock" 130 out $waiter
    kill -TERM $holder
    ends_with "the holder is stopped" 143 holder $holder
else
    not_tested "signals on PostgreSQL: AUTOGEN_TEST_PG is not set"
fi

# Streams that cannot be written or are closed. The database is changed whole or not at all, and no file gets a line of output.
project streams "sqlite:///shop.db"
model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>'
fails() {
    local name=$1 status=0
    shift
    "$@" >/dev/full 2>err </dev/null || status=$?
    verdict "$name to a full device" "$([ $status -ne 0 ] || echo 'exit 0')" "$(cat err)"
}
fails "help" autogen help
fails "diff" autogen diff
fails "revision" autogen -m first
same "the revision is whole" "$(tail -n 1 revisions/*.sql)" "-- autogen:end"
fails "show" autogen show head
fails "history" autogen history
fails "upgrade" autogen upgrade head
expect "the upgrade was done" 0 "nothing to do" -- autogen upgrade head
fails "check --format json" autogen check --format json
fails "inspect" autogen inspect -o out
for i in $(seq 12); do autogen revision --empty -m "number $i with a message that is long enough to fill lines" >/dev/null 2>&1; done
autogen history -v | head -n 1 >/dev/null
codes=("${PIPESTATUS[@]}")
verdict "history to a reader that goes away: no crash" "$([ "${codes[0]}" -lt 128 ] || [ "${codes[0]}" = 141 ] || echo "exit ${codes[0]}")"
rm -rf revisions shop.db; mkdir revisions
"$AUTOGEN_BINARY" -m first >&- 2>err </dev/null
verdict "closed stdout: the revision is whole" "$([ "$(tail -n 1 revisions/*.sql)" = "-- autogen:end" ] && ! grep -q 'revisions/\|to create' revisions/*.sql || echo "no")" "$(cat revisions/*.sql err)"
"$AUTOGEN_BINARY" upgrade head >&- 2>&- <&-
same "closed streams: the database is whole" "$(sqlite3 shop.db 'PRAGMA integrity_check')" ok
expect "closed streams: it was applied" 0 "nothing to do" -- autogen upgrade head
rm -rf revisions; mkdir revisions; rm shop.db
"$AUTOGEN_BINARY" -m first >&- 2>&- <&-
verdict "all closed: the revision is whole" "$([ "$(head -n 1 revisions/*.sql)" = "-- autogen revision" ] && [ "$(tail -n 1 revisions/*.sql)" = "-- autogen:end" ] && ! grep -q '^  [0-9]\|revisions/' revisions/*.sql || echo "no")" "$(cat revisions/*.sql)"
if [ -n "${AUTOGEN_TEST_PG:-}" ]; then
    fresh_database streams
    project streams "$(pg_url streams)"
    revision aaaa00000001 "" postgresql "CREATE TABLE first (id integer);" "DROP TABLE first;"
    "$AUTOGEN_BINARY" upgrade head -v --echo >&- 2>&- <&-
    expect "closed streams and a socket: it was applied" 0 "nothing to do" -- autogen upgrade head
    fails "upgrade of PostgreSQL" autogen downgrade base --allow-destructive
    expect "it was done" 0 "base" -- autogen current
fi
finish
