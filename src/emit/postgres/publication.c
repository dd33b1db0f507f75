/* SPDX-License-Identifier: MIT */
#include "model/publication.h"

#include "emit/postgres/postgres.h"
#include "model/table.h"

#include <string.h>

static const char *current_name(AgWriting *w, const AgObject *object)
{
    return ag_writing_name(w, ag_writing_current(w, object)->name);
}

/* --- tables --- */

static const AgObject *table_of(AgWriting *w, const AgPublishedTable *published)
{
    return ag_schema_find(ag_writing_side(w, &published->object), AG_KIND_TABLE,
                          published->table.schema, published->table.name);
}

static bool inherits_from(AgWriting *w, const AgSchema *side, const AgPublishedTable *published)
{
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(side->objects, i);
        if (object->info->kind != AG_KIND_TABLE || ((const AgTable *)object)->inherits == NULL)
            continue;
        GPtrArray *parents = ag_table_parents(w->pool, side, object);
        for (guint k = 0; k < parents->len; k++) {
            const AgObject *parent = g_ptr_array_index(parents, k);
            if (strcmp(parent->name, published->table.name) == 0 &&
                g_strcmp0(parent->schema, published->table.schema) == 0)
                return true;
        }
    }
    return false;
}

/* Without ONLY the children would come and go with their parent. */
static void put_table_name(AgWriting *w, GString *out, const AgPublishedTable *published)
{
    const AgObject *table = table_of(w, published);
    if (inherits_from(w, w->from, published) || inherits_from(w, w->to, published))
        g_string_append(out, "ONLY ");
    if (table != NULL)
        g_string_append(out, ag_writing_qname(w, table));
    else
        ag_quote_qname(w->dialect, out, published->table.schema, published->table.name);
}

static bool put_table(AgWriting *w, GString *out, const AgPublishedTable *published)
{
    const AgObject *object = &published->object, *table = table_of(w, published);
    if ((published->columns != NULL || published->where.written != NULL) &&
        !ag_postgres_needs(w, object, 150000, "a published table with columns or a condition"))
        return false;
    put_table_name(w, out, published);
    if (published->columns != NULL) {
        g_string_append(out, " (");
        if (table != NULL)
            ag_postgres_put_columns(w, out, table, published->columns);
        else
            ag_quote_names(w->dialect, out, published->columns);
        g_string_append_c(out, ')');
    }
    /* The filter is read as something of the table. */
    const AgObject *column = table == NULL ? NULL : ag_object_first(table, AG_KIND_COLUMN);
    if (published->where.written != NULL)
        g_string_append_printf(out, " WHERE %s",
                               ag_postgres_wrapped(w, column != NULL ? column : object,
                                                   published->where));
    return true;
}

static AgStrategy choose_table_strategy(const AgChange *change)
{
    (void)change;
    return AG_RECREATE;
}

static bool create_table(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!put_table(w, out, (const AgPublishedTable *)change->new))
        return false;
    ag_write(w, change, "ALTER PUBLICATION %s ADD TABLE %s", current_name(w, change->new->parent),
             out->str);
    return true;
}

static bool drop_table(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    put_table_name(w, out, (const AgPublishedTable *)change->old);
    ag_write(w, change, "ALTER PUBLICATION %s DROP TABLE %s", current_name(w, change->old->parent),
             out->str);
    return true;
}

const AgKindWriter ag_postgres_published_table_writer = {
    .strategy = choose_table_strategy,
    .create = create_table,
    .alter = ag_postgres_alter_nothing,
    .rename = ag_postgres_move_nothing, /* it follows the table */
    .drop = drop_table,
};

/* --- the publication --- */

static AgStrategy choose_strategy(const AgChange *change)
{
    return (change->changed & AG_FIELD_BIT(AG_PUBLICATION_ALL_TABLES)) != 0 ? AG_RECREATE
                                                                            : AG_IN_PLACE;
}

static void put_events(GString *out, const GPtrArray *events)
{
    bool none = events != NULL && g_str_equal(g_ptr_array_index(events, 0), "none");
    g_string_append(out, "publish = '");
    for (guint i = 0; events != NULL && !none && i < events->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(events, i));
    g_string_append(out, events == NULL ? "insert, update, delete, truncate'" : "'");
}

static bool put_generated(AgWriting *w, GString *out, const AgObject *object)
{
    const char *word = ((const AgPublication *)object)->generated;
    if (!ag_postgres_needs(w, object, 180000, "a publication of generated columns"))
        return false;
    g_string_append_printf(out, "%spublish_generated_columns = %s", out->len > 0 ? ", " : "",
                           word == NULL ? "none" : word);
    return true;
}

static bool put_options(AgWriting *w, GString *out, const AgPublication *publication)
{
    if (publication->publish != NULL)
        put_events(out, publication->publish);
    if (publication->via_root)
        g_string_append_printf(out, "%spublish_via_partition_root = true",
                               out->len > 0 ? ", " : "");
    return publication->generated == NULL || g_str_equal(publication->generated, "none") ||
           put_generated(w, out, &publication->object);
}

static void put_schemas(AgWriting *w, GString *out, const AgObject *object, const GPtrArray *names)
{
    g_string_append(out, "TABLES IN SCHEMA ");
    for (guint i = 0; i < names->len; i++) {
        const char *schema =
            ag_writing_schema(w, ag_writing_side(w, object), g_ptr_array_index(names, i));
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", ag_writing_name(w, schema));
    }
}

static bool put_members(AgWriting *w, GString *out, const AgChange *change)
{
    const AgPublication *publication = (const AgPublication *)change->new;
    bool first = true, ok = true;
    if (publication->all_tables)
        g_string_append(out, "\n    FOR ALL TABLES");
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++, first = false) {
        const AgObject *part = ((const AgChange *)g_ptr_array_index(change->folded, i))->new;
        g_string_append(out, first ? "\n    FOR TABLE " : ",\n        ");
        ok = put_table(w, out, (const AgPublishedTable *)part) && ok;
    }
    if (publication->schemas == NULL)
        return ok;
    g_string_append(out, first ? "\n    FOR " : ",\n    ");
    put_schemas(w, out, change->new, publication->schemas);
    return ag_postgres_needs(w, change->new, 150000, "a publication of schemas") && ok;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) members = g_string_new(NULL);
    g_autoptr(GString) options = g_string_new(NULL);
    bool ok = put_members(w, members, change);
    ok = put_options(w, options, (const AgPublication *)change->new) && ok;
    ag_write(w, change, "CREATE PUBLICATION %s%s%s%s%s", current_name(w, change->new), members->str,
             options->len > 0 ? "\n    WITH (" : "", options->str, options->len > 0 ? ")" : "");
    return ok;
}

/* The schemas that only the one list has. */
static void set_schemas(AgWriting *w, const AgChange *change, bool adds)
{
    const AgObject *object = adds ? change->new : change->old;
    const AgObject *other = adds ? change->old : change->new;
    const GPtrArray *list = ((const AgPublication *)object)->schemas;
    const GPtrArray *others = ((const AgPublication *)other)->schemas;
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    for (guint i = 0; list != NULL && i < list->len; i++) {
        gpointer name = g_ptr_array_index(list, i);
        if (others == NULL || !g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)others, name,
                                                                g_str_equal, NULL))
            g_ptr_array_add(some, name);
    }
    if (some->len == 0)
        return;
    g_autoptr(GString) out = g_string_new(NULL);
    put_schemas(w, out, object, some);
    ag_write(w, change, "ALTER PUBLICATION %s %s %s", current_name(w, change->old),
             adds ? "ADD" : "DROP", out->str);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgPublication *new = (const AgPublication *)change->new;
    AgFieldSet handled = 0;
    g_autoptr(GString) options = g_string_new(NULL);
    if (ag_postgres_take(change, AG_PUBLICATION_PUBLISH, &handled))
        put_events(options, new->publish);
    if (ag_postgres_take(change, AG_PUBLICATION_VIA_ROOT, &handled))
        g_string_append_printf(options, "%spublish_via_partition_root = %s",
                               options->len > 0 ? ", " : "", new->via_root ? "true" : "false");
    if (ag_postgres_take(change, AG_PUBLICATION_GENERATED_COLUMNS, &handled))
        put_generated(w, options, change->new);
    if (options->len > 0)
        ag_write(w, change, "ALTER PUBLICATION %s SET (%s)", current_name(w, change->old),
                 options->str);
    if (ag_postgres_take(change, AG_PUBLICATION_SCHEMAS, &handled) &&
        ag_postgres_needs(w, change->new, 150000, "a publication of schemas")) {
        set_schemas(w, change, false);
        set_schemas(w, change, true);
    }
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER PUBLICATION %s RENAME TO %s", ag_writing_name(w, change->old->name),
             ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP PUBLICATION %s", current_name(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_publication_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
