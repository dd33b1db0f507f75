/* SPDX-License-Identifier: MIT */
/* What ALTER can do (PostgreSQL); what it cannot is dropped and made again: see recreate.c. */
#include "order/order_private.h"

#include "model/aggregate.h"
#include "model/check.h"
#include "model/column.h"
#include "model/domain.h"
#include "model/enum.h"
#include "model/event_trigger.h"
#include "model/foreign_data.h"
#include "model/index.h"
#include "model/key.h"
#include "model/operator.h"
#include "model/operator_class.h"
#include "model/policy.h"
#include "model/publication.h"
#include "model/routine.h"
#include "model/statistics.h"
#include "model/text_search.h"
#include "model/trigger.h"
#include "model/view.h"
#include "model/virtual_table.h"

#include <string.h>

#define ALL_FIELDS (~(AgFieldSet)0)

/* Dropping the expression of a stored column is an ALTER; everything else about generation is not.
 */
static AgFieldSet column_fields(const AgColumn *old, const AgColumn *new_column)
{
    bool was = old->generated.written != NULL, is = new_column->generated.written != NULL;
    bool was_virtual = old->generated_kind != NULL && strcmp(old->generated_kind, "virtual") == 0;
    if (was && !is && !was_virtual)
        return ALL_FIELDS;
    return was == is || !was ? ALL_FIELDS & ~(AG_FIELD_BIT(AG_COLUMN_GENERATED) |
                                              (is ? AG_FIELD_BIT(AG_COLUMN_GENERATED_KIND) : 0))
                             : 0;
}

/* ALTER POLICY takes no condition away. */
static AgFieldSet policy_fields(const AgPolicy *policy)
{
    return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_POLICY_TO) |
           (policy->using_rows.written != NULL ? AG_FIELD_BIT(AG_POLICY_USING) : 0) |
           (policy->with_check.written != NULL ? AG_FIELD_BIT(AG_POLICY_WITH_CHECK) : 0);
}

/* Of the key only the statistics targets of its expressions. */
static AgFieldSet part_fields(const AgChange *change, unsigned parts)
{
    return ag_index_keeps_parts((const AgIndex *)change->old, (const AgIndex *)change->new)
               ? AG_FIELD_BIT(parts)
               : 0;
}

static AgFieldSet alterable_fields(const AgChange *change)
{
    switch (change->new->info->kind) {
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_TABLE:
        return ALL_FIELDS;
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
        return ag_routine_can_replace((const AgRoutine *)change->old,
                                      (const AgRoutine *)change->new)
                   ? ALL_FIELDS
                   : 0;
    case AG_KIND_AGGREGATE:
        return ag_aggregate_can_replace((const AgAggregate *)change->old,
                                        (const AgAggregate *)change->new)
                   ? ALL_FIELDS
                   : 0;
    case AG_KIND_DOMAIN_CHECK:
        return AG_FIELD_COMMENT | (((const AgDomainCheck *)change->old)->not_valid
                                       ? AG_FIELD_BIT(AG_DOMAIN_CHECK_NOT_VALID)
                                       : 0);
    case AG_KIND_COLUMN:
        return column_fields((const AgColumn *)change->old, (const AgColumn *)change->new);
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_KEY_PARAMS) | AG_FIELD_BIT(AG_KEY_TABLESPACE) |
               AG_FIELD_BIT(AG_KEY_INDEX_COMMENT);
    case AG_KIND_CHECK:
        return AG_FIELD_COMMENT |
               (((const AgCheck *)change->old)->not_valid ? AG_FIELD_BIT(AG_CHECK_NOT_VALID) : 0);
    case AG_KIND_FOREIGN_KEY:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_FOREIGN_KEY_DEFERRABLE) |
               (((const AgForeignKey *)change->old)->not_valid
                    ? AG_FIELD_BIT(AG_FOREIGN_KEY_NOT_VALID)
                    : 0);
    case AG_KIND_VIEW:
        return ag_view_can_replace((const AgView *)change->old, (const AgView *)change->new)
                   ? ALL_FIELDS
                   : ALL_FIELDS & ~(AG_FIELD_BIT(AG_VIEW_QUERY) | AG_FIELD_BIT(AG_VIEW_COLUMNS));
    case AG_KIND_MATERIALIZED_VIEW:
        return ALL_FIELDS & ~(AG_FIELD_BIT(AG_MATERIALIZED_VIEW_QUERY) |
                              AG_FIELD_BIT(AG_MATERIALIZED_VIEW_COLUMNS));
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_RULE:
        return ALL_FIELDS;
    case AG_KIND_VIRTUAL_TABLE:
        return ag_virtual_table_is_index((const AgVirtualTable *)change->old) ||
                       ag_virtual_table_is_index((const AgVirtualTable *)change->new)
                   ? 0
                   : ALL_FIELDS;
    case AG_KIND_INDEX:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_INDEX_PARAMS) |
               AG_FIELD_BIT(AG_INDEX_TABLESPACE) | part_fields(change, AG_INDEX_PARTS);
    case AG_KIND_POLICY:
        return policy_fields((const AgPolicy *)change->new);
    case AG_KIND_EXCLUDE:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_EXCLUDE_PARAMS) |
               AG_FIELD_BIT(AG_EXCLUDE_TABLESPACE) | AG_FIELD_BIT(AG_EXCLUDE_INDEX_COMMENT) |
               part_fields(change, AG_EXCLUDE_PARTS);
    case AG_KIND_TRIGGER:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_TRIGGER_ENABLED) |
               AG_FIELD_BIT(AG_TRIGGER_WITH_EXTENSIONS);
    case AG_KIND_PUBLICATION:
        return ALL_FIELDS & ~AG_FIELD_BIT(AG_PUBLICATION_ALL_TABLES);
    case AG_KIND_FOREIGN_DATA_WRAPPER:
        return ALL_FIELDS;
    case AG_KIND_SERVER:
        return ALL_FIELDS & ~(AG_FIELD_BIT(AG_SERVER_WRAPPER) | AG_FIELD_BIT(AG_SERVER_TYPE));
    case AG_KIND_USER_MAPPING:
        return AG_FIELD_BIT(AG_USER_MAPPING_OPTIONS);
    case AG_KIND_OPERATOR:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_OPERATOR_RESTRICT) |
               AG_FIELD_BIT(AG_OPERATOR_JOIN);
    case AG_KIND_CONVERSION:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
        return 0;
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
        return ag_class_member_is_bound(change->new) ? 0
                                                     : AG_FIELD_BIT(AG_CLASS_OPERATOR_OPERATOR) |
                                                           AG_FIELD_BIT(AG_CLASS_OPERATOR_ORDER_BY);
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
        return ALL_FIELDS & ~AG_FIELD_BIT(AG_TEXT_SEARCH_DICTIONARY_TEMPLATE);
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
        return ALL_FIELDS & ~AG_FIELD_BIT(AG_TEXT_SEARCH_CONFIGURATION_PARSER);
    case AG_KIND_TEXT_SEARCH_MAPPING:
        return AG_FIELD_BIT(AG_TEXT_SEARCH_MAPPING_DICTIONARIES);
    case AG_KIND_CAST:
        return AG_FIELD_COMMENT;
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_PUBLISHED_TABLE:
        return 0;
    case AG_KIND_EVENT_TRIGGER:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_EVENT_TRIGGER_ENABLED);
    case AG_KIND_STATISTICS:
        return AG_FIELD_COMMENT | AG_FIELD_BIT(AG_STATISTICS_TARGET);
    }
    g_assert_not_reached();
}

bool ag_change_in_place(const AgChange *change)
{
    return change->verb != AG_ALTER ||
           (change->changed & ~(alterable_fields(change) | AG_FIELD_COMMON)) == 0;
}

bool ag_change_drops_expression(const AgChange *change)
{
    return change->verb == AG_ALTER && change->new->info->kind == AG_KIND_COLUMN &&
           ((const AgColumn *)change->old)->generated.written != NULL &&
           ((const AgColumn *)change->new)->generated.written == NULL &&ag_change_in_place(change);
}

/* --- enums --- */

static bool is_former(const AgEnumValue *value, const char *name)
{
    for (guint i = 0; value->former != NULL && i < value->former->len; i++) {
        if (strcmp(g_ptr_array_index(value->former, i), name) == 0)
            return true;
    }
    return false;
}

static GHashTable *places_of(const GPtrArray *values)
{
    GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; values != NULL && i < values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(values, i);
        g_hash_table_insert(places, (gpointer)(guintptr)value->name, GUINT_TO_POINTER(i + 1));
    }
    return places;
}

/* The place of a value in the other list: by name, or as something one of the two was once called;
 * a rename may be read from either side, since changes can be reversed. 0: it is not there. */
static guint place_in(const AgEnumValue *value, const GPtrArray *others, GHashTable *places)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, value->name));
    for (guint i = 0; place == 0 && value->former != NULL && i < value->former->len; i++)
        place = GPOINTER_TO_UINT(g_hash_table_lookup(places, g_ptr_array_index(value->former, i)));
    for (guint i = 0; place == 0 && others != NULL && i < others->len; i++) {
        if (is_former(g_ptr_array_index(others, i), value->name))
            place = i + 1;
    }
    return place;
}

bool ag_change_rebuilds_enum(const AgChange *change)
{
    if (change->verb != AG_ALTER || change->new->info->kind != AG_KIND_ENUM ||
        (change->changed & AG_FIELD_BIT(AG_ENUM_VALUES)) == 0)
        return false;
    const GPtrArray *olds = ((const AgEnum *)change->old)->values;
    const GPtrArray *news = ((const AgEnum *)change->new)->values;
    g_autoptr(GHashTable) places = places_of(news);
    guint last = 0;
    for (guint i = 0; olds != NULL && i < olds->len; i++) {
        guint place = place_in(g_ptr_array_index(olds, i), news, places);
        if (place <= last)
            return true;
        last = place;
    }
    return false;
}
