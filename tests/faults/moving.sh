# SPDX-License-Identifier: MIT
# What moves meanwhile: a schema that is changed while it is read, a file that is written to before we do; and what
# children inherit, and texts longer than a name may be.
. "$(dirname "$0")/../support/faults.sh"
need sqlite3

# K14: a reader of a write-ahead log whose snapshot is old could not write (SQLITE_BUSY_SNAPSHOT); we begin by writing.
project moving "sqlite:///shop.db"
sqlite3 shop.db 'PRAGMA journal_mode = wal; CREATE TABLE t (id integer PRIMARY KEY)' >/dev/null
revision aaaa00000001 "" sqlite "INSERT INTO t SELECT max(id) + 1 FROM t;" "DELETE FROM t WHERE id = (SELECT max(id) FROM t);"
mkfifo gate
sqlite3 shop.db <gate >/dev/null & other=$!
exec 9>gate
printf ".timeout 20000\nBEGIN IMMEDIATE; INSERT INTO t VALUES (41);\n" >&9
locked() { sqlite3 shop.db 'BEGIN IMMEDIATE' 2>&1 | grep -q locked; }
until_true locked
"$AUTOGEN_BINARY" upgrade head >out 2>&1 </dev/null & runner=$!
sleep 0.3
echo "COMMIT;" >&9
exec 9>&-
wait $other
ends_with "an old snapshot of a write-ahead log: exit" 0 out $runner
same "an old snapshot of a write-ahead log: what was written meanwhile is seen" "$(sqlite3 shop.db 'SELECT group_concat(id) FROM t')" 41,42

# K16: children get no file of ours, neither database nor socket.
inherited() { grep -v ' [012] -> \| -> /proc/' "$1" | grep -- '->' || true; }
printf '[hooks]\nafter-revision = sh -c "ls -l /proc/self/fd >fds" {file}\n' >>autogen.ini
model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>
<table name="u"><column name="id" type="integer" primary-key="true"/></table>' sqlite
expect "a hook runs" 0 "" -- autogen -m second
verdict "a hook inherits no file" "$([ -s fds ] || echo 'it did not run')$(inherited fds)"

if [ -n "${AUTOGEN_TEST_PG:-}" ]; then
    # K17: what another session drops between our snapshot and PostgreSQL's functions, which do not go by it.
    fresh_database moving
    project moving "$(pg_url moving)"
    ask moving "CREATE TABLE a (id integer PRIMARY KEY, x text CHECK (x <> '')); CREATE TABLE b (id integer, y text);
        CREATE VIEW v AS SELECT * FROM a; CREATE INDEX i ON b ((lower(y)))"
    for round in $(seq 400); do
        echo "BEGIN; DROP TABLE b; CREATE TABLE b (id integer, y text); CREATE INDEX i ON b ((lower(y))); DROP VIEW v;
            ALTER TABLE a RENAME TO c; ALTER TABLE c RENAME TO a; CREATE VIEW v AS SELECT * FROM a; COMMIT;
            SELECT pg_sleep(0.2 + 0.001 * $round);"
    done >moves.sql
    psql -X -q -d moving -f moves.sql >/dev/null 2>&1 & mover=$!
    for _ in $(seq 12); do
        rm -rf read
        autogen inspect -o read >out 2>&1 || { verdict "a schema that moves: inspect" "failed" "$(cat out)"; break; }
        cat read/*/*.xml | cksum >>sums
    done
    kill $mover
    wait $mover
    ask postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'moving'" >/dev/null
    verdict "a schema that moves: every reading is the same" "$([ "$(sort -u sums | wc -l)" = 1 ] || echo differences)" "$(sort sums | uniq -c)"

    # V13: texts and names are compared whole.
    long=$(printf 'c%.0s' $(seq 63))
    text="(((id + 1111111111) * 2222222222 + length('$long$long')) % 3333333333)"
    ask moving "DROP VIEW v; DROP TABLE a, b; CREATE TABLE $long (id bigint, CHECK ($text <> 4)); CREATE INDEX long_index ON $long ($text)"
    expect "long texts: inspect" 0 -- autogen inspect -o models
    revision aaaa00000001 "" postgresql "SELECT 1;" "SELECT 1;"
    expect "long texts: stamp" 0 -- autogen stamp head
    expect "long texts: no difference" 0 -- autogen check
    sed -i "s/3333333333/3333333334/" models/*/*.xml
    expect "long texts: a difference at their end" 2 "long_index" "check" -- autogen check
else
    not_tested "schemas that move on PostgreSQL: AUTOGEN_TEST_PG is not set"
fi
finish
