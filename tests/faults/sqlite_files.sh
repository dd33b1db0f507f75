# SPDX-License-Identifier: MIT
# SQLite files that are not what they should be, or may not be written, or were left by a crash (C17 to C22).
. "$(dirname "$0")/../support/faults.sh"
need sqlite3 strace
project files "sqlite:///shop.db"
model '<table name="t"><column name="id" type="integer" primary-key="true"/><column name="note" type="text" null="true"/></table>'
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text);
INSERT INTO t VALUES (1, 'one');" "DROP TABLE t;"
revision bbbb00000002 aaaa00000001 sqlite "INSERT INTO t VALUES (2, 'two');" "DELETE FROM t WHERE id = 2;"

# C17: what is no database is neither made one nor touched.
mkdir directory.db
printf 'this is no database, but it is longer than the hundred bytes of the header of a database file, so that the magic is looked at\n' >text.db
head -c 8192 /dev/urandom >random.db
mkfifo fifo.db
for command in check "upgrade head" current; do
    # shellcheck disable=SC2086
    {
        expect "a directory, $command" 69 "directory.db" "directory" "hint:" -- autogen --url sqlite:///directory.db $command
        expect "a missing parent, $command" 69 "nowhere" "does not exist" "hint:" -- autogen --url sqlite:///nowhere/shop.db $command
        expect "a text file, $command" 69 "text.db" "not an SQLite database" "hint:" -- autogen --url sqlite:///text.db $command
        expect "random or encrypted bytes, $command" 69 "random.db" "not an SQLite database" "hint:" -- autogen --url sqlite:///random.db $command
        expect "a fifo, $command" 69 "fifo.db" "not a regular file" -- timeout 10 "$AUTOGEN_BINARY" --url sqlite:///fifo.db $command
        expect "a device, $command" 69 "not a regular file" -- timeout 10 "$AUTOGEN_BINARY" --url sqlite:////dev/zero $command
    }
done
same "the text is still there" "$(head -c 20 text.db)" "this is no database,"
same "nothing was made" "$(ls ./*-journal ./*-wal nowhere 2>/dev/null)" ""
expect "reading makes no database" 2 -- autogen --url sqlite:///new.db check
same "none was made" "$(ls new.db 2>/dev/null)" ""

# C18: files and directories that may not be written.
expect "made" 0 -- autogen upgrade +1
chmod 755 . ; chmod 644 shop.db
before=$(sha256sum <shop.db)
expect "a read-only file: upgrade" 3 "read-only" "hint:" "[read-only]" -- as_nobody "$AUTOGEN_BINARY" upgrade head
expect "a read-only file: check" 2 "bbbb00000002" -- as_nobody "$AUTOGEN_BINARY" check
chmod 666 shop.db
expect "a read-only directory: upgrade" 3 "not writable" "journal" "[read-only]" -- as_nobody "$AUTOGEN_BINARY" upgrade head
expect "a read-only directory: check" 2 "bbbb00000002" -- as_nobody "$AUTOGEN_BINARY" check
sqlite3 shop.db 'PRAGMA journal_mode = wal' >/dev/null
rm -f shop.db-wal shop.db-shm
chmod 644 shop.db
expect "a write-ahead log on a read-only directory: upgrade" 3 "[read-only]" -- as_nobody "$AUTOGEN_BINARY" upgrade head
expect "a write-ahead log on a read-only directory: check" 2 "bbbb00000002" -- as_nobody "$AUTOGEN_BINARY" check
same "no log was made" "$(ls shop.db-* 2>/dev/null)" ""
sqlite3 shop.db 'PRAGMA journal_mode = delete' >/dev/null
same "it was not touched" "$(sqlite3 shop.db 'SELECT group_concat(id) FROM t')" 1
chmod 000 shop.db
expect "a file that may not be read" 69 "shop.db" -- as_nobody "$AUTOGEN_BINARY" check
chmod 644 shop.db

# C19: journal_mode is a property of the connection: off and memory do not stay in the file, and ours is safe.
sqlite3 shop.db 'PRAGMA journal_mode = off' >/dev/null
strace -f -qq -o trace -e trace=openat,unlink "$AUTOGEN_BINARY" upgrade head >/dev/null 2>&1
verdict "a journal is written whatever another connection has set" "$(grep -q 'shop.db-journal' trace || echo no journal)"
revision cccc00000003 bbbb00000002 sqlite "-- autogen:set journal_mode off
INSERT INTO t VALUES (3, 'three');" "DELETE FROM t WHERE id = 3;"
status=0; said=$(autogen upgrade head 2>&1) || status=$?
verdict "a revision cannot turn the journal off" "$([ $status -ne 0 ] || echo exit 0)" "$said"
same "and nothing ran" "$(sqlite3 shop.db 'SELECT group_concat(id) FROM t')" 1,2
revision cccc00000003 bbbb00000002 sqlite "PRAGMA journal_mode = off;
INSERT INTO t VALUES (3, 'three');" "DELETE FROM t WHERE id = 3;"
status=0; said=$(autogen upgrade head 2>&1) || status=$?
same "nor by itself: integrity" "$(sqlite3 shop.db 'PRAGMA integrity_check')" ok
verdict "nor by itself: it has no effect or is refused" "$([ $status -eq 0 ] || [ "$(sqlite3 shop.db 'SELECT count(*) FROM t')" = 2 ] || echo half)" "$said"
rm -f revisions/cccc*; autogen stamp bbbb00000002 >/dev/null 2>&1; sqlite3 shop.db 'DELETE FROM t WHERE id = 3'
not_tested "C20 older SQLite libraries: here one is linked; scripts/test --sqlite 3.35 plays the oldest that CMake takes"

# C21: a hot journal: killed in the middle of writing the file.
cp shop.db good.db
revision dddd00000004 bbbb00000002 sqlite "CREATE TABLE wide AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT n, hex(randomblob(20)) AS h FROM c;
UPDATE t SET note = 'changed';" "DROP TABLE wide;"
hot=0
for n in 60 200 400 800; do
    cp good.db shop.db; rm -f shop.db-journal
    traced "pwrite64:signal=KILL:when=$n" "$AUTOGEN_BINARY" upgrade head >/dev/null 2>&1
    [ -s shop.db-journal ] || continue
    hot=$((hot + 1))
    expect "a hot journal ($n): current" 0 "bbbb00000002" -- autogen current
    same "a hot journal ($n): as before" "$(sqlite3 shop.db 'SELECT group_concat(note) FROM t')" "one,two"
    expect "a hot journal ($n): the next run completes" 0 "1 revision applied" -- autogen upgrade head
    same "a hot journal ($n): integrity" "$(sqlite3 shop.db 'PRAGMA integrity_check')" ok
done
verdict "there were hot journals" "$([ $hot -gt 0 ] || echo none)"
# One that a read-only user finds can be neither played back nor ignored.
cp good.db shop.db; rm -f shop.db-journal
traced "pwrite64:signal=KILL:when=1100" "$AUTOGEN_BINARY" upgrade head >/dev/null 2>&1
if [ -s shop.db-journal ]; then
    chmod 644 shop.db shop.db-journal
    status=0; said=$(as_nobody "$AUTOGEN_BINARY" current 2>&1) || status=$?
    verdict "a hot journal and no right to play it back" "$([ $status -ne 0 ] || echo "$said" | grep -q bbbb00000002 || echo wrong)" "$said"
fi

# A write-ahead log that was left.
cp good.db shop.db; rm -f shop.db-*
sqlite3 shop.db 'PRAGMA journal_mode = wal' >/dev/null
for n in 3 30 300; do
    traced "pwrite64:signal=KILL:when=$n" "$AUTOGEN_BINARY" upgrade head >/dev/null 2>&1
    expect "a log left ($n): current" 0 "bbbb00000002" -- autogen current
done
expect "a log left: the next run completes" 0 -- autogen upgrade head
same "a log left: integrity" "$(sqlite3 shop.db 'PRAGMA integrity_check')" ok
same "it is still a write-ahead log" "$(sqlite3 shop.db 'PRAGMA journal_mode')" wal

# C22: damage. A page of an index, of a table, of the schema, and a cut file.
rm -f shop.db* ; cp good.db whole.db
sqlite3 whole.db "CREATE INDEX t_note ON t (note); CREATE TABLE fill AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000) SELECT n, hex(n) AS h FROM c"
page=$(sqlite3 whole.db "PRAGMA page_size")
damage() { cp whole.db shop.db; dd if=/dev/urandom of=shop.db bs=1 seek="$1" count="$2" conv=notrunc 2>/dev/null; }
root=$(sqlite3 whole.db "SELECT rootpage FROM sqlite_master WHERE name = 't_note'")
for where in "index $(((root - 1) * page)) 200" "schema 100 60" "table $((12 * page)) 3000" "header 20 10"; do
    # shellcheck disable=SC2086
    set -- $where
    damage "$2" "$3"
    before=$(sha256sum <shop.db)
    status=0; said=$(autogen upgrade head 2>&1) || status=$?
    verdict "damage of $1: refused" "$([ $status = 3 ] || [ $status = 69 ] || echo "exit $status")" "$said"
    verdict "damage of $1: told" "$(echo "$said" | grep -qi 'malformed\|damaged\|not an SQLite database\|Tree\|page\|row ' || echo 'not said')" "$said"
    same "damage of $1: not touched" "$(sha256sum <shop.db)" "$before"
done
cp whole.db shop.db; truncate -s $((3 * page + 100)) shop.db; before=$(sha256sum <shop.db)
status=0; said=$(autogen upgrade head 2>&1) || status=$?
verdict "a cut file: refused" "$([ $status = 3 ] || [ $status = 69 ] || echo "exit $status")" "$said"
same "a cut file: not touched" "$(sha256sum <shop.db)" "$before"

# What is no damage is not taken for it: rows that break a CHECK, and a CHECK that only the application can evaluate.
rm -f shop.db revisions/d*; autogen upgrade head >/dev/null 2>&1
sqlite3 shop.db "PRAGMA ignore_check_constraints = on; CREATE TABLE odd (n int CHECK (n > 0)); INSERT INTO odd VALUES (-1)"
revision dddd00000004 bbbb00000002 sqlite "INSERT INTO t VALUES (4, 'four');" "DELETE FROM t WHERE id = 4;"
expect "rows that break a check" 0 "1 revision applied" -- autogen upgrade head
expect "and back" 0 -- autogen downgrade -1 --allow-destructive
sqlite3 shop.db "PRAGMA writable_schema = on; UPDATE sqlite_master SET sql = 'CREATE TABLE odd (n int CHECK (checked_by_app(n)))' WHERE name = 'odd'"
expect "a check with a function of the application" 0 "1 revision applied" -- autogen upgrade head

# A module that only other programs have: its table is named and left alone, its shadow is not seen.
sqlite3 far.db "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text); CREATE TABLE far_data (a);
PRAGMA writable_schema = on;
INSERT INTO sqlite_master VALUES ('table', 'far', 'far', 0, 'CREATE VIRTUAL TABLE far USING nowhere (a)');"
expect "a module that SQLite here does not have" 2 "virtual table 'far'" "no module 'nowhere'" "!far_data" -- autogen --url sqlite:///far.db -v check

# Forms of the URL: relative to where one stands, absolute, and nothing but memory, which is gone afterwards.
mkdir forms
expect "relative" 0 -- autogen --url sqlite:///forms/a.db upgrade head
expect "absolute" 0 "nothing to do" -- autogen --url "sqlite:///$PWD/forms/a.db" upgrade head
same "the same file" "$(ls forms)" a.db
expect "in memory: upgrade" 0 -- autogen --url sqlite:// upgrade head
expect "in memory: nothing stays" 2 "aaaa00000001" -- autogen --url sqlite:// check
same "in memory: no file" "$(ls -- *memory* 2>/dev/null)" ""

# A database that a revision attaches is not ours: what it is not told to change there stays, whatever names it has.
project attached "sqlite:///shop.db"
sqlite3 other.db "CREATE TABLE t (theirs); INSERT INTO t VALUES (7); CREATE TABLE autogen_version (version_num); INSERT INTO autogen_version VALUES ('x')"
before=$(sha256sum <other.db)
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, note text);
INSERT INTO t VALUES (2, 'two');" "DROP TABLE t;"
revision cccc00000003 aaaa00000001 sqlite "-- autogen:step no-transaction
ATTACH DATABASE 'other.db' AS other;
-- autogen:step
UPDATE t SET note = 'three' WHERE id = 2;
ALTER TABLE t ADD COLUMN more text;" "ALTER TABLE t DROP COLUMN more;"
expect "with a database attached" 0 -- autogen upgrade head
same "ours has changed" "$(sqlite3 shop.db 'SELECT note, more IS NULL FROM t WHERE id = 2')" "three|1"
same "and says so" "$(sqlite3 shop.db 'SELECT version_num FROM autogen_version')" cccc00000003
same "the other is untouched" "$(sha256sum <other.db)" "$before"
finish
