# SPDX-License-Identifier: MIT
# `upgrade --backup FILE`: a copy before anything runs, never over another one, and the printed way back works.
. "$(dirname "$0")/../support/shell.sh"

steps() {
    local dialect
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\n%s\n-- autogen:downgrade %s\n%s\n' $dialect "$1" $dialect "$2"
    done | revision_file "$3" "$4"
}
way_back() { sed -n 's/^ *the way back[^:]*: //p' said; }

play() {
    project backup "$url"
    model '' "postgresql sqlite"
    steps "CREATE TABLE t (a integer);" "DROP TABLE t;" aaaa1111 ''
    expect "the first" 0 -- autogen upgrade head
    sql "INSERT INTO t VALUES (1), (2)"
    steps "DELETE FROM t; CREATE TABLE u (b integer); CREATE VIEW v AS SELECT a FROM t;" "" bbbb2222 aaaa1111
    expect "not with a dry run" 64 "nothing to back up" -- autogen upgrade head --backup copy --dry-run
    expect "not where nothing can be written" 73 "cannot write the backup" -- autogen upgrade head --backup none/copy
    same "nothing was run" "$(autogen current -q | cut -d" " -f1)" aaaa1111
    autogen upgrade head --backup copy >said 2>&1
    verdict "backup and upgrade" "$([ $? -eq 0 ] || echo failed)" "$(cat said)"
    same "no part is left" "$(ls ./*.part 2>/dev/null)" ""
    same "only the owner may read it" "$(stat -c %a copy)" 600
    same "the rows are gone" "$(sql "SELECT count(*) FROM t")" 0
    expect "nothing to do, no backup" 0 "nothing to do" "!backup" -- autogen upgrade head --backup copy2
    same "no file" "$(ls copy2* 2>/dev/null)" ""
    expect "never overwritten" 3 "exists already" -- autogen downgrade -1 --backup copy
    printf '%s\n' "$(way_back)" >back.sh
    expect "the way back" 0 -- sh back.sh
    same "the rows are back" "$(sql "SELECT count(*) FROM t")" 2
    same "and what is recorded" "$(autogen current -q | cut -d" " -f1)" aaaa1111
    expect "and what was made is gone" 0 "bbbb2222" -- autogen upgrade head
}

url=sqlite:///backup.db
play
expect "WAL is copied too" 0 -- autogen --url sqlite:///wal.db upgrade aaaa1111
sqlite3 wal.db "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES (7)" >/dev/null
expect "with WAL" 0 "wal_copy" -- autogen --url sqlite:///wal.db upgrade head --backup wal_copy
same "the copy has it" "$(sqlite3 wal_copy "SELECT a FROM t")" 7
expect "no database yet" 0 "no backup: there is no database yet" "2 revisions applied" -- autogen --url sqlite:///new.db upgrade head --backup new_copy
same "no empty file" "$(ls new_copy* 2>/dev/null)" ""

if fresh_database backup_test; then
    play
    expect "without pg_dump" 1 "pg_dump cannot be run" "!stopped" -- env PATH=/nowhere "$AUTOGEN_BINARY" downgrade -1 --backup other
    same "and nothing is left" "$(ls other* 2>/dev/null)" ""
fi
finish
