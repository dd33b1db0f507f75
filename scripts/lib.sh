# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What quickstart and test share: installing packages on Debian, and a throw-away PostgreSQL server.

build_packages="gcc cmake ninja-build pkg-config libglib2.0-dev libpq-dev libxml2-dev libsqlite3-dev libcmocka-dev"
test_packages="postgresql-15 postgresql-client-15 sqlite3 clang-format-14 libxml2-utils strace"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages NAME...: installs those that are missing; asks nothing.
install_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        echo "please install: ${missing[*]}" >&2
        exit 69
    fi
    echo "installing: ${missing[*]}" >&2
    # The server package would start a cluster of its own; we only want the programs.
    case " ${missing[*]} " in *" postgresql"*)
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            as_root mkdir -p /etc/postgresql-common
            echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi ;;
    esac
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# The server refuses to run as root, so root hands it to the account the package made.
as_server_user() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

postgres_bin=${AUTOGEN_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}

# start_postgres: a new cluster in a directory of its own, only on a local socket; sets PG_DIRECTORY and
# AUTOGEN_TEST_PG (a URL of a superuser). stop_postgres takes all of it away.
start_postgres() {
    PG_DIRECTORY=$(mktemp -d "${TMPDIR:-/tmp}/autogen-pg.XXXXXX")
    chmod 755 "$PG_DIRECTORY"
    if [ "$(id -u)" = 0 ]; then chown postgres "$PG_DIRECTORY"; fi
    as_server_user "$postgres_bin/initdb" -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8 \
        -D "$PG_DIRECTORY/data" >"$PG_DIRECTORY.log" 2>&1 || { cat "$PG_DIRECTORY.log" >&2; return 1; }
    as_server_user "$postgres_bin/pg_ctl" -D "$PG_DIRECTORY/data" -l "$PG_DIRECTORY/log" -w -s \
        -o "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses='' \
            -c unix_socket_directories=$PG_DIRECTORY -c port=54329 -c max_connections=60 \
            -c shared_buffers=64MB" start >/dev/null || { cat "$PG_DIRECTORY/log" >&2; return 1; }
    export AUTOGEN_TEST_PG="postgresql://postgres@/postgres?host=$PG_DIRECTORY&port=54329"
    export PGHOST="$PG_DIRECTORY" PGPORT=54329 PGUSER=postgres
}

stop_postgres() {
    [ -n "${PG_DIRECTORY:-}" ] || return 0
    as_server_user "$postgres_bin/pg_ctl" -D "$PG_DIRECTORY/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$PG_DIRECTORY" "$PG_DIRECTORY.log"
    PG_DIRECTORY=
}
