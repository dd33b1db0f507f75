/* SPDX-License-Identifier: MIT */
/* <grant> and <revoke>: below every kind of object that has privileges. */
#include "model/grant.h"
#include "parser/parse.h"

#include <string.h>

static bool is_revoke(const AgElement *element)
{
    return strcmp(element->name, "revoke") == 0;
}

bool ag_bind_is_grant(const AgElement *element)
{
    return strcmp(element->name, "grant") == 0 || is_revoke(element);
}

static GPtrArray *names_of(AgParse *parse, const AgElement *element, const char *name)
{
    const AgAttribute *attribute = ag_element_attribute(element, name);
    if (attribute == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<%s> needs attribute '%s'", element->name, name);
        return NULL;
    }
    GPtrArray *names = ag_names_split(parse->trees, attribute->value);
    if (names == NULL || names->len == 0) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "'%s' of '%s' is not a list of names", attribute->value, name);
        return NULL;
    }
    return names;
}

/* Sets `all` when the word is that. NULL after a problem. */
static GPtrArray *privileges_of(AgParse *parse, const AgElement *element, AgGrantClass grants,
                                bool *all)
{
    const char *const *known = ag_privileges(grants, 0);
    GPtrArray *words = names_of(parse, element, "privileges");
    if (words == NULL)
        return NULL;
    *all = words->len == 1 && strcmp(g_ptr_array_index(words, 0), "all") == 0;
    if (*all)
        g_ptr_array_set_size(words, 0);
    for (size_t i = 0; *all && known[i] != NULL; i++)
        g_ptr_array_add(words, (gpointer)(guintptr)known[i]);
    for (guint i = 0; i < words->len; i++) {
        AgAttribute one = *ag_element_attribute(element, "privileges");
        one.value = g_ptr_array_index(words, i);
        if (ag_word_of(parse, &one, known) == NULL)
            return NULL;
    }
    return words;
}

/* What the new entry contradicts or says again. */
static bool check_new(AgParse *parse, const AgObject *object, const AgGrant *grant)
{
    const AgGrant *first = ag_grants_find(object->grants, grant);
    if (first != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, grant->place, "'%s' for '%s' is %s twice",
                grant->privilege, grant->role,
                first->revoked != grant->revoked ? "granted and revoked, or said" : "said");
        ag_also(parse->diag, first->place);
        return false;
    }
    if (!grant->revoked ||
        (grant->column == NULL && ag_object_gives(object, grant->role, grant->privilege, 1)))
        return true;
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, grant->place,
            "'%s' is nothing that '%s' has by itself on a %s", grant->privilege, grant->role,
            object->info->noun);
    ag_hint(parse->diag, "<revoke> takes away what PostgreSQL gives by itself; what is not granted "
                         "needs no word");
    return false;
}

static void add_grant(AgParse *parse, AgObject *object, const AgGrant *grant)
{
    if (!check_new(parse, object, grant))
        return;
    if (object->grants == NULL)
        object->grants = ag_pool_array(parse->pool);
    g_ptr_array_add(object->grants, ag_grant_copy(parse->pool, grant));
}

static void add_for_columns(AgParse *parse, AgObject *object, AgGrant *grant,
                            const GPtrArray *columns)
{
    for (guint i = 0; columns != NULL && i < columns->len; i++) {
        grant->column = ag_pool_name(parse->pool, g_ptr_array_index(columns, i));
        add_grant(parse, object, grant);
    }
    if (columns == NULL)
        add_grant(parse, object, grant);
}

static void add_all(AgParse *parse, const AgElement *element, AgObject *object,
                    const GPtrArray *columns)
{
    AgGrantClass grants = columns != NULL ? AG_GRANTS_COLUMN : ag_object_grants(object);
    bool all = false;
    const char *whom = is_revoke(element) ? "from" : "to";
    GPtrArray *words = privileges_of(parse, element, grants, &all);
    GPtrArray *roles = words == NULL ? NULL : names_of(parse, element, whom);
    bool option = ag_word_bool(parse, element, "with-grant-option");
    for (guint i = 0; roles != NULL && i < roles->len; i++) {
        const char *role = ag_pool_name(parse->pool, g_ptr_array_index(roles, i));
        if (!ag_word_name(parse, role, "role", ag_element_attribute(element, whom)->value_place))
            continue;
        for (guint j = 0; j < words->len; j++) {
            AgGrant grant = {.role = role,
                             .privilege = ag_pool_name(parse->pool, g_ptr_array_index(words, j)),
                             .all = all,
                             .option = option,
                             .revoked = is_revoke(element),
                             .place = element->place};
            add_for_columns(parse, object, &grant, columns);
        }
    }
}

void ag_bind_grant(AgParse *parse, const AgElement *element, AgObject *object)
{
    static const char *const of_grant[] = {"privileges", "to", "with-grant-option", NULL};
    static const char *const of_table[] = {"privileges", "to", "columns", "with-grant-option",
                                           NULL};
    static const char *const of_revoke[] = {"privileges", "from", NULL};
    const AgKindInfo *info = object->info;
    bool has_columns = info->grants == AG_GRANTS_TABLE &&
                       info->kind != AG_KIND_DEFAULT_PRIVILEGES && !is_revoke(element);
    ag_word_attributes(parse, element,
                       is_revoke(element) ? of_revoke
                       : has_columns      ? of_table
                                          : of_grant);
    ag_word_no_children(parse, element);
    ag_word_no_text(parse, element);
    unsigned missing = element->dialects & info->dialects & ~AG_IN(POSTGRESQL);
    if (missing != 0) {
        ag_word_not_in(parse, element, NULL, missing);
        return;
    }
    if (parse->sqlite || (object->name == NULL && info->derive_name == NULL))
        return;
    bool lists = has_columns && ag_element_attribute(element, "columns") != NULL;
    GPtrArray *columns = lists ? names_of(parse, element, "columns") : NULL;
    if (!lists || columns != NULL)
        add_all(parse, element, object, columns);
}

/* The query of a view makes its columns, so that any name may be one. */
static AgObject *column_of(AgParse *parse, AgObject *holder, const AgGrant *grant)
{
    if (holder->info->kind == AG_KIND_TABLE)
        return (AgObject *)ag_parse_column(parse, holder, grant->column);
    AgObject *column = ag_object_part(holder, AG_KIND_VIEW_COLUMN, grant->column);
    if (column == NULL) {
        column = ag_object_new(parse->pool, &ag_kind_view_column, holder, NULL, grant->column);
        column->place = grant->place;
    }
    return column;
}

/* Privileges on a column go with the column. */
void ag_resolve_grants(AgParse *parse, AgObject *table)
{
    GPtrArray *own = NULL, *grants = table->grants;
    for (guint i = 0; grants != NULL && i < grants->len; i++) {
        AgGrant *grant = g_ptr_array_index(grants, i);
        AgObject *column = grant->column == NULL ? NULL : column_of(parse, table, grant);
        if (grant->column != NULL && column == NULL) {
            ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN, grant->place,
                    "table '%s' has no column '%s'", ag_object_label(parse->trees, table),
                    grant->column);
            continue;
        }
        GPtrArray **list = column != NULL ? &column->grants : &own;
        if (*list == NULL)
            *list = ag_pool_array(parse->pool);
        g_ptr_array_add(*list, grant);
        grant->column = NULL;
    }
    table->grants = own;
}
