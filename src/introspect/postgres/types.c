/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include "base/text.h"
#include "model/enum.h"
#include "model/extension.h"
#include "model/sequence.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* Types the dialect does not know by itself: enums of the models first, then what the server says
 * to a temporary column of the type. */

typedef struct {
    AgColumn *column;
    const AgColumn *live; /* NULL: new */
    AgPrint *print;
} Asked;

/* A quoted name may hold parentheses of its own: such a type is left as it is. */
char *ag_canonical_base_type(const char *canonical)
{
    const char *open = strchr(canonical, '('), *close = strchr(canonical, ')');
    if (open == NULL || close == NULL || strchr(canonical, '"') != NULL)
        return g_strdup(canonical);
    return g_strdup_printf("%.*s%s", (int)(open - canonical), canonical, close + 1);
}

/* "[schema.]name" at the beginning of a type; what follows (modifiers, brackets) in *rest. */
static bool split_name(AgPool *pool, const char *text, AgQname *name, const char **rest)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken first = ag_lexer_next_solid(&lexer);
    AgToken dot = ag_lexer_next_solid(&lexer);
    if (first.type != AG_TOKEN_WORD && first.type != AG_TOKEN_QUOTED)
        return false;
    *name =
        (AgQname){.name = ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, first.text, first.length)};
    *rest = first.text + first.length;
    if (!ag_token_is(dot, "."))
        return true;
    AgToken second = ag_lexer_next_solid(&lexer);
    if (second.type != AG_TOKEN_WORD && second.type != AG_TOKEN_QUOTED)
        return false;
    name->schema = name->name;
    name->name = ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, second.text, second.length);
    *rest = second.text + second.length;
    return true;
}

static const AgObject *find_enum(const AgCanonical *c, const char *own_schema, AgQname name)
{
    if (name.schema != NULL)
        return ag_schema_find(c->desired, AG_KIND_ENUM, name.schema, name.name);
    const AgObject *found = ag_schema_find(c->desired, AG_KIND_ENUM, own_schema, name.name);
    const GPtrArray *path = c->desired->search_path;
    for (guint i = 0; found == NULL && path != NULL && i < path->len; i++)
        found = ag_schema_find(c->desired, AG_KIND_ENUM, g_ptr_array_index(path, i), name.name);
    return found;
}

/* The catalogue keeps no dimensions: any brackets mean an array. */
static bool is_array(const char *rest)
{
    return strchr(rest, '[') != NULL;
}

static const AgObject *find_in(const AgCanonical *c, const char *schema, const char *name)
{
    const AgObject *found = NULL;
    for (int kind = 0; kind < AG_N_KINDS && found == NULL; kind++) {
        if ((ag_kind_info((AgKind)kind)->names & AG_NAMED_AS_TYPE) != 0)
            found = ag_schema_find(c->desired, (AgKind)kind, schema, name);
    }
    return found;
}

const char *ag_canonical_model_type(const AgCanonical *c, const char *schema, const char *written)
{
    AgQname name;
    const char *rest = NULL;
    if (!split_name(c->scratch_pool, written, &name, &rest))
        return NULL;
    const AgObject *found = find_in(c, name.schema != NULL ? name.schema : schema, name.name);
    const GPtrArray *path = name.schema == NULL ? c->desired->search_path : NULL;
    for (guint i = 0; found == NULL && path != NULL && i < path->len; i++)
        found = find_in(c, g_ptr_array_index(path, i), name.name);
    if (found == NULL)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(&ag_dialect_postgres, out, found->schema, found->name);
    g_string_append(out, is_array(rest) ? "[]" : "");
    return ag_pool_text(c->pool, out->str);
}

static bool resolve_enum(AgCanonical *c, AgColumn *column)
{
    AgQname name;
    const char *rest = NULL;
    if (!split_name(c->scratch_pool, column->type.written, &name, &rest))
        return false;
    const AgObject *found = find_enum(c, column->object.parent->schema, name);
    if (found == NULL)
        return false;
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(&ag_dialect_postgres, out, found->schema, found->name);
    g_string_append(out, is_array(rest) ? "[]" : "");
    column->type.canonical = ag_pool_text(c->pool, out->str);
    return true;
}

bool ag_canonical_awaits_extension(const AgCanonical *c)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info->kind == AG_KIND_EXTENSION &&
            ag_schema_find(c->live, AG_KIND_EXTENSION, NULL, object->name) == NULL)
            return true;
    }
    return false;
}

static const char *nearest_type(const AgCanonical *c, const char *word)
{
    const char *near = ag_text_nearest(word, ag_dialect_postgres.type_names);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; near == NULL && i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info->kind == AG_KIND_ENUM)
            g_ptr_array_add(names, (gpointer)(guintptr)object->name);
    }
    g_ptr_array_add(names, NULL);
    return near != NULL ? near : ag_text_nearest(word, (const char *const *)names->pdata);
}

static bool fail_unknown(const AgCanonical *c, const AgColumn *column, const char *why,
                         AgDiag *diag)
{
    AgPlace place = column->type.place.file != NULL ? column->type.place : column->object.place;
    ag_fail(diag, AG_PROBLEM_UNKNOWN_TYPE, place, "unknown type '%s' for column '%s'",
            column->type.written, column->object.name);
    const char *near = nearest_type(c, column->type.written);
    if (near != NULL)
        ag_hint(diag, "did you mean '%s'?", near);
    if (why != NULL)
        ag_hint(diag, "the server says: %s", why);
    return false;
}

static void ask(AgCanonical *c, GArray *asked, AgColumn *column, const AgColumn *live)
{
    AgPrint wish = {.kind = AG_PRINT_TYPE,
                    .text = column->type.written,
                    .path = ag_canonical_path(c, column->object.parent->schema)};
    Asked entry = {.column = column, .live = live, .print = ag_scratch_want(&c->scratch, &wish)};
    g_array_append_val(asked, entry);
}

/* Without a scratch transaction: what the live column is called, when it is the same word for
 * word; else the type stays as it is written. */
static void leave_written(AgColumn *column)
{
    column->type.canonical = column->type.written;
}

static bool take_answers(AgCanonical *c, GArray *asked, AgDiag *diag)
{
    bool good = true;
    bool lenient = asked->len > 0 && ag_canonical_awaits_extension(c);
    for (guint i = 0; i < asked->len; i++) {
        const Asked *entry = &g_array_index(asked, Asked, i);
        if (entry->print->state == AG_PRINT_ANSWERED)
            entry->column->type.canonical = ag_pool_text(c->pool, entry->print->answer);
        else if (entry->print->state == AG_PRINT_WANTED || lenient)
            leave_written(entry->column);
        else
            good = fail_unknown(c, entry->column, entry->print->problem, diag);
    }
    return good;
}

/* An answer of the cache is good where the database has that type; elsewhere it is asked again. */
static void doubt_cache(AgCanonical *c, const GArray *asked)
{
    for (guint i = 0; i < asked->len; i++) {
        const Asked *entry = &g_array_index(asked, Asked, i);
        const char *live = entry->live == NULL ? NULL : entry->live->type.canonical;
        if (entry->print->from_cache && g_strcmp0(entry->print->answer, live) != 0)
            ag_scratch_again(&c->scratch, entry->print);
    }
}

/* The live column's bytes where only quotes or blanks differ. */
static void take_live_spelling(const AgCanonical *c, AgColumn *column, const AgColumn *live)
{
    if (live == NULL || column->type.canonical == NULL || live->type.canonical == NULL ||
        strcmp(column->type.canonical, live->type.canonical) == 0)
        return;
    if (strcmp(ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, column->type.canonical),
               ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, live->type.canonical)) == 0)
        column->type.canonical = ag_pool_name(c->pool, live->type.canonical);
}

typedef void (*OnColumn)(AgCanonical *c, const AgCanonicalTable *table, AgColumn *column,
                         GArray *asked);

static void each_column(AgCanonical *c, GPtrArray *tables, OnColumn on_column, GArray *asked)
{
    for (guint i = 0; i < tables->len; i++) {
        AgCanonicalTable *table = g_ptr_array_index(tables, i);
        const GPtrArray *parts = table->desired->object.parts;
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            AgObject *part = g_ptr_array_index(parts, j);
            if (part->info->kind == AG_KIND_COLUMN)
                on_column(c, table, (AgColumn *)part, asked);
        }
    }
}

static void resolve(AgCanonical *c, const AgCanonicalTable *table, AgColumn *column, GArray *asked)
{
    const AgColumn *live = ag_canonical_live_column(table, column);
    if (column->type.written == NULL)
        return;
    if (live != NULL && strcmp(column->type.written, live->type.written) == 0) {
        column->type.canonical = ag_pool_name(c->pool, live->type.canonical);
        return;
    }
    if (column->type.canonical == NULL)
        column->type.canonical = ag_dialect_postgres.canonical_type(c->pool, column->type.written);
    if (column->type.canonical == NULL && !resolve_enum(c, column))
        ask(c, asked, column, live);
}

static void finish(AgCanonical *c, const AgCanonicalTable *table, AgColumn *column, GArray *asked)
{
    (void)asked;
    take_live_spelling(c, column, ag_canonical_live_column(table, column));
}

static void resolve_sequences(AgCanonical *c)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        AgSequence *sequence = (AgSequence *)object;
        if (object->info->kind != AG_KIND_SEQUENCE || sequence->type.written == NULL)
            continue;
        const char *name = ag_dialect_postgres.canonical_type(c->pool, sequence->type.written);
        if (name != NULL && strcmp(name, "bigint") == 0)
            sequence->type = (AgSql){0}; /* what absence means */
        else
            sequence->type.canonical = name;
    }
}

bool ag_canonical_types(AgCanonical *c, AgDiag *diag)
{
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(Asked));
    each_column(c, c->tables, resolve, asked);
    resolve_sequences(c);
    doubt_cache(c, asked);
    if (!ag_scratch_run(&c->scratch, diag) || !take_answers(c, asked, diag))
        return false;
    each_column(c, c->tables, finish, asked);
    return true;
}
