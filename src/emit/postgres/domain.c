/* SPDX-License-Identifier: MIT */
#include "model/domain.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* --- checks --- */

void ag_postgres_put_domain_check(AgWriting *w, GString *out, const AgObject *object)
{
    const AgDomainCheck *check = (const AgDomainCheck *)object;
    ag_postgres_put_constraint_name(w, out, object);
    g_string_append_printf(out, "CHECK %s", ag_postgres_wrapped(w, object, check->expression));
}

static bool create_check(AgWriting *w, const AgChange *change)
{
    const AgDomainCheck *check = (const AgDomainCheck *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_domain_check(w, out, change->new);
    AgStatement *statement =
        ag_write(w, change, "ALTER DOMAIN %s ADD %s%s", ag_writing_qname(w, change->new), out->str,
                 check->not_valid ? " NOT VALID" : "");
    if (!check->not_valid && !ag_writing_is_new(w, change->new))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    return true;
}

/* A constraint can become valid in place, and nothing else. */
static AgStrategy choose_check_strategy(const AgChange *change)
{
    bool only_valid = (change->changed & ~AG_FIELD_BIT(AG_DOMAIN_CHECK_NOT_VALID)) == 0;
    return only_valid && !((const AgDomainCheck *)change->new)->not_valid ? AG_IN_PLACE
                                                                          : AG_RECREATE;
}

static const char *current_name(AgWriting *w, const AgObject *object)
{
    return ag_writing_name(w, ag_writing_current(w, object)->name);
}

static AgFieldSet alter_check(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (!ag_postgres_take(change, AG_DOMAIN_CHECK_NOT_VALID, &handled))
        return 0;
    AgStatement *statement =
        ag_write(w, change, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s",
                 ag_writing_qname(w, change->old), current_name(w, change->old));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    return handled;
}

static bool rename_check(AgWriting *w, const AgChange *change)
{
    if (!g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s",
                 ag_writing_qname(w, change->old), ag_writing_name(w, change->old->name),
                 ag_writing_name(w, change->new->name));
    return true;
}

static bool drop_check(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER DOMAIN %s DROP CONSTRAINT %s", ag_writing_qname(w, change->old),
             current_name(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_domain_check_writer = {
    .strategy = choose_check_strategy,
    .create = create_check,
    .alter = alter_check,
    .rename = rename_check,
    .drop = drop_check,
};

/* --- the domain --- */

/* A domain over a domain takes over its default, unless told not to. */
static bool would_inherit(AgWriting *w, const AgDomain *domain)
{
    const char *rest;
    const AgObject *base = ag_postgres_type_of(w, &domain->object, domain->type, &rest);
    return base != NULL && base->info->kind == AG_KIND_DOMAIN && *rest == '\0' &&
           ((const AgDomain *)base)->default_sql.written != NULL;
}

void ag_postgres_shed_default(AgWriting *w, const AgChange *change, const AgDomain *domain)
{
    if (domain->default_sql.written == NULL && would_inherit(w, domain))
        ag_write(w, change, "ALTER DOMAIN %s DROP DEFAULT", ag_writing_qname(w, &domain->object));
}

void ag_postgres_put_domain(AgWriting *w, GString *out, const AgDomain *domain)
{
    const AgObject *object = &domain->object;
    g_string_append_printf(out, " AS %s", ag_postgres_type(w, object, domain->type));
    ag_postgres_put_collation(w, out, object, domain->collation);
    if (domain->default_sql.written != NULL)
        g_string_append_printf(out, "\n    DEFAULT %s",
                               ag_postgres_default(w, object, domain->default_sql));
    if (g_strcmp0(domain->null, "false") == 0)
        g_string_append(out, "\n    NOT NULL");
}

/* CREATE DOMAIN knows no NOT VALID: such checks are added afterwards. */
static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_domain(w, out, (const AgDomain *)change->new);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgObject *part = ((const AgChange *)g_ptr_array_index(change->folded, i))->new;
        if (((const AgDomainCheck *)part)->not_valid)
            continue;
        g_string_append(out, "\n    ");
        ag_postgres_put_domain_check(w, out, part);
    }
    ag_write(w, change, "CREATE DOMAIN %s%s", ag_writing_qname(w, change->new), out->str);
    ag_postgres_shed_default(w, change, (const AgDomain *)change->new);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        if (((const AgDomainCheck *)part->new)->not_valid)
            create_check(w, part);
    }
    return true;
}

static void write_default(AgWriting *w, const AgChange *change)
{
    const AgDomain *new = (const AgDomain *)change->new;
    const char *name = ag_writing_qname(w, change->old);
    if (new->default_sql.written == NULL)
        ag_write(w, change, "ALTER DOMAIN %s DROP DEFAULT", name);
    else
        ag_write(w, change, "ALTER DOMAIN %s SET DEFAULT %s", name,
                 ag_postgres_expression(w, change->new, new->default_sql));
}

static void write_null(AgWriting *w, const AgChange *change)
{
    const char *name = ag_writing_qname(w, change->old);
    bool null = g_strcmp0(((const AgDomain *)change->new)->null, "false") != 0;
    AgStatement *statement =
        ag_write(w, change, "ALTER DOMAIN %s %s NOT NULL", name, null ? "DROP" : "SET");
    if (!null)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    bool rebuilds = ag_postgres_take(change, AG_DOMAIN_TYPE, &handled);
    rebuilds = ag_postgres_take(change, AG_DOMAIN_COLLATION, &handled) || rebuilds;
    bool null = ag_postgres_take(change, AG_DOMAIN_NULL, &handled);
    bool is_default = ag_postgres_take(change, AG_DOMAIN_DEFAULT_SQL, &handled);
    if (rebuilds) {
        ag_postgres_rebuild_type(w, change);
        return handled;
    }
    if (is_default)
        write_default(w, change);
    if (null)
        write_null(w, change);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "DOMAIN");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP DOMAIN %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_domain_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
