# SPDX-License-Identifier: MIT
# A newcomer's first ten minutes, on SQLite and on PostgreSQL.
. "$(dirname "$0")/../support/shell.sh"

steps() {
    local url=$1
    rm -rf "$scratch/shop"
    cp -r "$root/models" "$scratch/shop-models"
    mkdir -p "$scratch/shop"
    mv "$scratch/shop-models" "$scratch/shop/models"
    cp "$root/autogen.ini" "$scratch/shop/"
    cd "$scratch/shop" || exit 1
    export DATABASE_URL=$url
    expect "validate" 0 -- autogen validate
    expect "check before anything" 2 "table" -- autogen check
    expect "first revision" 0 "revisions/" -- autogen -m "create the shop"
    expect "pending is a finding" 2 -- autogen check
    expect "not at head" 3 "upgrade head" -- autogen -m "again"
    expect "upgrade" 0 -- autogen upgrade head
    expect "check is clean" 0 -- autogen check
    expect "nothing to do" 0 -- autogen upgrade head
    expect "no difference writes nothing" 0 "no difference" -- autogen -m "nothing"
    same "one revision file" "$(ls revisions | wc -l)" 1
    sed -i 's|    <column name="full_name" type="varchar(200)"/>|&\n    <column name="phone" type="varchar(32)" null="true"/>|' models/shop/customers.xml
    expect "difference is named" 2 "+ column" "phone" "models/shop/customers.xml:" -- autogen check
    expect "diff" 0 "ADD COLUMN phone" -- autogen diff
    expect "second revision" 0 "phone" -- autogen -m "add phone"
    expect "upgrade again" 0 -- autogen upgrade +1
    expect "clean again" 0 -- autogen check
    expect "downgrade asks for consent" 3 "deletes-data" -- autogen downgrade -1
    expect "downgrade" 0 -- autogen downgrade -1 --allow deletes-data
    expect "pending again" 2 "phone" -- autogen check
    expect "to base" 0 -- autogen downgrade base --allow-destructive
    expect "and up" 0 -- autogen upgrade head
    expect "clean at the end" 0 -- autogen check
    expect "history" 0 "create the shop" "add phone" -- autogen history
    expect "current" 0 -- autogen current
    expect "status" 0 -- autogen status --exit-code
    expect "show" 0 "ALTER TABLE" -- autogen show head
    mkdir out
    expect "inspect" 0 -- autogen inspect -o out
    expect "inspect refuses to overwrite" 3 "--force" -- autogen inspect -o out
    rm -rf models && mv out models
    expect "inspected models are clean" 0 -- autogen check
    unset DATABASE_URL
}

steps "sqlite:///shop.db"
if fresh_database first_steps; then steps "$url"; fi
finish
