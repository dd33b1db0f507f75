/* SPDX-License-Identifier: MIT */
#include "emit/postgres/postgres.h"
#include "model/sequence.h"

AgPgOwned ag_postgres_owned(AgKind kind)
{
    switch (kind) {
    case AG_KIND_NAMESPACE:
        return (AgPgOwned){"SCHEMA", "pg_namespace", "nsp", NULL};
    case AG_KIND_COLLATION:
        return (AgPgOwned){"COLLATION", "pg_collation", "coll", NULL};
    case AG_KIND_DOMAIN:
        return (AgPgOwned){"DOMAIN", "pg_type", "typ", "regtype"};
    case AG_KIND_PUBLICATION:
        return (AgPgOwned){"PUBLICATION", "pg_publication", "pub", NULL};
    case AG_KIND_OPERATOR:
        return (AgPgOwned){"OPERATOR", "pg_operator", "opr", "regoperator"};
    case AG_KIND_CONVERSION:
        return (AgPgOwned){"CONVERSION", "pg_conversion", "con", NULL};
    case AG_KIND_OPERATOR_FAMILY:
        return (AgPgOwned){"OPERATOR FAMILY", "pg_opfamily", "opf", NULL};
    case AG_KIND_OPERATOR_CLASS:
        return (AgPgOwned){"OPERATOR CLASS", "pg_opclass", "opc", NULL};
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
        return (AgPgOwned){"TEXT SEARCH DICTIONARY", "pg_ts_dict", "dict", NULL};
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
        return (AgPgOwned){"TEXT SEARCH CONFIGURATION", "pg_ts_config", "cfg", NULL};
    case AG_KIND_FOREIGN_DATA_WRAPPER:
        return (AgPgOwned){"FOREIGN DATA WRAPPER", "pg_foreign_data_wrapper", "fdw", NULL};
    case AG_KIND_SERVER:
        return (AgPgOwned){"SERVER", "pg_foreign_server", "srv", NULL};
    case AG_KIND_EVENT_TRIGGER:
        return (AgPgOwned){"EVENT TRIGGER", "pg_event_trigger", "evt", NULL};
    case AG_KIND_ENUM:
    case AG_KIND_COMPOSITE:
    case AG_KIND_RANGE:
        return (AgPgOwned){"TYPE", "pg_type", "typ", "regtype"};
    case AG_KIND_SEQUENCE:
        return (AgPgOwned){"SEQUENCE", "pg_class", "rel", "regclass"};
    case AG_KIND_FUNCTION:
        return (AgPgOwned){"FUNCTION", "pg_proc", "pro", "regprocedure"};
    case AG_KIND_PROCEDURE:
        return (AgPgOwned){"PROCEDURE", "pg_proc", "pro", "regprocedure"};
    case AG_KIND_AGGREGATE:
        return (AgPgOwned){"AGGREGATE", "pg_proc", "pro", "regprocedure"};
    case AG_KIND_TABLE:
        return (AgPgOwned){"TABLE", "pg_class", "rel", "regclass"};
    case AG_KIND_STATISTICS:
        return (AgPgOwned){"STATISTICS", "pg_statistic_ext", "stx", NULL};
    case AG_KIND_VIEW:
        return (AgPgOwned){"VIEW", "pg_class", "rel", "regclass"};
    case AG_KIND_MATERIALIZED_VIEW:
        return (AgPgOwned){"MATERIALIZED VIEW", "pg_class", "rel", "regclass"};
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_EXTENSION:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_COLUMN:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
    case AG_KIND_EXCLUDE:
    case AG_KIND_CHECK:
    case AG_KIND_FOREIGN_KEY:
    case AG_KIND_INDEX:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_PUBLISHED_TABLE:
        return (AgPgOwned){NULL, NULL, NULL, NULL};
    }
    g_assert_not_reached();
}

/* The server keeps a sequence with the owner of the table it belongs to, and refuses to alter it
 * alone. */
static bool follows_table(const AgChange *change)
{
    return change->verb == AG_ALTER && change->old->info->kind == AG_KIND_SEQUENCE &&
           ((const AgSequence *)change->old)->owned_by.column != NULL &&
           (change->changed & AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY)) == 0;
}

/* "TABLE shop.orders" behind ALTER. */
static const char *owned(AgWriting *w, const AgObject *object)
{
    const char *word = ag_postgres_owned(object->info->kind).word;
    if (object->info->kind == AG_KIND_OPERATOR)
        return ag_postgres_operator(w, object);
    return ag_pool_printf(w->pool, "%s %s", word,
                          object->info->in_schema
                              ? ag_postgres_called(w, object)
                              : ag_writing_name(w, ag_writing_current(w, object)->name));
}

const char *ag_postgres_alter_owner(AgWriting *w, const AgObject *object)
{
    return ag_pool_printf(w->pool, "ALTER %s OWNER TO ", owned(w, object));
}

bool ag_postgres_owner(AgWriting *w, const AgChange *change)
{
    const AgObject *object = change->verb == AG_ALTER ? change->old : change->new;
    if (change->new->owner == NULL || follows_table(change))
        return true;
    if (ag_postgres_owned(object->info->kind).word == NULL) {
        ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, change->new->place,
                "%s '%s' cannot be given to another owner", object->info->noun,
                ag_object_label(w->pool, object));
        ag_hint(w->diag, "remove the attribute owner");
        return false;
    }
    ag_write(w, change, "%s%s", ag_postgres_alter_owner(w, object),
             ag_writing_name(w, change->new->owner));
    return true;
}
