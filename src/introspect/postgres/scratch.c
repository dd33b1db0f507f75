/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/scratch.h"

#include "base/digest.h"
#include "dialect/dialect.h"
#include "introspect/postgres/definition.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

enum { MOST_PRINTS = 200, MOST_COLUMNS = 800, OPEN_BINS = 8 };

/* Columns and constraints of ours; the number behind it is the print's place in its bin. */
#define PREFIX "ag_print_"
#define UNNAMED_TABLE "ag_scratch"

/* --- wishes --- */

void ag_scratch_init(AgScratch *scratch, AgDb *db, AgPool *pool, AgCache *cache)
{
    *scratch = (AgScratch){.db = db, .pool = pool, .cache = cache};
    scratch->prints = ag_pool_table(pool, g_str_hash, g_str_equal);
    scratch->waiting = ag_pool_array(pool);
}

static void append_item(GString *out, const char *text)
{
    char length[24], *p = length + sizeof length - 1;
    size_t n = text == NULL ? 0 : strlen(text);
    *p = '\0';
    do
        *--p = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    g_string_append(out, p);
    g_string_append_c(out, ':');
    g_string_append(out, text == NULL ? "" : text);
    g_string_append_c(out, ',');
}

static void append_columns(GString *out, const GPtrArray *columns)
{
    for (guint i = 0; columns != NULL && i < columns->len; i++) {
        const AgPrintColumn *column = g_ptr_array_index(columns, i);
        append_item(out, column->name);
        append_item(out, column->type);
        append_item(out, column->collation.schema);
        append_item(out, column->collation.name);
    }
}

/* Everything the answer depends on, and nothing of where the text stands. */
static GString *key_of(const AgScratch *scratch, const AgPrint *wish)
{
    GString *out = g_string_sized_new(256);
    g_string_append_printf(out, "%ld %d ", ag_db_version(scratch->db), (int)wish->kind);
    append_item(out, wish->text);
    append_item(out, wish->target);
    append_item(out, wish->table);
    append_item(out, wish->path);
    append_item(out, wish->context);
    if (wish->own.name != NULL) {
        append_item(out, wish->own.schema);
        append_item(out, wish->own.name);
    }
    for (guint i = 0; scratch->prelude != NULL && i < scratch->prelude->len; i++)
        append_item(out, g_ptr_array_index(scratch->prelude, i));
    append_columns(out, wish->columns);
    for (guint i = 0; wish->shadows != NULL && i < wish->shadows->len; i++) {
        const AgShadow *shadow = g_ptr_array_index(wish->shadows, i);
        append_item(out, shadow->name);
        append_columns(out, shadow->columns);
    }
    return out;
}

/* Of a query shape and text are one answer, with a line between that neither can hold. */
static const char between[] = "\n\003\n";

static void set_answer(AgScratch *scratch, AgPrint *print, const char *answer)
{
    const char *mark = print->kind == AG_PRINT_QUERY ? strstr(answer, between) : NULL;
    print->state = AG_PRINT_ANSWERED;
    print->answer = answer;
    if (mark == NULL)
        return;
    print->shape = ag_pool_text_n(scratch->pool, answer, (size_t)(mark - answer));
    print->answer = mark + strlen(between);
}

AgPrint *ag_scratch_want(AgScratch *scratch, const AgPrint *wish)
{
    g_autoptr(GString) text = key_of(scratch, wish);
    AgPrint *print = g_hash_table_lookup(scratch->prints, text->str);
    if (print != NULL)
        return print;
    char *key = ag_digest_sha256(scratch->pool, text->str, text->len);
    print = ag_pool_new0(scratch->pool, AgPrint);
    *print = *wish;
    print->key = key;
    print->state = AG_PRINT_WANTED;
    g_hash_table_insert(scratch->prints, ag_pool_text(scratch->pool, text->str), print);
    const char *known = wish->shadows != NULL ? NULL : ag_cache_get(scratch->cache, key);
    if (known != NULL) {
        set_answer(scratch, print, known);
        print->from_cache = true;
    } else {
        g_ptr_array_add(scratch->waiting, print);
    }
    return print;
}

void ag_scratch_again(AgScratch *scratch, AgPrint *print)
{
    if (!print->from_cache)
        return;
    print->from_cache = false;
    print->state = AG_PRINT_WANTED;
    print->answer = NULL;
    g_ptr_array_add(scratch->waiting, print);
}

/* --- bins: prints that can share one temporary table --- */

typedef struct {
    const char *path, *table;
    bool queries;           /* all prints are, or none is */
    GHashTable *columns;    /* name -> const AgPrintColumn * */
    GPtrArray *column_list; /* the same, in order */
    GPtrArray *prints;
} Bin;

static Bin *bin_new(const AgPrint *print)
{
    Bin *bin = g_new0(Bin, 1);
    bin->path = print->path;
    bin->table = print->table;
    bin->queries = print->kind == AG_PRINT_QUERY;
    bin->columns = g_hash_table_new(g_str_hash, g_str_equal);
    bin->column_list = g_ptr_array_new();
    bin->prints = g_ptr_array_new();
    return bin;
}

static void bin_free(void *data)
{
    Bin *bin = data;
    g_hash_table_destroy(bin->columns);
    g_ptr_array_free(bin->column_list, TRUE);
    g_ptr_array_free(bin->prints, TRUE);
    g_free(bin);
}

/* A function is made by a statement of its own. */
static bool is_routine(const AgPrint *print)
{
    return print->kind == AG_PRINT_ROUTINE;
}

static bool same_column(const AgPrintColumn *a, const AgPrintColumn *b)
{
    return strcmp(a->type, b->type) == 0 && g_strcmp0(a->collation.name, b->collation.name) == 0 &&
           g_strcmp0(a->collation.schema, b->collation.schema) == 0;
}

/* A table has but one key, so that these stand alone. */
static bool is_partitioning(const AgPrint *print)
{
    return print->kind == AG_PRINT_KEY || print->kind == AG_PRINT_BOUND;
}

/* OLD.* and NEW.* are all columns of the table, in its order. */
static bool is_of_rule(const AgPrint *print)
{
    return print->kind == AG_PRINT_RULE_CONDITION || print->kind == AG_PRINT_RULE_COMMANDS;
}

static bool is_alone(const AgPrint *print)
{
    return is_routine(print) || is_partitioning(print) || is_of_rule(print) ||
           print->shadows != NULL;
}

static bool fits(const Bin *bin, const AgPrint *print)
{
    guint more = print->columns == NULL ? 0 : print->columns->len;
    if (is_alone(print) || is_alone(g_ptr_array_index(bin->prints, 0)))
        return false;
    if (bin->queries != (print->kind == AG_PRINT_QUERY) || bin->prints->len >= MOST_PRINTS ||
        bin->column_list->len + more > MOST_COLUMNS || strcmp(bin->path, print->path) != 0 ||
        g_strcmp0(bin->table, print->table) != 0)
        return false;
    for (guint i = 0; i < more; i++) {
        const AgPrintColumn *column = g_ptr_array_index(print->columns, i);
        const AgPrintColumn *there = g_hash_table_lookup(bin->columns, column->name);
        if (there != NULL && !same_column(there, column))
            return false;
    }
    return true;
}

static void bin_add(Bin *bin, AgPrint *print)
{
    for (guint i = 0; print->columns != NULL && i < print->columns->len; i++) {
        AgPrintColumn *column = g_ptr_array_index(print->columns, i);
        if (g_hash_table_contains(bin->columns, column->name))
            continue;
        g_hash_table_insert(bin->columns, (gpointer)(guintptr)column->name, column);
        g_ptr_array_add(bin->column_list, column);
    }
    g_ptr_array_add(bin->prints, print);
}

/* Only the bins opened last are tried: the questions of a table come one after the other. */
static GPtrArray *pack(const GPtrArray *prints)
{
    GPtrArray *bins = g_ptr_array_new_with_free_func(bin_free);
    for (guint i = 0; i < prints->len; i++) {
        AgPrint *print = g_ptr_array_index(prints, i);
        Bin *chosen = NULL;
        for (guint j = bins->len; j > 0 && j + OPEN_BINS > bins->len && chosen == NULL; j--)
            if (fits(g_ptr_array_index(bins, j - 1), print))
                chosen = g_ptr_array_index(bins, j - 1);
        if (chosen == NULL) {
            chosen = bin_new(print);
            g_ptr_array_add(bins, chosen);
        }
        bin_add(chosen, print);
    }
    return bins;
}

/* --- one bin --- */

static const char *translated(const AgScratch *scratch, const char *text, bool is_type, bool back)
{
    return scratch->translate == NULL || text == NULL
               ? text
               : scratch->translate(scratch->translate_data, text, is_type, back);
}

void ag_scratch_put_column(const AgScratch *scratch, GString *sql, const AgPrintColumn *column)
{
    ag_quote_name(&ag_dialect_postgres, sql, column->name);
    g_string_append_printf(sql, " %s", translated(scratch, column->type, true, false));
    if (column->collation.name != NULL) {
        g_string_append(sql, " COLLATE ");
        ag_quote_qname(&ag_dialect_postgres, sql, column->collation.schema, column->collation.name);
    }
}

/* The line end closes a comment that the text may end with. */
static void append_print(const AgScratch *scratch, GString *sql, const AgPrint *print, guint number)
{
    const char *text = translated(scratch, print->text, print->kind == AG_PRINT_TYPE, false);
    const char *target = translated(scratch, print->target, true, false);
    switch (print->kind) {
    case AG_PRINT_TYPE:
        g_string_append_printf(sql, PREFIX "%u %s", number, text);
        return;
    case AG_PRINT_DEFAULT:
        g_string_append_printf(sql, PREFIX "%u %s DEFAULT (%s\n)", number, target, text);
        return;
    case AG_PRINT_GENERATED:
        g_string_append_printf(sql, PREFIX "%u %s GENERATED ALWAYS AS (%s\n) STORED", number,
                               target, text);
        return;
    case AG_PRINT_CONDITION:
        g_string_append_printf(sql, "CONSTRAINT " PREFIX "%u CHECK (%s\n)", number, text);
        return;
    case AG_PRINT_EXPRESSION:
        /* What an index expression may be is allowed here too, and a check needs no index. */
        g_string_append_printf(sql, "CONSTRAINT " PREFIX "%u CHECK ((%s\n) IS NOT NULL)", number,
                               text);
        return;
    case AG_PRINT_TRIGGER:
    case AG_PRINT_RULE_CONDITION:
    case AG_PRINT_RULE_COMMANDS:
    case AG_PRINT_KEY:
    case AG_PRINT_BOUND:
    case AG_PRINT_POLICY:
    case AG_PRINT_ROUTINE:
    case AG_PRINT_QUERY:
        break; /* never in a table */
    }
    g_assert_not_reached();
}

/* Whether a print is no part of CREATE TABLE. */
static bool stands_alone(const AgPrint *print)
{
    return print->kind == AG_PRINT_TRIGGER || print->kind == AG_PRINT_POLICY || is_of_rule(print);
}

static char *create_sql(const AgScratch *scratch, const Bin *bin, const char *table)
{
    GString *sql = g_string_new("CREATE TEMPORARY TABLE pg_temp.");
    bool first = true;
    ag_quote_name(&ag_dialect_postgres, sql, table);
    g_string_append(sql, " (");
    for (guint i = 0; i < bin->column_list->len; i++, first = false) {
        g_string_append(sql, first ? "" : ", ");
        ag_scratch_put_column(scratch, sql, g_ptr_array_index(bin->column_list, i));
    }
    const AgPrint *only = g_ptr_array_index(bin->prints, 0);
    if (is_partitioning(only)) {
        const char *key = only->kind == AG_PRINT_KEY ? only->text : only->target;
        g_string_append_printf(sql, ") PARTITION BY %s", translated(scratch, key, false, false));
        return g_string_free(sql, FALSE);
    }
    for (guint i = 0; i < bin->prints->len; i++) {
        const AgPrint *print = g_ptr_array_index(bin->prints, i);
        if (stands_alone(print))
            continue;
        g_string_append(sql, first ? "" : ", ");
        append_print(scratch, sql, print, i);
        first = false;
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

/* The statement behind CREATE TABLE that carries a print which stands alone. The function is one
 * that every database has; it is never called. */
static char *statement_of(const AgScratch *scratch, const AgPrint *print, guint number,
                          const char *table)
{
    const char *text = translated(scratch, print->text, false, false);
    g_autoptr(GString) on = g_string_new("pg_temp.");
    ag_quote_name(&ag_dialect_postgres, on, table);
    if (print->kind == AG_PRINT_POLICY)
        return g_strdup_printf("CREATE POLICY " PREFIX "%u ON %s USING (%s\n)", number, on->str,
                               text);
    if (print->kind == AG_PRINT_RULE_CONDITION)
        return g_strdup_printf("CREATE RULE " PREFIX "%u AS ON %s TO %s WHERE (%s\n) DO NOTHING",
                               number, print->target, on->str, text);
    if (print->kind == AG_PRINT_RULE_COMMANDS)
        return g_strdup_printf("CREATE RULE " PREFIX "%u AS ON %s TO %s DO INSTEAD (%s\n)", number,
                               print->target, on->str, text);
    return g_strdup_printf("CREATE TRIGGER " PREFIX "%u AFTER UPDATE ON %s FOR EACH ROW WHEN (%s\n)"
                           " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()",
                           number, on->str, text);
}

static const char read_sql[] =
    "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),"
    " pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema() AND a.attnum > 0"
    " UNION ALL SELECT k.conname, NULL, pg_catalog.pg_get_expr(k.conbin, k.conrelid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()"
    " AND k.contype = 'c'"
    " UNION ALL SELECT r.rulename, NULL, pg_catalog.pg_get_ruledef(r.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()"
    " UNION ALL SELECT t.tgname, NULL, pg_catalog.pg_get_triggerdef(t.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()"
    " UNION ALL SELECT p.polname, NULL, pg_catalog.pg_get_expr(p.polqual, p.polrelid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()";

/* The length of the first part stands in front. */
static const char routine_sql[] =
    "SELECT pg_catalog.length(x.defaults) || ':' || x.defaults || x.body FROM ("
    "SELECT ARRAY(SELECT pg_catalog.pg_get_function_arg_default(p.oid, n)"
    " FROM pg_catalog.generate_series(1, COALESCE(pg_catalog.array_length(p.proallargtypes, 1),"
    " p.pronargs)) n ORDER BY n)::pg_catalog.text AS defaults, %s AS body"
    " FROM pg_catalog.pg_proc p WHERE p.pronamespace = pg_catalog.pg_my_temp_schema()"
    " AND p.proname = $1) x";

static char *create_routine_sql(const AgScratch *scratch, const AgPrint *print)
{
    GString *sql = g_string_new("CREATE ");
    g_string_append_printf(sql, "%s pg_temp.", print->target);
    ag_quote_name(&ag_dialect_postgres, sql, print->table);
    g_string_append(sql, translated(scratch, print->text, false, false));
    return g_string_free(sql, FALSE);
}

static char *read_routine_sql(const AgScratch *scratch)
{
    bool has_bodies = ag_db_version(scratch->db) >= 140000;
    g_auto(GStrv) pieces = g_strsplit(routine_sql, "%s", 2);
    return g_strconcat(pieces[0],
                       has_bodies ? "COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), '')"
                                  : "''::pg_catalog.text",
                       pieces[1], NULL);
}

bool ag_scratch_routine(AgPool *pool, const char *answer, const char **defaults, const char **body)
{
    char *end = NULL;
    guint64 length = answer == NULL ? 0 : g_ascii_strtoull(answer, &end, 10);
    if (answer == NULL || *end != ':' || length > strlen(end + 1) ||
        !g_utf8_validate(end + 1, -1, NULL))
        return false;
    const char *rest = g_utf8_offset_to_pointer(end + 1, (glong)length);
    *defaults = ag_pool_text_n(pool, end + 1, (size_t)(rest - end - 1));
    *body = ag_pool_text(pool, rest);
    return true;
}

static const char read_key_sql[] =
    "SELECT '" PREFIX "0', NULL, pg_catalog.pg_get_partkeydef(c.oid) FROM pg_catalog.pg_class c"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()";

static const char read_bound_sql[] =
    "SELECT '" PREFIX "0', NULL, pg_catalog.pg_get_expr(p.relpartbound, p.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_inherits i ON i.inhparent = c.oid"
    " JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid"
    " WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()";

/* The partition that a bound is asked about. */
static char *attach_sql(const AgScratch *scratch, const AgPrint *print, const char *table)
{
    GString *sql =
        g_string_new("CREATE TEMPORARY TABLE pg_temp." PREFIX "of PARTITION OF pg_temp.");
    ag_quote_name(&ag_dialect_postgres, sql, table);
    g_string_append_printf(sql, " %s", translated(scratch, print->text, false, false));
    return g_string_free(sql, FALSE);
}

/* "(expression IS NOT NULL)" without what was put round it. */
static char *unwrap(AgPool *pool, const char *text)
{
    static const char tail[] = " IS NOT NULL)";
    size_t length = strlen(text), extra = sizeof tail - 1;
    if (text[0] != '(' || length <= extra + 1 || strcmp(text + length - extra, tail) != 0)
        return NULL;
    return ag_pool_text_n(pool, text + 1, length - extra - 1);
}

/* The print as it would be on the table itself: the temporary one is called otherwise where the
 * text does not name it, and stands unqualified where a sub-select reads it. */
static char *with_own_table(AgPool *pool, const AgPrint *print, const char *text)
{
    const char *called = print->table != NULL ? print->table : UNNAMED_TABLE;
    g_autoptr(GString) out = g_string_new(NULL);
    AgLexer lexer;
    size_t copied = 0;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken before = {.type = AG_TOKEN_END, .text = ""}, beyond = before;
    AgToken token = ag_lexer_next_solid(&lexer);
    while (token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD) {
        AgToken next = ag_lexer_next_solid(&lexer);
        AgToken reader = ag_token_is(before, "(") ? beyond : before;
        bool is_name = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
        bool is_it =
            is_name && !ag_token_is(before, ".") &&
            strcmp(ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, token.text, token.length),
                   called) == 0;
        bool is_read = ag_token_is(reader, "from") || ag_token_is(reader, "join");
        if (is_it && (ag_token_is(next, ".") || is_read)) {
            g_string_append_len(out, text + copied, (gssize)(token.offset - copied));
            ag_quote_qname(&ag_dialect_postgres, out, is_read ? print->own.schema : NULL,
                           print->own.name);
            copied = token.offset + token.length;
        }
        beyond = before;
        before = token;
        token = next;
    }
    g_string_append(out, text + copied);
    return ag_pool_text(pool, out->str);
}

void ag_scratch_answer(AgScratch *scratch, AgPrint *print, const char *type, const char *text)
{
    print->state = AG_PRINT_ANSWERED;
    if (print->kind == AG_PRINT_TYPE)
        print->answer = ag_pool_text(scratch->pool, type);
    else if (print->kind == AG_PRINT_EXPRESSION && text != NULL)
        print->answer = unwrap(scratch->pool, text);
    else if (print->kind == AG_PRINT_TRIGGER && text != NULL)
        print->answer = ag_pg_trigger_condition(scratch->pool, text);
    else if (print->kind == AG_PRINT_RULE_CONDITION && text != NULL)
        print->answer = ag_pg_rule_condition(scratch->pool, text);
    else if (print->kind == AG_PRINT_RULE_COMMANDS && text != NULL)
        print->answer = ag_pg_rule_commands(scratch->pool, text);
    else if (print->kind == AG_PRINT_POLICY && text != NULL)
        print->answer = with_own_table(scratch->pool, print, text);
    else
        print->answer = ag_pool_text(scratch->pool, text);
    print->answer = translated(scratch, print->answer, print->kind == AG_PRINT_TYPE, true);
    if (print->kind == AG_PRINT_QUERY)
        set_answer(scratch, print,
                   ag_pool_concat(scratch->pool, translated(scratch, type, false, true), between,
                                  print->answer, NULL));
    if (print->answer != NULL && print->shadows == NULL)
        ag_cache_put(scratch->cache, print->key,
                     print->shape == NULL ? print->answer
                                          : ag_pool_concat(scratch->pool, print->shape, between,
                                                           print->answer, NULL));
}

typedef struct {
    AgScratch *scratch;
    const Bin *bin;
    guint read; /* which question is answered with the prints */
} Reading;

static bool take_rows(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    const Reading *reading = data;
    (void)diag;
    AgPrint *first = g_ptr_array_index(reading->bin->prints, 0);
    if (question == reading->read && is_routine(first)) {
        if (rows->n_rows == 1)
            ag_scratch_answer(reading->scratch, first, NULL, ag_rows_get(rows, 0, 0));
        return true;
    }
    for (guint row = 0; question == reading->read && row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, 0);
        if (!g_str_has_prefix(name, PREFIX))
            continue;
        guint64 number = g_ascii_strtoull(name + strlen(PREFIX), NULL, 10);
        if (number < reading->bin->prints->len)
            ag_scratch_answer(reading->scratch, g_ptr_array_index(reading->bin->prints, number),
                              ag_rows_get(rows, row, 1), ag_rows_get(rows, row, 2));
    }
    return true;
}

static bool is_lost(const AgDiag *diag)
{
    const AgProblem *last = ag_diag_last(diag);
    return last != NULL &&
           (last->id == AG_PROBLEM_CONNECTION_LOST || last->id == AG_PROBLEM_INTERRUPTED);
}

static void put_question(GArray *questions, const char *sql, const char *const *parameter)
{
    AgQuestion question = {sql, parameter, parameter == NULL ? 0 : 1};
    g_array_append_val(questions, question);
}

/* One round trip. False with a problem recorded: something in the bin does not compile, or the
 * connection is gone. */
static bool ask_bin(AgScratch *scratch, const Bin *bin, AgDiag *diag)
{
    const char *table = bin->table != NULL ? bin->table : UNNAMED_TABLE;
    const AgPrint *first = g_ptr_array_index(bin->prints, 0);
    bool routine = is_routine(first);
    g_autofree char *create =
        routine ? create_routine_sql(scratch, first) : create_sql(scratch, bin, table);
    g_autofree char *read = routine                         ? read_routine_sql(scratch)
                            : first->kind == AG_PRINT_KEY   ? g_strdup(read_key_sql)
                            : first->kind == AG_PRINT_BOUND ? g_strdup(read_bound_sql)
                                                            : g_strdup(read_sql);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(AgQuestion));
    put_question(questions, "SAVEPOINT ag_scratch", NULL);
    put_question(questions, "SELECT pg_catalog.set_config('search_path', $1, true)", &bin->path);
    put_question(questions, create, NULL);
    if (first->kind == AG_PRINT_BOUND) {
        g_ptr_array_add(texts, attach_sql(scratch, first, table));
        put_question(questions, g_ptr_array_index(texts, 0), NULL);
    }
    for (guint i = 0; i < bin->prints->len; i++) {
        const AgPrint *print = g_ptr_array_index(bin->prints, i);
        if (!stands_alone(print))
            continue;
        g_ptr_array_add(texts, statement_of(scratch, print, i, table));
        put_question(questions, g_ptr_array_index(texts, texts->len - 1), NULL);
    }
    put_question(questions, "SELECT pg_catalog.set_config('search_path', '', true)", NULL);
    put_question(questions, read, &table);
    put_question(questions, "ROLLBACK TO SAVEPOINT ag_scratch", NULL);
    Reading reading = {.scratch = scratch, .bin = bin, .read = questions->len - 2};
    return ag_db_ask(scratch->db, (const AgQuestion *)(const void *)questions->data, questions->len,
                     take_rows, &reading, diag);
}

static void fail_print(AgScratch *scratch, AgPrint *print, const AgDiag *diag)
{
    print->state = AG_PRINT_FAILED;
    print->problem = ag_pool_text(scratch->pool, ag_diag_last(diag)->message);
}

/* Asks the bin; when it does not compile, its halves. `work` is the list of what is still to be
 * asked, so nothing recurses. */
static bool ask_prints(AgScratch *scratch, GPtrArray *work, AgDiag *diag)
{
    while (work->len > 0) {
        g_autoptr(GPtrArray) prints = g_ptr_array_steal_index_fast(work, work->len - 1);
        Bin *bin = bin_new(g_ptr_array_index(prints, 0));
        for (guint i = 0; i < prints->len; i++)
            bin_add(bin, g_ptr_array_index(prints, i));
        guint before = ag_diag_count(diag);
        bool good = bin->queries ? ag_scratch_ask_queries(scratch, prints, diag)
                                 : ask_bin(scratch, bin, diag);
        bin_free(bin);
        if (good)
            continue;
        if (is_lost(diag))
            return false;
        if (prints->len == 1)
            fail_print(scratch, g_ptr_array_index(prints, 0), diag);
        ag_diag_rewind(diag, before);
        if (!ag_db_run(scratch->db, "ROLLBACK TO SAVEPOINT ag_scratch", diag))
            return false;
        guint half = prints->len / 2;
        for (guint part = 0; prints->len > 1 && part < 2; part++) {
            GPtrArray *list = g_ptr_array_new();
            for (guint i = part * half; i < (part == 0 ? half : prints->len); i++)
                g_ptr_array_add(list, g_ptr_array_index(prints, i));
            g_ptr_array_add(work, list);
        }
    }
    return true;
}

/* --- the run --- */

static bool run_prelude(AgScratch *scratch, AgDiag *diag)
{
    for (guint i = 0; scratch->prelude != NULL && i < scratch->prelude->len; i++)
        if (!ag_db_run(scratch->db, g_ptr_array_index(scratch->prelude, i), diag))
            return false;
    return true;
}

/* Nothing can be asked on a standby or without the right to make temporary tables. */
static bool begin(AgScratch *scratch, AgDiag *diag)
{
    guint before = ag_diag_count(diag);
    if (scratch->begun)
        return true;
    if (ag_db_begin(scratch->db, false, diag) &&
        ag_db_run(scratch->db, "CREATE TEMPORARY TABLE ag_probe ()", diag) &&
        run_prelude(scratch, diag)) {
        scratch->begun = true;
        return true;
    }
    if (is_lost(diag))
        return false;
    scratch->unavailable = true;
    scratch->why = ag_pool_text(scratch->pool, ag_diag_last(diag)->message);
    ag_diag_rewind(diag, before);
    ag_db_rollback(scratch->db);
    return true;
}

static void free_list(void *list)
{
    g_ptr_array_free(list, TRUE);
}

/* What cannot stand inside parentheses is not sent. */
static bool is_safe(const AgPrint *print)
{
    if (is_routine(print))
        return true; /* one statement by itself; the server takes no second one */
    g_autoptr(AgDiag) quiet = ag_diag_new();
    if (print->kind == AG_PRINT_RULE_COMMANDS)
        return ag_sql_check_statements(AG_DIALECT_POSTGRESQL, print->text, AG_NOWHERE, quiet);
    return ag_sql_check_expression(AG_DIALECT_POSTGRESQL, print->text, AG_NOWHERE, quiet);
}

bool ag_scratch_run(AgScratch *scratch, AgDiag *diag)
{
    g_autoptr(GPtrArray) prints = g_ptr_array_new();
    for (guint i = 0; i < scratch->waiting->len; i++) {
        AgPrint *print = g_ptr_array_index(scratch->waiting, i);
        if (is_safe(print)) {
            g_ptr_array_add(prints, print);
        } else {
            print->state = AG_PRINT_FAILED;
            print->problem = "not one expression";
        }
    }
    if (prints->len == 0 || scratch->unavailable)
        return true;
    if (!begin(scratch, diag))
        return false;
    if (scratch->unavailable)
        return true;
    g_ptr_array_set_size(scratch->waiting, 0);
    g_autoptr(GPtrArray) bins = pack(prints);
    g_autoptr(GPtrArray) work = g_ptr_array_new_with_free_func(free_list);
    for (guint i = bins->len; i > 0; i--) {
        Bin *bin = g_ptr_array_index(bins, i - 1);
        GPtrArray *list = g_ptr_array_new();
        g_ptr_array_extend(list, bin->prints, NULL, NULL);
        g_ptr_array_add(work, list);
    }
    return ask_prints(scratch, work, diag);
}

void ag_scratch_end(AgScratch *scratch)
{
    if (scratch->begun)
        ag_db_rollback(scratch->db);
    scratch->begun = false;
}
