# SPDX-License-Identifier: MIT
# diff between models, directories, databases and nothing; a dry run and a wrong word leave no file.
. "$(dirname "$0")/../support/shell.sh"

leaves_nothing() {
    project leaves "sqlite:///new.db"
    model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>'
    expect "a revision" 0 -- autogen -m first
    expect "dry run" 0 "1 revision would run" -- autogen upgrade head --dry-run
    expect "unknown revision" 65 "revision-unknown" -- autogen upgrade nothing
    expect "stamp of an unknown revision" 65 "revision-unknown" -- autogen stamp nothing
    expect "nothing to take back" 0 "nothing to do" -- autogen downgrade base
    expect "check" 2 "pending revision" -- autogen check
    expect "status" 0 -- autogen status
    expect "log" 0 "the log is empty" -- autogen log
    same "no database file" "$(ls)" "$(printf 'autogen.ini\nmodels\nrevisions')"
    expect "now really" 0 -- autogen upgrade head
    sum=$(sha256sum <new.db)
    expect "another revision" 0 -- autogen revision --empty -m second
    expect "dry run on a file" 0 "1 revision would run" -- autogen upgrade head --dry-run
    same "unchanged" "$(sha256sum <new.db)" "$sum"
}

# Two directories of models whose expressions mean the same and are spelled differently.
models_twice() {
    local dialect=$1
    project twice "$url"
    mkdir old new
    for side in old new; do
        printf '<model xmlns="urn:autogen:model:1" dialects="%s"><table name="t">
            <column name="id" type="integer" primary-key="true"/>
            <column name="price" type="numeric(8,2)"/>
            <check name="positive">%s</check></table></model>' "$dialect" \
            "$([ $side = old ] && echo 'price > 0' || echo '(price)   &gt; (0)')" | sed 's/> 0</\&gt; 0</' >$side/all.xml
    done
}

leaves_nothing
url="sqlite:///twice.db"
models_twice sqlite
expect "empty to models" 0 "CREATE TABLE t" -- autogen diff --from empty --to new
expect "models to empty" 0 "DROP TABLE t" -- autogen diff --from new --to empty
expect "the same directory" 0 "no differences" -- autogen diff --from old --to old --exit-code
expect "no such side" 66 "no directory 'nowhere'" "a side is: models, database, empty" -- autogen diff --from nowhere
same "diff leaves no file" "$([ -e twice.db ] && echo there)" ""
if fresh_database twice; then
    models_twice postgresql
    expect "the server says they are the same" 0 "no differences" -- autogen diff --from old --to new --exit-code
    sed -i 's/(0)/(1)/' new/all.xml
    expect "a real difference" 2 "positive" -- autogen diff --from old --to new --exit-code
    sed -i 's/(1)/(0)/' new/all.xml
    expect "without a server texts are compared" 2 "compared as they are written" \
        -- autogen diff --from old --to new --exit-code --url 'postgresql://nobody@/none?host=/nowhere'
    sql "CREATE TABLE t (id integer PRIMARY KEY, price numeric(8,2) NOT NULL CONSTRAINT positive CHECK (price > 0))"
    expect "database and directory" 0 "no differences" -- autogen diff --to new --exit-code
    expect "back" 0 "no differences" -- autogen diff --from new --to database --exit-code
    expect "models beside a database that has them" 0 "no differences" -- autogen diff --from old --to new --exit-code
fi
finish
