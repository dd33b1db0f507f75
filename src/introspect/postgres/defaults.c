/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include "model/composite.h"
#include "model/domain.h"
#include "model/index.h"
#include "model/sequence.h"
#include "model/type_name.h"

#include <string.h>

/* What a model writes although it is the default anyway: ascending order, the place of NULLs that
 * goes with it, the type's operator class and collation, the bounds of a sequence. Nothing of it is
 * in the catalogue's print, so nothing of it may be compared. */

typedef struct {
    const char *method, *schema, *name, *type;
    bool is_default;
} Opclass;

typedef struct {
    AgCanonical *c;
    GPtrArray *opclasses; /* of Opclass *; NULL: none is written anywhere */
} Dropping;

static const char opclasses_sql[] =
    "SELECT m.amname, n.nspname, o.opcname, pg_catalog.format_type(o.opcintype, NULL),"
    " o.opcdefault FROM pg_catalog.pg_opclass o"
    " JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod"
    " JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace ORDER BY 1, 2, 3";

static bool is_opclass_written(const AgCanonical *c)
{
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        const GPtrArray *parts = table->desired->object.parts;
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            const AgIndex *index = g_ptr_array_index(parts, j);
            if (!ag_has_index_parts(&index->object))
                continue;
            for (guint k = 0; index->parts != NULL && k < index->parts->len; k++)
                if (((AgPart *)g_ptr_array_index(index->parts, k))->opclass.name != NULL)
                    return true;
        }
    }
    return false;
}

static bool read_opclasses(Dropping *d, AgDiag *diag)
{
    AgPool *pool = d->c->scratch_pool;
    if (!is_opclass_written(d->c))
        return true;
    AgRows *rows = ag_db_query(d->c->db, pool, opclasses_sql, NULL, 0, diag);
    if (rows == NULL)
        return false;
    d->opclasses = ag_pool_array(pool);
    for (guint row = 0; row < rows->n_rows; row++) {
        Opclass *opclass = ag_pool_new0(pool, Opclass);
        opclass->method = ag_rows_get(rows, row, 0);
        opclass->schema = ag_rows_get(rows, row, 1);
        opclass->name = ag_rows_get(rows, row, 2);
        opclass->type = ag_rows_get(rows, row, 3);
        opclass->is_default = *ag_rows_get(rows, row, 4) == 't';
        g_ptr_array_add(d->opclasses, opclass);
    }
    return true;
}

static const Opclass *find_opclass(const Dropping *d, const char *method, AgQname name)
{
    const Opclass *found = NULL;
    for (guint i = 0; i < d->opclasses->len; i++) {
        const Opclass *opclass = g_ptr_array_index(d->opclasses, i);
        if (strcmp(opclass->method, method) != 0 || strcmp(opclass->name, name.name) != 0)
            continue;
        if (name.schema != NULL && strcmp(opclass->schema, name.schema) == 0)
            return opclass;
        if (name.schema == NULL && (found == NULL || strcmp(opclass->schema, "pg_catalog") == 0))
            found = opclass;
    }
    return found;
}

static bool has_own_default(const Dropping *d, const char *method, const char *type)
{
    for (guint i = 0; i < d->opclasses->len; i++) {
        const Opclass *opclass = g_ptr_array_index(d->opclasses, i);
        if (opclass->is_default && strcmp(opclass->method, method) == 0 &&
            strcmp(opclass->type, type) == 0)
            return true;
    }
    return false;
}

/* The same rule as the reader of indexes: the default of the very type, or of one it is binary
 * compatible with and then it has none of its own. */
static bool is_default(const Dropping *d, const Opclass *opclass, const AgColumn *column)
{
    if (!opclass->is_default)
        return false;
    if (column == NULL || column->type.canonical == NULL)
        return true;
    g_autofree char *type = ag_canonical_base_type(column->type.canonical);
    return strcmp(opclass->type, type) == 0 || !has_own_default(d, opclass->method, type);
}

static void drop_opclass(const Dropping *d, const AgIndex *index, AgPart *part,
                         const AgColumn *column)
{
    if (part->opclass.name == NULL || d->opclasses == NULL)
        return;
    const char *method = ag_index_method(index);
    const Opclass *opclass = find_opclass(d, method, part->opclass);
    if (opclass == NULL)
        return;
    if (is_default(d, opclass, column)) {
        part->opclass = (AgQname){0};
        return;
    }
    part->opclass.schema = strcmp(opclass->schema, "pg_catalog") == 0
                               ? NULL
                               : ag_pool_name(d->c->pool, opclass->schema);
}

static AgQname plain_collation(AgQname collation)
{
    if (g_strcmp0(collation.schema, "pg_catalog") == 0)
        collation.schema = NULL;
    return collation;
}

static bool is_default_collation(AgQname collation)
{
    return collation.schema == NULL && g_strcmp0(collation.name, "default") == 0;
}

static void drop_collation(AgPart *part, const AgColumn *column)
{
    if (part->collation.name == NULL)
        return;
    part->collation = plain_collation(part->collation);
    bool same = column != NULL && (column->collation.name == NULL
                                       ? is_default_collation(part->collation)
                                       : ag_qname_same(part->collation, column->collation, false));
    if (same)
        part->collation = (AgQname){0};
}

static void drop_order(AgPart *part)
{
    bool desc = g_strcmp0(part->order, "desc") == 0;
    if (!desc)
        part->order = NULL;
    if (g_strcmp0(part->nulls, desc ? "first" : "last") == 0)
        part->nulls = NULL;
}

static void drop_from_index(const Dropping *d, const AgTable *table, AgIndex *index)
{
    if (g_strcmp0(index->method, ag_index_usual_method(index->object.info)) == 0)
        index->method = NULL;
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        AgPart *part = g_ptr_array_index(index->parts, i);
        const AgColumn *column =
            part->column == NULL
                ? NULL
                : (const AgColumn *)ag_object_part(&table->object, AG_KIND_COLUMN, part->column);
        drop_order(part);
        drop_collation(part, column);
        drop_opclass(d, index, part, column);
    }
}

/* The collation that a type has by itself: that of a domain, or of one below it. */
static AgQname collation_of_type(const Dropping *d, AgSql type)
{
    enum { MOST_LEVELS = 100 };
    for (guint level = 0; level < MOST_LEVELS; level++) {
        AgTypeName split;
        const char *name = type.canonical != NULL ? type.canonical : type.written;
        if (name == NULL || !ag_type_name_split(d->c->scratch_pool, name, &split))
            break;
        const AgDomain *domain =
            (const AgDomain *)ag_schema_find(d->c->desired, AG_KIND_DOMAIN, split.name.schema,
                                             split.name.name);
        if (domain == NULL)
            break;
        if (domain->collation.name != NULL)
            return plain_collation(domain->collation);
        type = domain->type;
    }
    return (AgQname){0};
}

/* What is written although the type has it already. */
static void settle_collation(const Dropping *d, AgSql type, AgQname *collation)
{
    if (collation->name == NULL)
        return;
    *collation = plain_collation(*collation);
    AgQname own = collation_of_type(d, type);
    if (own.name == NULL ? is_default_collation(*collation) : ag_qname_same(*collation, own, false))
        *collation = (AgQname){0};
}

static void drop_from_column(const Dropping *d, AgColumn *column)
{
    AgBounds bounds = {&column->identity_start, &column->identity_increment, &column->identity_min,
                       &column->identity_max, &column->identity_cache};
    if (column->identity != NULL)
        ag_bounds_drop_defaults(column->type.canonical, bounds);
    settle_collation(d, column->type, &column->collation);
}

static void drop_from_table(const Dropping *d, const AgTable *table)
{
    const GPtrArray *parts = table->object.parts;
    /* Columns first: an index is compared with the collation that is left. */
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN)
            drop_from_column(d, (AgColumn *)part);
    }
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        if (ag_has_index_parts(part))
            drop_from_index(d, table, (AgIndex *)part);
    }
}

/* What is compared only where a model writes it: there the live side says its defaults too. */
static void say_column(const AgColumn *desired, AgColumn *live)
{
    enum { USUAL_TARGET = -1 };
    if (desired->storage != NULL && live->storage == NULL &&
        strcmp(desired->storage, "default") != 0)
        live->storage = live->type_storage;
    if (desired->statistics != AG_INT_UNSET && live->statistics == AG_INT_UNSET)
        live->statistics = USUAL_TARGET;
}

/* Of tables and materialized views. */
static void say_method(const AgObject *desired, AgObject *live)
{
    int number = ag_kind_field(desired->info, "access-method");
    if (number < 0 || live->info != desired->info)
        return;
    const AgField *field = &desired->info->fields[number];
    const char **slot = ag_field_slot(live, field);
    if (ag_field_is_set(desired, field) && *slot == NULL)
        *slot = "heap";
}

static void say_defaults(const AgCanonicalTable *table)
{
    const GPtrArray *parts = table->desired->object.parts;
    if (table->live == NULL)
        return;
    say_method(&table->desired->object, (AgObject *)(guintptr)table->live);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgColumn *column = g_ptr_array_index(parts, i);
        if (column->object.info->kind != AG_KIND_COLUMN)
            continue;
        const AgColumn *found = ag_canonical_live_column(table, column);
        if (found != NULL)
            say_column(column, (AgColumn *)(guintptr)found);
    }
}

static void drop_from_composite(const Dropping *d, const AgObject *type)
{
    for (guint i = 0; type->parts != NULL && i < type->parts->len; i++) {
        AgCompositeField *field = g_ptr_array_index(type->parts, i);
        if (field->object.info->kind == AG_KIND_COMPOSITE_FIELD)
            settle_collation(d, field->type, &field->collation);
    }
}

static void drop_from_sequence(AgSequence *sequence)
{
    AgBounds bounds = {&sequence->start, &sequence->increment, &sequence->min, &sequence->max,
                       &sequence->cache};
    const char *type = sequence->type.canonical;
    ag_bounds_drop_defaults(type != NULL ? type : sequence->type.written, bounds);
}

bool ag_canonical_defaults(AgCanonical *c, AgDiag *diag)
{
    Dropping d = {.c = c};
    if (!read_opclasses(&d, diag))
        return false;
    for (guint i = 0; i < c->tables->len; i++)
        say_defaults(g_ptr_array_index(c->tables, i));
    for (guint i = 0; i < c->tables->len; i++)
        drop_from_table(&d, ((AgCanonicalTable *)g_ptr_array_index(c->tables, i))->desired);
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info->kind == AG_KIND_SEQUENCE)
            drop_from_sequence((AgSequence *)object);
        else if (object->info->kind == AG_KIND_COMPOSITE)
            drop_from_composite(&d, object);
    }
    return true;
}
