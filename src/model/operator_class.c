/* SPDX-License-Identifier: MIT */
#include "model/operator_class.h"

#include "model/needs.h"
#include "model/type_name.h"

#include <string.h>

/* --- families --- */

#define USING(Struct)                                                                              \
    {                                                                                              \
        .name = "using", AG_FIELD_OF(Struct, method, NAME), .flags = AG_FIELD_REQUIRED,            \
        .about = "The index method: btree, hash, gist, gin, spgist, brin.",                        \
    }

static const AgField family_fields[] = {
    [AG_OPERATOR_FAMILY_USING] = USING(AgOperatorFamily),
};

const AgKindInfo ag_kind_operator_family = {
    .kind = AG_KIND_OPERATOR_FAMILY,
    .noun = "operator family",
    .element = "operator-family",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgOperatorFamily),
    .fields = family_fields,
    .n_fields = G_N_ELEMENTS(family_fields),
    .about = "An operator family: classes of several types that fit together, and what belongs to "
             "none of them.",
};

/* --- classes --- */

static const AgField class_fields[] = {
    [AG_OPERATOR_CLASS_USING] = USING(AgOperatorClass),
    [AG_OPERATOR_CLASS_TYPE] = {.name = "type",
                                AG_FIELD_OF(AgOperatorClass, type, TYPE),
                                .flags = AG_FIELD_REQUIRED,
                                .about = "The type of the values that are indexed."},
    [AG_OPERATOR_CLASS_FAMILY] = {.name = "family",
                                  AG_FIELD_OF(AgOperatorClass, family, QNAME),
                                  .about = "Its family; absent: one of its own name."},
    [AG_OPERATOR_CLASS_DEFAULT] = {.name = "default",
                                   AG_FIELD_OF(AgOperatorClass, is_default, BOOL),
                                   .about = "true: what indexes of the type use unasked."},
    [AG_OPERATOR_CLASS_STORAGE] = {.name = "storage",
                                   AG_FIELD_OF(AgOperatorClass, storage, TYPE),
                                   .about = "The type that the index keeps; absent: the type "
                                            "itself."},
};

static void collect_class_needs(const AgObject *object, AgNeeds *needs)
{
    const AgOperatorClass *c = (const AgOperatorClass *)object;
    ag_needs_type(needs, object, c->type);
    ag_needs_type(needs, object, c->storage);
    if (c->family.name != NULL)
        ag_needs_named(needs, c->family.schema, c->family.name);
}

const AgKindInfo ag_kind_operator_class = {
    .kind = AG_KIND_OPERATOR_CLASS,
    .noun = "operator class",
    .element = "operator-class",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgOperatorClass),
    .fields = class_fields,
    .n_fields = G_N_ELEMENTS(class_fields),
    .about = "An operator class: how an index method deals with values of a type.",
    .needs = collect_class_needs,
};

AgObject *ag_operator_family_find(const AgSchema *schema, const AgOperatorClass *operator_class)
{
    AgQname name = operator_class->family;
    return name.name == NULL ? NULL
                             : ag_schema_find_signed(schema, AG_KIND_OPERATOR_FAMILY, name.schema,
                                                     name.name, operator_class->method);
}

/* --- what belongs to them --- */

#define MEMBER_FIELDS                                                                              \
    [AG_CLASS_MEMBER_NUMBER] = {.name = "number",                                                  \
                                AG_FIELD_OF(AgClassMember, number, INT),                           \
                                .flags = AG_FIELD_REQUIRED,                                        \
                                .about = "What the index method knows it by."},                    \
    [AG_CLASS_MEMBER_LEFT] = {.name = "left",                                                      \
                              AG_FIELD_OF(AgClassMember, left, TYPE),                              \
                              .about = "The left type; absent: that of the class."},               \
    [AG_CLASS_MEMBER_RIGHT] = {.name = "right",                                                    \
                               AG_FIELD_OF(AgClassMember, right, TYPE),                            \
                               .about = "The right type; absent: the left one."}

static const AgField operator_fields[] = {
    MEMBER_FIELDS,
    [AG_CLASS_OPERATOR_OPERATOR] = {.name = "operator",
                                    AG_FIELD_OF(AgClassMember, member, QNAME),
                                    .flags = AG_FIELD_REQUIRED,
                                    .about = "The operator."},
    [AG_CLASS_OPERATOR_ORDER_BY] = {.name = "order-by",
                                    AG_FIELD_OF(AgClassMember, order_by, QNAME),
                                    .about = "It orders rows, as this family of btree orders its "
                                             "results; absent: it searches."},
};

static const AgField function_fields[] = {
    MEMBER_FIELDS,
    [AG_CLASS_FUNCTION_FUNCTION] = {.name = "function",
                                    AG_FIELD_OF(AgClassMember, member, QNAME),
                                    .flags = AG_FIELD_REQUIRED,
                                    .about = "The function."},
    [AG_CLASS_FUNCTION_ARGUMENTS] = {.name = "arguments",
                                     AG_FIELD_OF(AgClassMember, arguments, TEXT),
                                     .flags = AG_FIELD_IF_WRITTEN,
                                     .about = "Its argument types as the server prints them; "
                                              "needed where several have its name."},
};

static const char *text_of(AgSql type)
{
    return type.canonical != NULL ? type.canonical : type.written != NULL ? type.written : "";
}

const char *ag_class_member_name(AgPool *pool, const AgClassMember *member)
{
    return ag_pool_printf(pool, "%" G_GINT64_FORMAT " (%s, %s)", member->number,
                          text_of(member->left), text_of(member->right));
}

bool ag_object_is_class_member(const AgObject *object)
{
    return object->info == &ag_kind_class_operator || object->info == &ag_kind_class_function;
}

/* What the index methods say since version 14 (their amadjustmembers). */
bool ag_class_member_is_bound(const AgObject *object)
{
    static const struct {
        const char *method, *functions;
        bool operators; /* those of one type, and such functions only */
    } bound[] = {{"btree", "1", true},
                 {"hash", "1", true},
                 {"gist", "12567", false},
                 {"gin", "23", false},
                 {"spgist", "12345", false}};
    const AgClassMember *member = (const AgClassMember *)object;
    if (!ag_object_is_class_member(object) || object->parent->info != &ag_kind_operator_class)
        return false;
    const char *method = ((const AgOperatorClass *)object->parent)->method;
    for (size_t i = 0; i < G_N_ELEMENTS(bound); i++) {
        if (g_strcmp0(bound[i].method, method) != 0)
            continue;
        if (bound[i].operators && strcmp(text_of(member->left), text_of(member->right)) != 0)
            return false;
        if (object->info == &ag_kind_class_operator)
            return bound[i].operators;
        return member->number > 0 && member->number < 10 &&
               strchr(bound[i].functions, '0' + (int)member->number) != NULL;
    }
    return true;
}

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    return ag_class_member_name(pool, (const AgClassMember *)object);
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgClassMember *member = (const AgClassMember *)object;
    bool good = true;
    (void)dialect;
    if (object->comment != NULL)
        good = ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                       "%s: PostgreSQL keeps no comment of it", object->info->noun);
    if (member->left.written == NULL || member->right.written == NULL)
        return ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place,
                       "<%s> of a family needs 'left' and 'right'", object->info->element);
    if (object->parent->info != &ag_kind_operator_class ||
        strcmp(text_of(member->left), text_of(((const AgOperatorClass *)object->parent)->type)) ==
            0)
        return good;
    good = ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
                   "<%s> with another type on its left belongs to the family or to the class of "
                   "that type",
                   object->info->element);
    return good;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgClassMember *member = (const AgClassMember *)object;
    ag_needs_type(needs, object, member->left);
    ag_needs_type(needs, object, member->right);
    ag_needs_named(needs, member->member.schema, member->member.name);
    if (member->order_by.name != NULL)
        ag_needs_named(needs, member->order_by.schema, member->order_by.name);
}

static const AgKindInfo *const holders[] = {&ag_kind_operator_family, &ag_kind_operator_class,
                                            NULL};

const AgKindInfo ag_kind_class_operator = {
    .kind = AG_KIND_CLASS_OPERATOR,
    .noun = "strategy",
    .element = "strategy",
    .parents = holders,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgClassMember),
    .fields = operator_fields,
    .n_fields = G_N_ELEMENTS(operator_fields),
    .about = "An operator of an operator class or family.",
    .check = check,
    .derive_name = derive_name,
    .needs = collect_needs,
};

const AgKindInfo ag_kind_class_function = {
    .kind = AG_KIND_CLASS_FUNCTION,
    .noun = "support function",
    .element = "support",
    .parents = holders,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgClassMember),
    .fields = function_fields,
    .n_fields = G_N_ELEMENTS(function_fields),
    .about = "A support function of an operator class or family.",
    .check = check,
    .derive_name = derive_name,
    .needs = collect_needs,
};
