# SPDX-License-Identifier: MIT
# What runs out: files may not grow (the disk is full, E10, E37), the table of locks (E11), memory for rows nobody asked
# for (E32); extensions that are not there or not for this role (E18, E19).
. "$(dirname "$0")/../support/faults.sh"
need sqlite3 psql python3

# --- SQLite: no file may grow over that size ---
project limits_sqlite "sqlite:///shop.db"
revision a00000000001 "" sqlite "CREATE TABLE t (id integer PRIMARY KEY, note text);" "DROP TABLE t;"
revision b00000000002 a00000000001 sqlite "INSERT INTO t (note) VALUES ('kept');
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t (note) SELECT hex(zeroblob(500)) FROM n;" "DELETE FROM t;"
small() { ( ulimit -f 800 && exec "$AUTOGEN_BINARY" "$@" ); }
sees "E37: a file may not grow" 1 "b00000000002.sql:9" "1 revision" -- small upgrade head
same "E37: the file is whole" "$(sqlite3 shop.db 'PRAGMA integrity_check; SELECT version_num FROM autogen_version; SELECT count(*) FROM t')" "ok
a00000000001
0"
sees "E37: with room again it goes on" 0 "b00000000002" -- autogen upgrade head
same "E37: all rows are there" "$(sqlite3 shop.db 'SELECT count(*) FROM t')" 3001

# --- PostgreSQL: few locks, and files that may not grow over 20 MB ---
( ulimit -f 20480 && . "$root/scripts/lib.sh" && make_cluster "$scratch/server.small" >/dev/null ) || exit 1
start_small() { ( ulimit -f 20480 && start_cluster "$scratch/server.small" 54352 -c max_connections=8 -c max_locks_per_transaction=10 -c autovacuum=off ); }
export PGHOST="$scratch/server.small" PGPORT=54352 PGUSER=postgres
clusters+=("$PGHOST")
start_small || exit 1
fresh_database shop
project limits "$(pg_url shop)"
tables() { ask shop "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname !~ '^autogen'"; }
revision a00000000001 "" postgresql "CREATE TABLE t (id integer);" "DROP TABLE t;"
revision b00000000002 a00000000001 postgresql "INSERT INTO t VALUES (1);
INSERT INTO t SELECT generate_series(1, 900000);" "DELETE FROM t;"
sees "E10: a table may not grow" 1 "b00000000002.sql:9" "could not" "the database is at a00000000001" -- autogen upgrade head
same "E10: nothing of it stays" "$(ask shop 'SELECT count(*) FROM t')" 0
sed -i 's/900000/90/' revisions/b00000000002.sql
psql -X -q -d shop -c 'VACUUM t'
sees "E10: with room again it goes on" 0 "b00000000002" -- autogen upgrade head

revision c00000000003 b00000000002 postgresql "$(for i in $(seq 1500); do echo "CREATE TABLE many$i (id integer);"; done)" "SELECT 1;"
sees "E11: the table of locks is full" 1 "53200" "c00000000003.sql:" "the setting takes a restart" "the database is at b00000000002" -- autogen upgrade head
same "E11: nothing of it stays" "$(tables)" 1
sees "E11: and the record is right" 0 "b00000000002" -- autogen current
revision c00000000003 b00000000002 postgresql "SELECT 1;" "SELECT 1;"

# E48: a downgrade stops in the middle of the way, and goes on from there.
revision d00000000004 c00000000003 postgresql "CREATE TABLE d (id integer);" "DROP TABLE d;"
revision e00000000005 d00000000004 postgresql "CREATE TABLE e (id integer);" "DROP TABLE e;"
sees "E48: up" 0 "e00000000005" -- autogen upgrade head
psql -X -q -d shop -c "CREATE VIEW in_the_way AS SELECT * FROM d"
sees "E48: the second of three fails" 1 "d00000000004.sql" "downgrade" "the database is at d00000000004" -- autogen downgrade b00000000002 --allow-destructive
sees "E48: it stands between two revisions" 0 "d00000000004" "!e00000000005" -- autogen current
same "E48: with what belongs there" "$(tables)" 2
psql -X -q -d shop -c "DROP VIEW in_the_way"
sees "E48: it goes on" 0 "b00000000002" -- autogen downgrade b00000000002 --allow-destructive
sees "E48: and up again" 0 "e00000000005" -- autogen upgrade head

# E18, E19: the server's own words, whose exit code tells who can help.
psql -X -q -d shop -c "CREATE ROLE plain LOGIN" -c "GRANT ALL ON DATABASE shop TO plain" -c "GRANT ALL ON SCHEMA public TO plain" -c "GRANT ALL ON autogen_version, autogen_log TO plain"
revision f00000000006 e00000000005 postgresql 'CREATE EXTENSION "no such";' "SELECT 1;"
sees "E18: an extension that is not there" 1 "no such" "f00000000006.sql:8" -- autogen upgrade head
revision f00000000006 e00000000005 postgresql 'CREATE EXTENSION file_fdw;' "SELECT 1;"
sees "E19: one for superusers" 77 "file_fdw" "[permission]" "superuser" -- autogen --url "$(pg_url shop plain)" upgrade head
revision f00000000006 e00000000005 postgresql 'SELECT 1;' "SELECT 1;"

# E32: rows that a revision selects are not kept. The sanitizer's own memory does not count.
memory_of() {
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1" python3 -c "
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if code == 0 else 'exit %d' % code)" "$@"
}
revision f00000000006 e00000000005 postgresql "SELECT 1;" "SELECT 1;"
few=$(memory_of "$AUTOGEN_BINARY" -q upgrade head)
revision f00000000007 f00000000006 postgresql "SELECT repeat('x', 1000) FROM generate_series(1, 200000);" "SELECT 1;"
many=$(memory_of "$AUTOGEN_BINARY" -q upgrade head)
verdict "E32: 200 MB of rows go by" "$([ "$((many - few))" -lt 40000 ] || echo "$few kB with none, $many kB with 200 MB of rows")"
finish
