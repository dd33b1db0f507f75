/* SPDX-License-Identifier: MIT */
#include "sql/words.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */

/* PostgreSQL's keywords that are not "unreserved" (pg_get_keywords of 15, with those of 16 and 17
 * that stand for a value). Sorted. */
static const char *const postgres_words[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
    "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast",
    "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
    "current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal",
    "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists",
    "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant",
    "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout",
    "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "lateral",
    "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "national",
    "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric",
    "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing",
    "position", "precision", "primary", "real", "references", "returning", "right", "row",
    "select", "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric",
    "system_user", "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat",
    "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement",
    "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize",
    "xmltable"};

/* SQLite's keywords (sqlite3_keyword_name) with `true` and `false`. Many of them are names where no
 * keyword fits; keeping the quotes of those too can only make equal texts look different. Sorted.
 */
static const char *const sqlite_words[] = {
    "abort", "action", "add", "after", "all", "alter", "always", "analyze", "and", "as", "asc",
    "attach", "autoincrement", "before", "begin", "between", "by", "cascade", "case", "cast",
    "check", "collate", "column", "commit", "conflict", "constraint", "create", "cross",
    "current", "current_date", "current_time", "current_timestamp", "database", "default",
    "deferrable", "deferred", "delete", "desc", "detach", "distinct", "do", "drop", "each",
    "else", "end", "escape", "except", "exclude", "exclusive", "exists", "explain", "fail",
    "false", "filter", "first", "following", "for", "foreign", "from", "full", "generated",
    "glob", "group", "groups", "having", "if", "ignore", "immediate", "in", "index", "indexed",
    "initially", "inner", "insert", "instead", "intersect", "into", "is", "isnull", "join", "key",
    "last", "left", "like", "limit", "match", "materialized", "natural", "no", "not", "nothing",
    "notnull", "null", "nulls", "of", "offset", "on", "or", "order", "others", "outer", "over",
    "partition", "plan", "pragma", "preceding", "primary", "query", "raise", "range", "recursive",
    "references", "regexp", "reindex", "release", "rename", "replace", "restrict", "returning",
    "right", "rollback", "row", "rows", "savepoint", "select", "set", "table", "temp",
    "temporary", "then", "ties", "to", "transaction", "trigger", "true", "unbounded", "union",
    "unique", "update", "using", "vacuum", "values", "view", "virtual", "when", "where", "window",
    "with", "within", "without"};

/* clang-format on */

enum { LONGEST = 32 };

static int compare_words(const void *key, const void *member)
{
    return strcmp(key, *(const char *const *)member);
}

bool ag_sql_is_special_word(AgDialectId dialect, const char *text, size_t length)
{
    char word[LONGEST];
    if (length >= sizeof word)
        return false;
    for (size_t i = 0; i < length; i++)
        word[i] = g_ascii_tolower(text[i]);
    word[length] = '\0';
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        return bsearch(word, postgres_words, G_N_ELEMENTS(postgres_words), sizeof *postgres_words,
                       compare_words) != NULL;
    case AG_DIALECT_SQLITE:
        return bsearch(word, sqlite_words, G_N_ELEMENTS(sqlite_words), sizeof *sqlite_words,
                       compare_words) != NULL;
    }
    g_assert_not_reached();
}
