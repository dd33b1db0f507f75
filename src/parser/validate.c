/* SPDX-License-Identifier: MIT */
/* What the whole set of models has to fulfil; every mistake is reported, with its place. */
#include "parser/parse.h"

#include <string.h>

/* --- names that share a space --- */

static char *space_key(const AgParse *parse, const char *space, const char *schema,
                       const char *name)
{
    char *key =
        ag_pool_concat(parse->trees, space, "\1", schema == NULL ? "" : schema, "\1", name, NULL);
    for (char *p = key; parse->sqlite && *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    return key;
}

static void claim(AgParse *parse, GHashTable *taken, const char *space, const AgObject *object)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    if (object->name == NULL || object->inherited)
        return;
    char *key = space_key(parse, space, top->schema, object->name);
    const AgObject *first = g_hash_table_lookup(taken, key);
    if (first == NULL) {
        g_hash_table_insert(taken, key, (gpointer)(guintptr)object);
        return;
    }
    if (first == object)
        return;
    if (object->parent == first->parent && object->info == first->info &&
        strcmp(object->name, first->name) == 0) {
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, object->place, "%s '%s' is defined twice",
                object->info->noun, ag_object_label(parse->trees, object));
        ag_also(parse->diag, first->place);
        return;
    }
    ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, object->place,
            "the name of %s '%s' is that of %s '%s'", object->info->noun,
            ag_object_label(parse->trees, object), first->info->noun,
            ag_object_label(parse->trees, first));
    ag_also(parse->diag, first->place);
    ag_hint(parse->diag, "%s of one %s share their names: rename one",
            strcmp(space, "type") == 0      ? "tables and types"
            : strcmp(space, "trigger") == 0 ? "triggers"
            : parse->sqlite                 ? "tables, views and indexes"
                                            : "tables, sequences, indexes and keys",
            parse->sqlite ? "database" : "schema");
}

/* The sequence behind an identity column that has a name of its own. */
static void claim_sequence(AgParse *parse, GHashTable *taken, const AgColumn *column)
{
    if (column->identity_sequence == NULL || column->object.inherited)
        return;
    AgObject *sequence = ag_object_new(parse->trees, &ag_kind_sequence, NULL,
                                       column->object.parent->schema, column->identity_sequence);
    sequence->place = column->object.place;
    claim(parse, taken, "relation", sequence);
}

/* PostgreSQL: relations of a schema, and types, of which each table is one. SQLite: tables, views
 * and indexes, and triggers by themselves. */
static void check_spaces(AgParse *parse)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        guint errors = ag_diag_errors(parse->diag);
        if ((object->info->names & AG_NAMED_AS_RELATION) != 0)
            claim(parse, taken, "relation", object);
        if ((object->info->names & AG_NAMED_AS_TYPE) != 0 && ag_diag_errors(parse->diag) == errors)
            claim(parse, taken, "type", object);
    }
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++) {
            const AgObject *part = g_ptr_array_index(object->parts, j);
            AgKind kind = part->info->kind;
            bool key =
                kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE || kind == AG_KIND_EXCLUDE;
            if (kind == AG_KIND_INDEX || (key && !parse->sqlite))
                claim(parse, taken, "relation", part);
            else if (kind == AG_KIND_TRIGGER && parse->sqlite)
                claim(parse, taken, "trigger", part);
            else if (kind == AG_KIND_COLUMN && !parse->sqlite)
                claim_sequence(parse, taken, (const AgColumn *)part);
        }
    }
}

/* --- objects of their own --- */

static void check_enum(AgParse *parse, const AgEnum *type)
{
    if (type->values != NULL && type->values->len > 0)
        return;
    ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, type->object.place,
            "enum '%s' has no values", type->object.name);
    ag_hint(parse->diag, "add <value name=\"...\"/>");
}

/* sequence.c, init_params. */
static void check_counter(AgParse *parse, const AgObject *object, const int64_t number[5])
{
    int64_t start = number[0], increment = number[1], min = number[2], max = number[3];
    if (increment == 0)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, object->place, "increment of '%s' is 0",
                object->name);
    if (number[4] != AG_INT_UNSET && number[4] < 1)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, object->place, "cache of '%s' is less than 1",
                object->name);
    if (min != AG_INT_UNSET && max != AG_INT_UNSET && min >= max)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, object->place,
                "min of '%s' is not less than max", object->name);
    if (start != AG_INT_UNSET &&
        ((min != AG_INT_UNSET && start < min) || (max != AG_INT_UNSET && start > max)))
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, object->place,
                "start of '%s' is not between min and max", object->name);
}

static void check_sequence(AgParse *parse, AgSequence *sequence)
{
    AgSql *type = &sequence->type;
    const int64_t numbers[5] = {sequence->start, sequence->increment, sequence->min, sequence->max,
                                sequence->cache};
    check_counter(parse, &sequence->object, numbers);
    if (type->written == NULL)
        return;
    type->canonical = parse->dialect->canonical_type(parse->pool, type->written);
    if (g_strcmp0(type->canonical, "bigint") == 0)
        *type = (AgSql){NULL, NULL, AG_NOWHERE};
    else if (g_strcmp0(type->canonical, "integer") != 0 &&
             g_strcmp0(type->canonical, "smallint") != 0)
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_TYPE, type->place,
                "a sequence is of type smallint, integer or bigint, not '%s'", type->written);
}

static void check_identities(AgParse *parse, const AgObject *table)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        const AgColumn *column = (const AgColumn *)part;
        if (part->info->kind != AG_KIND_COLUMN || column->identity == NULL)
            continue;
        const int64_t numbers[5] = {column->identity_start, column->identity_increment,
                                    column->identity_min, column->identity_max,
                                    column->identity_cache};
        check_counter(parse, part, numbers);
        const char *type = column->type.canonical;
        if (!parse->sqlite && type != NULL && strcmp(type, "bigint") != 0 &&
            strcmp(type, "integer") != 0 && strcmp(type, "smallint") != 0)
            ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, column->type.place,
                    "an identity column is of type smallint, integer or bigint, not '%s'",
                    column->type.written);
    }
}

static void check_one(AgParse *parse, AgObject *object)
{
    if (object->info->check != NULL)
        object->info->check(object, parse->id, parse->diag);
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        check_one(parse, g_ptr_array_index(object->parts, i));
}

void ag_validate(AgParse *parse)
{
    check_spaces(parse);
    for (guint i = 0; i < parse->enums->len; i++)
        check_enum(parse, g_ptr_array_index(parse->enums, i));
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        check_one(parse, object);
        if (object->info->kind == AG_KIND_SEQUENCE)
            check_sequence(parse, (AgSequence *)object);
        if (object->info->kind != AG_KIND_TABLE) {
            ag_validate_duplicates(parse, object);
            continue;
        }
        check_identities(parse, object);
        ag_validate_table(parse, object);
        ag_validate_generated(parse, object);
    }
    ag_validate_renames(parse);
}
