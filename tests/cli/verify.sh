# SPDX-License-Identifier: MIT
# `autogen verify` and `autogen check --replay`: revisions up, down and up again in a scratch database, which is gone afterwards.
. "$(dirname "$0")/../support/shell.sh"

# blocks UP DOWN: the same statements for both databases; "" for DOWN: none.
blocks() {
    local dialect
    for dialect in postgresql sqlite; do
        printf -- '-- autogen:upgrade %s\n%s\n' "$dialect" "$1"
        [ -z "$2" ] || printf -- '-- autogen:downgrade %s\n%s\n' "$dialect" "$2"
    done
}
table='<table name="t"><column name="id" type="bigint" primary-key="true"/><column name="a" type="bigint" null="true"/>%s</table>'
create='CREATE TABLE t (id bigint NOT NULL, a bigint, CONSTRAINT t_pkey PRIMARY KEY (id));'
none() { same "$1" "$(case $url in sqlite*) ;; *) sql "SELECT count(*) FROM pg_database WHERE datname LIKE 'autogen_scratch%'" ;; esac)" "$2"; }

play() {
    project verify "$url"
    model "$(printf "$table" '')" "postgresql sqlite"
    expect "nothing there" 2 "the revisions do not make" "+ table" -- autogen verify
    expect "a forgotten revision" 2 "+ table" "1 table" "!pending" -- autogen check --replay
    expect "as JSON" 2 '"agree": false' '"heads": []' "!current" -- autogen check --replay --format json
    blocks "$create" "DROP TABLE t;" | revision_file aaaa1111 ''
    expect "one revision" 0 "1 revision tried" "as it should be" -- autogen verify
    same "the database is not touched" "$(autogen current -q)" base
    blocks "CREATE INDEX i ON t (a);" "" | revision_file bbbb2222 aaaa1111
    blocks "ALTER TABLE t ADD COLUMN b bigint;" "SELECT 1;" | revision_file cccc3333 bbbb2222
    expect "what is not taken back is in the way" 1 "cccc3333.sql" "column" -- autogen verify
    blocks "DROP INDEX i;" "CREATE INDEX i ON t (id);" | revision_file cccc3333 bbbb2222
    expect "check --replay agrees" 0 "models and revisions agree" -- autogen check --replay
    expect "a downgrade that makes something else" 2 "cccc3333" "does not bring back what was before" "~ index" "has no way back" -- autogen verify
    expect "only to there" 0 "2 revisions tried" -- autogen verify bbbb2222
    expect "as JSON" 2 '"proven": false' '"what": "downgrade"' '"bbbb2222"' -- autogen verify --format json
    blocks "DROP INDEX i;" "CREATE INDEX i ON t (a);" | revision_file cccc3333 bbbb2222
    expect "mended" 0 "3 revisions tried" -- autogen verify
    blocks "CREATE TABLE later (a integer, CHECK);" "DROP TABLE later;" | revision_file dddd4444 cccc3333
    expect "a statement that fails" 1 "dddd4444.sql:" "[statement]" -- autogen verify
    expect "unknown revision" 65 -- autogen verify nothing
}

url=sqlite:///verify.db
play
same "no file was made" "$(ls verify.db 2>/dev/null)" ""
if fresh_database verify_home; then
    play
    none "no scratch database is left" 0
    rm revisions/dddd4444.sql
    psql -X -q -d "$url" -c "SET client_min_messages = error" -c "DROP ROLE IF EXISTS no_maker" -c "CREATE ROLE no_maker LOGIN" >/dev/null
    expect "without the right" 77 "CREATEDB" -- autogen --url "${url/postgres@/no_maker@}" verify
    psql -X -q -d "$url" -c "DROP ROLE no_maker" >/dev/null
    blocks "SELECT pg_sleep(30);" "" | sed '/sqlite/,$d' | revision_file eeee5555 cccc3333
    "$AUTOGEN_BINARY" verify >out 2>&1 &
    wait_for "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"
    kill -TERM $!
    status=0
    wait $! || status=$?
    same "stopped" "$status" 143
    none "and cleaned up" 0
fi
finish
