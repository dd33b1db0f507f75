# SPDX-License-Identifier: MIT
# A revision that rebuilds tables, killed before and after every one of its statements: the file is wholly as it was before or
# wholly as it is afterwards, and the same command afterwards gets to where an undisturbed run gets.
. "$(dirname "$0")/../support/faults.sh"
need cc sqlite3
make_hit
project statements "sqlite:///shop.db"

# tables TYPE: several tables that are rebuilt when TYPE changes, with all that hangs on tables.
tables() {
    model "
<table name=\"person\">
  <column name=\"id\" type=\"integer\" identity=\"always\"/>
  <column name=\"name\" type=\"$1\"/>
  <column name=\"boss_id\" type=\"integer\" null=\"true\"/>
  <primary-key columns=\"id\"/>
  <foreign-key columns=\"boss_id\" references=\"person\" on-delete=\"cascade\"/>
  <index columns=\"name\" unique=\"true\"/>
  <trigger name=\"person_gone\" timing=\"after\" events=\"delete\"><body>BEGIN INSERT INTO gone (what) VALUES (old.name); END</body></trigger>
</table>
<table name=\"task\">
  <column name=\"id\" type=\"integer\" primary-key=\"true\"/>
  <column name=\"person_id\" type=\"integer\"/>
  <column name=\"title\" type=\"$1\"/>
  <column name=\"twice\" type=\"text\"><generated>title || title</generated></column>
  <foreign-key columns=\"person_id\" references=\"person\" on-delete=\"cascade\"/>
  <check name=\"task_title\">title &lt;&gt; ''</check>
</table>
<table name=\"pair\" without-rowid=\"true\">
  <column name=\"a\" type=\"integer\"/>
  <column name=\"b\" type=\"$1\"/>
  <primary-key columns=\"a\"/>
</table>
<table name=\"gone\"><column name=\"what\" type=\"text\"/></table>
<view name=\"todo\"><query>SELECT t.title, p.name FROM task t JOIN person p ON p.id = t.person_id</query>
  <trigger name=\"todo_new\" timing=\"instead-of\" events=\"insert\"><body>BEGIN INSERT INTO gone (what) VALUES (new.title); END</body></trigger>
</view>
<view name=\"todo_count\"><query>SELECT count(*) AS n FROM todo</query></view>"
}
tables text
autogen -m first >made 2>&1 && autogen upgrade head >>made 2>&1 || verdict "the first revision" "failed" "$(cat made)"
sqlite3 shop.db "INSERT INTO person (id, name, boss_id) VALUES (1, 'a', NULL), (2, 'b', 1), (7, 'c', 2), (90, 'd', 7);
    DELETE FROM person WHERE id = 90; INSERT INTO task (id, person_id, title) VALUES (3, 1, 'x'), (5, 7, 'y');
    INSERT INTO pair VALUES (1, 'p'), (2, 'q')"
tables "varchar(200)"
autogen -m second >made 2>&1 || verdict "the second revision" "was not made" "$(cat made)"
same "tables that are rebuilt" "$(grep -c 'RENAME TO' revisions/*second.sql)" 6
second=$(sed -n 's/^-- id: //p' revisions/*second.sql)
first=$(sed -n 's/^-- parent: //p' revisions/*second.sql)
cp shop.db old.db

# The catalogue, what pragmas say of it, rows with their rowids, counters, integrity, and what is recorded.
state() {
    sqlite3 shop.db >told "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name;
        SELECT m.name, x.* FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE m.type IN ('table', 'view') ORDER BY m.name, x.cid;
        SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq;
        SELECT m.name, i.name, i.\"unique\", i.origin FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' ORDER BY m.name, i.name;
        SELECT rowid, * FROM person; SELECT rowid, * FROM task; SELECT * FROM pair; SELECT rowid, * FROM gone;
        SELECT * FROM todo; SELECT * FROM todo_count; SELECT * FROM sqlite_sequence WHERE name = 'person';
        SELECT version_num FROM autogen_version; SELECT revision, direction, step, status, checksum FROM autogen_log ORDER BY rowid;
        PRAGMA integrity_check; PRAGMA foreign_key_check" 2>&1
    sha256sum <told
}

# play NAME FROM WHERE COMMAND...: every hit of a run that begins with the file FROM; WHERE is before, after, or both.
play() {
    local name=$1 from=$2 wheres=$3 old new found when where n status reason said
    shift 3
    cp "$from" shop.db; old=$(state)
    said=$(AUTOGEN_HIT_LOG=log hitting never "$AUTOGEN_BINARY" "$@" 2>&1) || verdict "$name: undisturbed" "failed" "$said"
    new=$(state)
    n=$(wc -l <log)
    verdict "$name: statements that rebuild three tables" "$(grep -c 'INSERT OR ABORT' log | grep -qx 3 || cat log)"
    for when in $(seq "$n"); do
        for where in $wheres; do
            rm -f shop.db*; cp "$from" shop.db
            status=0 reason=''
            said=$(hitting "$where:$when" "$AUTOGEN_BINARY" "$@" 2>&1) || status=$?
            [ "$status" = 137 ] || reason="exit $status instead of a kill"
            found=$(state)
            if [ "$found" != "$old" ] && [ "$found" != "$new" ]; then reason="in between: $(cat told)"; fi
            # After one statement is before the next: one of the two is enough to go on from.
            if [ "$found" != "$new" ] && [ "$where" = "${wheres%% *}" ]; then
                said=$(autogen "$@" 2>&1) || reason="the next run failed"
                [ "$(state)" = "$new" ] || reason="the next run ends elsewhere: $(cat told)"
            fi
            verdict "$name: killed $where statement $(sed -n "${when}p" log)" "$reason" "$said"
        done
    done
}

# apart NAME ARGUMENT...: play in a directory of its own, at the same time as the others; its counts are added by together.
apart() {
    cp -r "$scratch/statements" "$scratch/$1"
    (cd "$scratch/$1" && play "$@" && echo "$good $bad" >counts) >"$scratch/$1.said" 2>&1 &
}
together() {
    local name goods bads
    wait
    for name in "$@"; do
        cat "$scratch/$name.said"
        if read -r goods bads <"$scratch/$name/counts"; then good=$((good + goods)) bad=$((bad + bads)); else verdict "$name" "did not end"; fi
    done
}
cp old.db wal.db
sqlite3 wal.db "PRAGMA journal_mode = wal" >/dev/null
autogen upgrade "$second" >made 2>&1 || verdict "the second revision" "failed" "$(cat made)"
cp shop.db new.db
apart upgrade old.db "before after" upgrade "$second"
apart downgrade new.db after downgrade "$first" --allow-destructive
apart write-ahead-log wal.db before upgrade "$second"
together upgrade downgrade write-ahead-log
finish
