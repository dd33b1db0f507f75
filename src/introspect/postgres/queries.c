/* SPDX-License-Identifier: MIT */
/* Whether the server as it is can be asked about a view's query, and what the answer depends on. */
#include "introspect/postgres/canonical_private.h"

#include "model/needs.h"
#include "model/rule.h"
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

static bool is_named(const GPtrArray *needs, const AgObject *object)
{
    for (guint i = 0; i < needs->len; i++) {
        if (ag_need_means(g_ptr_array_index(needs, i), object))
            return true;
    }
    return false;
}

/* --- what becomes of it --- */

static const char *type_of(const AgColumn *column)
{
    return column->type.canonical != NULL ? column->type.canonical : column->type.written;
}

typedef enum { STAYS, GROWS, CHANGES } Becoming;

/* What becomes of the columns that a star over the table means; new ones go to the end. */
static Becoming columns_become(const AgObject *desired, const AgObject *live)
{
    guint n_live = 0, n_kept = 0, n_new = 0;
    for (guint i = 0; live->parts != NULL && i < live->parts->len; i++)
        n_live += ((const AgObject *)g_ptr_array_index(live->parts, i))->info == &ag_kind_column;
    for (guint i = 0; desired->parts != NULL && i < desired->parts->len; i++) {
        const AgObject *column = g_ptr_array_index(desired->parts, i);
        if (column->info != &ag_kind_column)
            continue;
        const AgObject *other = ag_object_part(live, AG_KIND_COLUMN, column->name);
        if (other == NULL)
            n_new++;
        else if (g_strcmp0(type_of((const AgColumn *)column), type_of((const AgColumn *)other)) !=
                 0)
            return CHANGES;
        else
            n_kept++;
    }
    return n_kept < n_live ? CHANGES : n_new > 0 ? GROWS : STAYS;
}

static bool is_view(const AgObject *object)
{
    return object->info->kind == AG_KIND_VIEW || object->info->kind == AG_KIND_MATERIALIZED_VIEW;
}

/* Whether a star over the relation means what it meant. Of views that is only known when all have
 * been asked about. */
static Becoming becomes(const AgCanonical *c, const AgObject *desired)
{
    const AgObject *live = ag_canonical_live(c, desired);
    if (live == NULL || live->info->kind != desired->info->kind ||
        strcmp(live->name, desired->name) != 0 || g_strcmp0(live->schema, desired->schema) != 0)
        return CHANGES;
    return is_view(desired) ? STAYS : columns_become(desired, live);
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
    bool star = ag_canonical_has_star(view->query.written);
    for (guint i = 0; star && i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        bool reads = (object->info->names & AG_NAMED_AS_RELATION) != 0 && object->name != NULL &&
                     object != &view->object && is_named(needs, object);
        if (reads && object->info->kind != AG_KIND_SEQUENCE && becomes(c, object) == CHANGES)
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

const char *ag_canonical_text_context(AgCanonical *c, const AgObject *object, const char *text)
{
    AgNeeds needs;
    ag_needs_init(&needs, c->scratch_pool);
    ag_needs_sql(&needs, object, (AgSql){.written = text});
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < c->live->objects->len; i++) {
        const AgObject *live = g_ptr_array_index(c->live->objects, i);
        if ((live->info->names & AG_NAMED_AS_RELATION) != 0 && is_named(needs.list, live))
            append_columns(out, live);
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

/* The columns that a relation gets at its end; NULL: it changes otherwise. */
static GPtrArray *new_columns(const AgCanonical *c, const AgObject *relation)
{
    GPtrArray *list = ag_pool_array(c->pool);
    const AgObject *live = ag_canonical_live(c, relation);
    if (is_view(relation)) {
        const AgView *view = (const AgView *)relation, *old = (const AgView *)live;
        if (old == NULL || !ag_view_can_replace(old, view))
            return NULL;
        for (guint i = old->shape->len; i < view->shape->len; i++)
            g_ptr_array_add(list, g_ptr_array_index(view->shape, i));
        return list;
    }
    for (guint i = 0; relation->parts != NULL && i < relation->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(relation->parts, i);
        if (part->info != &ag_kind_column || ag_object_part(live, AG_KIND_COLUMN, part->name))
            continue;
        AgShapeColumn *column = ag_pool_new0(c->pool, AgShapeColumn);
        column->name = part->name;
        column->type = type_of((const AgColumn *)part);
        g_ptr_array_add(list, column);
    }
    return list;
}

/* The shape of a view today and what it gets at its end; NULL: that is not certain. */
static GPtrArray *grown_shape(AgCanonical *c, const AgView *view, const GPtrArray *needs,
                              const GPtrArray *reshaped)
{
    for (guint i = 0; view->shape != NULL && i < reshaped->len; i++) {
        const AgObject *relation = g_ptr_array_index(reshaped, i);
        if (!is_named(needs, relation) ||
            !ag_canonical_star_is_last(c->scratch_pool, view->query.written, relation))
            continue;
        GPtrArray *more = new_columns(c, relation), *shape = ag_pool_array(c->pool);
        g_ptr_array_extend(shape, view->shape, NULL, NULL);
        if (more != NULL)
            g_ptr_array_extend(shape, more, NULL, NULL);
        return more == NULL ? NULL : shape;
    }
    return NULL;
}

/* A view that reads something reshaped with a star says something else than before, whatever the
 * server printed. */
static void reshape(AgCanonical *c, AgView *view, const GPtrArray *reshaped)
{
    if (!ag_canonical_has_star(view->query.written))
        return;
    const GPtrArray *needs = names_of(c, view, view->query.written);
    bool reads = false;
    for (guint i = 0; i < reshaped->len; i++)
        reads = reads || is_named(needs, g_ptr_array_index(reshaped, i));
    if (!reads)
        return;
    view->shape = grown_shape(c, view, needs, reshaped);
    view->query.canonical = NULL;
}

static void note_reshaped(AgCanonical *c, GPtrArray *reshaped)
{
    for (guint i = 0; i < c->tables->len; i++) {
        AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        if (!is_view(&table->desired->object) && becomes(c, &table->desired->object) == GROWS)
            g_ptr_array_add(reshaped, table->desired);
    }
    for (guint before = G_MAXUINT; before != reshaped->len;) {
        before = reshaped->len;
        for (guint i = 0; i < c->tables->len; i++) {
            const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
            AgView *view = (AgView *)table->desired;
            if (!is_view(&view->object) || g_ptr_array_find(reshaped, view, NULL))
                continue;
            if (table->live != NULL)
                reshape(c, view, reshaped);
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

/* So does a rule. "new.*" and "old.*" are of its own table. */
static void reshape_rules(AgCanonical *c, const AgObject *table, const GPtrArray *reshaped)
{
    bool own = g_ptr_array_find((GPtrArray *)(guintptr)reshaped, table, NULL);
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgRule *rule = g_ptr_array_index(table->parts, i);
        if (rule->object.info != &ag_kind_rule || rule->commands.written == NULL ||
            !ag_canonical_has_star(rule->commands.written))
            continue;
        AgNeeds needs;
        ag_needs_init(&needs, c->scratch_pool);
        ag_needs_sql(&needs, &rule->object, (AgSql){.written = rule->commands.written});
        bool reads = own;
        for (guint k = 0; k < reshaped->len; k++)
            reads = reads || is_named(needs.list, g_ptr_array_index(reshaped, k));
        if (reads)
            rule->commands.canonical = NULL;
    }
}

void ag_canonical_stars(AgCanonical *c)
{
    g_autoptr(GPtrArray) reshaped = g_ptr_array_new();
    note_reshaped(c, reshaped);
    for (guint i = 0; reshaped->len > 0 && i < c->tables->len; i++)
        reshape_rules(c, &((AgCanonicalTable *)g_ptr_array_index(c->tables, i))->desired->object,
                      reshaped);
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
