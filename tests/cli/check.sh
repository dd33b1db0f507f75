# SPDX-License-Identifier: MIT
# What check says, in every format, about every sort of finding.
. "$(dirname "$0")/../support/shell.sh"

both='sqlite postgresql'
first='<table name="shop"><column name="id" type="integer" primary-key="true"/>
<column name="price" type="integer"/>
<index name="shop_price" columns="price"/></table>'
second='<table name="shop"><column name="id" type="integer" primary-key="true"/>
<column name="price" type="bigint" null="true"/></table>
<table name="added"><column name="id" type="integer" primary-key="true"/>
<check name="big">id &gt; 10</check></table>'

# json_is NAME EXPRESSION WANTED: about the JSON in $output; SQLite reads it.
json_is() {
    printf '%s' "$output" >"$scratch/json"
    same "$1" "$(sqlite3 -batch :memory: "WITH j(j) AS (SELECT CAST(readfile('$scratch/json') AS TEXT)) SELECT $2 FROM j")" "$3"
}

each_change="json_each(j, '\$.differences') AS d WHERE json_extract(d.value, '\$"

differences() {
    local s=$1 type=$2 bigger=$3
    expect "human" 2 "+ table ${s}added (1 column, 1 primary key, 1 check)  models/all.xml:4:1" \
        "~ column ${s}shop.price  models/all.xml:3:1" "    type: model $type" "    null: model true, database false" \
        "- index ${s}shop_price" "!pending" \
        "1 table, 1 column, 1 primary key, 1 check to create; 1 column to alter; 1 index to drop" -- autogen check
    local plain=$output
    expect "the same again" 2 -- autogen check
    same "stable" "$output" "$plain"
    expect "parts with -v" 2 "  + check ${s}added.big" -- autogen check -v
    expect "why" 2 "model written: $type" "model canonical: $bigger" "model origin: models/all.xml:3:" \
        "database origin: the database's catalogue" "    expression: model id > 10" -- autogen check --why
    expect "json" 2 -- autogen check --format json
    json_is "valid" "json_valid(j)" 1
    json_is "does not agree" "json_extract(j, '\$.agree')" 0
    json_is "all changes" "(SELECT group_concat(json_extract(d.value, '\$.verb') || ' ' || json_extract(d.value, '\$.kind'), ', ')
        FROM (SELECT value FROM json_each(j, '\$.differences') ORDER BY json_extract(value, '\$.verb'), json_extract(value, '\$.kind')) AS d)" \
        "alter column, create check, create column, create primary-key, create table, drop index"
    json_is "the place" "(SELECT json_extract(d.value, '\$.place.file') || ':' || json_extract(d.value, '\$.place.line') FROM $each_change.verb') = 'alter')" models/all.xml:3
    json_is "a value" "(SELECT json_extract(d.value, '\$.fields[1].model') FROM $each_change.verb') = 'alter')" true
    json_is "nothing pending" "json_array_length(j, '\$.pending')" 0
    expect "json, why" 2 -- autogen check --format json --why
    json_is "valid too" "json_valid(j)" 1
    json_is "both forms" "(SELECT json_extract(d.value, '\$.fields[0].model_sql.canonical') FROM $each_change.verb') = 'alter')" "$bigger"
    json_is "the origin" "(SELECT json_extract(d.value, '\$.fields[0].model_sql.place.line') FROM $each_change.verb') = 'alter')" 3
    json_is "what is dropped" "(SELECT json_extract(d.value, '\$.fields[0].database') FROM $each_change.verb') = 'drop')" price
    expect "sql" 2 "CREATE TABLE" "- index ${s}shop_price" "-- + table ${s}added" -- autogen check --format sql
    expect "markdown" 2 "| change | object | field | model | database |" "| create | table ${s}added |" \
        "| alter | column ${s}shop.price | null | true | false |" "| drop | index ${s}shop_price |" -- autogen check --format markdown
    expect "github" 2 "::error file=models/all.xml,line=4,col=1,title=autogen check::+ table ${s}added" \
        "null: model 'true', database 'false'" "::error title=autogen check::- index ${s}shop_price" -- autogen check --format github
    expect "github, below the root of the repository" 2 "::error file=$(basename "$PWD")/models/all.xml,line=4" -- env GITHUB_WORKSPACE="$(dirname "$PWD")" "$AUTOGEN_BINARY" check --format github
    expect "a copy in another format" 2 "+ table" -- autogen check --output json="$scratch/copy.json" --output markdown="$scratch/copy.md"
    output=$(cat "$scratch/copy.json")
    json_is "the copy" "json_valid(j)" 1
    same "the other copy" "$(head -n 1 "$scratch/copy.md")" "| change | object | field | model | database |"
    expect "quiet still lists" 2 "+ table ${s}added" -- autogen check -q
    expect "unmanaged objects may be left" 0 "no differences" -- env AUTOGEN_UNMANAGED=ignore "$AUTOGEN_BINARY" check -c "$scratch/first.ini"
}

state() {
    # Pending.
    autogen revision --empty -m "next" --rev-id aaaa0001 -q >/dev/null
    expect "pending" 2 "pending revision aaaa0001 next" "!+ " -- autogen check
    expect "pending, json" 2 -- autogen check --format json
    json_is "pending, json" "json_extract(j, '\$.pending[0]')" aaaa0001
    expect "pending, markdown" 2 "- pending revision aaaa0001 next" -- autogen check --format markdown
    expect "pending, github" 2 "::error title=autogen check::pending revision aaaa0001" -- autogen check --format github
    autogen upgrade head -q
    expect "agrees" 0 "no differences: models, revisions and database agree" -- autogen check
    # Two heads.
    autogen revision --empty -m left --rev-id bbbb0001 -q >/dev/null
    autogen revision --empty -m right --rev-id bbbb0002 --head aaaa0001 --splice -q >/dev/null
    autogen upgrade heads -q
    expect "two heads" 2 "2 heads: bbbb0001 bbbb0002" "!pending" -- autogen check
    expect "two heads, json" 2 -- autogen check --format json
    json_is "two heads, json" "json_extract(j, '\$.heads')" '["bbbb0001","bbbb0002"]'
    json_is "two current" "json_extract(j, '\$.current')" '["bbbb0001","bbbb0002"]'
    expect "two heads, github" 2 "::error title=autogen check::2 heads: bbbb0001 bbbb0002" -- autogen check --format github
    autogen merge heads -m both -q >/dev/null
    autogen upgrade head -q
    expect "agrees again" 0 -- autogen check
    # Edited.
    sed -i 's/^-- autogen:upgrade .*/&\nSELECT 1;/' revisions/*aaaa0001*.sql
    expect "edited" 2 "revision 'aaaa0001' was edited after it was applied" -- autogen check
    expect "edited, json" 2 -- autogen check --format json
    json_is "edited, json" "json_array_length(j, '\$.edited')" 1
    expect "edited, markdown" 2 "- revision 'aaaa0001' was edited" -- autogen check --format markdown
    expect "edited, github" 2 "::error title=autogen check::revision 'aaaa0001' was edited" -- autogen check --format github
}

# checks SCHEMA. TYPE CANONICAL
checks() {
    project check "$url"
    model "$first" "$both"
    expect "everything is missing" 2 "+ table ${1}shop (2 columns, 1 primary key, 1 index)" -- autogen check
    autogen -m first -q >/dev/null && autogen upgrade head -q
    expect "agrees" 0 "no differences: models, revisions and database agree" -- autogen check
    expect "agrees, json" 0 -- autogen check --format json
    json_is "agrees, json" "json_extract(j, '\$.agree') || json_array_length(j, '\$.differences')" 10
    expect "agrees, markdown" 0 "Models and database agree." -- autogen check --format markdown
    expect "agrees, sql and github are silent" 0 -- autogen check --format github
    same "github is silent" "$output" ""
    mkdir first && mv models/all.xml first/
    printf '[autogen]\nurl = %s\nmodels = %s\nrevisions = %s\n' \
        "$(case $url in sqlite:///*) echo "sqlite:///$PWD/check.db" ;; *) echo "$url" ;; esac)" "$PWD/first" "$PWD/revisions" >"$scratch/first.ini"
    model "$second" "$both"
    differences "$@"
    autogen -m second -q >/dev/null && autogen upgrade head -q --allow-destructive
    state
}

url="sqlite:///check.db"
checks "" BIGINT BIGINT
if fresh_database check_formats; then checks "public." bigint bigint; fi
finish
