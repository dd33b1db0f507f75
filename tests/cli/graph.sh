# SPDX-License-Identifier: MIT
# The revision graph on the command line: identifiers, several heads, merges, stamps, files that were edited or lost.
. "$(dirname "$0")/../support/shell.sh"

# table ID PARENT: a revision that makes the table t_ID, on both databases.
table() {
    local dialect
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\nCREATE TABLE t_%s (x integer);\n' "$dialect" "$1"
        printf -- '-- autogen:downgrade %s\nDROP TABLE t_%s;\n' "$dialect" "$1"
    done | revision_file "$1" "$2"
}

at() { autogen current -q | sed 's/ .*//' | sort | tr '\n' ' ' | sed 's/ $//'; }

graph() {
    project "graph" "$url"
    model '' "postgresql sqlite"
    expect "no revisions" 0 "nothing to do" -- autogen upgrade head
    expect "no heads" 0 -- autogen heads
    table aaaa1111 ''
    table aaaa2222 aaaa1111
    table bbbb3333 aaaa2222
    table cccc4444 bbbb3333
    expect "unknown" 65 "revision-unknown" "autogen history" -- autogen upgrade nothing
    expect "ambiguous prefix" 65 "revision-ambiguous" "aaaa1111" "aaaa2222" -- autogen upgrade aaaa
    expect "prefix too short" 65 -- autogen upgrade bbb
    expect "prefix" 0 "aaaa2222" -- autogen upgrade aaaa2
    same "at the prefix" "$(at)" aaaa2222
    expect "one up" 0 -- autogen upgrade +1
    same "one further" "$(at)" bbbb3333
    expect "two down" 0 -- autogen downgrade -2 --allow-destructive
    same "two back" "$(at)" aaaa1111
    expect "too far up" 65 -- autogen upgrade +9
    expect "too far down" 65 -- autogen downgrade -9 --allow-destructive
    expect "relative to one" 0 -- autogen upgrade aaaa1111+2
    same "relative" "$(at)" bbbb3333
    expect "back relative to one" 0 -- autogen downgrade bbbb3333-1 --allow-destructive
    same "relative back" "$(at)" aaaa2222
    expect "head" 0 -- autogen upgrade head
    same "at the head" "$(at)" cccc4444
    expect "upgrade does not go down" 0 "nothing to do" -- autogen upgrade aaaa1111
    expect "ranges" 0 "bbbb3333" "cccc4444" "!aaaa1111" -- autogen history -r bbbb3333:
    expect "base" 0 "base" -- autogen downgrade base --allow-destructive
    same "at base" "$(at)" base

    # Two heads.
    table dddd5555 bbbb3333
    expect "two heads need a word" 65 "autogen merge cccc4444 dddd5555 -m" -- autogen upgrade head
    expect "all heads" 0 -- autogen upgrade heads
    same "at both" "$(at)" "cccc4444 dddd5555"
    expect "check finds two heads" 2 "2 heads" -- autogen check
    expect "a revision needs one parent" 65 "autogen merge" -- autogen revision -m more --empty
    expect "merge needs two" 64 "two heads" -- autogen merge cccc4444 -m alone
    expect "merge needs a message" 64 "message" -- autogen merge heads
    expect "merge needs words" 64 "usage: autogen merge REV..." -- autogen merge -m nothing
    expect "merge needs heads" 65 "is no head" -- autogen merge cccc4444 aaaa1111 -m wrong
    expect "merge" 0 "revisions/" -- autogen merge cccc dddd5555 -m "both together" --rev-id eeee6666
    expect "one head" 0 "eeee6666" "!cccc4444" -- autogen heads
    expect "its parents" 0 "parent: cccc4444, dddd5555" -- autogen show eeee6666
    expect "merge runs" 0 -- autogen upgrade head
    same "at the merge" "$(at)" eeee6666
    expect "after the merge" 0 "-- parent: eeee6666" -- autogen revision --empty --sql -m next
    expect "the way back from a merge has a fork" 65 "forks at eeee6666" -- autogen downgrade -1
    expect "down through the merge" 0 -- autogen downgrade cccc4444
    same "at both again" "$(at)" "cccc4444 dddd5555"
    expect "one branch down" 0 -- autogen downgrade dddd5555-1 --allow-destructive
    expect "up to the merge" 0 -- autogen upgrade head

    # Stamps.
    expect "stamp" 0 "nothing was run" -- autogen stamp bbbb3333
    same "stamped" "$(at)" bbbb3333
    expect "stamp nothing" 64 "needs REV" -- autogen stamp
    expect "stamp heads" 0 -- autogen stamp heads
    same "stamped heads" "$(at)" eeee6666

    # Edited, lost and unknown.
    sed -i 's/t_cccc4444 (x integer)/t_cccc4444 (x integer, y integer)/' revisions/cccc4444.sql
    expect "check finds the edit" 2 "was edited after it was applied" -- autogen check
    expect "upgrade stops" 3 "edited-revision" "stamp --rehash" -- autogen upgrade head
    expect "rehash" 0 "checksums were taken anew" -- autogen stamp --rehash
    expect "accepted" 0 -- autogen upgrade head
    sed -i '/^-- autogen:end/i -- a comment is no edit' revisions/bbbb3333.sql
    expect "comments do not count" 0 -- autogen upgrade head
    mv revisions/aaaa2222.sql "$scratch/"
    expect "a missing parent" 65 "revisions/bbbb3333.sql" "aaaa2222" -- autogen upgrade head
    mv "$scratch/aaaa2222.sql" revisions/
    rm revisions/eeee6666.sql revisions/*eeee6666* 2>/dev/null
    expect "an unknown recorded revision" 65 "eeee6666" "stamp --purge" -- autogen current
    expect "for status too" 65 "eeee6666" -- autogen status
    expect "stamp alone does not hide it" 65 "eeee6666" -- autogen stamp heads
    expect "purge" 0 -- autogen stamp --purge heads
    same "purged" "$(at)" "cccc4444 dddd5555"
    table bbbb3334 bbbb3333
    sed -i 's/id: bbbb3334/id: bbbb3333/' revisions/bbbb3334.sql
    expect "duplicate id" 65 "revision-duplicate" "bbbb3333.sql" "bbbb3334.sql" -- autogen heads
    rm revisions/bbbb3334.sql
    sed -i 's/^-- parent: .*/-- parent: cccc4444/' revisions/aaaa2222.sql
    expect "a circle" 65 "revision-cycle" -- autogen heads
}

# An Alembic project goes on: its version table is taken over with the revision it names.
takeover() {
    project "takeover" "$url"
    echo 'version-table = alembic_version' >>autogen.ini
    table 1975ea83b712 ''
    table ae1027a6acf0 1975ea83b712
    sql "CREATE TABLE t_1975ea83b712 (x integer); CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
         CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)); INSERT INTO alembic_version VALUES ('1975ea83b712')"
    expect "where Alembic was" 0 "1975ea83b712 revision" "!ae1027a6acf0" -- autogen current
    expect "one is pending" 2 "pending    1" -- autogen status --exit-code
    expect "going on" 0 "1 revision applied" -- autogen upgrade head
    same "in Alembic's table" "$(sql 'SELECT version_num FROM alembic_version')" ae1027a6acf0
    expect "inspect" 0 -- autogen inspect -o out
    same "inspect leaves both tables out" "$(grep -rlE 'alembic_version|autogen_(log|version)' out | wc -l)" 0
    same "and no other" "$(sql "$version_tables")" 0
    expect "back" 0 -- autogen downgrade -1 --allow-destructive
    same "Alembic can read it" "$(sql 'SELECT version_num FROM alembic_version')" 1975ea83b712
}

# Two roots in two directories, labels, a dependency across; the commands that show and name them.
branches() {
    project "branches" "$url"
    sed -i 's/^revisions = .*/revisions = revisions other/' autogen.ini
    model '' "postgresql sqlite"
    expect "no branches" 0 "no branches" -- autogen branches
    expect "the first root" 0 "revisions/" -- autogen revision --empty -m users --rev-id aaaa1111 --branch-label users
    expect "an id with signs" 64 "letters, digits and underscores" -- autogen revision --empty -m x --rev-id 'a@-+:'
    expect "a word is no id" 64 "no word such as head" -- autogen revision --empty -m x --rev-id head
    expect "a taken id" 65 "is taken" -- autogen revision --empty -m x --rev-id aaaa1111
    expect "a taken label" 64 "label 'users' is taken" -- autogen revision --empty -m x --branch-label users
    expect "an unknown directory" 64 "'revisions' names" -- autogen revision --empty -m x --head base --version-path elsewhere
    expect "another root" 0 "other/" -- autogen revision --empty -m shop --head base --rev-id bbbb1111 --branch-label shop --version-path other
    expect "two heads, which?" 65 "--head" -- autogen revision --empty -m x
    expect "it goes beside its parent" 0 "other/" -- autogen revision --empty -m more --head shop@head --rev-id bbbb2222 --depends-on aaaa
    expect "no head without --splice" 65 "--splice" -- autogen revision --empty -m x --head bbbb1111
    expect "a fork" 0 "other/" -- autogen revision --empty -m fork --head bbbb1111 --splice --rev-id bbbb3333
    expect "an unknown dependency" 65 "no revision 'nothing'" -- autogen revision --empty -m x --head bbbb3333 --depends-on nothing
    expect "branches" 0 "bbbb1111 [shop] shop" "-> bbbb2222 more" "-> bbbb3333 fork" "!aaaa1111" -- autogen branches
    expect "branches as json" 0 '"children": [' '"bbbb2222"' -- autogen branches --format json
    expect "heads of the files" 0 "aaaa1111 (head) [users]" "bbbb2222" "bbbb3333" -- autogen heads
    expect "heads nobody needs" 0 "!aaaa1111" "bbbb2222" "bbbb3333" -- autogen heads --resolve-dependencies
    expect "the dependency in full" 0 "-- depends: aaaa1111" -- autogen show bbbb2222
    expect "show a label" 0 "-- id: bbbb1111" -- autogen show shop
    expect "show one down a branch" 0 "-- id: bbbb1111" -- autogen show bbbb3333-1
    expect "nothing is current" 65 "records no revision at all" -- autogen show current
    expect "show base" 65 "'base' names no revision" -- autogen show base
    same "nothing was made" "$(ls ./*.db 2>/dev/null)" ""
    expect "the record's tables" 0 "were made" -- autogen ensure-version
    expect "once" 0 "nothing to do" -- autogen ensure_version
    expect "one branch" 0 -- autogen upgrade shop@bbbb2222
    same "what it needs came too" "$(at)" bbbb2222
    expect "not at all heads" 2 "pending" -- autogen current --check-heads
    expect "the others" 0 -- autogen upgrade heads
    same "two rows" "$(at)" "bbbb2222 bbbb3333"
    expect "at all heads" 0 -- autogen current --check-heads
    expect "history says where" 0 "bbbb3333 (current) (head)" -- autogen history -i
    expect "history counts from A" 0 "bbbb2222" "!bbbb3333" -- autogen history -r bbbb1111:bbbb2222
    expect "history of no line" 65 "does not come before" -- autogen history -r bbbb2222:bbbb3333
    expect "one branch down" 0 -- autogen downgrade bbbb3333-1 --allow-destructive
    same "the other one stays" "$(at)" bbbb2222
    expect "stamp two" 0 "bbbb2222, bbbb3333" -- autogen stamp bbbb2222 bbbb3333
    expect "stamp one of a line" 65 "named together" -- autogen stamp bbbb1111 bbbb3333
    expect "stamp moves its own branch" 0 -- autogen stamp aaaa1111
    same "only that one" "$(at)" "aaaa1111 bbbb3333"
    expect "stamp a branch to base" 0 -- autogen stamp users@base
    same "it is gone" "$(at)" bbbb3333
    expect "purge" 0 -- autogen stamp --purge users
    same "only what was named" "$(at)" aaaa1111
    expect "a merge of no heads" 0 -- autogen merge bbbb1111 aaaa1111 --splice -m early --rev-id cccc1111
    expect "of one line" 65 "named together" -- autogen merge bbbb1111 bbbb2222 --splice -m wrong
    expect "edit" 0 -- env EDITOR="sed -i s/early/late/" "$AUTOGEN_BINARY" edit cccc1111
    expect "was edited" 0 "cccc1111 (head) late" -- autogen heads
    expect "edit what is current" 0 -- env EDITOR=true "$AUTOGEN_BINARY" edit current
    expect "no editor" 66 "cannot be run" -- env EDITOR=/nowhere "$AUTOGEN_BINARY" edit cccc1111
    expect "an editor that fails" 1 "status 1" -- env EDITOR=false "$AUTOGEN_BINARY" edit cccc1111
    expect "a slip is seen at once" 65 "unknown header key" -- env EDITOR="sed -i s/parent:/parrent:/" "$AUTOGEN_BINARY" edit cccc1111
}

version_tables="SELECT count(*) FROM sqlite_master WHERE name = 'autogen_version'"
url="sqlite:///graph.db"
graph
url="sqlite:///branches.db"
branches
url="sqlite:///takeover.db"
takeover
version_tables="SELECT count(*) FROM pg_class WHERE relname = 'autogen_version'"
if fresh_database graph; then graph; fi
if fresh_database takeover; then takeover; fi
finish
