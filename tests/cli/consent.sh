# SPDX-License-Identifier: MIT
# Every way to allow what deletes data, and every refusal.
. "$(dirname "$0")/../support/shell.sh"

# start: a database with two tables and a pending revision that drops both.
start() {
    project consent "$url"
    reset
    revision_file aaaa1111 '' <<SQL
-- autogen:upgrade $1
CREATE TABLE gone (x integer);
CREATE TABLE also_gone (x integer);
-- autogen:downgrade $1
DROP TABLE also_gone;
DROP TABLE gone;
SQL
    revision_file bbbb2222 aaaa1111 <<SQL
-- autogen:upgrade $1
-- autogen:hazard deletes-data table ${2}gone
DROP TABLE ${2}gone;
-- autogen:hazard deletes-data table ${2}also_gone
DROP TABLE ${2}also_gone;
-- autogen:downgrade $1
CREATE TABLE gone (x integer);
CREATE TABLE also_gone (x integer);
SQL
    autogen upgrade aaaa1111 -q
}

again() { autogen downgrade aaaa1111 -q || verdict "the way back" "failed"; }
stays() { same "$1: nothing was run" "$(autogen current)" "aaaa1111 revision aaaa1111"; }

consent() {
    local gone=${2}gone also=${2}also_gone
    start "$@"
    expect "refused" 3 "deletes data: table $gone" "deletes data: table $also" "[destructive]" "--allow" -- autogen upgrade head
    stays "refused"
    expect "one of two" 3 "!table $gone [" "table $also" -- autogen upgrade head --allow "deletes-data:$gone"
    stays "one of two"
    expect "another hazard" 3 "[destructive]" -- autogen upgrade head --allow may-fail
    expect "another object" 3 "table $gone" -- autogen upgrade head --allow deletes-data:other
    expect "no hazard of that name" 64 "'delete-data' is no hazard" "did you mean 'deletes-data'?" \
        -- autogen upgrade head --allow delete-data
    expect "--yes is no consent" 3 -- autogen upgrade head --yes
    expect "a dry run asks too" 3 -- autogen upgrade head --dry-run
    expect "by label" 0 -- autogen upgrade head --allow "deletes-data:$gone" --allow "deletes-data:table $also"
    again
    expect "by word" 0 -- autogen upgrade head --allow deletes-data
    again
    expect "by flag" 0 -- autogen upgrade head --allow-destructive
    again
    expect "review lists the hazards" 0 "deletes-data table $gone: The statement deletes rows" "not reviewed" -- autogen review bbbb2222
    expect "approve" 0 "approved" -- autogen review bbbb2222 --approve --by "Ann O'Neill"
    expect "sealed" 0 "reviewed by Ann O'Neill at" -- autogen review bbbb2222
    expect "a seal is consent" 0 -- autogen upgrade head
    again
    sed -i 's/^-- autogen:downgrade .*/SELECT 1;\n&/' revisions/bbbb2222.sql
    expect "an edit breaks the seal" 3 "was edited after its review by Ann O'Neill" "--approve" -- autogen upgrade head
    stays "broken seal"
    expect "no flag mends it" 3 "[seal-broken]" -- autogen upgrade head --allow-destructive
    expect "review says so" 3 "[seal-broken]" -- autogen review bbbb2222
    expect "approved again" 0 -- autogen review bbbb2222 --approve
    expect "runs again" 0 -- autogen upgrade head
    again

    start "$@"
    echo 'review = all' >>autogen.ini
    revision_file cccc3333 aaaa1111 <<SQL
-- autogen:upgrade $1
CREATE TABLE harmless (x integer);
-- autogen:downgrade $1
DROP TABLE harmless;
SQL
    expect "review = all" 3 "has not been reviewed" "autogen review cccc3333 --approve" -- autogen upgrade cccc3333
    expect "no flag is a review" 3 "[not-reviewed]" -- autogen upgrade cccc3333 --allow-destructive
    expect "approve it" 0 -- autogen review cccc3333 --approve
    expect "reviewed" 0 -- autogen upgrade cccc3333
    start "$@"
    echo 'review = none' >>autogen.ini
    expect "review = none" 0 -- autogen upgrade head
    start "$@"
    echo 'review = some' >>autogen.ini
    expect "no such review" 78 "autogen.ini:5:" "destructive" -- autogen upgrade head
    start "$@"
    sed -i '/autogen:hazard/d' revisions/bbbb2222.sql
    expect "hazards are seen in the statements too" 3 "deletes data" -- autogen upgrade head
    sed -i 's/^-- autogen:upgrade .*/&\n-- autogen:allow deletes-data both tables were empty/; s/^DROP TABLE .*also_gone;/-- autogen:allow deletes-data empty\n&/' revisions/bbbb2222.sql
    expect "allowed in the file" 0 -- autogen upgrade head
}

reset() { :; }
url="sqlite:///consent.db"
consent sqlite ""
if fresh_database consent; then
    reset() { sql "SET client_min_messages = error; DROP TABLE IF EXISTS gone, also_gone, harmless, autogen_version, autogen_log"; }
    consent postgresql "public."
fi
finish
