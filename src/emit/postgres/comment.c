/* SPDX-License-Identifier: MIT */
#include "dialect/postgres/postgres.h"
#include "emit/postgres/postgres.h"

/* What is named within its table. */
static const char *on_target(AgWriting *w, const char *what, const AgObject *object)
{
    return ag_pool_printf(w->pool, "%s %s ON %s", what,
                          ag_writing_name(w, ag_writing_current(w, object)->name),
                          ag_writing_qname(w, object));
}

/* What COMMENT ON is followed by. */
static const char *target_of(AgWriting *w, const AgObject *object)
{
    const char *name = ag_writing_name(w, ag_writing_current(w, object)->name);
    switch (object->info->kind) {
    case AG_KIND_NAMESPACE:
    case AG_KIND_PUBLICATION:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_EVENT_TRIGGER:
        return ag_pool_printf(w->pool, "%s %s", ag_postgres_owned(object->info->kind).word, name);
    case AG_KIND_OPERATOR:
        return ag_postgres_operator(w, object);
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_CONVERSION:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
        return ag_pool_printf(w->pool, "%s %s", ag_postgres_owned(object->info->kind).word,
                              ag_postgres_called(w, object));
    case AG_KIND_CAST:
        return ag_postgres_type_cast(w, object);
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_PUBLISHED_TABLE:
        return NULL; /* the server keeps none */
    case AG_KIND_VIRTUAL_TABLE:
        return NULL; /* nor does it have any */
    case AG_KIND_EXTENSION:
        return ag_pool_printf(w->pool, "EXTENSION %s", name);
    case AG_KIND_COLLATION:
        return ag_pool_printf(w->pool, "COLLATION %s", ag_writing_qname(w, object));
    case AG_KIND_DOMAIN:
        return ag_pool_printf(w->pool, "DOMAIN %s", ag_writing_qname(w, object));
    case AG_KIND_DOMAIN_CHECK:
        return ag_pool_printf(w->pool, "CONSTRAINT %s ON DOMAIN %s", name,
                              ag_writing_qname(w, object));
    case AG_KIND_ENUM:
    case AG_KIND_COMPOSITE:
    case AG_KIND_RANGE:
        return ag_pool_printf(w->pool, "TYPE %s", ag_writing_qname(w, object));
    case AG_KIND_SEQUENCE:
        return ag_pool_printf(w->pool, "SEQUENCE %s", ag_writing_qname(w, object));
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
        return ag_postgres_routine(w, object);
    case AG_KIND_TABLE:
        return ag_pool_printf(w->pool, "%sTABLE %s", ag_table_is_foreign(object) ? "FOREIGN " : "",
                              ag_writing_qname(w, object));
    case AG_KIND_VIEW:
        return ag_pool_printf(w->pool, "VIEW %s", ag_writing_qname(w, object));
    case AG_KIND_MATERIALIZED_VIEW:
        return ag_pool_printf(w->pool, "MATERIALIZED VIEW %s", ag_writing_qname(w, object));
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLUMN:
    case AG_KIND_COMPOSITE_FIELD:
        return ag_pool_printf(w->pool, "COLUMN %s.%s", ag_writing_qname(w, object), name);
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
    case AG_KIND_EXCLUDE:
    case AG_KIND_CHECK:
    case AG_KIND_FOREIGN_KEY:
        return on_target(w, "CONSTRAINT", object);
    case AG_KIND_INDEX:
        return ag_pool_printf(w->pool, "INDEX %s", ag_postgres_index(w, object));
    case AG_KIND_TRIGGER:
        return on_target(w, "TRIGGER", object);
    case AG_KIND_RULE:
        return on_target(w, "RULE", object);
    case AG_KIND_POLICY:
        return on_target(w, "POLICY", object);
    case AG_KIND_STATISTICS:
        return ag_pool_printf(w->pool, "STATISTICS %s", ag_writing_qname(w, object));
    }
    g_assert_not_reached();
}

/* The object itself, or what the change made of it. */
static const AgObject *subject(const AgChange *change)
{
    return change->verb == AG_ALTER ? change->old : change->new;
}

/* `comment` NULL: none any more. */
static void write_comment(AgWriting *w, const AgChange *change, const char *target,
                          const char *comment)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "COMMENT ON %s IS ", target);
    if (comment == NULL)
        g_string_append(out, "NULL");
    else
        ag_quote_text(out, comment);
    ag_write(w, change, "%s", out->str);
}

/* NULL: none, or a kind without such an index. */
static const char *index_comment(const AgObject *object)
{
    int field = ag_kind_field(object->info, "index-comment");
    return field < 0 ? NULL
                     : *(const char **)ag_field_slot((void *)(guintptr)object,
                                                     &object->info->fields[field]);
}

void ag_postgres_index_comment(AgWriting *w, const AgChange *change)
{
    const char *index = ag_postgres_index(w, subject(change));
    write_comment(w, change, ag_pool_printf(w->pool, "INDEX %s", index),
                  index_comment(change->new));
}

bool ag_postgres_comment(AgWriting *w, const AgChange *change)
{
    const AgObject *new = change->new;
    const char *comment = new->comment;
    bool created = change->verb == AG_CREATE;
    if (comment == NULL && new->info->kind == AG_KIND_NAMESPACE &&
        g_str_equal(new->name, w->dialect->default_schema))
        comment = ag_postgres_public_comment;
    if (!created || new->comment != NULL)
        write_comment(w, change, target_of(w, subject(change)), comment);
    if (created && index_comment(new) != NULL)
        ag_postgres_index_comment(w, change);
    return true;
}
