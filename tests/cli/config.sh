# SPDX-License-Identifier: MIT
# Where settings come from, and which of two counts.
. "$(dirname "$0")/../support/shell.sh"
unset DATABASE_URL AUTOGEN_URL AUTOGEN_ENV AUTOGEN_CONFIG

# named OPTION...: which SQLite file `status` names.
named() { autogen status "$@" 2>&1 | sed -n 's|^database *sqlite:///||p'; }

precedence() {
    project precedence "sqlite:///file.db"
    same "[autogen]" "$(named)" "file.db"
    printf '\n[env:test]\nurl = sqlite:///env.db\n[env:live]\nurl = ${LIVE_URL}\n' >>autogen.ini
    same "[env:X] above [autogen]" "$(named -e test)" "env.db"
    same "AUTOGEN_ENV chooses too" "$(AUTOGEN_ENV=test named)" "env.db"
    same "the environment above [env:X]" "$(AUTOGEN_URL=sqlite:///variable.db named -e test)" "variable.db"
    same "the option above all" "$(AUTOGEN_URL=sqlite:///variable.db named -e test --url sqlite:///option.db)" "option.db"
    expect "origins" 0 "file.db" "autogen.ini:2 [autogen]" "built-in" -- autogen config --show-origin
    expect "origin of the environment" 0 "environment AUTOGEN_REVIEW" -- env AUTOGEN_REVIEW=all "$AUTOGEN_BINARY" config --show-origin
    expect "origin of an option" 0 "option --url" -- autogen config --show-origin --url sqlite:///option.db
    expect "a variable that is missing" 78 "LIVE_URL" "autogen.ini:9" -- autogen status -e live
    expect "no such section" 78 "[env:tset]" "did you mean 'test'?" -- autogen status -e tset
    expect "-x" 0 "given.db" -- autogen status -e live -x LIVE_URL=sqlite:///given.db
    expect "-x without use" 0 "no use for the key 'nothing'" -- autogen status -x nothing=1
    expect "-x takes a pair" 64 "takes key=value" -- autogen status -x nothing
    project defaults '${SOME_URL:-sqlite:///default.db}'
    same "default of a variable" "$(named)" "default.db"
    same "the variable itself" "$(SOME_URL=sqlite:///some.db named)" "some.db"
    sed -i /url/d autogen.ini
    same "DATABASE_URL" "$(DATABASE_URL=sqlite:///deployed.db named)" "deployed.db"
    same "the embedded one" "$(named)" "autogen.db"
}

files() {
    project files "sqlite:///here.db"
    mkdir -p deep/down
    # A relative SQLite file counts from the directory of the configuration.
    made() { same "$1" "$(cd "$scratch/files" && find . -name '*.db')" "$2"; rm -f "$scratch/files/"*.db; }
    expect "found upwards" 0 -- sh -c 'cd deep/down && "$AUTOGEN_BINARY" stamp base'
    made "the file beside the configuration" ./here.db
    expect "-C" 0 -- sh -c 'cd / && "$AUTOGEN_BINARY" -C "$0" stamp base' "$PWD/deep"
    made "with -C" ./here.db
    expect "-c" 0 -- sh -c 'cd / && "$AUTOGEN_BINARY" stamp base -c "$0"' "$PWD/autogen.ini"
    made "with -c" ./here.db
    expect "an option counts from here" 0 -- sh -c 'cd deep && "$AUTOGEN_BINARY" stamp base --url sqlite:///mine.db'
    made "with --url" ./deep/mine.db
    expect "no such directory" 66 "cannot be entered" -- autogen -C nowhere status
    expect "no such file" 66 "nowhere.ini" -- autogen -c nowhere.ini status
    echo 'urll = x' >>autogen.ini
    expect "unknown key" 78 "autogen.ini:5:" "'urll'" "did you mean 'url'?" -- autogen status
    project files "sqlite:///here.db"
    echo 'lock-timeout = soon' >>autogen.ini
    expect "bad value" 78 "autogen.ini:5:" "lock-timeout" -- autogen status
    project files "sqlite:///here.db"
    printf '[odd]\nx = 1\n' >>autogen.ini
    expect "unknown section" 78 "autogen.ini:5:" "odd" -- autogen status
    project files "sqlite:///here.db"
    echo 'url = sqlite:///again.db' >>autogen.ini
    expect "twice" 78 "autogen.ini:5:" "url" -- autogen status
    project files '${FROM_FILE}'
    echo 'env-file = secrets.env' >>autogen.ini
    printf '# comment\nexport FROM_FILE="sqlite:///from_file.db"\n' >secrets.env
    same "env-file" "$(named)" "from_file.db"
    same "the environment above the env-file" "$(FROM_FILE=sqlite:///real.db named)" "real.db"
    rm secrets.env
    expect "no env-file" 78 "FROM_FILE" -- autogen status
}

# A role that needs a password, and a command that knows it.
password() {
    local secret="p4ss'w%rd-$$" host=${AUTOGEN_TEST_PG#*host=}
    host=${host%%&*}
    project password "postgresql://cli_scram@/password?host=$host&port=${AUTOGEN_TEST_PG##*port=}"
    sql "SET client_min_messages = error; DROP ROLE IF EXISTS cli_scram" >/dev/null
    sql "SET password_encryption = 'scram-sha-256'; CREATE ROLE cli_scram LOGIN PASSWORD \$q\$$secret\$q\$"
    hba=$(sql "SHOW hba_file")
    if ! [ -w "$hba" ]; then echo "the server's pg_hba.conf cannot be written: passwords are not tested"; return; fi
    cp -p "$hba" "$scratch/hba"
    cleanup() { cp -p "$scratch/hba" "$hba" && sql "SELECT pg_reload_conf()" >/dev/null; }
    { echo "local all cli_scram scram-sha-256"; cat "$scratch/hba"; } >"$hba"
    sql "SELECT pg_reload_conf()" >/dev/null
    wait_for "SELECT 1 FROM pg_hba_file_rules WHERE user_name = '{cli_scram}'"
    printf '#!/bin/sh\necho asked >>asked\ncat <<"X"\n%s\nX\n' "$secret" >tell && chmod +x tell
    expect "no password" 69 "!$secret" -- autogen status
    echo 'password-command = ./tell' >>autogen.ini
    expect "the command's password" 0 "connected  yes" "!$secret" -- autogen status -v
    same "it was asked once" "$(wc -l <asked)" 1
    mkdir below
    same "relative to the file" "$(cd below && autogen status | grep -c 'connected  yes')" 1
    expect "config does not ask" 0 "./tell" "!$secret" -- autogen config --show-origin
    printf '#!/bin/sh\necho "wrong-%s"\n' "$secret" >tell
    expect "a wrong one is not shown" 69 "!$secret" -- autogen status
    echo 'exit 3' >>tell
    expect "a command that fails" 78 "password-command ended with status 3" "!$secret" -- autogen status
    rm tell
    expect "a command that is not there" 78 "password-command cannot be run" -- autogen status
    expect "in the URL" 69 "!hunter22" -- autogen status --url "postgresql://cli_scram:hunter22@/password?host=$host&port=${AUTOGEN_TEST_PG##*port=}"
    cleanup
    cleanup() { :; }
    sql "DROP ROLE cli_scram"
}

precedence
files
if fresh_database password; then password; fi
finish
