# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For the tests of examples/: they run the lines of a README as its reader would, and every line has to be run.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"

# The lines of a guide are those indented by four blanks outside of fences; what comes after two blanks and # is a remark.
guide_lines() { sed -e '/^```/,/^```/d' -n -e 's/^    //p' "$1" | sed 's/  *# .*//; s/ *$//'; }

# The server of AUTOGEN_TEST_PG is the one that psql and createdb find.
find_server() {
    PGHOST=$(printf '%s' "$AUTOGEN_TEST_PG" | sed 's/.*[?&]host=//; s/&.*//')
    PGPORT=$(printf '%s' "$AUTOGEN_TEST_PG" | sed 's/.*[?&]port=//; s/&.*//')
    export PGHOST PGPORT PGUSER=postgres PGTZ=UTC PGOPTIONS='-c client_min_messages=warning'
    unset PGDATABASE DATABASE_URL
}

# guide NAME DATABASE...: a copy of examples/NAME, where we are from here on; none of the databases is there.
guide() {
    local name=$1 database
    shift
    [ -n "${AUTOGEN_TEST_PG:-}" ] || { echo "AUTOGEN_TEST_PG is not set"; exit 77; }
    find_server
    for database in "$@"; do psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" || exit 1; done
    mkdir "$scratch/bin"
    ln -s "$(realpath "$AUTOGEN_BINARY")" "$scratch/bin/autogen"
    export PATH="$scratch/bin:$PATH"
    mkdir "$scratch/guide"
    cp -r "$root/examples/$name" "$scratch/guide"
    cd "$scratch/guide/$name" || exit 1
    guide_lines README.md >"$scratch/lines"
    : >"$scratch/run"
}

# reads LINE CODE [TEXT...]: the line must be in the guide; it is run and has to end with CODE and say each TEXT.
reads() {
    local line=$1 code=$2
    shift 2
    grep -qxF -- "$line" "$scratch/lines" || verdict "$line" "not in the guide"
    printf '%s\n' "$line" >>"$scratch/run"
    case $line in
    export\ *) eval "$line" ;;
    *) expect "$line" "$code" "$@" -- bash -c "$line" ;;
    esac
}

# edits SED-EXPRESSION: what $EDITOR of the guide does to its file from here on.
edits() {
    printf '#!/bin/sh\ncp "$1" "$1.before"\nsed -i -e "$SED" "$1"\n! cmp -s "$1" "$1.before" && rm "$1.before"\n' >"$scratch/bin/editor"
    chmod +x "$scratch/bin/editor"
    export EDITOR="$scratch/bin/editor" SED=$1
}

# has DATABASE SQL ANSWER
has() { same "$2" "$(psql -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2" 2>&1)" "$3"; }

schema_of() { pg_dump -d "$1" --schema-only --no-owner --exclude-table='*.autogen_*' | grep -vE '^(--|\\|SET|SELECT pg_catalog.set_config|$)'; }

# as_the_models DATABASE [URL]: pg_dump sees the same as in a database that was built from the models alone.
as_the_models() {
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $1_models WITH (FORCE)" -c "CREATE DATABASE $1_models TEMPLATE template0"
    autogen ${2:+--url "$2"} diff --from empty --to models >"$scratch/models.sql" 2>"$scratch/said" || verdict "the models as SQL" "failed" "$(cat "$scratch/said")"
    psql -X -q -v ON_ERROR_STOP=1 -d "$1_models" -f "$scratch/models.sql" >"$scratch/said" 2>&1 || verdict "the models load" "failed" "$(cat "$scratch/said")"
    schema_of "$1" >"$scratch/upgraded.dump"
    schema_of "$1_models" >"$scratch/models.dump"
    verdict "pg_dump sees what the models say" "$(diff "$scratch/upgraded.dump" "$scratch/models.dump")"
    psql -X -q -d postgres -c "DROP DATABASE $1_models"
}

# nothing_left DATABASE: after a downgrade to base only the record is there.
nothing_left() {
    local left
    left=$(schema_of "$1")
    verdict "nothing is left in $1" "${left:+something is}" "$(printf '%s' "$left" | head -20)"
}

# read_to_the_end: no line of the guide was left out.
read_to_the_end() {
    verdict "the whole guide was played" "$(grep -vxFf "$scratch/run" "$scratch/lines" | grep .)"
    finish
}
