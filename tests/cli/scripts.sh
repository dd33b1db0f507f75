# SPDX-License-Identifier: MIT
# Repeatable scripts: after the revisions, in the order of their names, whenever their statements changed.
. "$(dirname "$0")/../support/shell.sh"

play() {
    project scripts "$url"
    model '<table name="t"><column name="id" type="bigint" primary-key="true"/><column name="note" type="text" null="true"/></table>' "postgresql sqlite"
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\nCREATE TABLE t (id bigint NOT NULL, note text, CONSTRAINT t_pkey PRIMARY KEY (id));\n-- autogen:downgrade %s\nDROP TABLE t;\n' $dialect $dialect
    done | revision_file aaaa1111 ''
    expect "none yet" 0 "there are no scripts in 'scripts'" -- autogen scripts
    mkdir -p scripts/seed
    printf '%s\n' "-- first of all" "INSERT INTO t VALUES (1, 'it''s; one');" "INSERT INTO t SELECT 2, note FROM t WHERE id = 1;" >scripts/10_first.sql
    echo "UPDATE t SET note = 'seeded' WHERE id = 2" >scripts/seed/20.sql
    echo "UPDATE t SET note = note || ' (pg)' WHERE id = 2;" >scripts/seed/21.postgresql.sql
    echo "UPDATE t SET note = note || ' (lite)' WHERE id = 2;" >scripts/seed/21.sqlite.sql
    expect "not without what they need" 1 "10_first.sql:2:" -- autogen scripts
    expect "with the revisions" 0 "1 revision applied" "script 10_first.sql applied" "script seed/20.sql applied" -- autogen upgrade head
    case $url in sqlite*) which=lite ;; *) which=pg ;; esac
    same "in their order, those of this database" "$(sql "SELECT note FROM t ORDER BY id" | tr '\n' ' ')" "it's; one seeded ($which) "
    expect "once" 0 "nothing to do" "!script" -- autogen upgrade head
    expect "once by hand" 0 "!applied" -- autogen scripts
    printf '%s\n' "-- another comment" "" "UPDATE t   SET note = 'seeded' WHERE id = 2;" >scripts/seed/20.sql
    expect "comments and blanks are no change" 0 "!applied" -- autogen upgrade head
    echo "UPDATE t SET note = 'changed' WHERE id = 2;" >scripts/seed/20.sql
    expect "tried" 0 "script seed/20.sql would run" -- autogen scripts --dry-run
    same "rolled back" "$(sql "SELECT note FROM t WHERE id = 2")" "seeded ($which)"
    expect "left alone" 0 "!script" -- autogen upgrade head --no-scripts
    expect "only the changed one" 0 "script seed/20.sql applied" "!10_first" -- autogen upgrade head
    same "it ran" "$(sql "SELECT note FROM t WHERE id = 2")" changed
    expect "the log knows" 0 "script" "seed/20.sql" -- autogen log

    # A script that fails leaves nothing behind, and runs the next time.
    printf '%s\n' "INSERT INTO t VALUES (3, 'half');" "INSERT INTO t VALUES (1, 'again');" >scripts/30.sql
    expect "a failing one" 1 "30.sql:2:1" -- autogen scripts
    same "nothing of it stays" "$(sql "SELECT count(*) FROM t")" 2
    expect "the log says so" 0 "failed" -- autogen log
    echo "INSERT INTO t VALUES (3, 'whole');" >scripts/30.sql
    expect "mended" 0 "script 30.sql applied" -- autogen scripts

    # Data that is deleted needs consent, as in a revision.
    echo "DROP TABLE t;" >scripts/40.sql
    expect "needs consent" 3 "deletes-data" "40.sql" -- autogen scripts
    printf '%s\n' "-- autogen:allow deletes-data the table is made again" "DELETE FROM t WHERE id = 3;" >scripts/40.sql
    expect "allowed where it stands" 0 "script 40.sql applied" -- autogen scripts
    printf '%s\n' "-- autogen:step no-transaction" "SELECT 1;" >scripts/50.sql
    expect "nothing outside a transaction" 3 "outside its transaction" -- autogen scripts
    printf '%s\n' "-- autogen:downgrade sqlite" "SELECT 1;" >scripts/50.sql
    expect "no blocks" 65 "50.sql:1:1" "a repeatable script has no directive 'downgrade'" -- autogen scripts
    echo "SELECT 'open" >scripts/50.sql
    expect "not closed" 65 "50.sql:1:8" -- autogen upgrade head
    rm scripts/50.sql
    # Scripts wait for the newest revision.
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\nCREATE TABLE u (a integer);\n' $dialect
    done | revision_file bbbb2222 aaaa1111
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\nCREATE TABLE v (a integer);\n-- autogen:downgrade %s\nDROP TABLE v;\n' $dialect $dialect
    done | revision_file cccc3333 bbbb2222
    echo "INSERT INTO v VALUES (1);" >scripts/60.sql
    expect "not yet" 0 "1 revision applied" "!script" -- autogen upgrade +1
    expect "now" 0 "1 revision applied" "script 60.sql applied" -- autogen upgrade +1
    # What a downgrade takes, the scripts bring again.
    rm scripts/10_first.sql
    expect "taken back" 0 -- autogen downgrade -1 --allow-destructive
    expect "scripts again" 0 "1 revision applied" "script seed/20.sql applied" "script 60.sql applied" -- autogen upgrade head
    same "the row is there again" "$(sql "SELECT count(*) FROM v")" 1
    expect "once again" 0 "!script" -- autogen upgrade head
}

url=sqlite:///scripts.db
play
if fresh_database scripts_test; then play; fi
finish
