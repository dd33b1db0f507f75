# SPDX-License-Identifier: MIT
# Revision files that are damaged, lost, strange or large. Where each row of the fault matrix is tested:
#   R1  cut short         tests/faults/truncated.sh, test_revision (test_truncation)
#   R2  duplicate id      tests/cli/graph.sh, test_dag
#   R3  missing parent    tests/cli/graph.sh, test_dag
#   R4  cycle             tests/cli/graph.sh, test_dag
#   R5  two heads         tests/cli/graph.sh and here: dates and files of both; authors are git's to tell, not the file's
#   R6  merged heads that touch the same object: `verify` replays one order (the runner's); the other order is not tried
#   R7  edited            tests/cli/graph.sh: `stamp --rehash` accepts all applied files at once, with rows in the log
#   R8  deleted           tests/cli/graph.sh and here: recorded but gone, and gone from the middle: nothing runs in either direction
#   R9  line ends, mark   test_revision (test_line_ends_and_mark); comments do not count on purpose: they change nothing
#   R10 lone CR           test_revision (test_sql_problems)
#   R11 bytes             test_revision (test_bytes)
#   R12 invisible ones    test_revision (test_sql_problems)
#   R13 unterminated      test_revision (test_sql_problems)
#   R14 BEGIN, COMMIT     test_revision (test_transaction_control); what ends the transaction at run time: test_runner_pg, test_runner_sqlite
#   R15 runs alone only   test_revision (test_what_runs_alone): when the file is read, before anybody connects
#   R16 psql's commands   test_revision (test_sql_problems)
#   R17 SET that stays    test_runner_pg_session; a warning beforehand would be `lint`'s
#   R18 conforming strings test_revision (test_sql_problems)
#   R19 empty block, empty file      here; an empty block needs no notice: `autogen revision --empty` writes such files
#   R20 no downgrade block           here
#   R21 large files                  here
#   R22 unknown key, newer format    test_revision (test_header_problems)
#   R23 wrong database               here
#   R24 names do not matter          here, and test_dag, whose names never agree with the order
#   R25 no room to write             tests/faults/writing.sh
#   R26 killed while writing         tests/faults/writing.sh; strays are hidden files and passed over
#   R27 rights                       here; a directory that all may write is not refused: volumes of containers often are
#   R28 clocks                       here
#   R29 two write at once            here
#   R30 conflict markers             here
#   R31 replay of the whole history  tests/cli/verify.sh (`check --replay`, `verify`)
. "$(dirname "$0")/../support/shell.sh"
url="sqlite:///a.db"
project files "$url"
model '' "postgresql sqlite"
made() { printf -- '-- autogen:upgrade sqlite\n%s\n-- autogen:downgrade sqlite\n%s\n' "$1" "$2"; }

made "CREATE TABLE a (x integer);" "DROP TABLE a;" | revision_file aaaa1111 ''
made "" "" | revision_file bbbb2222 aaaa1111
printf -- '-- autogen:upgrade sqlite\nCREATE TABLE c (x integer);\n' | revision_file cccc3333 bbbb2222
expect "R19: an empty block" 0 "2 revisions applied" -- autogen upgrade bbbb2222
: >revisions/empty.sql
expect "R19: an empty file" 65 "revisions/empty.sql" "[bad-revision]" -- autogen upgrade head
rm revisions/empty.sql
expect "up" 0 -- autogen upgrade head
expect "R20: no block downwards" 65 "has no downgrade block for sqlite" "autogen:irreversible" -- autogen downgrade -1
sed -i 's/^-- autogen:end/-- autogen:downgrade sqlite\n-- autogen:irreversible the old values are gone\n&/' revisions/cccc3333.sql
expect "R20: irreversible" 3 "cannot be undone: the old values are gone" -- autogen downgrade base --allow-destructive

expect "that was an edit" 0 -- autogen stamp --rehash

# R8: from the middle.
mv revisions/bbbb2222.sql "$scratch/"
expect "R8: gone from the middle, down" 65 "cccc3333" "bbbb2222" -- autogen downgrade base --allow-destructive
expect "R8: gone from the middle, up" 65 "not pulled" -- autogen upgrade head
mv "$scratch/bbbb2222.sql" revisions/

# R24, R28: neither names nor times decide.
sed -i 's/^-- message.*/&\n-- created: 1970-01-01T00:00:00Z/' revisions/cccc3333.sql
sed -i 's/^-- message.*/&\n-- created: 2099-12-31T23:59:59Z/' revisions/aaaa1111.sql
mv revisions/aaaa1111.sql revisions/zz.sql
mkdir revisions/2026 && mv revisions/cccc3333.sql revisions/2026/00.sql
expect "R24, R28: the graph alone decides" 0 "nothing to do" -- env LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu "$AUTOGEN_BINARY" upgrade head
same "R24: newest first" "$(autogen history | cut -c1-8 | tr '\n' ' ')" "cccc3333 bbbb2222 aaaa1111 "
expect "R28: a clock far back" 0 "197001010000_dddd4444_back" -- env AUTOGEN_NOW=1970-01-01T00:00:00Z "$AUTOGEN_BINARY" revision --empty -m back --rev-id dddd4444
rm revisions/*dddd4444*

# R5: what tells two heads apart.
made "" "" | revision_file dddd4444 cccc3333
made "" "" | revision_file dddd5555 cccc3333
sed -i 's/^-- message.*/&\n-- created: 2026-11-20T14:03:11Z/' revisions/dddd5555.sql
expect "R5: two heads" 65 "revisions/dddd4444.sql" "revisions/dddd5555.sql, 2026-11-20T14:03:11Z" "autogen merge dddd4444 dddd5555 -m" -- autogen upgrade head
printf '<<<<<<< ours\n' | cat - revisions/dddd5555.sql >conflict && mv conflict revisions/dddd5555.sql
expect "R30: conflict markers" 65 "revisions/dddd5555.sql:1" "merge conflict marker" -- autogen upgrade head
rm revisions/dddd*

# R23: a revision for another database.
printf -- '-- autogen:upgrade postgresql\nSELECT 1;\n' | revision_file dddd4444 cccc3333
expect "R23: not for this database" 65 "'dddd4444' has no upgrade block for sqlite" -- autogen upgrade head
rm revisions/dddd4444.sql

# R21: a statement of 20 MB and many small ones; memory stays within a few times that, where a sanitizer lets it be limited.
limit=600000
bash -c "ulimit -v $limit; exec '$AUTOGEN_BINARY' --version" >/dev/null 2>&1 || limit=unlimited
{
    echo "-- autogen:upgrade sqlite"
    echo "CREATE TABLE big (x text);"
    printf "INSERT INTO big VALUES ('"
    head -c 20000000 /dev/zero | tr '\0' x
    echo "');"
    seq -f "INSERT INTO big VALUES ('row %.0f of many that make the file long');" 20000
} | revision_file dddd4444 cccc3333
expect "R21: a large file" 0 "1 revision applied" -- bash -c "ulimit -v $limit; exec '$AUTOGEN_BINARY' upgrade head"
same "R21: all of it" "$(sql "SELECT count(*), max(length(x)) FROM big")" "20001|20000000"
rm revisions/dddd4444.sql
expect "back" 0 -- autogen stamp --purge cccc3333

# R27: files and directories without rights (root has them all).
if [ "$(id -u)" != 0 ]; then
    chmod 000 revisions/bbbb2222.sql
    expect "R27: an unreadable file" 66 "bbbb2222.sql" "Permission denied" -- autogen heads
    chmod 644 revisions/bbbb2222.sql
    chmod 555 revisions
    expect "R27: a directory that cannot be written" 73 "[cannot-write]" -- autogen revision --empty -m x
    chmod 755 revisions
fi
ln -s /nowhere revisions/dangling.sql
expect "R27: a link to nothing" 66 "revisions/dangling.sql" -- autogen heads
rm revisions/dangling.sql

# R29: several write at once, with the same name: every file is whole and none is lost.
for i in 1 2 3 4; do
    AUTOGEN_NOW=2026-11-20T14:03:11Z autogen revision --empty -m "same" --rev-id eeee0000 >"$scratch/one.$i" 2>&1 &
done
wait
same "R29: one of them wrote" "$(find revisions -name '*eeee0000*' | wc -l) $(cat "$scratch"/one.* | grep -c '^revisions/.*sql$')" "1 1"
expect "R29: a whole file" 0 "eeee0000 (head) same" -- autogen heads
finish
