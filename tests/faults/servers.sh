# SPDX-License-Identifier: MIT
# Servers of a kind that cannot be written, and settings of roles and databases that get in the way
# (C8 starting up, C9 to C12, C14 to C16).
. "$(dirname "$0")/../support/faults.sh"
need psql pgbouncer "$postgres_bin/pg_basebackup"
use_cluster primary 54343
primary=$PGHOST
fresh_database shop
project servers "$(pg_url shop)"
model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>' postgresql
revision aaaa00000001 "" postgresql "CREATE TABLE t (id integer PRIMARY KEY);" "DROP TABLE t;"
secret_url() { echo "postgresql://postgres:$SECRET@/$1?host=$PGHOST&port=$PGPORT"; }
relations() { ask "$1" "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"; }
locks() { ask "$1" "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"; }

# C10: reading works, writing is refused before anything is tried.
psql -X -q -d shop -c 'ALTER DATABASE shop SET default_transaction_read_only = on'
sees "read-only by default: upgrade" 3 "default_transaction_read_only" "hint:" "[read-only]" -- autogen upgrade head
sees "read-only by default: check" 2 "t" -- autogen check
same "read-only by default: nothing" "$(relations shop)" ""
psql -X -q -d shop -c 'SET default_transaction_read_only = off' -c 'ALTER DATABASE shop RESET default_transaction_read_only' 2>/dev/null
psql -X -q -d shop -c 'BEGIN READ WRITE' -c 'ALTER DATABASE shop RESET default_transaction_read_only' -c COMMIT

# C15: what a role or a database has set is overridden.
psql -X -q -d shop -c "CREATE ROLE hasty LOGIN SUPERUSER" \
    -c "ALTER ROLE hasty SET statement_timeout = '50ms'" -c "ALTER ROLE hasty SET lock_timeout = '50ms'" \
    -c "ALTER ROLE hasty SET idle_in_transaction_session_timeout = '50ms'" \
    -c "ALTER ROLE hasty SET search_path = nowhere" -c "ALTER ROLE hasty SET DateStyle = 'SQL, DMY'" \
    -c "ALTER ROLE hasty SET standard_conforming_strings = off" -c "ALTER ROLE hasty SET quote_all_identifiers = on" \
    -c "ALTER ROLE hasty SET default_transaction_isolation = 'serializable'"
revision bbbb00000002 aaaa00000001 postgresql "SELECT pg_sleep(0.3);
CREATE TABLE public.slow (id integer, note text DEFAULT 'a\\b');" "DROP TABLE public.slow;"
sed -i 's/CREATE TABLE t/CREATE TABLE public.t/; s/DROP TABLE t/DROP TABLE public.t/' revisions/aaaa00000001.sql
sees "a role with short timeouts" 0 "2 revisions applied" -- autogen --url "$(pg_url shop hasty)" upgrade head
psql -X -q -d shop -c 'BEGIN; LOCK TABLE t; SELECT pg_sleep(0.5); COMMIT' >/dev/null &
until_true bash -c "psql -X -At -d shop -c \"SELECT 1 FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock'\" | grep -q 1"
revision cccc00000003 bbbb00000002 postgresql "ALTER TABLE public.t ADD COLUMN n integer;" "ALTER TABLE public.t DROP COLUMN n;"
sees "a lock that takes longer than the role would wait" 0 -- autogen --url "$(pg_url shop hasty)" upgrade head
wait
same "a backslash stayed one" "$(ask shop "SELECT column_default FROM information_schema.columns WHERE table_name = 'slow' AND column_name = 'note'")" "'a\\b'::text"

# C16: an event trigger that raises: its message and context, and nothing done.
psql -X -q -d shop -c "CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'ask the owner first' USING HINT = 'call 123'; END \$\$" \
    -c "CREATE EVENT TRIGGER guard ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION guard()"
revision dddd00000004 cccc00000003 postgresql "CREATE TABLE public.before_it (id integer);
ALTER TABLE public.t ADD COLUMN m integer;" "DROP TABLE public.before_it;"
sees "an event trigger raises" 1 "ask the owner first" "call 123" "CONTEXT" "guard()" "P0001" "dddd00000004.sql:9:" -- autogen upgrade head
same "it was rolled back" "$(relations shop)" "autogen_log autogen_version slow t"
sees "still at the revision before" 0 "cccc00000003" -- autogen current
psql -X -q -d shop -c 'DROP EVENT TRIGGER guard'
sees "without it the same run goes through" 0 -- autogen upgrade head

# C12: the server process ends between and in statements.
revision eeee00000005 dddd00000004 postgresql "CREATE TABLE public.lost (id integer);
SELECT pg_terminate_backend(pg_backend_pid());
CREATE TABLE public.after_it (id integer);" "DROP TABLE public.lost;"
sees "the backend ends in a statement" 1 "57P01" "eeee00000005.sql:9" -- autogen upgrade head
same "nothing of it stays" "$(relations shop)" "autogen_log autogen_version before_it slow t"
same "no lock stays" "$(locks shop)" 0
sees "where we are" 0 "dddd00000004" -- autogen current
revision eeee00000005 dddd00000004 postgresql "CREATE TABLE public.lost (id integer);
SELECT pg_sleep(20);" "DROP TABLE public.lost;"
"$AUTOGEN_BINARY" upgrade head >out 2>&1 & runner=$!
until_true bash -c "psql -X -At -d shop -c \"SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'autogen%' AND wait_event = 'PgSleep'\" | grep -q 1"
ask shop "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'autogen%'" >/dev/null
status=0; wait $runner || status=$?
same "terminated by the administrator: exit" $status 1
verdict "terminated by the administrator: message" "$(grep -q 57P01 out || echo no SQLSTATE)" "$(cat out)"
same "terminated: nothing of it stays" "$(relations shop)" "autogen_log autogen_version before_it slow t"
rm revisions/eeee00000005.sql

# C11: through a transaction pooler.
mkdir "$scratch/bouncer" && chmod 777 "$scratch/bouncer"
cat >"$scratch/bouncer/ini" <<INI
[databases]
* = host=$PGHOST port=$PGPORT user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = $scratch/bouncer
listen_port = 54349
auth_type = any
pool_mode = transaction
min_pool_size = 2
logfile = $scratch/bouncer/log
pidfile = $scratch/bouncer/pid
ignore_startup_parameters = extra_float_digits
INI
(cd / && as_server_user pgbouncer -q "$scratch/bouncer/ini" >/dev/null 2>&1) & bouncer=$!
until_true psql -X -h "$scratch/bouncer" -p 54349 -d shop -c 'SELECT 1'
pooled="postgresql://postgres:$SECRET@/shop?host=$scratch/bouncer&port=54349"
before=$(ask shop "SELECT count(*) FROM autogen_log")
revision ffff00000006 dddd00000004 postgresql "CREATE TABLE public.pooled (id integer);" "DROP TABLE public.pooled;"
sees "a transaction pooler: upgrade" 3 "pool" "hint:" "straight to the server" "[pooled-connection]" -- autogen --url "$pooled" upgrade head
sees "a transaction pooler: downgrade" 3 "[pooled-connection]" -- autogen --url "$pooled" downgrade -1 --allow-destructive
sees "a transaction pooler: stamp" 3 "[pooled-connection]" -- autogen --url "$pooled" stamp head
same "a transaction pooler: nothing is logged" "$(ask shop "SELECT count(*) FROM autogen_log")" "$before"
sees "a transaction pooler: check works" 2 "ffff00000006" -- autogen --url "$pooled" check
rm revisions/ffff00000006.sql
sees "a transaction pooler: current works" 0 "dddd00000004" -- autogen --url "$pooled" current
sees "nothing leaked to others of the pool" 0 "on|iso, mdy" -- \
    bash -c "psql -X -At -h $scratch/bouncer -p 54349 -d shop -c \"SELECT current_setting('jit'), lower(current_setting('DateStyle'))\""
kill "$(cat "$scratch/bouncer/pid")"; wait "$bouncer" 2>/dev/null
not_tested "PgBouncer in session mode: it announces a process of its own as well, and is refused the same way"

# C14: databases in other encodings. LATIN1 cannot hold every text; SQL_ASCII holds bytes, and may hold wrong ones.
fresh_database enc "ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'"
rm revisions/*; revision aaaa00000001 "" postgresql "CREATE TABLE t (id integer PRIMARY KEY);" "DROP TABLE t;"
sees "LATIN1: upgrade" 3 "LATIN1" "[unsafe-database]" "hint:" -- autogen --url "$(secret_url enc)" upgrade head
same "LATIN1: nothing" "$(relations enc)" ""
PGCLIENTENCODING=UTF8 psql -X -q -d enc -c 'CREATE TABLE "größe" (id integer)'
sees "LATIN1: check" 2 "größe" -- autogen --url "$(secret_url enc)" check
fresh_database enc "ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C'"
sees "SQL_ASCII: upgrade" 0 -- autogen --url "$(secret_url enc)" upgrade head
sees "SQL_ASCII: check" 0 -- autogen --url "$(secret_url enc)" check
PGCLIENTENCODING=SQL_ASCII psql -X -q -d enc -c "$(printf 'CREATE TABLE "gr\366\337e" (id integer)')"
sees "SQL_ASCII: a name that is not UTF-8" 1 "UTF8" "22021" "hint:" -- autogen --url "$(secret_url enc)" check
sees "SQL_ASCII: no models of it" 1 "22021" -- autogen --url "$(secret_url enc)" inspect -o ascii
same "SQL_ASCII: no file" "$(ls ascii 2>/dev/null)" ""
rm revisions/*

# C9: a hot standby; and before it lets anybody in (57P03).
revision aaaa00000001 "" postgresql "CREATE TABLE public.t (id integer PRIMARY KEY);" "DROP TABLE public.t;"
fresh_database standby
standby=$scratch/standby
mkdir "$standby"; chmod 755 "$standby"; [ "$(id -u)" != 0 ] || chown postgres "$standby"
as_server_user "$postgres_bin/pg_basebackup" -h "$primary" -p 54343 -U postgres -D "$standby/data" -R -X stream -c fast || exit 1
export PGHOST=$standby PGPORT=54344
clusters+=("$standby")
as_server_user "$postgres_bin/pg_ctl" -D "$standby/data" -l "$standby/log" -W -s -o "-c hot_standby=off -c listen_addresses='' -c unix_socket_directories=$standby -c port=$PGPORT" start
until_true bash -c "psql -X -d standby -c 'SELECT 1' 2>&1 | grep -q 'not accepting'"
sees "a server that lets nobody in yet" 69 "57P03" "--wait" -- autogen --url "$(secret_url standby)" check
stop_cluster "$standby"
start_cluster "$standby" 54344
sees "standby: upgrade" 3 "standby" "primary" "[read-only]" -- autogen --url "$(secret_url standby)" upgrade head
sees "standby: check" 2 "aaaa00000001" -- autogen --url "$(secret_url standby)" check
sees "standby: current" 0 "base" -- autogen --url "$(secret_url standby)" current
sees "standby: inspect" 0 -- autogen --url "$(secret_url standby)" inspect -o standby-models
sees "standby: a revision is not written from it" 3 -- autogen --url "$(secret_url standby)" -m "from a standby"
same "standby: no lock" "$(locks standby)" 0
not_tested "C13 a server older than 13 or newer than 18: only version 15 is here"
finish
