# SPDX-License-Identifier: MIT
# Typing mistakes, missing things and wrong places: every message says what to do.
. "$(dirname "$0")/../support/shell.sh"
unset DATABASE_URL AUTOGEN_URL
mkdir "$scratch/new" && cd "$scratch/new" || exit 1
expect "nothing at all" 64 "autogen help" -- autogen
expect "no project" 66 "autogen init" -- autogen check
expect "misspelt command" 64 "did you mean 'autogen check'?" -- autogen chekc
expect "misspelt help" 64 "did you mean 'autogen upgrade'?" -- autogen help upgrad
expect "misspelt option before any command" 64 "'--mesage'" "did you mean '--message'?" -- autogen --mesage x
expect "misspelt option" 64 "'--mesage'" "did you mean '--message'?" -- autogen -m x --mesage y
expect "an option's beginning" 64 "did you mean '--dry-run'?" -- autogen upgrade head --dry
expect "upgrade where to" 64 "for example: autogen upgrade head" -- autogen upgrade
expect "downgrade where to" 64 "for example: autogen downgrade -1" -- autogen downgrade
expect "no revisions" 0 "there are no revisions in 'revisions'" -- autogen upgrade head
expect "no heads" 0 "there are no revisions" -- autogen heads
expect "no history" 0 "there are no revisions" -- autogen history
same "nothing was made" "$(ls -A)" ""
expect "init" 0 "autogen -m \"first\" && autogen upgrade head" -- autogen init
expect "init again" 0 "the project is there already" -- autogen init
expect "no models yet" 0 "autogen inspect" -- autogen check
expect "no database to inspect" 69 "does not exist" -- autogen inspect
sqlite3 "$scratch/dangling.db" "CREATE TABLE t (a REFERENCES gone (id))"
expect "what models do not take is named" 0 "foreign key 't.(a)' refers to table 'gone'" -- autogen inspect --url "sqlite:///$scratch/dangling.db" -o "$scratch/dangling"
expect "no environment" 78 "[env:prod]" "would make one" -- autogen check -e prod
expect "no such code" 64 "autogen explain" -- autogen explain nothing
expect "a code" 0 "exit code 3" -- autogen explain destructive
expect "misspelt format" 64 "its formats are: human json sql markdown github" -- autogen check --format xml
expect "misspelt colour" 64 "auto, always or never" -- autogen check --color sometimes
expect "another database" 78 "none of postgresql, postgres, sqlite" "postgresql://user@host/database" -- autogen status --url mysql://x
printf '<model xmlns="urn:autogen:model:1" dialects="sqlite postgresql">\n<tabel name="t"/>\n</model>\n' >models/a.xml
expect "misspelt element" 65 "models/a.xml:2:1: error: unknown element <tabel>" "did you mean 'table'?" -- autogen validate
same "told once, though for two databases" "$(autogen validate 2>&1 | grep -c 'unknown element')" 1
printf '<model xmlns="urn:autogen:model:1" dialects="sqlite">\n<table name="t"><column name="id" type="integer" primary-key="true"/></table>\n</model>\n' >models/a.xml
expect "no message" 64 "say what changes" -- autogen revision
expect "first" 0 "revisions/" -- autogen -m first
expect "not yet applied" 3 "run \`autogen upgrade head\` first" -- autogen -m again
expect "misspelt head" 65 "did you mean 'head'?" -- autogen upgrade hed
expect "a database that is not there" 69 "does-not-exist" -- autogen status --url "postgresql://nobody@/does-not-exist?host=$scratch"
for command in $(autogen help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    expect "help of $command" 0 "usage: autogen $command" -- autogen help "$command"
    expect "--help of $command" 0 "usage: autogen $command" -- autogen "$command" --help
done
finish
