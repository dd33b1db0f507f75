# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For tests that run the program: a scratch project, and expectations that count.
set -u
: "${AUTOGEN_BINARY:?set AUTOGEN_BINARY to the program}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/autogen-sh.XXXXXX")
trap 'cleanup; rm -rf "$scratch"' EXIT
cleanup() { :; }
good=0 bad=0

# expect NAME CODE [TEXT...] -- COMMAND...: the command must exit with CODE and say each TEXT on stdout or stderr
# (a TEXT that begins with ! must not appear).
expect() {
    local name=$1 code=$2 texts=() status=0 text missing=
    shift 2
    while [ "$1" != -- ]; do texts+=("$1"); shift; done
    shift
    output=$("$@" 2>&1 </dev/null) || status=$?
    for text in "${texts[@]}"; do
        case $text in
        !*) case $output in *"${text#!}"*) missing="said '${text#!}'" ;; esac ;;
        *) case $output in *"$text"*) ;; *) missing="did not say '$text'" ;; esac ;;
        esac
    done
    if [ "$status" -ne "$code" ]; then missing="exit $status, wanted $code"; fi
    verdict "$name" "$missing" "$output"
}

# verdict NAME REASON [OUTPUT]: an empty reason is good.
verdict() {
    if [ -z "$2" ]; then
        good=$((good + 1))
    else
        bad=$((bad + 1))
        printf 'not ok %s: %s\n%s\n' "$1" "$2" "${3:-}"
    fi
}

# same NAME A B: two texts must be equal.
same() { if [ "$2" = "$3" ]; then verdict "$1" ""; else verdict "$1" "'$2' is not '$3'"; fi; }

finish() {
    echo "$good passed, $bad failed"
    [ "$bad" -eq 0 ]
    exit
}

autogen() { "$AUTOGEN_BINARY" "$@"; }

# project NAME URL: an empty project in $scratch/NAME, and there we are.
project() {
    rm -rf "${scratch:?}/$1"
    mkdir -p "$scratch/$1/models" "$scratch/$1/revisions"
    cd "$scratch/$1" || exit 1
    printf '[autogen]\nurl = %s\nmodels = models\nrevisions = revisions\n' "$2" >autogen.ini
}

# model TEXT [DIALECT]: the one model file of the project.
model() {
    printf '<model xmlns="urn:autogen:model:1" dialects="%s">\n%s\n</model>\n' "${2:-sqlite}" "$1" >models/all.xml
}

# fresh_database NAME: an empty PostgreSQL database; sets $url to it. False when the tests have no server.
fresh_database() {
    [ -n "${AUTOGEN_TEST_PG:-}" ] || return 1
    psql -X -q -d "$AUTOGEN_TEST_PG" -c "SET client_min_messages = error" \
        -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 TEMPLATE template0" || exit 1
    url=${AUTOGEN_TEST_PG/postgres\?/$1?}
}

# sql TEXT: runs it on the database $url (sqlite:///FILE counts from here) and prints rows without decoration.
sql() {
    case $url in
    sqlite:///*) sqlite3 -batch "${url#sqlite:///}" "$1" ;;
    *) psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$url" -c "$1" ;;
    esac
}

# revision_file ID PARENT: writes revisions/ID.sql; the blocks come from standard input.
revision_file() {
    {
        printf -- '-- autogen revision\n-- id: %s\n' "$1"
        [ -z "$2" ] || printf -- '-- parent: %s\n' "$2"
        printf -- '-- message: revision %s\n\n' "$1"
        cat
        echo '-- autogen:end'
    } >"revisions/$1.sql"
}

# wait_for SQL: until it answers with a row.
wait_for() {
    local i
    for i in $(seq 200); do
        [ -n "$(sql "$1")" ] && return
        sleep 0.05
    done
    echo "nothing answered: $1" >&2
    exit 1
}
