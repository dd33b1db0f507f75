# SPDX-License-Identifier: MIT
# examples/analytics, played whole: the same history and the same rows on SQLite and on PostgreSQL.
. "$(dirname "$0")/../support/guide.sh"
export PGTZ=UTC

# The same statements for both databases: what a client of either would send.
rows_before='
INSERT INTO accounts (id, external_id, plan, created_at) VALUES
 (1, '\''0b1c7a52-5d6a-4b8e-9a0e-6c7d8e9fa0b1'\'', '\''free'\'', '\''2026-11-01 08:00:00Z'\''),
 (2, '\''1c2d8b63-6e7b-4c9f-8b1f-7d8e9fa0b1c2'\'', '\''team'\'', '\''2026-11-01 09:30:00Z'\'');
INSERT INTO sessions (id, account_id, started_at, ended_at, user_agent) VALUES
 (10, 1, '\''2026-11-01 08:00:00Z'\'', '\''2026-11-01 08:20:00Z'\'', NULL),
 (11, 2, '\''2026-11-01 09:30:00Z'\'', NULL, '\''curl '\'\''8'\'\'''\''),
 (12, 2, '\''2026-11-02 10:00:00Z'\'', NULL, '\'''\'');
INSERT INTO events (id, session_id, source, name, happened_at, payload, amount) VALUES
 (100, 10, '\''web'\'', '\''Opened'\'', '\''2026-11-01 08:01:00Z'\'', '\''{"campaign": "ä"}'\'', NULL),
 (101, 11, '\''api'\'', '\''paid'\'', '\''2026-11-01 09:31:00Z'\'', '\''{}'\'', 12.5),
 (102, NULL, '\''api'\'', '\''paid'\'', '\''2026-11-02 11:00:00Z'\'', '\''{}'\'', 0.25);
INSERT INTO daily_metrics (day, metric, value, sample_count) VALUES ('\''2026-11-01'\'', '\''load'\'', 0.5, 3);'

# What comes out, in a spelling that both databases share.
rows() {
    case $url in
    sqlite:*) when="strftime('%Y-%m-%dT%H:%M:%SZ', @)" json="json_extract(payload, '\$.campaign')" ;;
    *) when="to_char(@ AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')" json="payload ->> 'campaign'" ;;
    esac
    at() { printf '%s' "${when//@/$1}"; }
    sql "SELECT id, external_id, plan, $(at created_at)$1 FROM accounts ORDER BY id"
    sql "SELECT id, account_id, $(at started_at), $(at ended_at), coalesce(user_agent, '(null)') FROM sessions ORDER BY id"
    sql "SELECT id, session_id, source, name, $(at happened_at), $json, amount * 4 = round(amount * 4), round(amount * 100) FROM events ORDER BY id" |
        sed 's/|t|/|1|/; s/\.0*$//'
    sql "SELECT day, metric, value, sample_count FROM daily_metrics"
    sql "SELECT * FROM daily_active_accounts ORDER BY 1"
    sql "SELECT source, round(revenue * 100) FROM revenue_by_source ORDER BY 1" | sed 's/\.0*$//'
}

# play NAME URL ENV: the whole history on one database; what was seen of the rows is left in $seen_first and $seen_last.
play() {
    local name=$1 env=$3
    url=$2
    expect "$name: 4 pending" 2 '"pending": 4' -- autogen $env status --exit-code --format json
    expect "$name: the first revision" 0 "1 revision applied" -- autogen $env upgrade +1
    sql "$rows_before" >/dev/null
    seen_first=$(rows '')
    same "$name: the rows are there" "$(printf '%s\n' "$seen_first" | wc -l)" 12
    expect "$name: the column, the batches" 0 "2 revisions applied" -- autogen $env upgrade +2
    same "$name: the rows are the same" "$(rows '')" "$seen_first"
    same "$name: every account was filled" "$(sql "SELECT count(*) FROM accounts WHERE region = 'eu'")" 2
    expect "$name: required" 0 "1 revision applied" -- autogen $env upgrade head
    sql "INSERT INTO accounts (id, external_id, created_at) VALUES (3, '2d3e9c74-7f8c-4da0-8c20-8e9fa0b1c2d3', '2026-11-05 00:00:00Z')" >/dev/null
    seen_last=$(rows ', region')
    expect "$name: they agree" 0 "no differences" -- autogen $env check
    expect "$name: healthy" 0 '"pending": 0' -- autogen $env status --exit-code --format json
    sql "INSERT INTO events (id, source, name) VALUES (103, 'fax', 'x')" >/dev/null 2>&1
    same "$name: no event has another source" "$(sql "SELECT count(*) FROM events")" 3
    expect "$name: back to nullable" 0 -- autogen $env downgrade a1000002
    same "$name: nothing was lost" "$(rows ', region')" "$seen_last"
    expect "$name: the column goes" 0 -- autogen $env downgrade a1000001 --allow-destructive
    same "$name: the rows of before" "$(rows '' | grep -v '^3|')" "$seen_first"
    expect "$name: all the way again" 0 -- autogen $env upgrade head
    expect "$name: they agree again" 0 "no differences" -- autogen $env check
}

cp -r "$root/examples/analytics" "$scratch/analytics"
cd "$scratch/analytics" || exit 1
play SQLite sqlite:///analytics.db ""
lite_first=$seen_first lite_last=$seen_last
if fresh_database analytics_example; then
    export ANALYTICS_URL="${url/postgresql:/postgresql+asyncpg:}"
    play PostgreSQL "$url" "-e production"
    same "the same rows came out" "$seen_first" "$lite_first"
    same "and at the end" "$seen_last" "$lite_last"
else
    finish
fi

# The guide, as its reader goes through it.
guide analytics analytics
unset ANALYTICS_URL
reads 'autogen upgrade head' 0 "4 revisions applied"
reads 'autogen check' 0 "no differences"
reads 'createdb analytics' 0
reads 'export ANALYTICS_URL=postgresql+asyncpg:///analytics' 0
reads 'autogen -e production upgrade head' 0 "4 revisions applied"
reads 'autogen -e production check' 0 "no differences"
as_the_models analytics postgresql:///analytics
edits 's|    <column name="region" .*|&\n    <column name="note" type="text" null="true"/>|'
reads '$EDITOR models/analytics.xml' 0
reads 'autogen -m "what changes"' 0 "1 column to create"
reads 'autogen upgrade head && autogen check' 0 "no differences"
reads 'autogen -e production status --exit-code --format json' 2 '"pending": 1'
expect "there too" 0 "1 revision applied" -- autogen -e production upgrade head
edits 's|    <column name="note" .*|&\n    <column name="source" type="text" null="true"/>|'
expect "one more" 0 -- "$EDITOR" models/analytics.xml
expect "no server at hand" 0 "left out" -- env ANALYTICS_URL="postgresql:///?host=$scratch/nowhere" autogen -m "without a server"
expect "that is a finding" 2 "has no block for PostgreSQL" -- sh -c 'autogen upgrade head && autogen check'
reads 'autogen fill head --url "$ANALYTICS_URL"' 0
expect "no longer" 0 "no differences" -- autogen check
expect "up" 0 "1 revision applied" -- autogen -e production upgrade head
expect "healthy" 0 '"pending": 0' -- autogen -e production status --exit-code --format json
expect "the same there" 0 "no differences" -- autogen -e production check
read_to_the_end
