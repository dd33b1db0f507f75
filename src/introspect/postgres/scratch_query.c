/* SPDX-License-Identifier: MIT */
/* Queries are printed as temporary views. Nothing runs: a view is only parsed and kept. */
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

typedef struct {
    AgScratch *scratch;
    const GPtrArray *prints;
} Reading;

/* save, path, one view each, empty path, read, undo */
enum { BEFORE = 2, BEHIND = 3 };

static bool take_rows(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    const Reading *reading = data;
    (void)diag;
    if (question != BEFORE + reading->prints->len + 1)
        return true;
    for (guint row = 0; row < rows->n_rows; row++) {
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

bool ag_scratch_ask_queries(AgScratch *scratch, const GPtrArray *prints, AgDiag *diag)
{
    guint n = BEFORE + prints->len + BEHIND;
    const AgPrint *first = g_ptr_array_index(prints, 0);
    g_autofree AgQuestion *questions = g_new0(AgQuestion, n);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    questions[0] = (AgQuestion){"SAVEPOINT ag_scratch", NULL, 0};
    questions[1] =
        (AgQuestion){"SELECT pg_catalog.set_config('search_path', $1, true)", &first->path, 1};
    for (guint i = 0; i < prints->len; i++) {
        g_ptr_array_add(texts, create_sql(scratch, g_ptr_array_index(prints, i), i));
        questions[BEFORE + i] = (AgQuestion){g_ptr_array_index(texts, i), NULL, 0};
    }
    AgQuestion *rest = questions + BEFORE + prints->len;
    rest[0] = (AgQuestion){"SELECT pg_catalog.set_config('search_path', '', true)", NULL, 0};
    rest[1] = (AgQuestion){read_sql, NULL, 0};
    rest[2] = (AgQuestion){"ROLLBACK TO SAVEPOINT ag_scratch", NULL, 0};
    Reading reading = {.scratch = scratch, .prints = prints};
    return ag_db_ask(scratch->db, questions, n, take_rows, &reading, diag);
}
