# SPDX-License-Identifier: MIT
# Partitions that are somebody else's: partitions="ignore" leaves those alone that models do not name.
. "$(dirname "$0")/../support/shell.sh"
fresh_database partitions || { finish; }
export XDG_CACHE_HOME=$scratch/cache
project partitions "$url"
write() {
    cat >models/log.xml <<XML
<model xmlns="urn:autogen:model:1">
  <table name="log">
    <partition-by strategy="range" columns="at" partitions="ignore"/>
    <column name="at" type="date"/>
    <column name="text" type="$1"/>
  </table>
</model>
XML
}
write text
expect "the parent alone" 0 -- autogen -m create
expect "is made" 0 -- autogen upgrade head
sql "CREATE TABLE log_2020 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE log_rest PARTITION OF log DEFAULT; INSERT INTO log VALUES ('2020-02-02', 'a'), ('2000-01-01', 'b')"
expect "partitions made by others are no difference" 0 "no differences" -- autogen check
expect "nor is there a revision to make" 0 "!DROP" -- autogen diff
write 'varchar(9)'
expect "a change of the parent" 0 -- autogen -m shorter
expect "reaches them" 0 "!DROP TABLE" -- autogen upgrade head
same "with their rows" "$(psql -Atqd "$url" -c "SELECT tableoid::regclass, text FROM log ORDER BY 1")" $'log_2020|a\nlog_rest|b'
expect "and is undone" 0 -- autogen downgrade -1
expect "the model says something else again" 2 "varchar(9)" -- autogen check
finish
