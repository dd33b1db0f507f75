/* SPDX-License-Identifier: MIT */
#include "emit/postgres/postgres.h"

const AgKindWriter *ag_postgres_writer(AgKind kind)
{
    switch (kind) {
    case AG_KIND_NAMESPACE:
        return &ag_postgres_namespace_writer;
    case AG_KIND_EXTENSION:
        return &ag_postgres_extension_writer;
    case AG_KIND_ENUM:
        return &ag_postgres_enum_writer;
    case AG_KIND_COLLATION:
        return &ag_postgres_collation_writer;
    case AG_KIND_DOMAIN:
        return &ag_postgres_domain_writer;
    case AG_KIND_DOMAIN_CHECK:
        return &ag_postgres_domain_check_writer;
    case AG_KIND_COMPOSITE:
        return &ag_postgres_composite_writer;
    case AG_KIND_COMPOSITE_FIELD:
        return &ag_postgres_composite_field_writer;
    case AG_KIND_RANGE:
        return &ag_postgres_range_writer;
    case AG_KIND_SEQUENCE:
        return &ag_postgres_sequence_writer;
    case AG_KIND_FUNCTION:
        return &ag_postgres_function_writer;
    case AG_KIND_PROCEDURE:
        return &ag_postgres_procedure_writer;
    case AG_KIND_AGGREGATE:
        return &ag_postgres_aggregate_writer;
    case AG_KIND_TABLE:
        return &ag_postgres_table_writer;
    case AG_KIND_COLUMN:
        return &ag_postgres_column_writer;
    case AG_KIND_PRIMARY_KEY:
        return &ag_postgres_primary_key_writer;
    case AG_KIND_UNIQUE:
        return &ag_postgres_unique_writer;
    case AG_KIND_EXCLUDE:
        return &ag_postgres_exclude_writer;
    case AG_KIND_CHECK:
        return &ag_postgres_check_writer;
    case AG_KIND_FOREIGN_KEY:
        return &ag_postgres_foreign_key_writer;
    case AG_KIND_INDEX:
        return &ag_postgres_index_writer;
    case AG_KIND_TRIGGER:
        return &ag_postgres_trigger_writer;
    case AG_KIND_RULE:
        return &ag_postgres_rule_writer;
    case AG_KIND_POLICY:
        return &ag_postgres_policy_writer;
    case AG_KIND_STATISTICS:
        return &ag_postgres_statistics_writer;
    case AG_KIND_VIEW:
        return &ag_postgres_view_writer;
    case AG_KIND_MATERIALIZED_VIEW:
        return &ag_postgres_materialized_view_writer;
    case AG_KIND_VIEW_COLUMN:
        return &ag_postgres_view_column_writer;
    case AG_KIND_PUBLICATION:
        return &ag_postgres_publication_writer;
    case AG_KIND_PUBLISHED_TABLE:
        return &ag_postgres_published_table_writer;
    case AG_KIND_FOREIGN_DATA_WRAPPER:
        return &ag_postgres_foreign_data_wrapper_writer;
    case AG_KIND_SERVER:
        return &ag_postgres_server_writer;
    case AG_KIND_USER_MAPPING:
        return &ag_postgres_user_mapping_writer;
    case AG_KIND_VIRTUAL_TABLE:
        return NULL;
    case AG_KIND_OPERATOR:
        return &ag_postgres_operator_writer;
    case AG_KIND_OPERATOR_FAMILY:
        return &ag_postgres_operator_family_writer;
    case AG_KIND_OPERATOR_CLASS:
        return &ag_postgres_operator_class_writer;
    case AG_KIND_CLASS_OPERATOR:
        return &ag_postgres_class_operator_writer;
    case AG_KIND_CLASS_FUNCTION:
        return &ag_postgres_class_function_writer;
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
        return &ag_postgres_text_search_dictionary_writer;
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
        return &ag_postgres_text_search_configuration_writer;
    case AG_KIND_TEXT_SEARCH_MAPPING:
        return &ag_postgres_text_search_mapping_writer;
    case AG_KIND_CONVERSION:
        return &ag_postgres_conversion_writer;
    case AG_KIND_CAST:
        return &ag_postgres_cast_writer;
    case AG_KIND_DEFAULT_PRIVILEGES:
        return &ag_postgres_default_privileges_writer;
    case AG_KIND_EVENT_TRIGGER:
        return &ag_postgres_event_trigger_writer;
    }
    g_assert_not_reached();
}

AgStrategy ag_postgres_keep_common(const AgChange *change)
{
    return (change->changed & ~AG_FIELD_COMMON) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

AgFieldSet ag_postgres_alter_nothing(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return 0;
}

bool ag_postgres_move_nothing(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return true;
}

bool ag_postgres_finish(AgWriting *w)
{
    for (guint i = 0; i < w->state->late->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->late, i);
        if (change->new->info->kind == AG_KIND_COLUMN)
            ag_postgres_keep_promise(w, change);
        else
            ag_postgres_validate(w, change);
    }
    ag_postgres_move_labels(w);
    return true;
}
