# SPDX-License-Identifier: MIT
# Writing a revision file: a whole one or none, whatever the disk, the kernel or a kill does.
. "$(dirname "$0")/../support/faults.sh"
need strace sqlite3
project writing "sqlite:///shop.db"
model '<table name="t"><column name="id" type="integer" primary-key="true"/></table>'
left() { ls -A revisions; }
# whole: no file under a final name, or one that ends as it must and can be read.
whole() {
    local file
    for file in revisions/*.sql; do
        [ -e "$file" ] || return 0
        [ "$(tail -n 1 "$file")" = "-- autogen:end" ] && autogen show head >/dev/null 2>&1 || { echo "half a file: $file"; return 0; }
    done
}

# Every system call of writing, each failing in turn.
for call in openat write fsync renameat2 mkdir; do
    for error in ENOSPC EIO EACCES; do
        case $call in openat | mkdir) [ "$error" = EACCES ] || continue ;; esac
        for n in 1 2; do
            rm -f revisions/* revisions/.a*
            when=$n
            if [ "$call" = openat ]; then
                [ "$n" = 1 ] || continue
                # Only the temporary file is made with O_CREAT; its directory is opened just before.
                when=$(strace -f -qq -e trace=openat -o trace "$AUTOGEN_BINARY" -m first >/dev/null 2>&1; grep -n 'O_CREAT' trace | grep tmp | cut -d: -f1)
                rm -f revisions/*
            fi
            status=0
            said=$(traced "$call:error=$error:when=$when" "$AUTOGEN_BINARY" -m first 2>&1 </dev/null) || status=$?
            name="$call number $n fails with $error"
            verdict "$name: whole or none" "$(whole)" "$said"
            verdict "$name: no temporary file" "$(find revisions -name '.*.tmp')" "$said"
            if [ -z "$(left)" ]; then
                verdict "$name: exit" "$([ "$status" = 73 ] || echo "exit $status, wanted 73")" "$said"
                verdict "$name: message" "$(echo "$said" | grep -q 'cannot-write' || echo 'not said')" "$said"
            else
                # What failed was not about the file: the first line on stdout, or a second call that never came.
                verdict "$name: exit" "$([ "$status" = 0 ] || [ "$status" = 73 ] || echo "exit $status")" "$said"
            fi
        done
    done
done

# The file's own write must be among those that were hit.
rm -f revisions/*
expect "the first write is the file's" 73 "No space left" "[cannot-write]" -- traced write:error=ENOSPC:when=1 "$AUTOGEN_BINARY" -m first
expect "so is the first fsync" 73 "Input/output error" -- traced fsync:error=EIO:when=1 "$AUTOGEN_BINARY" -m first
same "nothing is left" "$(left)" ""

# A kill at each of them.
for call in write fsync renameat2 close; do
    for n in 1 2 3 4; do
        rm -f revisions/*.sql
        traced "$call:signal=KILL:when=$n" "$AUTOGEN_BINARY" -m first >/dev/null 2>&1 </dev/null
        verdict "killed at $call number $n: whole or none" "$(whole)"
        if [ -z "$(ls revisions)" ]; then
            expect "killed at $call number $n: the next run writes it" 0 "revisions/" -- autogen -m first
            expect "killed at $call number $n: and it applies" 0 -- autogen upgrade head
            rm -f shop.db
        fi
    done
done
rm -rf revisions; mkdir revisions

# A disk that is really full.
if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    cleanup() { umount "$scratch/writing/full" 2>/dev/null; }
    printf '[autogen]\nurl = sqlite:///shop.db\nmodels = models\nrevisions = full\n' >full.ini
    dd if=/dev/zero of=full/filler bs=1k count=64 2>/dev/null
    expect "a full disk" 73 "No space left" "hint:" "[cannot-write]" -- autogen -c full.ini -m first
    same "a full disk: nothing is left" "$(ls -A full)" filler
    rm full/filler
    expect "room again" 0 -- autogen -c full.ini -m first
    umount full
else
    not_tested "a full file system: no right to mount one here; ENOSPC above is strace's"
fi

# Directories and files that may not be written.
chmod 777 . ; rm -rf closed; mkdir closed; chmod 555 closed
printf '[autogen]\nurl = sqlite:///shop.db\nmodels = models\nrevisions = closed\n' >closed.ini
expect "a directory that may not be written" 73 "closed" "Permission denied" -- as_nobody "$AUTOGEN_BINARY" -c closed.ini -m first
same "and is empty" "$(ls -A closed)" ""
printf '[autogen]\nurl = sqlite:///shop.db\nmodels = models\nrevisions = nowhere/deeper\n' >nowhere.ini
expect "a directory that is made" 0 "nowhere/deeper/" -- autogen -c nowhere.ini -m first
printf '[autogen]\nurl = sqlite:///shop.db\nmodels = models\nrevisions = models/all.xml\n' >file.ini
expect "a file in its place" 66 "models/all.xml" -- autogen -c file.ini -m first

# Two at once: both files stay whole, neither replaces the other.
rm -f revisions/*
for i in 1 2 3 4 5 6; do "$AUTOGEN_BINARY" -m "same words" >"out.$i" 2>&1 </dev/null & done
wait
verdict "six at once: whole files" "$(for f in revisions/*.sql; do [ "$(tail -n 1 "$f")" = "-- autogen:end" ] || echo "$f"; done)"
same "six at once: no temporary file" "$(find revisions -name '.*')" ""
finish
