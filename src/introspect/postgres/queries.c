/* SPDX-License-Identifier: MIT */
/* Whether the server as it is can be asked about a view's query, and what the answer depends on. */
#include "introspect/postgres/canonical_private.h"

#include "model/needs.h"
#include "model/view.h"

#include <string.h>

/* --- what the query reads --- */

static GPtrArray *names_of(AgCanonical *c, const AgView *view, const char *text)
{
    AgNeeds needs;
    ag_needs_init(&needs, c->scratch_pool);
    ag_needs_sql(&needs, &view->object, (AgSql){.written = text});
    return needs.list;
}

static bool has_star(const GPtrArray *needs)
{
    for (guint i = 0; i < needs->len; i++) {
        if (strcmp(((const AgNeed *)g_ptr_array_index(needs, i))->name, "*") == 0)
            return true;
    }
    return false;
}

static bool is_named(const GPtrArray *needs, const AgObject *object)
{
    for (guint i = 0; i < needs->len; i++) {
        if (ag_need_means(g_ptr_array_index(needs, i), object))
            return true;
    }
    return false;
}

/* NATURAL JOIN takes whatever columns have the same names. */
static bool is_natural(const GPtrArray *needs)
{
    for (guint i = 0; i < needs->len; i++) {
        if (strcmp(((const AgNeed *)g_ptr_array_index(needs, i))->name, "natural") == 0)
            return true;
    }
    return false;
}

/* --- what becomes of it --- */

static const char *type_of(const AgColumn *column)
{
    return column->type.canonical != NULL ? column->type.canonical : column->type.written;
}

/* Whether a star over the table means the same afterwards. */
static bool keeps_columns(const AgObject *desired, const AgObject *live)
{
    guint n_live = 0, n_desired = 0;
    for (guint i = 0; live->parts != NULL && i < live->parts->len; i++)
        n_live += ((const AgObject *)g_ptr_array_index(live->parts, i))->info == &ag_kind_column;
    for (guint i = 0; desired->parts != NULL && i < desired->parts->len; i++) {
        const AgObject *column = g_ptr_array_index(desired->parts, i);
        if (column->info != &ag_kind_column)
            continue;
        const AgObject *other = ag_object_part(live, AG_KIND_COLUMN, column->name);
        if (other == NULL ||
            g_strcmp0(type_of((const AgColumn *)column), type_of((const AgColumn *)other)) != 0)
            return false;
        n_desired++;
    }
    return n_live == n_desired;
}

static bool is_view(const AgObject *object)
{
    return object->info->kind == AG_KIND_VIEW || object->info->kind == AG_KIND_MATERIALIZED_VIEW;
}

/* Whether a star over the table means what it meant. Of views that is only known when all have been
 * asked about. */
static bool stays(AgCanonical *c, const AgObject *desired)
{
    const AgObject *live = ag_canonical_live(c, desired);
    if (live == NULL || live->info->kind != desired->info->kind ||
        strcmp(live->name, desired->name) != 0 || g_strcmp0(live->schema, desired->schema) != 0)
        return false;
    return is_view(desired) || keeps_columns(desired, live);
}

static void append_column(GString *out, const AgShapeColumn *column)
{
    g_string_append_printf(out, "%s\1%s%s%s,", column->name, column->type,
                           column->collation == NULL ? "" : "\1",
                           column->collation == NULL ? "" : column->collation);
}

static void append_columns(GString *out, const AgObject *live)
{
    g_string_append_printf(out, "%s.%s(", live->schema, live->name);
    const GPtrArray *shape = is_view(live) ? ((const AgView *)live)->shape : NULL;
    for (guint i = 0; shape != NULL && i < shape->len; i++)
        append_column(out, g_ptr_array_index(shape, i));
    for (guint i = 0; shape == NULL && live->parts != NULL && i < live->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(live->parts, i);
        if (part->info == &ag_kind_column)
            g_string_append_printf(out, "%s\1%s,", part->name, type_of((const AgColumn *)part));
    }
    g_string_append_c(out, ')');
}

const char *ag_canonical_query_context(AgCanonical *c, const AgView *view, const AgView *live)
{
    const GPtrArray *needs = names_of(c, view, view->query.written);
    const GPtrArray *live_needs = names_of(c, view, live->query.canonical);
    bool star = has_star(needs) || has_star(live_needs) || is_natural(needs);
    for (guint i = 0; star && i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        bool reads = (object->info->names & AG_NAMED_AS_RELATION) != 0 && object->name != NULL &&
                     object != &view->object && is_named(needs, object);
        if (reads && object->info->kind != AG_KIND_SEQUENCE && !stays(c, object))
            return NULL;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < c->live->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->live->objects, i);
        if ((object->info->names & AG_NAMED_AS_RELATION) != 0 &&
            (is_named(needs, object) || is_named(live_needs, object)))
            append_columns(out, object);
    }
    return ag_pool_text(c->scratch_pool, out->str);
}

/* --- views over views --- */

static bool same_shape(const AgView *a, const AgView *b)
{
    return ag_view_can_replace(a, b) && a->shape->len == b->shape->len;
}

/* Whether the desired view will have other columns than the live one has. */
static bool is_reshaped(const AgView *view, const AgObject *live)
{
    return live == NULL ||
           (g_strcmp0(view->query.canonical, ((const AgView *)live)->query.canonical) != 0 &&
            !same_shape((const AgView *)live, view));
}

/* Whether it reads a reshaped view with a star. */
static bool reads_reshaped(AgCanonical *c, const AgView *view, const GPtrArray *reshaped)
{
    const GPtrArray *needs = names_of(c, view, view->query.written);
    if (!has_star(needs) && !is_natural(needs))
        return false;
    for (guint i = 0; i < reshaped->len; i++) {
        if (is_named(needs, g_ptr_array_index(reshaped, i)))
            return true;
    }
    return false;
}

static void note_reshaped(AgCanonical *c, GPtrArray *reshaped)
{
    for (guint before = G_MAXUINT; before != reshaped->len;) {
        before = reshaped->len;
        for (guint i = 0; i < c->tables->len; i++) {
            const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
            AgView *view = (AgView *)table->desired;
            if (!is_view(&view->object) || g_ptr_array_find(reshaped, view, NULL))
                continue;
            if (table->live != NULL && reads_reshaped(c, view, reshaped)) {
                view->query.canonical = view->query.written;
                view->shape = NULL;
            }
            if (is_reshaped(view, table->live))
                g_ptr_array_add(reshaped, view);
        }
    }
}

/* The live view keeps the names that a model gave its columns inside the query. */
static void share_columns(const AgView *view, AgView *live)
{
    if (g_strcmp0(view->query.canonical, live->query.canonical) == 0)
        live->columns = view->columns;
}

void ag_canonical_stars(AgCanonical *c)
{
    g_autoptr(GPtrArray) reshaped = g_ptr_array_new();
    note_reshaped(c, reshaped);
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        if (table->live != NULL && is_view(table->live))
            share_columns((const AgView *)table->desired, (AgView *)(guintptr)table->live);
    }
}

/* --- columns --- */

const char *ag_canonical_view_columns(AgCanonical *c, const AgView *view)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (view->columns == NULL || view->columns->len == 0)
        return "";
    g_string_append(out, " (");
    ag_quote_names(&ag_dialect_postgres, out, view->columns);
    g_string_append_c(out, ')');
    return ag_pool_text(c->scratch_pool, out->str);
}

const char *ag_canonical_shape_type(const AgView *view, const char *column)
{
    for (guint i = 0; view->shape != NULL && i < view->shape->len; i++) {
        const AgShapeColumn *found = g_ptr_array_index(view->shape, i);
        if (strcmp(found->name, column) == 0)
            return found->type;
    }
    return NULL;
}
