# SPDX-License-Identifier: MIT
# A key that a partition or child has for itself, on a column that it has from its parent.
. "$(dirname "$0")/../support/shell.sh"
fresh_database own_keys || { finish; }
export XDG_CACHE_HOME=$scratch/cache
project own_keys "$url"
sql "CREATE TABLE parent (id bigint NOT NULL, at date NOT NULL) PARTITION BY LIST (at);
CREATE TABLE part PARTITION OF parent (PRIMARY KEY (id)) FOR VALUES IN ('2020-01-01');
CREATE TABLE base (id bigint NOT NULL); CREATE TABLE child (PRIMARY KEY (id), note text) INHERITS (base)"
dump() { pg_dump --schema-only --no-owner -d "$url" | grep -v restrict; }
before=$(dump)
expect "inspect" 0 "cannot be expressed: 0" -- autogen inspect
expect "what was inspected is clean" 0 "no differences" -- autogen check
sql "DROP TABLE child, base, parent"
expect "made elsewhere" 0 -- autogen -m create
expect "runs" 0 -- autogen upgrade head
sql "DROP TABLE autogen_version, autogen_log"
same "and is the same" "$(dump)" "$before"
finish
