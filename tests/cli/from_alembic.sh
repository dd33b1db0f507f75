# SPDX-License-Identifier: MIT
# A team leaves Alembic: its ini, its files and its version table, and the history goes on.
. "$(dirname "$0")/../support/shell.sh"
unset DATABASE_URL

# file ID DOWN [LINE]: a revision file as Alembic writes it.
file() {
    cat >"alembic/versions/$1_what.py" <<EOF
"""what $1 does

revision = 'not this one'
Revises: $2
"""
from typing import Sequence, Union
from alembic import op

# revision identifiers, used by Alembic.
revision: str = '$1'
down_revision: Union[str, Sequence[str], None] = $2
${3:-branch_labels = None}


def upgrade() -> None:
    revision = op.get_context()
EOF
}

# ini URL [LINE...]: alembic.ini as the template has it.
ini() {
    local at=$1
    shift
    {
        printf '# A generic, single database configuration.\n\n[alembic]\nscript_location = %%(here)s/alembic\nprepend_sys_path = .\n'
        printf '%s\n' "$@" "sqlalchemy.url = $at"
        printf '\n[loggers]\nkeys = root,sqlalchemy\n\n[formatter_generic]\nformat = %%(levelname)-5.5s [%%(name)s] %%(message)s\n'
    } >alembic.ini
}

# start NAME: an Alembic project of two revisions, and we are in it.
start() {
    rm -rf "${scratch:?}/$1"
    mkdir -p "$scratch/$1/alembic/versions"
    cd "$scratch/$1" || exit 1
    file 1975ea83b712 None
    file ae1027a6acf3 "'1975ea83b712'"
    touch alembic/versions/__init__.py
}

# made: what those two revisions made, and Alembic's record of it.
made() {
    sql "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
         CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, description VARCHAR(200));
         CREATE TABLE entry (id INTEGER NOT NULL PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account (id), amount NUMERIC(10, 2) DEFAULT 0);
         CREATE INDEX ix_entry_account_id ON entry (account_id);
         INSERT INTO account VALUES (1, 'cash', NULL);
         INSERT INTO alembic_version VALUES ('ae1027a6acf3')" >/dev/null
}

# The witness: everything but the two tables of records.
witness() {
    case $url in
    sqlite:///*)
        sql "SELECT m.name, x.* FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.name NOT IN ('alembic_version', 'autogen_log') ORDER BY m.name, x.cid"
        sql "SELECT m.name, f.* FROM sqlite_schema m, pragma_foreign_key_list(m.name) f ORDER BY 1"
        ;;
    *) pg_dump -s -T alembic_version -T autogen_log -d "$url" | grep -v '^\\\(un\)\?restrict' ;;
    esac
}

# goes_on FRESH: from the printed commands to the next revision, and to a new database at the URL FRESH.
goes_on() {
    local old=$url before
    before=$(witness)
    expect "inspect" 0 -- autogen inspect
    expect "check is clean" 0 -- autogen check
    expect "current is Alembic's head" 0 "ae1027a6acf3" -- autogen current --check-heads
    expect "nothing to do" 0 "nothing to do" -- autogen upgrade head
    expect "no difference" 0 "no differences" -- autogen -m nothing
    same "the database is as it was" "$(witness)" "$before"
    sed -i 's|<column name="description"|<column name="phone" type="varchar(32)" null="true"/>\n    &|' "$(grep -rl 'table name="account"' models --include='*.xml')"
    expect "the next revision" 0 "revisions/" -- autogen -m "add phone"
    same "its parent" "$(grep -rh '^-- parent:' revisions)" "-- parent: ae1027a6acf3"
    expect "upgrade" 0 -- autogen upgrade head
    expect "clean again" 0 -- autogen check
    same "rows stay" "$(sql "SELECT name FROM account")" cash
    same "one row in Alembic's table" "$(sql "SELECT count(*) FROM alembic_version")" 1
    local head shape
    head=$(sql "SELECT version_num FROM alembic_version") shape=$(witness)
    url=$1
    expect "a fresh database from base" 0 -- autogen --url "$url" upgrade head
    same "equals the old one" "$(witness)" "$shape"
    expect "and is clean" 0 -- autogen --url "$url" check
    same "and records the same" "$(sql "SELECT version_num FROM alembic_version")" "$head"
    expect "each step proven" 0 -- autogen verify
    url=$old
}

on_sqlite() {
    start sqlite
    ini "sqlite+aiosqlite:///app.db" 'file_template = %%(year)d_%%(month).2d_%%(day).2d-%%(rev)s_%%(slug)s' \
        'truncate_slug_length = 30' 'timezone = Europe/Berlin' 'version_path_separator = os'
    url=sqlite:///app.db
    expect "no database yet" 69 "run the same command again" -- autogen init --from-alembic alembic.ini
    same "nothing was made" "$(ls app.db 2>/dev/null)" ""
    made
    expect "take over" 0 "ae1027a6acf3_baseline" "autogen inspect" "autogen check" "!DATABASE_URL" -- autogen init --from-alembic alembic.ini
    same "keys" "$(grep -E '^(url|file|trunc|timezone|version)' autogen.ini)" "url = sqlite+aiosqlite:///app.db
file-template = {year}_{month}_{day}-{rev}_{slug}.sql
truncate-slug-length = 30
timezone = Europe/Berlin
version-table = alembic_version"
    expect "once more" 0 "the baseline is there already" -- autogen init --from-alembic alembic.ini
    expect "elsewhere" 0 "cd elsewhere" -- autogen init elsewhere --from-alembic alembic.ini
    same "absolute" "$(grep ^url elsewhere/autogen.ini)" "url = sqlite:///$PWD/app.db"
    goes_on sqlite:///fresh.db
}

on_postgresql() {
    start postgresql
    local with=${url/postgresql:\/\/postgres@/postgresql+psycopg2:\/\/postgres:s3%%40cret@}
    ini "$with" "file_template = %%(rev)s_%%(slug)s"
    made
    expect "take over" 0 "ae1027a6acf3_baseline" "export DATABASE_URL" "!s3" -- autogen init --from-alembic alembic.ini
    same "the password stays where it was" "$(grep -rl s3 . | tr '\n' ' ')" "./alembic.ini "
    same "the URL without it" "$(grep ^url autogen.ini)" "url = \${DATABASE_URL:-${with/:s3%%40cret/}}"
    same "name" "$(ls revisions)" "ae1027a6acf3_baseline_what_alembic_made.sql"
    goes_on "$1"
}

# Two heads with labels, one of which Alembic's row implies by depends_on; a version table of its own.
several() {
    start several
    file bbbb00000001 "('1975ea83b712',)" "branch_labels = (
    'billing',  # the other team's
)"
    file cccc00000001 None "depends_on = 'ae1027a6'"
    printf 'context.configure(\n    connection=connection, version_table="team_version",\n)\n' >alembic/env.py
    ini "sqlite:///app.db" 'version_locations = %(here)s/alembic/versions'
    url=sqlite:///app.db
    sql "CREATE TABLE team_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); CREATE TABLE t (x INTEGER); INSERT INTO team_version VALUES ('bbbb00000001')"
    expect "a head is missing" 3 "bbbb00000001" "ae1027a6acf3" "alembic upgrade heads" -- autogen init --from-alembic alembic.ini
    sql "INSERT INTO team_version VALUES ('cccc00000001')"
    expect "two baselines" 0 "bbbb00000001" "cccc00000001" -- autogen init --from-alembic alembic.ini
    expect "inspect" 0 -- autogen inspect
    expect "both are recorded" 0 "bbbb00000001" "cccc00000001" -- autogen current --check-heads
    expect "the label goes on" 0 "bbbb00000001" -- autogen show billing@head
    expect "merge" 0 -- autogen merge heads -m "one again"
    expect "upgrade" 0 -- autogen upgrade head
    expect "clean" 0 -- autogen check
    expect "fresh" 0 -- autogen --url sqlite:///fresh.db upgrade head
    expect "fresh is clean" 0 -- autogen --url sqlite:///fresh.db check
}

mistakes() {
    start mistakes
    expect "no file" 66 "alembic.ini" -- autogen init --from-alembic alembic.ini
    ini 'sqlite:///a%b.db'
    expect "percent" 78 "alembic.ini:6:1: error" "%%" -- autogen init --from-alembic alembic.ini
    ini 'mysql+pymysql://root:s3cret@db/app'
    expect "another database" 78 "alembic.ini:6:1: error" "!s3cret" -- autogen init --from-alembic alembic.ini
    ini sqlite:///app.db 'file_template = %%(revision)s'
    expect "template" 78 "alembic.ini:6:1: error" "'%(revision)'" -- autogen init --from-alembic alembic.ini
    ini sqlite:///app.db 'timezone = Mars'
    expect "time zone" 78 "alembic.ini:6:1: error" "Mars" -- autogen init --from-alembic alembic.ini
    ini sqlite:///app.db 'version_locations = %(here)s/nowhere'
    expect "directory" 66 "alembic.ini:6:1: error" "nowhere" -- autogen init --from-alembic alembic.ini
    ini sqlite:///app.db 'sqlalchemy.pool = 3'
    file ffff00000001 "PARENT"
    expect "computed" 65 "ffff00000001_what.py:11: error" "literal" -- autogen init --from-alembic alembic.ini
    rm alembic/versions/ffff*
    printf '[other]\nx = 1\n' >other.ini
    expect "no section" 78 "script_location" -- autogen init --from-alembic other.ini
    same "nothing was written" "$(ls)" "alembic
alembic.ini
other.ini"
    url=sqlite:///app.db
    made
    sql "UPDATE alembic_version SET version_num = '1975ea83b712'"
    expect "not at head" 3 "1975ea83b712" "ae1027a6acf3" "alembic upgrade heads" "sqlalchemy.pool" -- autogen init --from-alembic alembic.ini
    sql "UPDATE alembic_version SET version_num = 'dead00000000'"
    expect "unknown" 65 "dead00000000" -- autogen init --from-alembic alembic.ini
    sed -i 's/version-table = .*/version-table = other/' autogen.ini
    expect "another table" 78 "autogen.ini" "version-table = alembic_version" -- autogen init --from-alembic alembic.ini
}

on_sqlite
several
mistakes
if fresh_database from_alembic_new; then
    fresh=$url
    fresh_database from_alembic
    on_postgresql "$fresh"
fi
finish
