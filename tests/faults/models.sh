# SPDX-License-Identifier: MIT
# Model directories and files that only the whole program can meet (X10, X12, X14, X34, X35; the rest of X is in
# tests/unit/test_parser*.c and tests/cases/problems).
. "$(dirname "$0")/../support/faults.sh"
need sqlite3 strace
project models "sqlite:///shop.db"
table='<table name="t"><column name="id" type="integer" primary-key="true"/></table>'
model "$table"
autogen -m first >/dev/null 2>&1 && autogen upgrade head >/dev/null 2>&1
before=$(sha256sum <shop.db)

# X35: a directory that is missing, unreadable, empty; files that describe nothing.
mv models away
for command in check validate diff "-m gone"; do
    # shellcheck disable=SC2086
    expect "no directory, $command" 66 "models" "hint:" "[file-missing]" -- autogen $command
done
mkdir models
expect "an empty directory: check" 2 "- table t" -- autogen check
expect "an empty directory: revision" 3 "[empty-models]" "autogen inspect" -- autogen -m gone
same "an empty directory: no revision" "$(ls revisions | wc -l)" 1
mkdir models/.hidden && echo "$table" >models/.hidden/a.xml && echo 'no model' >models/readme.txt
expect "nothing but hidden and other files" 3 "[empty-models]" -- autogen -m gone
chmod 755 . revisions
mkdir closed && cp away/all.xml closed/ && chmod 000 closed
printf '[autogen]\nurl = sqlite:///shop.db\nmodels = closed\nrevisions = revisions\n' >closed.ini
expect "an unreadable directory" 66 "closed" "Permission denied" -- as_nobody "$AUTOGEN_BINARY" -c closed.ini validate
chmod 755 closed; chmod 000 closed/all.xml
expect "an unreadable file" 66 "closed/all.xml" "Permission denied" -- as_nobody "$AUTOGEN_BINARY" -c closed.ini validate
model ""
expect "a file that describes nothing: check" 2 "- table t" -- autogen check
same "none of it touched the database" "$(sha256sum <shop.db)" "$before"
expect "a file that describes nothing: revision" 0 "deletes-data" -- autogen -m "all of it goes"
expect "and it asks for consent" 3 "[destructive]" -- autogen upgrade head
sqlite3 shop.db 'INSERT INTO t VALUES (1)'
same "nothing is dropped without" "$(sqlite3 shop.db 'SELECT count(*) FROM t')" 1
expect "with consent it is done" 0 -- autogen upgrade head --allow deletes-data
expect "and models, revisions and database agree" 0 -- autogen check
# What inspect writes for an empty database is such a file.
rm -rf models && mkdir models
expect "inspect of the empty database" 0 -- autogen inspect
expect "its models are taken at their word" 0 "no difference" -- autogen -m nothing
sqlite3 shop.db 'CREATE TABLE u (id integer)'
expect "an unwanted table goes by them" 0 "deletes-data" -- autogen -m "without u"

# X10: an external entity's file is not opened, its address not asked for.
project entities "sqlite:///shop.db"
echo "$SECRET" >secret.txt
for kind in "SYSTEM \"$PWD/secret.txt\"" "SYSTEM \"file://$PWD/secret.txt\"" "PUBLIC \"-//x\" \"http://127.0.0.1:9/x\"" "SYSTEM \"ftp://127.0.0.1:9/x\""; do
    for doctype in "<!DOCTYPE model [<!ENTITY x $kind>]>" "<!DOCTYPE model [<!ENTITY % x $kind> %x;]>" "<!DOCTYPE model $kind>"; do
        printf '<?xml version="1.0"?>\n%s\n<model xmlns="urn:autogen:model:1" dialects="sqlite"><table name="t"><comment>&x;</comment></table></model>\n' "$doctype" >models/all.xml
        sees "an entity: $doctype" 65 "all.xml:2:" "[forbidden-xml]" -- strace -f -qq -o trace -e trace=openat,open,connect,socket "$AUTOGEN_BINARY" validate
        verdict "nothing is opened: $doctype" "$(grep -q all.xml trace || echo no trace; grep -E 'secret.txt|connect\(|AF_INET' trace)"
    done
done
model "$table"
mkdir catalog && printf '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><system systemId="x" uri="%s/secret.txt"/></catalog>' "$PWD" >catalog/catalog.xml
export XML_CATALOG_FILES="$PWD/catalog/catalog.xml"
expect "catalogues are not read" 0 -- strace -f -qq -o trace -e trace=openat,open "$AUTOGEN_BINARY" validate
unset XML_CATALOG_FILES
verdict "no catalogue was opened" "$(grep catalog trace)"

# X14 and links: what is no regular file does not hold us up.
mkfifo models/b.xml
expect "a fifo" 66 "models/b.xml" "not a regular file" -- timeout 10 "$AUTOGEN_BINARY" validate
rm models/b.xml; ln -s b.xml models/b.xml
expect "a link to itself" 66 "models/b.xml" -- timeout 10 "$AUTOGEN_BINARY" validate
rm models/b.xml; ln -s /dev/zero models/b.xml
expect "a device" 66 "models/b.xml" "not a regular file" -- timeout 10 "$AUTOGEN_BINARY" validate
rm models/b.xml; ln -s .. models/up
expect "a directory that leads back up" 65 "models/up" "link" -- timeout 10 "$AUTOGEN_BINARY" validate
rm models/up

# X12, X13
gzip -c models/all.xml >models/b.xml
expect "a compressed file" 65 "models/b.xml" "compress" -- autogen validate
{ head -c 17000000 /dev/zero | tr '\0' ' '; } >models/b.xml
expect "a file that is too large" 65 "models/b.xml" "[too-large]" -- autogen validate
rm models/b.xml

# X34: five thousand tables. Told, not judged: the time depends on the build and the machine.
sh "$root/bench/generate" 5000 sqlite "$scratch/large" >/dev/null
printf '[autogen]\nurl = sqlite:///shop.db\nmodels = models\nrevisions = revisions\n' >"$scratch/large/autogen.ini"
cd "$scratch/large" || exit 1
started=$(date +%s%N)
expect "5,000 tables" 0 -- autogen validate
echo "5,000 tables validated in $((($(date +%s%N) - started) / 1000000)) ms"
finish
