# SPDX-License-Identifier: MIT
# An SQLite upgrade that is killed or meets a failing disk at every single write leaves the file as it was before or as it
# is afterwards, never in between; and the same command afterwards completes.
. "$(dirname "$0")/../support/faults.sh"
need strace sqlite3
project crash "sqlite:///shop.db"
table() { model "<table name=\"t\"><column name=\"id\" type=\"integer\" primary-key=\"true\"/><column name=\"note\" type=\"$1\"/><index columns=\"note\"/></table>
<table name=\"child\"><column name=\"id\" type=\"integer\" primary-key=\"true\"/><column name=\"t_id\" type=\"integer\"/><foreign-key columns=\"t_id\" references=\"t\" on-delete=\"cascade\"/></table>"; }
# The second revision builds a table anew: the change that has most to lose.
table text
autogen -m first >/dev/null 2>&1 && autogen upgrade head >/dev/null 2>&1
sqlite3 shop.db "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 150)
    INSERT INTO t SELECT n, 'note ' || n FROM c; INSERT INTO child SELECT id, id FROM t"
table "varchar(200)"
autogen -m second >/dev/null 2>&1
grep -q 'ALTER TABLE .* RENAME TO' revisions/*second.sql || verdict "the second revision rebuilds" "it does not" "$(cat revisions/*second.sql)"
for mode in delete wal; do
    cp shop.db "$mode.db"
    sqlite3 "$mode.db" "PRAGMA journal_mode = $mode" >/dev/null
done
state() { sqlite3 shop.db "SELECT * FROM sqlite_master WHERE name NOT LIKE 'autogen%'; SELECT * FROM t; SELECT * FROM child; SELECT * FROM autogen_version; PRAGMA integrity_check; PRAGMA foreign_key_check" | sed 's/|[0-9]*|CREATE/|CREATE/; s/\(autoindex[^|]*|[^|]*\)|[0-9]*|/\1|/' | sha256sum; }
cp delete.db shop.db; old=$(state)
autogen upgrade head >/dev/null 2>&1; new=$(state)
verdict "old and new differ" "$([ "$old" != "$new" ] || echo same)"

# hit MODE CALL WHAT STEP: CALL number 1, 1 + STEP, ... ends as WHAT says, until a run gets through.
hit() {
    local mode=$1 call=$2 what=$3 step=$4 n status said reason runs=0
    for ((n = 1; n < 2000; n += step)); do
        rm -f shop.db*; cp "$mode.db" shop.db
        status=0; reason=
        said=$(traced "$call:$what:when=$n" "$AUTOGEN_BINARY" upgrade head 2>&1 </dev/null) || status=$?
        found=$(state)
        if [ "$found" != "$old" ] && [ "$found" != "$new" ]; then reason="in between"; fi
        if [ "$status" = 0 ] && [ "$found" != "$new" ]; then reason="said done, and was not"; fi
        case $what in error=*)
            if [ "$status" != 0 ] && [ "$found" != "$old" ]; then reason="said failed (exit $status), and was done"; fi
            if [ "$status" != 0 ] && ! echo "$said" | grep -q 'error: '; then reason="no message"; fi ;;
        esac
        if [ -z "$reason" ] && [ "$status" != 0 ]; then
            runs=$((runs + 1))
            said=$(autogen upgrade head 2>&1) || reason="the next run failed"
            [ "$(state)" = "$new" ] || reason="the next run did not complete"
        fi
        if [ -n "$reason" ]; then verdict "$mode: $call number $n $what" "$reason" "$said"; fi
        [ "$status" != 0 ] || break
    done
    verdict "$mode: $call $what: was hit and got through in the end" "$([ $runs -gt 0 ] && [ $n -lt 2000 ] || echo "$runs hits, $n")"
}
hit delete pwrite64 signal=KILL 1
hit delete fdatasync signal=KILL 1
hit delete unlink signal=KILL 1
hit delete pwrite64 error=ENOSPC 3
hit delete pwrite64 error=EIO 4
hit delete fdatasync error=EIO 1
hit delete unlink error=EIO 1
hit wal pwrite64 signal=KILL 4
hit wal pwrite64 error=ENOSPC 5
hit wal fdatasync error=EIO 1
finish
