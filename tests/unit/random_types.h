/* SPDX-License-Identifier: MIT */
/* Random types and collations, for test_model_write.c, whose helpers it uses. */
#pragma once

static AgQname some_qname(Maker *m, const char *name)
{
    return (AgQname){chance(m, 50) ? "Odd schema" : NULL, name};
}

static void add_collation(Maker *m, const char *schema)
{
    AgCollation *collation =
        (AgCollation *)add(m, &ag_kind_collation, NULL, schema, new_name(m, "l"));
    if (chance(m, 50)) {
        collation->provider = "icu";
        collation->locale = "de-u-co-phonebk";
        collation->deterministic = chance(m, 50) ? "false" : NULL;
        collation->rules = chance(m, 50) ? "&a < b" : NULL;
    } else if (chance(m, 50)) {
        collation->lc_collate = "C";
        collation->lc_ctype = "de_DE.utf8";
    } else {
        collation->locale = "POSIX";
    }
    assert_true(ag_schema_add(m->schema, &collation->object));
}

static void add_domain(Maker *m, const char *schema)
{
    AgDomain *domain = (AgDomain *)add(m, &ag_kind_domain, NULL, schema, new_name(m, "d"));
    domain->type = sql_of(chance(m, 50) ? "character varying(12)" : "text[]");
    domain->null = chance(m, 40) ? "false" : NULL;
    if (chance(m, 40))
        domain->default_sql = sql_of("'<&>'");
    if (chance(m, 40))
        domain->collation = some_qname(m, "Odd collation");
    for (int i = 0; i < pick(m, 3); i++) {
        AgDomainCheck *check =
            (AgDomainCheck *)add(m, &ag_kind_domain_check, &domain->object, NULL, new_name(m, "k"));
        check->expression = sql_of("value <> '<' AND value > ''");
        check->not_valid = chance(m, 30);
    }
    assert_true(ag_schema_add(m->schema, &domain->object));
}

static void add_composite(Maker *m, const char *schema)
{
    AgObject *type = add(m, &ag_kind_composite, NULL, schema, new_name(m, "c"));
    for (int i = 0; i < 1 + pick(m, 3); i++) {
        AgCompositeField *field =
            (AgCompositeField *)add(m, &ag_kind_composite_field, type, NULL, new_name(m, "f"));
        field->type = sql_of(chance(m, 50) ? "text" : "numeric(5,2)[]");
        if (chance(m, 30))
            field->collation = some_qname(m, "Odd collation");
    }
    assert_true(ag_schema_add(m->schema, type));
}

static void add_range(Maker *m, const char *schema)
{
    AgRange *range = (AgRange *)add(m, &ag_kind_range, NULL, schema, new_name(m, "r"));
    range->subtype = sql_of(chance(m, 50) ? "text" : "double precision");
    range->opclass = chance(m, 40) ? some_qname(m, "text_pattern_ops") : (AgQname){0};
    range->collation = chance(m, 40) ? some_qname(m, "Odd collation") : (AgQname){0};
    range->canonical = chance(m, 40) ? some_qname(m, "canon") : (AgQname){0};
    range->subtype_diff = chance(m, 40) ? some_qname(m, "diff") : (AgQname){0};
    range->multirange = chance(m, 40) ? new_name(m, "mr") : NULL;
    assert_true(ag_schema_add(m->schema, &range->object));
}

static void add_types(Maker *m, const char *schema)
{
    if (chance(m, 40))
        add_collation(m, schema);
    if (chance(m, 40))
        add_domain(m, schema);
    if (chance(m, 40))
        add_composite(m, schema);
    if (chance(m, 40))
        add_range(m, schema);
}
