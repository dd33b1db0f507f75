# SPDX-License-Identifier: MIT
# What a run shows of itself: events as JSON, and a live line on a terminal with the percentage of an index.
. "$(dirname "$0")/../support/faults.sh"
need python3 script
project progress "sqlite:///shop.db"
revision aaaa00000001 "" sqlite "CREATE TABLE t (id integer);
INSERT INTO t VALUES (1);" "DROP TABLE t;"
revision bbbb00000002 aaaa00000001 sqlite "INSERT INTO nowhere VALUES (1);" "SELECT 1;"
autogen upgrade head --format json >events 2>notes && code=0 || code=$?
same "events: exit" "$code" 1
same "events" "$(python3 - <<'PY'
import json
for line in open("events"):
    event = json.loads(line)
    print(event["event"], event.get("revision", ""), event.get("statement", ""), event.get("statements", ""), sep="|")
    assert ("milliseconds" in event) == event["event"].endswith("ends")
print(event["good"], event["applied"], event["current"], [(p["id"], p["file"], p["line"]) for p in event["problems"]])
PY
)" "revision-begins|aaaa00000001||2
statement-begins|aaaa00000001|1|2
statement-ends|aaaa00000001|1|2
statement-begins|aaaa00000001|2|2
statement-ends|aaaa00000001|2|2
revision-ends|aaaa00000001||2
revision-begins|bbbb00000002||1
statement-begins|bbbb00000002|1|1
result|||
False 1 ['aaaa00000001'] [('statement', 'revisions/bbbb00000002.sql', 8)]"
expect "events: a script is none" 64 "--sql" -- autogen upgrade head --sql --format json

[ -n "${AUTOGEN_TEST_PG:-}" ] || { not_tested "PostgreSQL: AUTOGEN_TEST_PG is not set"; finish; }
fresh_database progress
project progress_pg "$(pg_url progress)"
revision aaaa00000001 "" postgresql "CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS
'BEGIN PERFORM pg_sleep(CASE WHEN \$1 % 10 = 0 THEN 0.15 ELSE 0 END); RETURN \$1; END';
CREATE TABLE t (id integer, filler char(900));
INSERT INTO t SELECT i, 'x' FROM generate_series(1, 200) i;
CREATE INDEX t_slow ON t (slow(id));" "DROP TABLE t; DROP FUNCTION slow(integer);"
script -qec "'$AUTOGEN_BINARY' upgrade head" live >/dev/null 2>&1 </dev/null
tr '\r' '\n' <live >lines
for words in 'upgrade aaaa00000001 step aaaa00000001 statement 4 of 4, [0-9.]+ s' 'index [1-9][0-9]? %' \
    '^.\[Kupgrade aaaa00000001 step aaaa00000001 \([0-9.]+ s\)' '^1 revision applied'; do
    verdict "a terminal sees: $words" "$(grep -qE "$words" lines || cat lines)"
done
autogen downgrade base --allow-destructive >/dev/null 2>&1
autogen upgrade head >log 2>&1 </dev/null
verdict "a log has one line for it" "$([ "$(grep -c aaaa00000001 log)" = 2 ] && ! grep -q 'index' log || cat log)"
finish
