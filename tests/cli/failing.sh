# SPDX-License-Identifier: MIT
# A statement fails: the message has the place, and says where the database is now.
. "$(dirname "$0")/../support/shell.sh"

failing() {
    project failing "$url"
    revision_file aaaa1111 '' <<SQL
-- autogen:upgrade $1
CREATE TABLE one (x integer);
-- autogen:downgrade $1
DROP TABLE one;
SQL
    revision_file bbbb2222 aaaa1111 <<SQL
-- autogen:upgrade $1
CREATE TABLE two (x integer);
CREATE TABLE three (x integer, x integer);
-- autogen:downgrade $1
DROP TABLE two;
SQL
    expect "a wrong statement" 1 "revisions/bbbb2222.sql:8:" "statement 2 of 2" \
        "stopped after 1 revision; the database is at aaaa1111" -- autogen upgrade head
    expect "a dry run says the same" 1 "revisions/bbbb2222.sql:8:" "!stopped after" -- autogen upgrade head --dry-run
    same "nothing of it stays" "$(sql "SELECT count(*) FROM two" 2>/dev/null)" ""
    sed -i '/^CREATE TABLE three/d' revisions/bbbb2222.sql
    sql "CREATE TABLE two (x integer)"
    expect "it is there already" 1 "already exists" "autogen stamp REV" -- autogen upgrade head
    expect "as it says" 0 -- autogen stamp bbbb2222
    expect "goes on" 0 "nothing to do" -- autogen upgrade head
}

url="sqlite:///failing.db"
failing sqlite
if fresh_database failing; then
    failing postgresql
    sql "CREATE TABLE keyed (x integer); INSERT INTO keyed VALUES (1), (1)"
    revision_file cccc3333 bbbb2222 <<SQL
-- autogen:upgrade postgresql
ALTER TABLE keyed ADD UNIQUE (x);
-- autogen:downgrade postgresql
ALTER TABLE keyed DROP CONSTRAINT keyed_x_key;
SQL
    expect "rows do not fit" 1 "[rows-unfit]" "  detail: Key (x)=(1) is duplicated." -- autogen upgrade head
fi
finish
