# SPDX-License-Identifier: MIT
# Everyday help: health checks, --echo, --tag, -x, names and times of files, and a version table that is somebody else's.
. "$(dirname "$0")/../support/shell.sh"
url="sqlite:///a.db"
project everyday "$url"
model '' "postgresql sqlite"
made() { printf -- '-- autogen:upgrade sqlite\n%s\n-- autogen:downgrade sqlite\n%s\n' "$1" "$2"; }
made "CREATE TABLE a (x integer);" "DROP TABLE a;" | revision_file aaaa1111 ''
made "CREATE TABLE b (x integer);" "DROP TABLE b;" | revision_file bbbb2222 aaaa1111

# Health checks.
expect "a new database" 2 '"connected": true' '"current": []' '"bbbb2222"' '"pending": 2' -- autogen status --exit-code --format json
expect "without --exit-code" 0 "pending    2" -- autogen status
expect "half way" 0 -- autogen upgrade +1 --tag "release 7"
expect "one is pending" 2 '"pending": 1' '"last_applied": "aaaa1111"' -- autogen status --exit-code --format json
expect "the tag is in the log" 0 "release 7" -- autogen log
expect "no database" 69 '"connected": false' '"pending": null' -- autogen --url sqlite:////nowhere/a.db status --exit-code --format json
expect "what runs is printed" 0 "CREATE TABLE b (x integer);" "!PRAGMA" -- autogen upgrade head --echo
expect "healthy" 0 '"pending": 0' -- autogen status --exit-code --format json

# -x gives values to the configuration.
printf '[autogen]\nurl = sqlite:///${WHICH:-a}.db\n' >x.ini
expect "-x" 0 '"current": []' '"database": "sqlite:///other.db"' -- autogen -c x.ini -x WHICH=other status --format json
expect "-x that nothing asks for" 0 "no use for the key 'OTHER'" -- autogen -c x.ini -x OTHER=1 status

# Names and times of new files.
named() {
    find revisions -name '*.sql' ! -name '[ab]*' -delete
    printf '[autogen]\nurl = %s\ndialects = sqlite\n%s\n' "$url" "$1" >autogen.ini
    AUTOGEN_NOW=2026-07-01T23:30:05Z autogen revision --empty -m "New: a Thing, ündlich" --rev-id cccc3333 2>&1 | head -n 1
}
same "by default" "$(named '')" revisions/202607012330_cccc3333_new_a_thing_ndlich.sql
same "parts of the time" "$(named 'file-template = {epoch}_{second}_{rev}')" revisions/1782948605_05_cccc3333.sql
same "folders" "$(named 'file-template = {year}/{month}/{slug}_new')" revisions/2026/07/new_a_thing_ndlich_new.sql
expect "are found again" 0 "cccc3333 (head)" -- autogen heads
same "a short slug" "$(named 'truncate-slug-length = 6')" revisions/202607012330_cccc3333_new_a.sql
same "a time zone" "$(named 'timezone = Asia/Kathmandu')" revisions/202607020515_cccc3333_new_a_thing_ndlich.sql
printf '[autogen]\ntimezone = Mars/Olympus\n' >mars.ini
expect "an unknown one" 78 "timezone" -- autogen -c mars.ini heads
expect "the time in the file is UTC" 0 "-- created: 2026-07-01T23:30:05Z" -- autogen show cccc3333

# A version table made by somebody else: without a key, of another name; and rows that are no state.
named 'version-table = versions' >/dev/null
rm revisions/*cccc3333* a.db
sql "CREATE TABLE versions (version_num VARCHAR(32)); INSERT INTO versions VALUES ('aaaa1111'); CREATE TABLE a (x integer)"
expect "is read" 0 "aaaa1111 revision" -- autogen current
expect "and goes on" 0 "1 revision applied" -- autogen upgrade head
same "in one row" "$(sql "SELECT version_num FROM versions")" bbbb2222
sql "INSERT INTO versions VALUES ('bbbb2222')"
expect "two rows of one revision" 3 "more than once" "autogen stamp --purge REV" -- autogen downgrade -1 --allow-destructive
sql "DELETE FROM versions; INSERT INTO versions VALUES (NULL)"
expect "no revision at all" 3 "NULL" -- autogen current
expect "a stamp writes it anew" 0 -- autogen stamp --purge bbbb2222
sql "INSERT INTO versions VALUES ('aaaa1111')"
expect "one beside what is built on it" 3 "beside one that is built on it" -- autogen downgrade -1 --allow-destructive

if fresh_database everyday; then
    project narrow "$url"
    model '' postgresql
    echo 'version-table = alembic_version' >>autogen.ini
    sql "CREATE TABLE alembic_version (version_num varchar(8) PRIMARY KEY)"
    printf -- '-- autogen:upgrade postgresql\nCREATE TABLE t ();\n' | revision_file aaaa11112222 ''
    expect "an id the table cannot hold" 3 "longer than" "ALTER TABLE" -- autogen upgrade head
    same "nothing was made" "$(sql "SELECT count(*) FROM pg_class WHERE relname = 't'")" 0
fi
finish
