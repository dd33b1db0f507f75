# SPDX-License-Identifier: MIT
# Servers that do not let us in, or not yet (C3 to C6, C8): exit 69 with the reason, the password never shown.
. "$(dirname "$0")/../support/faults.sh"
need psql cc
outside=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m1 -E '^[0-9.]+$')
listen="listen_addresses=127.0.0.1${outside:+,$outside}"
use_cluster own 54341 -c "$listen" -c max_connections=8 -c superuser_reserved_connections=2
cat >"$PGHOST/hba" <<HBA
local all postgres trust
local all keyed scram-sha-256
host shut all 127.0.0.1/32 reject
host open keyed 127.0.0.1/32 scram-sha-256
host open trusted 127.0.0.1/32 trust
host open nobody_there 127.0.0.1/32 trust
host open trusted samenet trust
host gone trusted 127.0.0.1/32 trust
HBA
cp "$PGHOST/hba" "$PGHOST/data/pg_hba.conf"
psql -X -q -d postgres -c "CREATE ROLE keyed LOGIN PASSWORD '$SECRET'" -c 'CREATE ROLE trusted LOGIN' \
    -c 'CREATE DATABASE open' -c 'GRANT CREATE ON DATABASE open TO trusted' -c 'SELECT pg_reload_conf()' -c '\c open' -c 'GRANT CREATE ON SCHEMA public TO trusted' >/dev/null
until_true psql -X -d "host=127.0.0.1 user=trusted dbname=open" -c 'SELECT 1'

project connecting "sqlite:///unused.db"
model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>' postgresql
revision aaaa00000001 "" postgresql "CREATE TABLE t (id int);" "DROP TABLE t;"
at="127.0.0.1:$PGPORT"
unset PGPASSWORD

# C3
for command in check "upgrade head" status "inspect -o out"; do
    # shellcheck disable=SC2086
    sees "wrong password, $command" 69 "'open'" "'keyed'" "127.0.0.1" "$PGPORT" "28P01" "hint:" -- \
        autogen --url "postgresql://keyed:$SECRET.wrong@$at/open" $command
done
sees "no password" 69 "'keyed'" "password-command" -- autogen --url "postgresql://keyed@$at/open" check
sees "wrong password from the environment" 69 "28P01" -- \
    env PGPASSWORD="$SECRET.wrong" "$AUTOGEN_BINARY" --url "postgresql://keyed@$at/open" check
printf '127.0.0.1:*:*:keyed:%s.wrong\n' "$SECRET" >pgpass && chmod 600 pgpass
sees "wrong password from .pgpass" 69 "28P01" -- env PGPASSFILE="$PWD/pgpass" "$AUTOGEN_BINARY" --url "postgresql://keyed@$at/open" check
printf '[autogen]\nurl = postgresql://keyed@%s/open\npassword-command = echo %s.wrong\n' "$at" "$SECRET" >command.ini
sees "wrong password from the command" 69 "28P01" -- autogen -c command.ini check
sees "right password" 0 -- env PGPASSWORD="$SECRET" "$AUTOGEN_BINARY" --url "postgresql://keyed@$at/open" current
sees "unknown role" 69 "'nobody_there'" "28000" "hint:" -- autogen --url "postgresql://nobody_there:$SECRET@$at/open" check
sees "no database" 69 "'gone'" "3D000" "hint:" -- autogen --url "postgresql://trusted:$SECRET@$at/gone" check
sees "no line in pg_hba.conf" 69 "pg_hba.conf" "28000" -- autogen --url "postgresql://stranger:$SECRET@$at/open" check
sees "a line that rejects" 69 "28000" -- autogen --url "postgresql://trusted:$SECRET@$at/shut" upgrade head

# C4
sees "refused port" 69 "127.0.0.1" "port 1:" "hint:" -- autogen --url "postgresql://u:$SECRET@127.0.0.1:1/db" check
sees "no socket" 69 "$scratch" "hint:" -- autogen --url "postgresql://u:$SECRET@/db?host=$scratch&port=5" check
sees "unknown host" 69 "nowhere.invalid" "hint:" -- autogen --url "postgresql://u:$SECRET@nowhere.invalid/db?connect_timeout=5" check
cc -o silent "$root/tests/support/silent_server.c" || exit 1
./silent >silent.port & silent=$!
until_true test -s silent.port
started=$(date +%s)
sees "a server that never answers" 69 "2 seconds" "--wait" -- \
    autogen --url "postgresql://u:$SECRET@127.0.0.1:$(cat silent.port)/db?connect_timeout=2" check
verdict "the time limit holds" "$([ $(($(date +%s) - started)) -le 5 ] || echo too long)"
sees "several hosts that never answer" 69 -- \
    autogen --url "postgresql://u:$SECRET@127.0.0.1:$(cat silent.port),127.0.0.1:1/db?connect_timeout=2" check
kill "$silent"

# C5, C6
sees "TLS is required and the server has none" 69 "SSL" "sslmode" -- \
    autogen --url "postgresql://trusted:$SECRET@$at/open?sslmode=require" check
sees "TLS by the name of SQLAlchemy" 69 "SSL" -- autogen --url "postgresql+asyncpg://trusted:$SECRET@$at/open?ssl=require" check
if [ -n "$outside" ]; then
    sees "unprotected connection to another host" 0 "[insecure]" "not encrypted" "sslmode=verify-full" "prefer" -- \
        autogen --url "postgresql://trusted:$SECRET@$outside:$PGPORT/open" current
    sees "unprotected because the URL says so" 0 "[insecure]" "sslmode=disable" -- \
        autogen --url "postgresql://trusted:$SECRET@$outside:$PGPORT/open?sslmode=disable" current
else
    not_tested "C6 unprotected connection to another host: this machine has only the loopback address"
fi
sees "a local host needs no warning" 0 "!not encrypted" -- autogen --url "postgresql://trusted@$at/open" current
not_tested "C5 untrusted, expired and foreign certificates: the server here has no TLS; libpq decides, and its text is shown"
not_tested "C7 require_auth: it came with libpq 16, this one is 15"

# C8: all connections in use. Six sessions fill what is not kept for superusers. A slot is free again a moment after its
# session has left pg_stat_activity, and the question itself takes one, so a session that was refused is started again.
hold() {
    local i
    for i in 1 2 3 4 5 6; do
        [ -n "${held[i]:-}" ] && kill -0 "${held[i]}" 2>/dev/null && continue
        psql -X -q -d "host=127.0.0.1 user=trusted dbname=open" -c "SELECT pg_sleep(30)" >/dev/null 2>&1 &
        held[i]=$!
    done
}
all_held() {
    hold
    sleep 0.3
    ask postgres "SELECT count(*) FROM pg_stat_activity WHERE usename = 'trusted' AND wait_event = 'PgSleep'" | grep -qx 6
}
held=()
until_true all_held
sees "too many connections" 69 "53300" "--wait" -- autogen --url "postgresql://trusted@$at/open" upgrade head
(sleep 1; ask postgres "SELECT pg_terminate_backend(min(pid)) FROM pg_stat_activity WHERE usename = 'trusted'" >/dev/null) &
sees "waiting for one to be free" 0 "1 revision would run" -- autogen --url "postgresql://trusted@$at/open" upgrade head --dry-run --wait 20
kill "${held[@]}" 2>/dev/null
wait "${held[@]}" 2>/dev/null
same "nothing stays of a dry run" "$(ask open "SELECT count(*) FROM pg_class WHERE relname IN ('t', 'autogen_version')")" 0

# C8: a server that comes up while we wait, and one that does not.
stop_cluster "$PGHOST" fast
sees "down, and stays down" 69 "hint:" -- autogen --url "$(pg_url open)" upgrade head --wait 1
(sleep 1; start_cluster "$PGHOST" "$PGPORT") & starter=$!
sees "down, and comes up" 0 -- autogen --url "$(pg_url open)" upgrade head --wait 20
wait "$starter"
same "applied" "$(ask open 'SELECT count(*) FROM t')" 0
finish
