/* SPDX-License-Identifier: MIT */
/* Queries are printed as temporary views. Nothing runs: a view is only parsed and kept. */
#include "dialect/dialect.h"
#include "introspect/postgres/catalog.h"
#include "introspect/postgres/scratch.h"

#include <string.h>

#define PREFIX "ag_query_"

static const char read_sql[] = "SELECT c.relname, pg_catalog.pg_get_viewdef(c.oid), " AG_PG_SHAPE
                               " FROM pg_catalog.pg_class c WHERE c.relkind = 'v'"
                               " AND c.relnamespace = pg_catalog.pg_my_temp_schema()";

/* The line end closes a comment that the query may end with. */
static char *create_sql(const AgScratch *scratch, const AgPrint *print, guint number)
{
    const char *text = print->text;
    if (scratch->translate != NULL)
        text = scratch->translate(scratch->translate_data, text, false, false);
    return g_strdup_printf("CREATE TEMPORARY VIEW pg_temp." PREFIX "%u%s AS %s\n", number,
                           print->target == NULL ? "" : print->target, text);
}

static char *shadow_sql(const AgScratch *scratch, const AgShadow *shadow)
{
    GString *sql = g_string_new("CREATE TEMPORARY TABLE pg_temp.");
    ag_quote_name(&ag_dialect_postgres, sql, shadow->name);
    g_string_append(sql, " (");
    for (guint i = 0; i < shadow->columns->len; i++) {
        g_string_append(sql, i > 0 ? ", " : "");
        ag_scratch_put_column(scratch, sql, g_ptr_array_index(shadow->columns, i));
    }
    if (shadow->key != NULL) {
        g_string_append(sql, ", PRIMARY KEY (");
        ag_quote_names(&ag_dialect_postgres, sql, shadow->key);
        g_string_append_c(sql, ')');
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

typedef struct {
    AgScratch *scratch;
    const GPtrArray *prints;
    guint read; /* the question that is answered with the prints */
} Reading;

static bool take_rows(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    const Reading *reading = data;
    (void)diag;
    for (guint row = 0; question == reading->read && row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, 0);
        if (!g_str_has_prefix(name, PREFIX))
            continue;
        guint64 number = g_ascii_strtoull(name + strlen(PREFIX), NULL, 10);
        if (number < reading->prints->len)
            ag_scratch_answer(reading->scratch, g_ptr_array_index(reading->prints, number),
                              ag_rows_get(rows, row, 2),
                              ag_pg_query_text(reading->scratch->pool, ag_rows_get(rows, row, 1)));
    }
    return true;
}

static void put(GArray *questions, const char *sql)
{
    AgQuestion question = {sql, NULL, 0};
    g_array_append_val(questions, question);
}

/* save, path, the tables and one view each, empty path, read, undo */
bool ag_scratch_ask_queries(AgScratch *scratch, const GPtrArray *prints, AgDiag *diag)
{
    const AgPrint *first = g_ptr_array_index(prints, 0);
    g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(AgQuestion));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    AgQuestion path = {"SELECT pg_catalog.set_config('search_path', $1, true)", &first->path, 1};
    put(questions, "SAVEPOINT ag_scratch");
    g_array_append_val(questions, path);
    for (guint i = 0; first->shadows != NULL && i < first->shadows->len; i++)
        g_ptr_array_add(texts, shadow_sql(scratch, g_ptr_array_index(first->shadows, i)));
    for (guint i = 0; i < prints->len; i++)
        g_ptr_array_add(texts, create_sql(scratch, g_ptr_array_index(prints, i), i));
    for (guint i = 0; i < texts->len; i++)
        put(questions, g_ptr_array_index(texts, i));
    put(questions, "SELECT pg_catalog.set_config('search_path', '', true)");
    put(questions, read_sql);
    put(questions, "ROLLBACK TO SAVEPOINT ag_scratch");
    Reading reading = {.scratch = scratch, .prints = prints, .read = questions->len - 2};
    return ag_db_ask(scratch->db, (const AgQuestion *)(const void *)questions->data, questions->len,
                     take_rows, &reading, diag);
}
