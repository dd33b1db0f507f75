/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"
#include "model/cast.h"

#include "base/text.h"
#include "model/extension.h"
#include "model/operator.h"
#include "model/operator_class.h"
#include "model/sequence.h"
#include "model/type_name.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* Types the dialect does not know by itself: those of the models first, then what the server says
 * to a temporary column of the type. */

typedef struct {
    const AgObject *object; /* whose type it is */
    AgSql *type;
    const AgSql *live; /* NULL: new */
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

/* The catalogue keeps no dimensions: any brackets mean an array. */
static bool is_array(const char *rest)
{
    return strchr(rest, '[') != NULL;
}

const char *ag_canonical_model_type(const AgCanonical *c, const char *schema, const char *written)
{
    AgTypeName split;
    if (!ag_type_name_split(c->scratch_pool, written, &split))
        return NULL;
    const AgObject *found = ag_schema_type(c->desired, schema, split.name);
    if (found == NULL)
        return NULL;
    bool multirange = ag_type_is_multirange(found, split.name.name);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(&ag_dialect_postgres, out, found->schema,
                   multirange ? split.name.name : found->name);
    g_string_append(out, is_array(split.rest) ? "[]" : "");
    return ag_pool_text(c->pool, out->str);
}

static const char *schema_of(const AgObject *object)
{
    return (object->parent != NULL ? object->parent : object)->schema;
}

/* A type of the models. */
static bool resolve_own(const AgCanonical *c, const AgObject *object, AgSql *type)
{
    const char *text = ag_canonical_model_type(c, schema_of(object), type->written);
    if (text != NULL)
        type->canonical = text;
    return text != NULL;
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
        if (ag_object_is_type(object))
            g_ptr_array_add(names, (gpointer)(guintptr)object->name);
    }
    g_ptr_array_add(names, NULL);
    return near != NULL ? near : ag_text_nearest(word, (const char *const *)names->pdata);
}

static bool fail_unknown(const AgCanonical *c, const Asked *entry, AgDiag *diag)
{
    const AgObject *object = entry->object;
    AgPlace place = entry->type->place.file != NULL ? entry->type->place : object->place;
    ag_fail(diag, AG_PROBLEM_UNKNOWN_TYPE, place, "unknown type '%s' for %s '%s'",
            entry->type->written, object->info->noun, object->name);
    const char *near = nearest_type(c, entry->type->written);
    if (near != NULL)
        ag_hint(diag, "did you mean '%s'?", near);
    if (entry->print->problem != NULL)
        ag_hint(diag, "the server says: %s", entry->print->problem);
    return false;
}

/* Without a scratch transaction: what the live column is called, when it is the same word for
 * word; else the type stays as it is written. */
static void leave_written(AgSql *type)
{
    type->canonical = type->written;
}

static bool take_answers(AgCanonical *c, GArray *asked, AgDiag *diag)
{
    bool good = true;
    bool lenient = asked->len > 0 && ag_canonical_awaits_extension(c);
    for (guint i = 0; i < asked->len; i++) {
        const Asked *entry = &g_array_index(asked, Asked, i);
        if (entry->print->state == AG_PRINT_ANSWERED)
            entry->type->canonical = ag_pool_text(c->pool, entry->print->answer);
        else if (entry->print->state == AG_PRINT_WANTED || lenient)
            leave_written(entry->type);
        else
            good = fail_unknown(c, entry, diag) && good;
    }
    return good;
}

/* An answer of the cache is good where the database has that type; elsewhere it is asked again. */
static void doubt_cache(AgCanonical *c, const GArray *asked)
{
    for (guint i = 0; i < asked->len; i++) {
        const Asked *entry = &g_array_index(asked, Asked, i);
        const char *live = entry->live == NULL ? NULL : entry->live->canonical;
        if (entry->print->from_cache && g_strcmp0(entry->print->answer, live) != 0)
            ag_scratch_again(&c->scratch, entry->print);
    }
}

/* --- every type --- */

typedef void (*OnType)(AgCanonical *c, const AgObject *object, AgSql *type, const AgSql *live,
                       GArray *asked);

static void types_of(AgCanonical *c, AgObject *object, const AgObject *live, OnType on_type,
                     GArray *asked)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        AgSql *type = ag_field_slot(object, field);
        if (field->type == AG_FIELD_TYPE && type->written != NULL)
            on_type(c, object, type, live == NULL ? NULL : ag_field_at(live, field), asked);
    }
}

static void each_column(AgCanonical *c, OnType on_type, GArray *asked)
{
    for (guint i = 0; i < c->tables->len; i++) {
        AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        if (table->desired->object.info->kind == AG_KIND_TABLE)
            types_of(c, &table->desired->object, table->live, on_type, asked);
        const GPtrArray *parts = table->desired->object.parts;
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            AgObject *part = g_ptr_array_index(parts, j);
            if (part->info->kind == AG_KIND_COLUMN)
                types_of(c, part,
                         (const AgObject *)ag_canonical_live_column(table, (AgColumn *)part),
                         on_type, asked);
        }
    }
}

/* Sequences have types of their own, and so have routines (routines.c). */
static void each_type(AgCanonical *c, OnType on_type, GArray *asked)
{
    each_column(c, on_type, asked);
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        AgKind kind = object->info->kind;
        if (kind == AG_KIND_TABLE || kind == AG_KIND_SEQUENCE || kind == AG_KIND_FUNCTION ||
            kind == AG_KIND_PROCEDURE)
            continue;
        const AgObject *live = ag_canonical_live(c, object);
        types_of(c, object, live, on_type, asked);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++) {
            AgObject *part = g_ptr_array_index(object->parts, j);
            types_of(c, part, live == NULL ? NULL : ag_canonical_part(live, part), on_type, asked);
        }
    }
}

static void resolve(AgCanonical *c, const AgObject *object, AgSql *type, const AgSql *live,
                    GArray *asked)
{
    if (live != NULL && g_strcmp0(type->written, live->written) == 0) {
        type->canonical = ag_pool_name(c->pool, live->canonical);
        return;
    }
    if (type->canonical == NULL)
        type->canonical = ag_dialect_postgres.canonical_type(c->pool, type->written);
    if (type->canonical != NULL || resolve_own(c, object, type))
        return;
    AgPrint wish = {.kind = AG_PRINT_TYPE,
                    .text = type->written,
                    .path = ag_canonical_path(c, schema_of(object))};
    Asked entry = {.object = object, .type = type, .live = live};
    entry.print = ag_scratch_want(&c->scratch, &wish);
    g_array_append_val(asked, entry);
}

/* The live type's bytes where only quotes or blanks differ. */
static void take_live_spelling(AgCanonical *c, const AgObject *object, AgSql *type,
                               const AgSql *live, GArray *asked)
{
    (void)object;
    (void)asked;
    if (live == NULL || type->canonical == NULL || live->canonical == NULL ||
        strcmp(type->canonical, live->canonical) == 0)
        return;
    if (strcmp(ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, type->canonical),
               ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, live->canonical)) == 0)
        type->canonical = ag_pool_name(c->pool, live->canonical);
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

/* What belongs to an operator class or family is called by its types. */
static void call_anew(AgCanonical *c, const AgObject *object)
{
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        AgObject *part = g_ptr_array_index(object->parts, i);
        if (ag_object_is_class_member(part))
            part->name = ag_pool_name(c->pool, ag_class_member_name(c->scratch_pool,
                                                                    (const AgClassMember *)part));
    }
}

/* Casts and operators are known by their types. */
static bool resign(AgCanonical *c, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        const char *signature = object->signature;
        call_anew(c, object);
        if (object->info->kind == AG_KIND_CAST)
            signature = ag_type_cast_signature(c->scratch_pool, (const AgTypeCast *)object);
        else if (object->info->kind == AG_KIND_OPERATOR)
            signature = ag_operator_signature(c->scratch_pool, (const AgOperator *)object);
        else
            continue;
        if (!ag_schema_resign(c->desired, object, signature))
            good = ag_fail(diag, AG_PROBLEM_DUPLICATE, object->place, "%s '%s' is defined twice",
                           object->info->noun, ag_object_label(c->scratch_pool, object));
    }
    return good;
}

bool ag_canonical_types(AgCanonical *c, AgDiag *diag)
{
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(Asked));
    each_type(c, resolve, asked);
    resolve_sequences(c);
    doubt_cache(c, asked);
    if (!ag_scratch_run(&c->scratch, diag) || !take_answers(c, asked, diag))
        return false;
    each_type(c, take_live_spelling, asked);
    return resign(c, diag);
}
