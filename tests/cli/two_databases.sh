# SPDX-License-Identifier: MIT
# One project for SQLite and PostgreSQL: a block for each, each from a catalogue of its own; what is missing is filled.
. "$(dirname "$0")/../support/shell.sh"

people() {
    model "<table name=\"people\"><column name=\"id\" type=\"bigint\" primary-key=\"true\" identity=\"by-default\"/>
<column name=\"name\" type=\"varchar(40)\"/>$1</table>" "postgresql sqlite"
}
newest() { ls -t revisions/*"$1"*.sql | head -n 1; }
id_of() { sed -n 's/^-- id: //p' "$(newest "$1")"; }

project two sqlite:///dev.db
echo 'dialects = postgresql sqlite' >>autogen.ini
people ''
expect "no URL for the other" 0 "the block for PostgreSQL is left out" "no section has the 'url'" "autogen fill" -- autogen -m "begin"
first=$(id_of begin)
expect "sqlite runs it" 0 "1 revision applied" -- autogen upgrade head
expect "check names what lacks" 2 "no block for PostgreSQL" "autogen fill $first" -- autogen check
expect "check in JSON" 2 '"lacking":' "$first" -- autogen check --format json
expect "nothing lacks there" 64 "lacks no block for SQLite" -- autogen fill head --url sqlite:///dev.db
expect "unknown revision" 65 "revision-unknown" -- autogen fill nothing
expect "cannot be filled from nowhere" 78 "no section has the 'url' of a PostgreSQL database" -- autogen fill head
expect "a revision is needed" 64 "usage: autogen fill REV" -- autogen fill

# A second revision is written before the first has its block.
people '<column name="born" type="date" null="true"/>'
expect "second" 0 -- autogen -m "add born"
second=$(id_of add_born)
expect "sqlite runs the second" 0 -- autogen upgrade head

if fresh_database two_databases; then
    server=$url
    printf '[env:production]\nurl = %s\n[env:unset]\nurl = ${NOT_SET_ANYWHERE}\n' "$server" >>autogen.ini
    expect "the runner refuses" 65 "has no upgrade block for postgresql" "autogen fill $first --url URL" -- autogen -e production upgrade head
    expect "only the newest is described by models" 65 "is no head" "autogen fill $first --empty" -- autogen fill "$first"
    expect "the first is not there yet" 3 "is at base, not at $first" -- autogen fill head
    expect "the same by URL" 3 "'$first' has to run before '$second'" "autogen fill $first --empty" -- autogen fill head --url "$server"
    before=$(grep -v 'autogen:end' "$(newest begin)")
    expect "an empty block" 0 "PostgreSQL" -- autogen fill "$first" --empty
    same "the rest of the file stays" "$(head -n "$(printf '%s\n' "$before" | sed '$d' | wc -l)" "$(newest begin)")" "$(printf '%s\n' "$before" | sed '$d')"
    expect "sqlite does not mind" 2 "!edited" "no block for PostgreSQL" "$second" -- autogen check
    expect "nothing to do there" 0 "1 revision applied" -- autogen -e production upgrade "$first"
    expect "fill from the configuration" 0 "PostgreSQL" -- autogen fill head
    expect "the whole work" 0 "born" "CREATE TABLE public.people" -- cat "$(newest add_born)"
    expect "once" 64 "lacks no block" -- autogen fill head
    expect "production follows" 0 "1 revision applied" -- autogen -e production upgrade head
    expect "they agree" 0 "no differences" -- autogen -e production check
    expect "and here" 0 "no differences" -- autogen check

    # Both blocks at once, from either side.
    people '<column name="born" type="date" null="true"/><column name="phone" type="varchar(20)" null="true"/>'
    expect "from SQLite" 0 "!left out" "two_databases" -- autogen -m "add phone"
    expect "both blocks" 0 "upgrade postgresql" "ALTER TABLE public.people ADD COLUMN phone varchar(20)" "upgrade sqlite" "ALTER TABLE people ADD COLUMN phone VARCHAR(20)" -- cat "$(newest add_phone)"
    expect "up on SQLite" 0 -- autogen upgrade head
    expect "SQLite agrees" 0 -- autogen check
    people '<column name="born" type="date" null="true"/><column name="phone" type="varchar(20)" null="true"/><unique columns="phone"/>'
    expect "production is behind" 0 "left out" "is at $second, not at" -- autogen -m "unique phone"
    rm "$(newest unique_phone)"
    expect "production catches up" 0 -- autogen -e production upgrade head
    expect "from PostgreSQL" 0 "!left out" -- autogen -e production -m "unique phone"
    expect "both again" 0 "upgrade postgresql" "ADD CONSTRAINT" "upgrade sqlite" "foreign_keys off" -- cat "$(newest unique_phone)"
    for env in "" production; do
        expect "up '$env'" 0 -- autogen ${env:+-e $env} upgrade head
        expect "agrees '$env'" 0 -- autogen ${env:+-e $env} check
        expect "down '$env'" 0 -- autogen ${env:+-e $env} downgrade -1 --allow-destructive
        expect "up again '$env'" 0 -- autogen ${env:+-e $env} upgrade head
        expect "agrees again '$env'" 0 -- autogen ${env:+-e $env} check
    done

    # A server that is away leaves the block out; a sealed file asks for its review again.
    sed -i 's/^url = postgresql.*/url = postgresql:\/\/nobody@127.0.0.1:1\/none/' autogen.ini
    people '<column name="born" type="date" null="true"/><column name="phone" type="varchar(20)" null="true"/><unique columns="phone"/><index columns="born"/>'
    expect "a server that is away" 0 "the block for PostgreSQL is left out" -- autogen -m "index born"
    expect "sealed" 0 -- autogen review head --approve
    expect "filled by URL" 0 "less than the file has now" -- autogen fill head --url "$server"
    expect "sealed for less" 3 "seal-broken" -- autogen upgrade head
    expect "approved again" 0 -- autogen review head --approve
    expect "runs" 0 -- autogen upgrade head
    # The other way: the block for SQLite is lost and made again.
    file=$(newest index_born)
    sed -i '/^-- autogen:upgrade sqlite/,/^-- autogen:downgrade postgresql\|^-- autogen:upgrade postgresql/{/postgresql/!d}; /^-- autogen:reviewed/d' "$file"
    expect "the block is gone" 0 "!sqlite" "upgrade postgresql" -- cat "$file"
    expect "replayed" 0 "SQLite" -- autogen fill head
    expect "made again" 0 "upgrade sqlite" "CREATE INDEX people_born_idx ON people (born)" -- cat "$file"
    expect "PostgreSQL runs" 0 -- autogen --url "$server" upgrade head
    expect "PostgreSQL agrees" 0 -- autogen --url "$server" check
    expect "SQLite too" 0 "!edited" -- autogen check
fi
finish
