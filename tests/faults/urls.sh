# SPDX-License-Identifier: MIT
# URLs that cannot be understood (C1, C2): exit 78, the part at fault is named, the password never shown.
. "$(dirname "$0")/../support/faults.sh"
project urls "sqlite:///unused.db"
printf '[autogen]\nrevisions = revisions\n' >plain.ini
revision aaaa00000001 "" postgresql "CREATE TABLE t (id int);" "DROP TABLE t;"

bad_url() {
    local name=$1 url=$2
    shift 2
    sees "$name" 78 "$@" "bad-url" "!libpq" -- autogen --url "$url" check
    sees "$name, from the environment" 78 "$@" -- env DATABASE_URL="$url" "$AUTOGEN_BINARY" -c plain.ini upgrade head
    printf '[autogen]\nurl = %s\n' "$url" >other.ini
    sees "$name, from the configuration" 78 "$@" -- autogen -c other.ini status
    sees "$name, shown configuration" "$(autogen -c other.ini config --show-origin >/dev/null 2>&1; echo $?)" -- \
        autogen -c other.ini config --show-origin
}

# C1: the six shapes in which libpq's own message shows the secret, and more.
bad_url "bad percent" "postgresql://u:${SECRET}%zz@h/db" "hint:"
bad_url "percent at the end" "postgresql://u:${SECRET}%@h/db" "hint:"
bad_url "percent zero" "postgresql://u:${SECRET}%00@h/db" "hint:"
bad_url "unclosed bracket" "postgresql://u:${SECRET}@[::1/db"
bad_url "wrong scheme" "postgrsql://u:${SECRET}@h/db"
bad_url "other database" "mysql://u:${SECRET}@h/db" "postgresql"
bad_url "unquoted space" "host=h password=${SECRET} more db"
bad_url "unquoted rest" "host=h password='${SECRET}' rest"
bad_url "unclosed quote" "host=h password='${SECRET}"
bad_url "unknown parameter" "postgresql://u:${SECRET}@h/db?pasword=${SECRET}"
bad_url "port is a word" "postgresql://u:${SECRET}@h:port/db" "port"
bad_url "port too large" "postgresql://u:${SECRET}@h:99999/db" "port"
bad_url "control character" "postgresql://u:${SECRET}"$'\001'"@h/db"
bad_url "sslmode is a word of its own" "postgresql://u:${SECRET}@h/db?sslmode=sometimes"

# C2: raw characters that libpq would take for the end of the password.
bad_url "raw slash" "postgresql://u:${SECRET}/more@h/db" "percent-encode"
bad_url "raw at" "postgresql://u:${SECRET}@more@h/db" "percent-encode"
bad_url "raw hash" "postgresql://u:${SECRET}#more@h/db" "percent-encode"
bad_url "raw question mark" "postgresql://u:${SECRET}?more@h/db" "percent-encode"

# Encoded they are fine: the URL is understood, and what fails is the connection.
sees "encoded" 69 "'u'" "db" -- autogen --url "postgresql://u:${SECRET}%2F%40%23%3F@127.0.0.1:1/db" current
same "no database was made" "$(ls ./*.db 2>/dev/null)" ""
finish
