/* SPDX-License-Identifier: MIT */
/* Random views, and triggers of SQLite, as they stand in a model. What they name may be gone by
 * now: then they do without it. */
#include "support/random_schema.h"

RandomView *random_view_add(RandomSchema *schema)
{
    if (schema->tables->len == 0)
        return NULL;
    RandomView *view = ag_pool_new0(schema->pool, RandomView);
    random_name(schema, &view->name, "v");
    random_view_fill(schema, view);
    g_ptr_array_add(schema->views, view);
    return view;
}

/* A view reads an older one, so that none reads itself. */
void random_view_fill(RandomSchema *schema, RandomView *view)
{
    int n = (int)schema->tables->len;
    const RandomTable *table = g_ptr_array_index(schema->tables, (guint)random_below(schema, n));
    view->source = table->name.id;
    view->n_columns = random_below(schema, MOST_COLUMNS_OF_A_LIST + 1);
    for (int i = 0; i < view->n_columns; i++) {
        int place = random_below(schema, (int)table->columns->len);
        view->columns[i] =
            ((RandomColumn *)g_ptr_array_index(table->columns, (guint)place))->name.id;
    }
    view->choice = g_rand_int(schema->random);
    view->writable = random_chance(schema, 30);
    const RandomVirtual *virtual = random_pick(schema, schema->virtuals);
    if (virtual != NULL && random_chance(schema, 25))
        view->source = virtual->name.id;
    if (schema->views->len == 0 || !random_chance(schema, 30))
        return;
    n = (int)schema->views->len;
    const RandomView *other = g_ptr_array_index(schema->views, (guint)random_below(schema, n));
    if (other->name.id < view->name.id)
        view->source = other->name.id;
}

static void put_name(GString *out, const char *name)
{
    ag_quote_name(ag_dialect(AG_DIALECT_SQLITE), out, name);
}

static const RandomView *view_of(const RandomSchema *schema, int id)
{
    for (guint i = 0; i < schema->views->len; i++) {
        const RandomView *view = g_ptr_array_index(schema->views, i);
        if (view->name.id == id)
            return view;
    }
    return NULL;
}

/* A view whose source is gone is not there. */
static bool is_there(const RandomSchema *schema, const RandomView *view)
{
    while (view != NULL && random_table_of(schema, view->source) == NULL &&
           random_virtual_of(schema, view->source) == NULL)
        view = view_of(schema, view->source);
    return view != NULL;
}

static void put_query(const RandomSchema *schema, GString *sql, const RandomView *view)
{
    const RandomTable *table = random_table_of(schema, view->source);
    const RandomView *other = view_of(schema, view->source);
    const RandomVirtual *virtual = random_virtual_of(schema, view->source);
    const RandomColumn *last = NULL;
    g_string_append(sql, "SELECT ");
    for (int i = 0; table != NULL && i < view->n_columns; i++) {
        const RandomColumn *column = random_column_of(table, view->columns[i]);
        if (column == NULL)
            continue;
        g_string_append(sql, last != NULL ? ", " : "");
        put_name(sql, column->name.name);
        g_string_append_printf(sql, " AS n%d", i);
        last = column;
    }
    g_string_append(sql, last == NULL ? "* FROM " : " FROM ");
    put_name(sql, table != NULL     ? table->name.name
                  : virtual != NULL ? virtual->name.name
                                    : other->name.name);
    if (last == NULL || view->choice % 3 != 0)
        return;
    g_string_append(sql, " WHERE ");
    put_name(sql, last->name.name);
    g_string_append(sql, " IS NOT NULL");
}

static void put_element(GString *out, const char *element, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(out, "<%s>%s</%s>", element, escaped, element);
}

static void put_head(const RandomSchema *schema, GString *out, const char *element,
                     const RandomName *name)
{
    g_autofree char *escaped = g_markup_escape_text(name->name, -1);
    g_string_append_printf(out, "<%s name=\"%s\"", element, escaped);
    if (name->former == NULL)
        return;
    const char *text = ag_qname_text(schema->pool, (AgQname){NULL, name->former});
    g_autofree char *former = g_markup_escape_text(text, -1);
    g_string_append_printf(out, " renamed-from=\"%s\"", former);
}

void random_view_text(const RandomSchema *schema, GString *out, const RandomView *view)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (!is_there(schema, view))
        return;
    put_query(schema, sql, view);
    put_head(schema, out, "view", &view->name);
    g_string_append_c(out, '>');
    put_element(out, "query", sql->str);
    const RandomTable *table = random_table_of(schema, view->source);
    if (view->writable && table != NULL) {
        g_autoptr(GString) body = g_string_new("BEGIN DELETE FROM ");
        put_name(body, table->name.name);
        g_string_append(body, " WHERE 0; END");
        g_string_append_printf(out,
                               "<trigger name=\"of_view_%d\" timing=\"instead-of\" "
                               "events=\"delete\">",
                               view->name.id);
        put_element(out, "body", body->str);
        g_string_append(out, "</trigger>");
    }
    g_string_append(out, "</view>\n");
}

static const RandomColumn *first_there(const RandomTable *table, const RandomPart *part)
{
    for (int i = 0; i < part->n_columns; i++) {
        if (random_column_of(table, part->columns[i]) != NULL)
            return random_column_of(table, part->columns[i]);
    }
    return NULL;
}

/* "BEGIN UPDATE target SET column = column WHERE OLD.column IS NULL; SELECT ...; END" */
static char *body_of(const RandomSchema *schema, const RandomTable *table, const RandomPart *part)
{
    const RandomTable *target = random_table_of(schema, part->target);
    const RandomVirtual *virtual = random_virtual_of(schema, part->target);
    if (virtual != NULL) {
        g_autoptr(GString) body = g_string_new("BEGIN DELETE FROM ");
        put_name(body, virtual->name.name);
        g_string_append(body, " WHERE rowid IS NULL; END");
        return ag_pool_text(schema->pool, body->str);
    }
    target = target != NULL ? target : table;
    const RandomColumn *column =
        g_ptr_array_index(target->columns, part->choice % target->columns->len);
    g_autoptr(GString) sql = g_string_new("BEGIN DELETE FROM ");
    put_name(sql, target->name.name);
    g_string_append(sql, " WHERE ");
    put_name(sql, column->name.name);
    g_string_append(sql, " IS NULL AND 0; SELECT CASE WHEN 1 THEN ';' END; END");
    return ag_pool_text(schema->pool, sql->str);
}

void random_trigger_text(const RandomSchema *schema, GString *out, const RandomTable *table,
                         const RandomPart *part)
{
    static const char *const events[] = {"insert", "update", "delete"};
    const char *event = events[part->choice % G_N_ELEMENTS(events)];
    const RandomColumn *column = first_there(table, part);
    put_head(schema, out, "trigger", &part->name);
    g_string_append_printf(out, " timing=\"%s\" events=\"%s\"",
                           part->choice % 2 == 0 ? "after" : "before", event);
    if (column != NULL && event == events[1]) {
        GPtrArray *names = ag_pool_array(schema->pool);
        g_ptr_array_add(names, (gpointer)(guintptr)column->name.name);
        g_autofree char *escaped = g_markup_escape_text(ag_names_join(schema->pool, names), -1);
        g_string_append_printf(out, " update-of=\"%s\"", escaped);
    }
    g_string_append_c(out, '>');
    if (column != NULL && part->expression) {
        g_autoptr(GString) sql = g_string_new(event == events[2] ? "OLD." : "NEW.");
        put_name(sql, column->name.name);
        g_string_append(sql, " IS NOT NULL");
        put_element(out, "when", sql->str);
    }
    put_element(out, "body", body_of(schema, table, part));
    g_string_append(out, "</trigger>\n");
}
