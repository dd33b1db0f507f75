# SPDX-License-Identifier: MIT
# A step outside a transaction is cut off: what is said, what is asked, how it goes on.
. "$(dirname "$0")/../support/shell.sh"

on_sqlite() {
    project repair_sqlite "sqlite:///shop.db"
    url="sqlite:///shop.db"
    model ''
    expect "nothing interrupted before anything" 0 "nothing was interrupted" -- autogen repair
    same "looking makes no file" "$([ -e shop.db ] && echo there)" ""
    revision_file a001 '' <<'SQL'
-- autogen:upgrade sqlite
CREATE TABLE t (x);
-- autogen:step no-transaction
INSERT INTO t VALUES (1);
INSERT INTO missing VALUES (2);
INSERT INTO t VALUES (3);
-- autogen:downgrade sqlite
DROP TABLE t;
SQL
    expect "a step fails" 1 "no such table: missing" -- autogen upgrade head --allow-destructive
    expect "a failed one needs no answer" 2 "failed at step 2.2" "nothing has to be decided" \
        "autogen upgrade a001" -- autogen repair
    expect "and takes none" 64 "waits for no answer" -- autogen repair a001 --mark-done
    expect "nor without its name" 64 "waits for an answer" -- autogen repair --mark-undone
    sed -i 's/INTO missing/INTO t/' revisions/a001.sql
    # What a killed runner leaves: nobody knows whether the statement took effect.
    sum=$(sql "SELECT checksum FROM autogen_log WHERE step = '2.1'")
    sql "DELETE FROM autogen_log WHERE step LIKE '2.%'; DELETE FROM t;
         INSERT INTO autogen_log (revision, direction, step, status, checksum, started, user_name, host)
         VALUES ('a001', 'upgrade', '2.1', 'applying', '$sum', '2026-01-02T03:04:05Z', 'ann', 'build-7')"
    expect "the runner stops" 3 "autogen repair" -- autogen upgrade head --wait 1
    expect "repair explains" 2 "was cut off in step 2.1" "2026-01-02T03:04:05Z by ann from build-7" \
        "INSERT INTO t VALUES (1)" "--mark-done" "--mark-undone" "revisions/a001.sql:" -- autogen repair
    expect "for machines" 2 '"step": "2.1"' '"needs_answer": true' '"next": "autogen upgrade a001"' \
        -- autogen repair --format json
    expect "a revision needs an answer" 64 "--mark-done" -- autogen repair a001
    expect "one answer" 64 "exclude" -- autogen repair a001 --mark-done --mark-undone
    expect "a wait that is no time" 64 "takes a time" -- autogen repair --wait soon
    expect "another revision" 64 "was not interrupted" -- autogen repair b002 --mark-done
    expect "not done" 0 "to be run again" "autogen upgrade a001" -- autogen repair --mark-undone
    expect "goes on" 0 "1 revision applied" -- autogen upgrade a001
    same "each statement once" "$(sql 'SELECT group_concat(x) FROM t')" "1,2,3"
    expect "clear" 0 "nothing was interrupted" -- autogen repair
    expect "the answer is in the log" 0 "settled by hand" -- autogen log
    # The same, but it had taken effect.
    sql "DELETE FROM autogen_log; DELETE FROM autogen_version; DELETE FROM t; INSERT INTO t VALUES (1);
         INSERT INTO autogen_log (revision, direction, step, status, checksum, started, user_name, host)
         VALUES ('a001', 'upgrade', '2.1', 'applying', '$sum', '2026-01-02T03:04:05Z', 'ann', 'build-7')"
    sed -i 's/^CREATE TABLE t/CREATE TABLE u/' revisions/a001.sql
    expect "done" 0 "recorded as done" -- autogen repair a00 --mark-done
    expect "goes on behind it" 0 -- autogen upgrade head --allow-destructive
    same "not run again" "$(sql 'SELECT group_concat(x) FROM t')" "1,2,3"
    # Forgetting it.
    sql "INSERT INTO autogen_log (revision, direction, step, status, checksum, started, user_name, host)
         VALUES ('gone', 'upgrade', '2.1', 'applying', '$sum', '2026-01-02T03:04:05Z', 'ann', 'build-7')"
    expect "a file that is gone" 2 "no longer has that step" -- autogen repair
    expect "stamp forgets" 0 -- autogen stamp --purge a001
    expect "forgotten" 0 "nothing was interrupted" -- autogen repair
}

# cut_off TABLE: starts an upgrade while a session holds TABLE, and kills it when it waits.
cut_off() {
    local holder runner
    PGAPPNAME=holder psql -X -q -d "$url" -c "BEGIN; LOCK TABLE $1" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &
    holder=$!
    wait_for "SELECT 1 FROM pg_locks WHERE relation = '$1'::regclass AND mode = 'AccessExclusiveLock' AND granted"
    "$AUTOGEN_BINARY" upgrade head --lock-timeout 0 >/dev/null 2>&1 &
    runner=$!
    wait_for "SELECT 1 FROM pg_locks WHERE relation = '$1'::regclass AND NOT granted"
    expect "no answer while it runs" 75 "another runner" -- autogen repair b002 --mark-done --wait 1
    kill -9 "$runner"
    wait "$runner" 2>/dev/null
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name LIKE 'autogen/upgrade%'" >/dev/null
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'
         AND datname = current_database()" >/dev/null
    wait "$holder" 2>/dev/null
}

on_postgres() {
    project repair_postgres "$url"
    model '' postgresql
    revision_file a001 '' <<'SQL'
-- autogen:upgrade postgresql
CREATE TABLE t (x integer);
INSERT INTO t SELECT generate_series(1, 1000);
-- autogen:downgrade postgresql
DROP TABLE t;
SQL
    expect "a table" 0 -- autogen upgrade head
    revision_file b002 a001 <<'SQL'
-- autogen:upgrade postgresql
-- autogen:step no-transaction
INSERT INTO t VALUES (2001);
-- autogen:step no-transaction
CREATE INDEX CONCURRENTLY t_x ON t (x);
-- autogen:downgrade postgresql
DROP INDEX t_x;
SQL
    cut_off t
    expect "the runner stops" 3 "autogen repair" -- autogen upgrade head
    expect "repair explains" 2 "was cut off in step 1.1" "INSERT INTO t" -- autogen repair
    expect "not done" 0 "to be run again" -- autogen repair --mark-undone
    expect "goes on" 0 -- autogen upgrade head
    same "once" "$(sql 'SELECT count(*) FROM t WHERE x = 2001')" 1
    expect "down" 0 -- autogen downgrade -1
    revision_file b002 a001 <<'SQL'
-- autogen:upgrade postgresql
-- autogen:step no-transaction
CREATE INDEX CONCURRENTLY t_x ON t (x);
-- autogen:downgrade postgresql
DROP INDEX t_x;
SQL
    cut_off_index
    expect "an index needs no answer" 2 "was cut off in step 1.1" "nothing has to be decided" -- autogen repair
    expect "and takes none" 64 "waits for no answer" -- autogen repair b002 --mark-done
    expect "the next run builds it" 0 -- autogen upgrade head
    same "valid" "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass")" t
    expect "clear" 0 "nothing was interrupted" -- autogen repair
}

# CREATE INDEX CONCURRENTLY waits for a session with an old snapshot; then both are killed.
cut_off_index() {
    local holder runner
    PGAPPNAME=holder psql -X -q -d "$url" -c "BEGIN; INSERT INTO t VALUES (0)" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &
    holder=$!
    wait_for "SELECT 1 FROM pg_locks WHERE relation = 't'::regclass AND mode = 'RowExclusiveLock' AND granted"
    "$AUTOGEN_BINARY" upgrade head >/dev/null 2>&1 &
    runner=$!
    wait_for "SELECT 1 FROM pg_index WHERE indrelid = 't'::regclass AND NOT indisvalid"
    kill -9 "$runner"
    wait "$runner" 2>/dev/null
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'autogen/upgrade%'
         AND datname = current_database()" >/dev/null
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'
         AND datname = current_database()" >/dev/null
    wait "$holder" 2>/dev/null
    same "left behind invalid" "$(sql "SELECT indisvalid FROM pg_index WHERE indrelid = 't'::regclass")" f
}

on_sqlite
if fresh_database repair; then on_postgres; fi
finish
