# SPDX-License-Identifier: MIT
# A history of ten revisions, with transactions, statements outside of them and batches, that is broken off at its
# statements: the runner killed, its session ended, the server stopped at once. The same command afterwards, and nothing
# else, gets to where an undisturbed run gets.
# AUTOGEN_TEST_FAULTS=all (scripts/test --faults all): before and after every statement; otherwise a sample of them.
. "$(dirname "$0")/../support/faults.sh"
need cc sqlite3 python3
all=${AUTOGEN_TEST_FAULTS:-}

# history DIALECT: ten files of one shape; what only PostgreSQL has stands in two of them.
history() {
    local id="GENERATED ALWAYS AS IDENTITY" big=bigint loose='' concurrently='' batch="WHERE id IN (SELECT id FROM item WHERE slug IS NULL LIMIT 20)" back=CONCURRENTLY
    loose='-- autogen:step no-transaction'$'\n' concurrently=CONCURRENTLY
    if [ "$1" = sqlite ]; then id="PRIMARY KEY" big=integer loose='' concurrently='' back=''; fi
    revision a00000000001 "" "$1" "CREATE TABLE item (id $big $id, name text NOT NULL);" "DROP TABLE item;"
    revision a00000000002 a00000000001 "$1" "INSERT INTO item (name) VALUES ('a'), ('b'), ('c');
INSERT INTO item (name) SELECT x.name || y.name FROM item x, item y;
INSERT INTO item (name) SELECT x.name || y.name FROM item x, item y WHERE x.id < 4;" "DELETE FROM item;"
    revision a00000000003 a00000000002 "$1" "${loose}CREATE INDEX $concurrently item_name ON item (name);" "${loose}DROP INDEX $back item_name;"
    revision a00000000004 a00000000003 "$1" "ALTER TABLE item ADD COLUMN slug text;
-- autogen:step batched
UPDATE item SET slug = name || '-' || id $batch;
-- autogen:step
UPDATE item SET name = upper(name) WHERE id % 2 = 0;" "ALTER TABLE item DROP COLUMN slug;"
    revision a00000000005 a00000000004 "$1" "CREATE TABLE part (item_id $big, n integer DEFAULT 1);
INSERT INTO part SELECT id, id % 3 FROM item;" "DROP TABLE part;"
    if [ "$1" = postgresql ]; then
        revision a00000000006 a00000000005 "$1" "CREATE TYPE state AS ENUM ('new');
-- autogen:step no-transaction
ALTER TYPE state ADD VALUE 'old';
VACUUM item;
-- autogen:step
ALTER TABLE item ADD COLUMN state state DEFAULT 'old';" "ALTER TABLE item DROP COLUMN state;
DROP TYPE state;"
    else
        revision a00000000006 a00000000005 "$1" "CREATE VIEW names AS SELECT name FROM item;
ALTER TABLE item ADD COLUMN state text DEFAULT 'old';" "DROP VIEW names;
ALTER TABLE item DROP COLUMN state;"
    fi
    revision a00000000007 a00000000006 "$1" "${loose}CREATE UNIQUE INDEX $concurrently item_slug ON item (slug);
CREATE INDEX $concurrently part_item ON part (item_id);" "${loose}DROP INDEX $back part_item;
DROP INDEX $back item_slug;"
    revision a00000000008 a00000000007 "$1" "-- autogen:step batched
DELETE FROM part WHERE n = 0 AND item_id IN (SELECT item_id FROM part WHERE n = 0 LIMIT 13);" "SELECT 1;"
    revision a00000000009 a00000000008 "$1" "INSERT INTO part (item_id) SELECT max(item_id) + 1 FROM part;
UPDATE part SET n = n + 1;
${loose}DROP INDEX $back item_name;" "${loose}CREATE INDEX $concurrently item_name ON item (name);"
    revision a00000000010 a00000000009 "$1" "ALTER TABLE part RENAME TO piece;
CREATE TABLE last (id integer);
INSERT INTO last VALUES (1);" "DROP TABLE last;
ALTER TABLE piece RENAME TO part;"
}

struck() { if [ -n "$hits" ]; then AUTOGEN_HIT_DO=$hits hitting "$@"; else hitting "$@"; fi; }

# disturb NAME STEP WHERES: at every STEP-th statement. The functions: fresh (an empty database), state, ready (after a
# hit); hits: what happens then.
disturb() {
    local name=$1 step=$2 wheres=$3 n when where reason said wanted status
    fresh
    rm -f log
    said=$(AUTOGEN_HIT_LOG=$PWD/log hitting never "$AUTOGEN_BINARY" upgrade head --allow-destructive 2>&1) || verdict "$name: undisturbed" failed "$said"
    wanted=$(state)
    n=$(wc -l <log)
    verdict "$name: it has many statements" "$([ "$n" -gt 40 ] || echo "$n")"
    [ "$all" != all ] || { step=1; wheres="before after"; }
    for when in $(seq "$step" "$step" "$n"); do
        for where in $wheres; do
            fresh
            reason='' status=0
            said=$(struck "$where:$when" "$AUTOGEN_BINARY" upgrade head --allow-destructive 2>&1) || status=$?
            [ "$hits" != '' ] || [ "$status" = 137 ] || reason="exit $status instead of a kill"
            ready
            said="$said
$(autogen upgrade head --allow-destructive --wait 30 2>&1)" || reason="the next run failed"
            [ "$(state)" = "$wanted" ] || reason="it ends elsewhere"
            verdict "$name $where statement $(sed -n "${when}p" log)" "$reason" "$said"
        done
    done
}

make_hit
project history_sqlite "sqlite:///shop.db"
history sqlite
hits=''
fresh() { rm -f shop.db*; }
ready() { :; }
state() {
    sqlite3 shop.db "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2; SELECT * FROM item; SELECT * FROM piece; SELECT * FROM last;
        SELECT version_num FROM autogen_version; SELECT revision, count(*) FROM autogen_log WHERE step IS NULL AND status = 'done' GROUP BY 1;
        PRAGMA integrity_check" 2>&1 | sha256sum
}
disturb "SQLite, killed" 5 "before"

need psql pg_dump
make_hit -lpq
use_cluster history 54346 -c synchronous_commit=on
project history "postgresql://postgres@/shop?host=$PGHOST&port=$PGPORT"
history postgresql
fresh() { psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS shop WITH (FORCE)' -c 'CREATE DATABASE shop TEMPLATE template0 STRATEGY file_copy' 2>/dev/null; }
# Sequences may skip numbers after a crash (docs, CREATE SEQUENCE, Notes).
state() {
    {
        pg_dump --inserts -T autogen_log -d shop | grep -v '^--\|restrict\|^INSERT\|setval'
        pg_dump --inserts -a -T autogen_log -d shop | grep '^INSERT' | sort
        ask shop "SELECT revision, count(*) FROM autogen_log WHERE step IS NULL AND status = 'done' GROUP BY 1 ORDER BY 1"
        ask shop "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE NOT indisvalid"
    } >told 2>&1
    sha256sum <told
}
hits=''
disturb "PostgreSQL, killed" 11 "before"
hits="psql -X -q -d postgres -c \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'\" >/dev/null"
disturb "PostgreSQL, session ended" 19 "after"
# It is up again a moment later, as under a supervisor.
cat >restart <<RESTART
cd "$root" && . scripts/lib.sh
kill -QUIT \$(head -1 "$PGHOST/data/postmaster.pid")
while [ -e "$PGHOST/data/postmaster.pid" ]; do sleep 0.02; done
start_cluster "$PGHOST" "$PGPORT" -c synchronous_commit=on
RESTART
hits="bash '$PWD/restart' >/dev/null 2>&1"
disturb "PostgreSQL, server stopped" 41 "before"
finish
