# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For the fault tests: revisions written by hand, databases, servers of one's own, and a secret that nothing may print.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
export XDG_CACHE_HOME="$scratch/cache"
# The leak checker traces too, and a process has one tracer.
strace() { ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" command strace "$@"; }
SECRET=hunter2SECRETxyz

if [ "$(id -u)" = 0 ]; then chmod 755 "$scratch"; fi

not_tested() { echo "not tested: $*"; }

# need PROGRAM...: without one of them the script cannot run.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "$program is missing"; exit 77; }
    done
}

need_postgres() { [ -n "${AUTOGEN_TEST_PG:-}" ] || { echo "AUTOGEN_TEST_PG is not set"; exit 77; }; }

# sees NAME CODE [TEXT...] -- COMMAND...: expect, and the secret must not appear.
sees() {
    local name=$1 code=$2
    shift 2
    expect "$name" "$code" "!$SECRET" "$@"
}

# revision ID PARENT DIALECT UPGRADE DOWNGRADE: writes revisions/ID.sql.
revision() {
    {
        printf -- '-- autogen revision\n-- id: %s\n' "$1"
        [ -z "$2" ] || printf -- '-- parent: %s\n' "$2"
        printf -- '-- message: step %s\n-- created: 2026-01-01T00:00:00Z\n\n' "$1"
        printf -- '-- autogen:upgrade %s\n%s\n\n-- autogen:downgrade %s\n%s\n\n-- autogen:end\n' "$3" "$4" "$3" "$5"
    } >"revisions/$1.sql"
}

# fresh_database NAME [CREATE-OPTIONS]: an empty database of the server PGHOST/PGPORT name; pg_url NAME its URL.
fresh_database() {
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 TEMPLATE template0 ${2:-}" 2>/dev/null
}
pg_url() { echo "postgresql://${2:-postgres}@/$1?host=$PGHOST&port=$PGPORT"; }
ask() { psql -X -q -At -d "$1" -c "$2" 2>&1; }

# until_true COMMAND...: up to thirty seconds; what never comes true fails the script.
until_true() {
    local until=$((SECONDS + 30))
    while [ "$SECONDS" -lt "$until" ]; do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    verdict "waiting" "never true: $*"
    return 1
}

# use_cluster NAME PORT [OPTION...]: a server of this script's own; PGHOST and PGPORT name it from here on.
clusters=()
use_cluster() {
    local name=$1 port=$2
    shift 2
    export PGHOST="$scratch/server.$name" PGPORT=$port PGUSER=postgres
    if [ ! -e "$PGHOST/data" ]; then make_cluster "$PGHOST" || exit 1; fi
    clusters+=("$PGHOST")
    start_cluster "$PGHOST" "$port" "$@" || exit 1
}
stop_clusters() {
    local directory
    for directory in "${clusters[@]}"; do stop_cluster "$directory" || true; done
}
cleanup() { stop_clusters; }

# as_nobody COMMAND...: without root's right to everything.
as_nobody() {
    if [ "$(id -u)" = 0 ]; then runuser -u nobody -- env HOME=/nonexistent XDG_CACHE_HOME=/nonexistent "$@"; else "$@"; fi
}

# traced SPEC COMMAND...: under strace with one --inject, e.g. write:error=ENOSPC:when=2.
traced() {
    local spec=$1
    shift
    strace -f -qq -o /dev/null -e trace="${spec%%:*}" -e inject="$spec" "$@"
}

# make_hit [LIBRARY...]: builds what hits a run at one statement (hit.c); -lpq for runs on PostgreSQL.
make_hit() {
    cc -D_GNU_SOURCE -O1 -shared -fPIC -o "$scratch/hit.so" "$root/tests/support/hit.c" -Wl,--no-as-needed "$@" || exit 1
}

queries="^[[:space:]]*(SELECT|EXPLAIN|PRAGMA ([^=]*$|'main'))"

# hitting WHEN COMMAND...: COMMAND is killed at a statement, WHEN being before:N or after:N; or AUTOGEN_HIT_DO happens to it.
# Without a number to hit (WHEN is never) AUTOGEN_HIT_LOG tells the statements. Queries change nothing and do not count.
hitting() {
    local when=$1
    shift
    LD_PRELOAD="$scratch/hit.so" AUTOGEN_HIT="$when" AUTOGEN_HIT_NOT="${AUTOGEN_HIT_NOT-$queries}" \
        ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "$@"
}

# ends_with NAME CODE LOG PID: a program in the background must end with CODE.
ends_with() {
    local status=0
    wait "$4" || status=$?
    verdict "$1" "$([ "$status" = "$2" ] || echo "exit $status, wanted $2")" "$(cat "$3")"
}
