/* SPDX-License-Identifier: MIT */
/* Queries of views that read what is not there yet: columns or relations that the same revision
 * makes. They are asked about over temporary tables that have the columns to be, for the shape
 * alone: that such a view says something else than today is known. */
#include "introspect/postgres/canonical_private.h"

#include "model/key.h"
#include "model/needs.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct {
    AgCanonical *c;
    GPtrArray *views; /* of Asked *: whose shape is wanted */
} Shadows;

typedef struct {
    AgView *view;
    GPtrArray *reads; /* of const AgObject *: relations of the models that its text names */
    const AgPrint *print;
} Asked;

static bool is_view(const AgObject *object)
{
    return object->info->kind == AG_KIND_VIEW || object->info->kind == AG_KIND_MATERIALIZED_VIEW;
}

/* --- what is asked about --- */

static GPtrArray *relations_of(const AgCanonical *c, const AgView *view)
{
    GPtrArray *list = ag_pool_array(c->scratch_pool);
    AgNeeds needs;
    ag_needs_init(&needs, c->scratch_pool);
    ag_needs_sql(&needs, &view->object, (AgSql){.written = view->query.written});
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        const AgObject *object = &table->desired->object;
        bool named = false;
        for (guint k = 0; object != &view->object && !named && k < needs.list->len; k++)
            named = ag_need_means(g_ptr_array_index(needs.list, k), object);
        if (named)
            g_ptr_array_add(list, (gpointer)(guintptr)object);
    }
    return list;
}

static bool is_asked(const Shadows *s, const AgObject *object)
{
    for (guint i = 0; i < s->views->len; i++)
        if (&((const Asked *)g_ptr_array_index(s->views, i))->view->object == object)
            return true;
    return false;
}

static void ask(Shadows *s, const AgObject *object)
{
    AgView *view = (AgView *)(guintptr)object;
    if (view->shape != NULL || view->query.written == NULL || is_asked(s, object))
        return;
    Asked *asked = ag_pool_new0(s->c->scratch_pool, Asked);
    asked->view = view;
    asked->reads = relations_of(s->c, view);
    g_ptr_array_add(s->views, asked);
}

/* Views that are there and could be replaced; and those that they read, for theirs. */
static void collect(Shadows *s)
{
    for (guint i = 0; i < s->c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(s->c->tables, i);
        if (table->live != NULL && table->live->info->kind == AG_KIND_VIEW &&
            table->desired->object.info->kind == AG_KIND_VIEW)
            ask(s, &table->desired->object);
    }
    for (guint i = 0; i < s->views->len; i++) {
        const Asked *asked = g_ptr_array_index(s->views, i);
        for (guint k = 0; k < asked->reads->len; k++)
            if (is_view(g_ptr_array_index(asked->reads, k)))
                ask(s, g_ptr_array_index(asked->reads, k));
    }
}

/* --- what stands for a relation --- */

static void add_column(const Shadows *s, AgShadow *shadow, const char *name, const char *type,
                       AgQname collation)
{
    AgPrintColumn *column = ag_pool_new0(s->c->scratch_pool, AgPrintColumn);
    *column = (AgPrintColumn){.name = name, .type = type, .collation = collation};
    g_ptr_array_add(shadow->columns, column);
}

static void add_own_column(const Shadows *s, AgShadow *shadow, const AgColumn *column)
{
    AgSql type = column->type;
    add_column(s, shadow, column->object.name,
               type.canonical != NULL ? type.canonical : type.written, column->collation);
}

/* Whether the part of the models is that column of the database. */
static bool is_live_column(AgCanonicalTable *pair, const AgObject *part, const AgObject *there)
{
    if (part->info != &ag_kind_column)
        return false;
    const AgColumn *live = ag_canonical_live_column(pair, (const AgColumn *)part);
    return live != NULL && &live->object == there;
}

/* Those that are there come first, in their order: a star means them so. */
static void add_columns(const Shadows *s, AgShadow *shadow, const AgObject *table)
{
    const AgObject *live = ag_canonical_live(s->c, table);
    AgCanonicalTable *pair = ag_canonical_table(s->c, (AgTable *)(guintptr)table);
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    for (guint i = 0; live != NULL && live->parts != NULL && i < live->parts->len; i++) {
        const AgObject *there = g_ptr_array_index(live->parts, i);
        for (guint k = 0; there->info == &ag_kind_column && k < table->parts->len; k++) {
            const AgObject *part = g_ptr_array_index(table->parts, k);
            if (is_live_column(pair, part, there)) {
                add_own_column(s, shadow, (const AgColumn *)part);
                g_hash_table_add(kept, (gpointer)(guintptr)part);
            }
        }
    }
    for (guint k = 0; table->parts != NULL && k < table->parts->len; k++) {
        const AgObject *part = g_ptr_array_index(table->parts, k);
        if (part->info == &ag_kind_column && !g_hash_table_contains(kept, part))
            add_own_column(s, shadow, (const AgColumn *)part);
    }
}

/* False: its columns are not known (yet). */
static bool add_view_columns(const Shadows *s, AgShadow *shadow, const AgView *view)
{
    for (guint i = 0; view->shape != NULL && i < view->shape->len; i++) {
        const AgShapeColumn *column = g_ptr_array_index(view->shape, i);
        if (column->collation != NULL)
            return false;
        add_column(s, shadow, column->name, column->type, (AgQname){NULL, NULL});
    }
    return view->shape != NULL;
}

/* NULL: nothing is known of it. A primary key, because a query may group by it alone. */
static const AgShadow *shadow_of(const Shadows *s, const AgObject *object)
{
    AgShadow *shadow = ag_pool_new0(s->c->scratch_pool, AgShadow);
    const AgObject *key = ag_object_first(object, AG_KIND_PRIMARY_KEY);
    shadow->name = object->name;
    shadow->columns = ag_pool_array(s->c->scratch_pool);
    if (key != NULL && !((const AgKey *)key)->without_overlaps)
        shadow->key = ((const AgKey *)key)->columns;
    if (is_view(object))
        return add_view_columns(s, shadow, (const AgView *)object) ? shadow : NULL;
    add_columns(s, shadow, object);
    return shadow;
}

/* The text with shop.orders called pg_temp.orders. */
static const char *over_shadows(const Shadows *s, const char *text, const GPtrArray *reads)
{
    AgPool *pool = s->c->scratch_pool;
    g_autoptr(GString) out = g_string_new(NULL);
    AgLexer lexer;
    size_t copied = 0;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken two = {.type = AG_TOKEN_END, .text = ""}, one = two;
    for (AgToken token = ag_lexer_next_solid(&lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         two = one, one = token, token = ag_lexer_next_solid(&lexer)) {
        if (!ag_token_is(one, ".") || (two.type != AG_TOKEN_WORD && two.type != AG_TOKEN_QUOTED))
            continue;
        const char *schema = ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, two.text, two.length);
        const char *name = ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, token.text, token.length);
        for (guint i = 0; two.offset >= copied && i < reads->len; i++) {
            const AgObject *object = g_ptr_array_index(reads, i);
            if (g_strcmp0(object->schema, schema) != 0 || strcmp(object->name, name) != 0)
                continue;
            g_string_append_len(out, text + copied, (gssize)(two.offset - copied));
            g_string_append(out, "pg_temp");
            copied = two.offset + two.length;
        }
    }
    g_string_append(out, text + copied);
    return ag_pool_text(pool, out->str);
}

/* --- rounds: a view is asked about when those that it reads have been --- */

static bool has_twin_name(const GPtrArray *shadows, const char *name)
{
    for (guint i = 0; i < shadows->len; i++)
        if (strcmp(((const AgShadow *)g_ptr_array_index(shadows, i))->name, name) == 0)
            return true;
    return false;
}

static void put(Shadows *s, Asked *asked)
{
    AgCanonical *c = s->c;
    GPtrArray *shadows = ag_pool_array(c->scratch_pool);
    for (guint i = 0; i < asked->reads->len; i++) {
        const AgObject *object = g_ptr_array_index(asked->reads, i);
        const AgShadow *shadow = shadow_of(s, object);
        if (shadow == NULL || has_twin_name(shadows, object->name))
            return;
        g_ptr_array_add(shadows, (gpointer)(guintptr)shadow);
    }
    AgPrint wish = {.kind = AG_PRINT_QUERY,
                    .text = over_shadows(s, asked->view->query.written, asked->reads),
                    .target = ag_canonical_view_columns(c, asked->view),
                    .shadows = shadows,
                    .path = ag_canonical_path(c, asked->view->object.schema)};
    if (shadows->len > 0)
        asked->print = ag_scratch_want(&c->scratch, &wish);
}

bool ag_canonical_shadows(AgCanonical *c, AgDiag *diag)
{
    Shadows s = {.c = c, .views = ag_pool_array(c->scratch_pool)};
    collect(&s);
    for (bool more = s.views->len > 0; more;) {
        more = false;
        for (guint i = 0; i < s.views->len; i++) {
            Asked *asked = g_ptr_array_index(s.views, i);
            if (asked->print == NULL)
                put(&s, asked);
        }
        if (!ag_scratch_run(&c->scratch, diag))
            return false;
        for (guint i = 0; i < s.views->len; i++) {
            const Asked *asked = g_ptr_array_index(s.views, i);
            if (asked->print == NULL || asked->print->shape == NULL || asked->view->shape != NULL)
                continue;
            asked->view->shape = ag_pg_shape(c->pool, asked->print->shape);
            more = true;
        }
    }
    return true;
}
