/* SPDX-License-Identifier: MIT */
/* Enums that are renamed, or whose values are. What the models say about them does not compile in
 * the database as it is; so while the server is asked, temporary enums stand for them that have the
 * labels to be, and what the database prints is told in the new names. */
#include "model/enum.h"

#include "dialect/postgres/postgres.h"
#include "introspect/postgres/canonical_private.h"
#include "introspect/postgres/type_names.h"

#include <string.h>

typedef struct {
    const AgObject *desired, *live;
    GHashTable *labels;    /* live label -> desired one, those renamed */
    const char *stand_in;  /* of the temporary enum */
    const char *qualified; /* "shop.mood", as it will be */
} RenamedEnum;

struct AgRenamedEnums {
    AgPool *pool;
    GPtrArray *list; /* of RenamedEnum * */
};

static bool has_value(const AgEnum *type, const char *name)
{
    for (guint i = 0; type->values != NULL && i < type->values->len; i++)
        if (strcmp(((AgEnumValue *)g_ptr_array_index(type->values, i))->name, name) == 0)
            return true;
    return false;
}

static GHashTable *renamed_labels(AgPool *pool, const AgEnum *live, const AgEnum *desired)
{
    GHashTable *labels = ag_pool_table(pool, g_str_hash, g_str_equal);
    for (guint i = 0; desired->values != NULL && i < desired->values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(desired->values, i);
        if (has_value(live, value->name))
            continue;
        for (guint j = 0; value->former != NULL && j < value->former->len; j++) {
            const char *former = g_ptr_array_index(value->former, j);
            if (!has_value(live, former) || has_value(desired, former))
                continue;
            g_hash_table_insert(labels, (gpointer)(guintptr)former,
                                (gpointer)(guintptr)value->name);
            break;
        }
    }
    return labels;
}

static char *create_text(AgPool *pool, const RenamedEnum *renamed)
{
    const AgEnum *type = (const AgEnum *)renamed->desired;
    g_autoptr(GString) out = g_string_new("CREATE TYPE pg_temp.");
    g_string_append_printf(out, "%s AS ENUM (", renamed->stand_in);
    for (guint i = 0; type->values != NULL && i < type->values->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        ag_quote_text(out, ((AgEnumValue *)g_ptr_array_index(type->values, i))->name);
    }
    g_string_append_c(out, ')');
    return ag_pool_text(pool, out->str);
}

/* --- between the models and the server --- */

static const RenamedEnum *find_desired(const AgRenamedEnums *enums, AgQname name)
{
    for (guint i = 0; i < enums->list->len; i++) {
        const RenamedEnum *renamed = g_ptr_array_index(enums->list, i);
        if (strcmp(renamed->desired->name, name.name) == 0 &&
            (name.schema == NULL || strcmp(renamed->desired->schema, name.schema) == 0))
            return renamed;
    }
    return NULL;
}

static void to_stand_in(AgTypeMention *mention, const void *data)
{
    const AgRenamedEnums *enums = data;
    const RenamedEnum *renamed = find_desired(enums, mention->name);
    if (renamed != NULL)
        mention->new_name = ag_pool_printf(enums->pool, "pg_temp.%s", renamed->stand_in);
}

static void from_stand_in(AgTypeMention *mention, const void *data)
{
    const AgRenamedEnums *enums = data;
    for (guint i = 0; i < enums->list->len; i++) {
        const RenamedEnum *renamed = g_ptr_array_index(enums->list, i);
        if (strcmp(renamed->stand_in, mention->name.name) == 0)
            mention->new_name = renamed->qualified;
    }
}

static const char *translate(const void *data, const char *text, bool is_type, bool back)
{
    const AgRenamedEnums *enums = data;
    return ag_pg_map_types(enums->pool, text, is_type, back ? from_stand_in : to_stand_in, enums);
}

/* --- a live text in the new names --- */

static void to_new_names(AgTypeMention *mention, const void *data)
{
    const AgRenamedEnums *enums = data;
    for (guint i = 0; i < enums->list->len; i++) {
        const RenamedEnum *renamed = g_ptr_array_index(enums->list, i);
        if (strcmp(renamed->live->name, mention->name.name) != 0 ||
            g_strcmp0(renamed->live->schema, mention->name.schema) != 0)
            continue;
        mention->new_name = renamed->qualified;
        if (mention->literal != NULL)
            mention->new_literal = ag_postgres_respell_labels(enums->pool, mention->literal,
                                                              renamed->labels, mention->is_array);
    }
}

const char *ag_canonical_respell_enums(const AgCanonical *c, const char *text)
{
    return c->enums == NULL || text == NULL
               ? text
               : ag_pg_map_types(c->pool, text, false, to_new_names, c->enums);
}

/* --- finding them --- */

static void note(AgCanonical *c, const AgObject *desired, const AgObject *live)
{
    AgPool *pool = c->scratch_pool;
    GHashTable *labels = renamed_labels(pool, (const AgEnum *)live, (const AgEnum *)desired);
    bool moved =
        strcmp(desired->name, live->name) != 0 || g_strcmp0(desired->schema, live->schema) != 0;
    if (!moved && g_hash_table_size(labels) == 0)
        return;
    if (c->enums == NULL) {
        c->enums = ag_pool_new0(pool, AgRenamedEnums);
        *c->enums = (AgRenamedEnums){.pool = c->pool, .list = ag_pool_array(pool)};
        c->scratch.translate = translate;
        c->scratch.translate_data = c->enums;
        c->scratch.prelude = ag_pool_array(pool);
    }
    RenamedEnum *renamed = ag_pool_new0(pool, RenamedEnum);
    *renamed = (RenamedEnum){.desired = desired, .live = live, .labels = labels};
    renamed->stand_in = ag_pool_printf(pool, "ag_enum_%u", c->enums->list->len);
    g_autoptr(GString) name = g_string_new(NULL);
    ag_quote_qname(&ag_dialect_postgres, name, desired->schema, desired->name);
    renamed->qualified = ag_pool_text(pool, name->str);
    g_ptr_array_add(c->enums->list, renamed);
    g_ptr_array_add(c->scratch.prelude, create_text(pool, renamed));
}

void ag_canonical_enums(AgCanonical *c)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        const AgObject *live =
            object->info->kind == AG_KIND_ENUM ? ag_canonical_live(c, object) : NULL;
        if (live != NULL)
            note(c, object, live);
    }
}
