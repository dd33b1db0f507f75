# SPDX-License-Identifier: MIT
# Schema public is there whether a model names it or not.
. "$(dirname "$0")/../support/shell.sh"
fresh_database public_schema || { finish; }
export XDG_CACHE_HOME=$scratch/cache
project public_schema "$url"
comment() { sql "SELECT obj_description('public'::regnamespace, 'pg_namespace')"; }
model '<table name="t"><column name="a" type="int"/></table>' postgresql
sql "CREATE TABLE t (a int NOT NULL)"
expect "nothing is said of it" 0 "no differences" -- autogen check
sql "COMMENT ON SCHEMA public IS 'ours'; GRANT USAGE ON SCHEMA public TO pg_monitor"
expect "a comment no model has" 2 "~ schema public" "!usage" -- autogen check
expect "is taken away" 0 "COMMENT ON SCHEMA public IS 'standard public schema'" "!GRANT" -- autogen -m comment --sql
expect "is taken away by a revision" 0 -- autogen -m comment
expect "which runs" 0 -- autogen upgrade head
same "it is as in a new database" "$(comment)" "standard public schema"
expect "clean" 0 "no differences" -- autogen check
expect "and back" 0 -- autogen downgrade -1
same "the comment is there again" "$(comment)" "ours"
finish
