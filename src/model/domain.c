/* SPDX-License-Identifier: MIT */
#include "model/domain.h"

#include "model/type_name.h"

static const char *const null_words[] = {"true", "false", NULL};

static const AgField fields[] = {
    [AG_DOMAIN_TYPE] = {.name = "type",
                        AG_FIELD_OF(AgDomain, type, TYPE),
                        .flags = AG_FIELD_REQUIRED,
                        .about = "The type it is based on, with its modifiers."},
    [AG_DOMAIN_NULL] = {.name = "null",
                        AG_FIELD_OF(AgDomain, null, WORD),
                        .words = null_words,
                        .about = "false: the domain is NOT NULL. Default true."},
    [AG_DOMAIN_DEFAULT_SQL] = {.name = "default-sql",
                               AG_FIELD_OF(AgDomain, default_sql, EXPR),
                               .about = "Default of columns that have none of their own."},
    [AG_DOMAIN_COLLATION] = {.name = "collation",
                             AG_FIELD_OF(AgDomain, collation, QNAME),
                             .about = "Collation; absent: that of the type."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgDomain *domain = (const AgDomain *)object;
    ag_needs_type(needs, object, domain->type);
    ag_needs_sql(needs, object, domain->default_sql);
    ag_needs_collation(needs, domain->collation);
}

const AgKindInfo ag_kind_domain = {
    .kind = AG_KIND_DOMAIN,
    .noun = "domain",
    .element = "domain",
    .in_schema = true,
    .names = AG_NAMED_AS_TYPE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TYPE,
    .size = sizeof(AgDomain),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about =
        "A type with a default, NOT NULL and checks of its own; on SQLite its columns get them.",
    .needs = collect_needs,
};

static const AgField check_fields[] = {
    [AG_DOMAIN_CHECK_EXPRESSION] = {.name = "expression",
                                    AG_FIELD_OF(AgDomainCheck, expression, EXPR),
                                    .form = AG_FORM_TEXT,
                                    .flags = AG_FIELD_REQUIRED,
                                    .about = "The condition over VALUE: the text of the element."},
    [AG_DOMAIN_CHECK_NOT_VALID] = {.name = "not-valid",
                                   AG_FIELD_OF(AgDomainCheck, not_valid, BOOL),
                                   .about = "Values that are there already are not checked."},
};

static void collect_check_needs(const AgObject *object, AgNeeds *needs)
{
    ag_needs_sql(needs, object, ((const AgDomainCheck *)object)->expression);
}

const AgKindInfo ag_kind_domain_check = {
    .kind = AG_KIND_DOMAIN_CHECK,
    .noun = "domain constraint",
    .element = "check",
    .parents = (const AgKindInfo *const[]){&ag_kind_domain, NULL},
    .names = AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgDomainCheck),
    .fields = check_fields,
    .n_fields = G_N_ELEMENTS(check_fields),
    .about = "A check constraint of a domain.",
    .needs = collect_check_needs,
};
