/* SPDX-License-Identifier: MIT */
#include "support/witness.h"

#include "sql/tokens.h"
#include "support/case_file.h"

#include <stdlib.h>
#include <string.h>

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The server prints the columns of a statistics object in the order in which the table has them,
 * and that order is left out everywhere. */
static char *without_order(AgPool *pool, char *line)
{
    const char *on = strstr(line, "CREATE STATISTICS ") == NULL ? NULL : strstr(line, " ON ");
    const char *from = on == NULL ? NULL : strstr(on, " FROM ");
    if (from == NULL)
        return line;
    g_autofree char *list = g_strndup(on + 4, (size_t)(from - on - 4));
    g_auto(GStrv) columns = g_strsplit(list, ", ", -1);
    qsort(columns, g_strv_length(columns), sizeof *columns, by_text);
    g_autofree char *sorted = g_strjoinv(", ", columns);
    return ag_pool_printf(pool, "%.*s%s%s", (int)(on + 4 - line), line, sorted, from);
}

static char *join_sorted(AgPool *pool, GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_index(lines, i) = without_order(pool, g_ptr_array_index(lines, i));
    g_ptr_array_sort(lines, by_text);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(lines, i));
    return ag_pool_text(pool, out->str);
}

/* The major version of the pg_dump on the path; 0 when there is none. It refuses newer servers. */
static long pg_dump_version(void)
{
    static long known = -1;
    if (known >= 0)
        return known;
    const char *argv[] = {"pg_dump", "--version", NULL};
    g_autofree char *out = NULL;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                      NULL, NULL, NULL))
        return known = 0;
    const char *digits = strpbrk(out, "0123456789");
    return known = digits == NULL ? 0 : strtol(digits, NULL, 10);
}

/* pg_dump's lines below the header of each entry, marked with it, so that a column of one table is
 * not taken for one of another. Random tokens and session settings are dropped. */
static bool add_dump(AgPool *pool, const char *url, GPtrArray *facts, AgDiag *diag)
{
    g_autofree char *out = NULL, *err = NULL;
    const char *argv[] = {"pg_dump", "--schema-only", "--no-owner", "-d", url, NULL};
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                      &err, &status, NULL) ||
        status != 0)
        return ag_fail(diag, AG_PROBLEM_INTERNAL, AG_NOWHERE, "pg_dump failed: %s", err);
    g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
    const char *entry = "";
    for (int i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "-- Name: "))
            entry = lines[i];
        if (lines[i][0] == '\0' || lines[i][0] == '\\' || g_str_has_prefix(lines[i], "--") ||
            g_str_has_prefix(lines[i], "SET ") || strstr(entry, "autogen_") != NULL)
            continue;
        size_t length = strlen(lines[i]);
        if (lines[i][length - 1] == ',')
            lines[i][length - 1] = '\0';
        g_ptr_array_add(facts, ag_pool_printf(pool, "%s | %s", entry, lines[i]));
    }
    return true;
}

static void add_rows(AgPool *pool, GPtrArray *facts, const char *what, const AgRows *rows)
{
    for (guint row = 0; row < rows->n_rows; row++) {
        g_autoptr(GString) line = g_string_new(what);
        for (guint column = 0; column < rows->n_columns; column++) {
            const char *cell = ag_rows_get(rows, row, (int)column);
            g_string_append_printf(line, " | %s", cell == NULL ? "-" : cell);
        }
        /* One fact, one line. */
        g_string_replace(line, "\n", "\\n", 0);
        g_ptr_array_add(facts, ag_pool_text(pool, line->str));
    }
}

/* One line for each object that the catalogue holds, as the server's own functions print it. */
static bool add_catalog(AgDb *db, AgPool *pool, GPtrArray *facts, AgDiag *diag)
{
    CaseFile *questions = case_file_read(pool, TEST_SOURCE_DIR "/tests/support/witness.sql", diag);
    if (questions == NULL || !ag_db_run(db, "SET search_path = ''", diag))
        return false;
    for (guint i = 0; i < questions->sections->len; i++) {
        const CaseSection *question = g_ptr_array_index(questions->sections, i);
        const char *since = strpbrk(question->name, "0123456789");
        if (since != NULL && ag_db_version(db) / 10000 < strtol(since, NULL, 10))
            continue;
        AgRows *rows = ag_db_query(db, pool, question->text, NULL, 0, diag);
        if (rows == NULL) {
            ag_hint(diag, "the witness's question '%s'", question->name);
            return false;
        }
        add_rows(pool, facts, question->name, rows);
    }
    return true;
}

/* A session that knows the catalogue already answers several times as fast as a new one. */
static char *postgres_facts(AgDb *db, const char *url, AgPool *pool, bool with_dump, AgDiag *diag)
{
    GPtrArray *facts = ag_pool_array(pool);
    if (!add_catalog(db, pool, facts, diag) || !ag_db_set_search_path(db, NULL, diag))
        return NULL;
    if (with_dump && pg_dump_version() >= ag_db_version(db) / 10000 &&
        !add_dump(pool, url, facts, diag))
        return NULL;
    return join_sorted(pool, facts);
}

static const struct {
    const char *what, *sql;
    long since; /* the first version that can answer; 0: all */
} sqlite_questions[] = {
    {"table",
     "select name, type, wr, strict from pragma_table_list where schema = 'main' and name not like"
     " 'sqlite\\_%' escape '\\' and name not like 'autogen\\_%' escape '\\'",
     3037000},
    {"column",
     "select m.name, c.name, upper(c.type), c.\"notnull\", c.dflt_value, c.pk, c.hidden from"
     " sqlite_schema m, pragma_table_xinfo(m.name) c where m.type = 'table' and m.name not"
     " like 'autogen\\_%' escape '\\' and m.name not like 'sqlite\\_%' escape '\\'"},
    {"fk",
     "select m.name, f.\"table\", group_concat(f.\"from\" || '>' || coalesce(f.\"to\", '')), "
     "f.on_update,"
     " f.on_delete, f.match from sqlite_schema m, pragma_foreign_key_list(m.name) f where m.type"
     " = 'table' group by m.name, f.id"},
    {"index",
     "select m.name, case when i.origin = 'c' then i.name end, i.\"unique\", i.origin, i.partial, "
     "(select"
     " group_concat(coalesce(x.name, '?') || x.\"desc\" || x.coll) from pragma_index_xinfo(i.name)"
     " x where x.key) from sqlite_schema m, pragma_index_list(m.name) i where m.type = 'table'"
     " and m.name not like 'autogen\\_%' escape '\\'"},
};

/* Virtual tables among them; their shadow tables are the module's. */
static bool add_stored_text(AgDb *db, AgPool *pool, GPtrArray *facts, AgDiag *diag)
{
    AgRows *rows =
        ag_db_query(db, pool,
                    "select type, name, sql from sqlite_schema where sql is not null and (type <>"
                    " 'table' or rootpage = 0) and name not like 'autogen\\_%' escape '\\'",
                    NULL, 0, diag);
    for (guint i = 0; rows != NULL && i < rows->n_rows; i++) {
        g_autoptr(GString) text =
            g_string_new(ag_sql_normal(pool, AG_DIALECT_SQLITE, ag_rows_get(rows, i, 2)));
        /* Every trigger is for each row, whether or not its text says so. */
        if (strcmp(ag_rows_get(rows, i, 0), "trigger") == 0)
            g_string_replace(text, " for each row ", " ", 1);
        g_ptr_array_add(facts, ag_pool_printf(pool, "%s | %s | %s", ag_rows_get(rows, i, 0),
                                              ag_rows_get(rows, i, 1), text->str));
    }
    return rows != NULL;
}

/* CHECK bodies stand in the stored text only: everything after the word, up to its closing
 * parenthesis. */
static bool add_checks(AgDb *db, AgPool *pool, GPtrArray *facts, AgDiag *diag)
{
    AgRows *rows =
        ag_db_query(db, pool,
                    "select name, sql from sqlite_schema where type = 'table' and sql is not null"
                    " and name not like 'autogen\\_%' escape '\\'",
                    NULL, 0, diag);
    for (guint i = 0; rows != NULL && i < rows->n_rows; i++) {
        const char *sql = ag_sql_normal(pool, AG_DIALECT_SQLITE, ag_rows_get(rows, i, 1));
        if (strstr(sql, "autoincrement") != NULL)
            g_ptr_array_add(facts,
                            ag_pool_printf(pool, "autoincrement | %s", ag_rows_get(rows, i, 0)));
        for (const char *p = strstr(sql, " check ("); p != NULL; p = strstr(p + 1, " check (")) {
            const char *end = p + 7;
            for (int depth = 0; *end != '\0'; end++) {
                depth += *end == '(' ? 1 : *end == ')' ? -1 : 0;
                if (depth == 0)
                    break;
            }
            g_ptr_array_add(facts, ag_pool_printf(pool, "check | %s | %.*s",
                                                  ag_rows_get(rows, i, 0), (int)(end - p), p));
        }
    }
    return rows != NULL;
}

static char *sqlite_facts(AgPool *pool, const char *path, AgDiag *diag)
{
    g_autofree char *text = g_strconcat("sqlite:///", path, NULL);
    AgUrl *url = ag_url_parse(pool, text, NULL, diag);
    if (url == NULL)
        return NULL;
    AgDbOptions options = {.mode = AG_DB_READ, .lock_timeout_ms = -1};
    g_autoptr(AgDb) db = ag_db_open(url, &options, diag);
    if (db == NULL)
        return NULL;
    GPtrArray *facts = ag_pool_array(pool);
    for (size_t i = 0; i < G_N_ELEMENTS(sqlite_questions); i++) {
        if (ag_db_version(db) < sqlite_questions[i].since)
            continue;
        AgRows *rows = ag_db_query(db, pool, sqlite_questions[i].sql, NULL, 0, diag);
        if (rows == NULL)
            return NULL;
        add_rows(pool, facts, sqlite_questions[i].what, rows);
    }
    if (!add_stored_text(db, pool, facts, diag) || !add_checks(db, pool, facts, diag))
        return NULL;
    return join_sorted(pool, facts);
}

char *witness_facts(AgPool *pool, AgDb *db, const char *url, bool with_dump, AgDiag *diag)
{
    switch (ag_db_dialect(db)) {
    case AG_DIALECT_POSTGRESQL:
        return postgres_facts(db, url, pool, with_dump, diag);
    case AG_DIALECT_SQLITE:
        return sqlite_facts(pool, url, diag);
    }
    g_assert_not_reached();
}

bool witness_dumps_all(void)
{
    return g_strcmp0(g_getenv("AUTOGEN_TEST_DUMPS"), "all") == 0;
}

char *witness_difference(AgPool *pool, const char *a, const char *b)
{
    g_auto(GStrv) x = g_strsplit(a, "\n", -1);
    g_auto(GStrv) y = g_strsplit(b, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    size_t i = 0, j = 0;
    while (x[i] != NULL || y[j] != NULL) {
        int order = x[i] == NULL ? 1 : y[j] == NULL ? -1 : strcmp(x[i], y[j]);
        if (order < 0)
            g_string_append_printf(out, "- %s\n", x[i++]);
        else if (order > 0)
            g_string_append_printf(out, "+ %s\n", y[j++]);
        else
            i++, j++;
    }
    return ag_pool_text(pool, out->str);
}
