# SPDX-License-Identifier: MIT
# A revision file that was cut short is never applied, wherever it was cut.
. "$(dirname "$0")/../support/faults.sh"
need sqlite3
project truncated "sqlite:///shop.db"
model '<table name="t"><column name="id" type="integer" primary-key="true"/><column name="note" type="text" default="none"/></table>'
autogen -m "a table with a longer message" >/dev/null 2>&1
file=$(ls revisions/*.sql)
cp "$file" whole.sql
size=$(stat -c %s whole.sql)
cut=0
for ((n = 0; n < size - 1; n += 20)); do
    head -c "$n" whole.sql >"$file"
    cut=$((cut + 1))
    expect "cut to $n bytes" 65 "$file:" "error: " -- autogen upgrade head
done
for n in $((size - 2)) $((size - 16)) $((size - 17)); do
    head -c "$n" whole.sql >"$file"
    expect "cut to $n of $size bytes" 65 "$file:" -- autogen upgrade head
done
verdict "it was cut often" "$([ $cut -gt 15 ] || echo "$cut")"
same "nothing was made" "$(sqlite3 shop.db 'SELECT count(*) FROM sqlite_master' 2>/dev/null)" "$([ -e shop.db ] && echo 0)"
head -c $((size - 1)) whole.sql >"$file"
expect "without the last line end it is whole" 0 "1 revision applied" -- autogen upgrade head

# The blocks in which an editor or a merge leaves its marks, or half a character.
rm -f shop.db
for text in '<<<<<<< HEAD' '>>>>>>> theirs'; do
    { sed '/CREATE TABLE/q' whole.sql | sed '$d'; echo "$text"; sed -n '/CREATE TABLE/,$p' whole.sql; } >"$file"
    expect "a conflict mark $text" 65 "$file:" "conflict" -- autogen upgrade head
done
sed 's/none/\xc3/' whole.sql >"$file"
expect "half a character" 65 "$file:" "UTF-8" -- autogen upgrade head
printf 'x\0y' >>"$file"
expect "a NUL byte" 65 "$file:" -- autogen upgrade head
same "still nothing was made" "$(sqlite3 shop.db 'SELECT count(*) FROM sqlite_master' 2>/dev/null)" "$([ -e shop.db ] && echo 0)"
finish
