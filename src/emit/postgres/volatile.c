/* SPDX-License-Identifier: MIT */
/* Source: pg_proc.provolatile of PostgreSQL 13 to 18. */
#include "emit/postgres/postgres.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <stdlib.h>
#include <string.h>

/* Functions of pg_catalog that give one value throughout a statement. Sorted bytewise. */
/* clang-format off */
static const char *const steady[] = {
    "abs", "age", "array_append", "array_cat", "array_fill", "array_length", "array_ndims",
    "array_position", "array_prepend", "array_remove", "array_replace", "array_to_json",
    "array_to_string", "array_upper", "ascii", "bit_length", "box", "btrim", "cardinality", "ceil",
    "ceiling", "char_length", "character_length", "chr", "circle", "concat", "concat_ws",
    "convert_from", "convert_to", "current_database", "current_schema", "current_setting",
    "date_part", "date_trunc", "daterange", "decode", "div", "encode", "exp", "floor", "format",
    "get_byte", "host", "inet_merge", "initcap", "int4range", "int8range", "isempty",
    "json_array_length", "json_build_array", "json_build_object", "json_typeof",
    "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_path_exists",
    "jsonb_set", "jsonb_typeof", "left", "length", "ln", "log", "lower", "lpad", "ltrim",
    "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz", "masklen",
    "md5", "mod", "network", "now", "num_nonnulls", "num_nulls", "numnode", "numrange",
    "octet_length", "overlay", "plainto_tsquery", "point", "position", "power", "quote_ident",
    "quote_literal", "regexp_match", "regexp_replace", "repeat", "replace", "reverse", "right",
    "round", "row_to_json", "rpad", "rtrim", "scale", "session_user", "setweight", "sha256", "sign",
    "split_part", "sqrt", "starts_with", "statement_timestamp", "string_to_array", "strpos",
    "substr", "substring", "timezone", "to_char", "to_date", "to_json", "to_jsonb", "to_number",
    "to_timestamp", "to_tsquery", "to_tsvector", "transaction_timestamp", "translate", "trim_scale",
    "trunc", "tsrange", "tstzrange", "upper", "version", "width_bucket", "xmlcomment",
};
/* clang-format on */

/* Functions of pg_catalog that do not. */
/* clang-format off */
static const char *const unsteady[] = {
    "clock_timestamp", "currval", "gen_random_uuid", "lastval", "nextval", "pg_current_xact_id",
    "random", "timeofday", "txid_current", "uuidv4", "uuidv7",
};
/* clang-format on */

/* What may stand before a parenthesis and is no function of its own: type names with modifiers and
 * the grammar's own words. */
/* clang-format off */
static const char *const syntax[] = {
    "all", "and", "any", "array", "as", "between", "bit", "bpchar", "case", "cast", "char",
    "character", "coalesce", "dec", "decimal", "distinct", "else", "end", "exists", "extract",
    "float", "from", "greatest", "ilike", "in", "interval", "is", "least", "like", "not", "nullif",
    "numeric", "or", "overlay", "position", "row", "some", "substring", "then", "time", "timestamp",
    "timestamptz", "timetz", "treat", "trim", "using", "values", "varbit", "varchar", "when",
};
/* clang-format on */

/* Words of expressions that are neither keywords for quoting nor functions. */
/* clang-format off */
static const char *const words[] = {
    "at", "bool", "box", "bpchar", "bytea", "cidr", "circle", "date", "day", "double", "escape",
    "false", "first", "float4", "float8", "hour", "inet", "int2", "int4", "int8", "json", "jsonb",
    "last", "line", "lseg", "macaddr", "minute", "money", "month", "name", "no", "oid", "path",
    "point", "polygon", "precision", "regclass", "regconfig", "regtype", "second", "text",
    "timestamptz", "timetz", "to_char", "true", "tsquery", "tsvector", "uuid", "value", "varbit",
    "varying", "within", "without", "xml", "year", "zone",
};
/* clang-format on */

static int compare_word(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

#define IS_IN(name, list)                                                                          \
    (bsearch(name, list, G_N_ELEMENTS(list), sizeof((list)[0]), compare_word) != NULL)

bool ag_postgres_is_well_known(const char *name)
{
    return IS_IN(name, steady) || IS_IN(name, unsteady) || IS_IN(name, syntax) ||
           IS_IN(name, words);
}

bool ag_postgres_is_volatile(AgPool *pool, AgSql sql)
{
    if (sql.written == NULL)
        return false;
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, sql.written, strlen(sql.written));
    const char *name = NULL;
    for (AgToken token = ag_lexer_next_solid(&lexer); token.type != AG_TOKEN_END;
         token = ag_lexer_next_solid(&lexer)) {
        if (name != NULL && ag_token_is(token, "(") && !IS_IN(name, steady) && !IS_IN(name, syntax))
            return true;
        name = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED
                   ? ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, token.text, token.length)
                   : NULL;
    }
    return false;
}
