/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "emit/postgres/postgres.h"
#include "model/check.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"

/* A table with another partition key or on another server is another table (diff/inherit.c). */
static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet another = AG_FIELD_BIT(AG_TABLE_PARTITION_BY) | AG_FIELD_BIT(AG_TABLE_SERVER);
    return (change->changed & another) != 0 ? AG_REFUSE : AG_IN_PLACE;
}

/* --- CREATE TABLE --- */

static bool is_key(const AgObject *part)
{
    return part->info->kind == AG_KIND_PRIMARY_KEY || part->info->kind == AG_KIND_UNIQUE;
}

static bool same_key(const AgKey *a, const AgKey *b)
{
    return ag_names_same(a->columns, b->columns, false) &&
           ag_names_same(a->include, b->include, false) &&
           a->nulls_not_distinct == b->nulls_not_distinct &&
           g_strcmp0(a->deferrable, b->deferrable) == 0;
}

/* Whether they may be the same; what else is said of them is not looked at. */
static bool similar_exclude(const AgIndex *a, const AgIndex *b)
{
    if (strcmp(ag_index_method(a), ag_index_method(b)) != 0 || a->parts->len != b->parts->len)
        return false;
    for (guint i = 0; i < a->parts->len; i++)
        if (g_strcmp0(((const AgPart *)g_ptr_array_index(a->parts, i))->column,
                      ((const AgPart *)g_ptr_array_index(b->parts, i))->column) != 0)
            return false;
    return true;
}

static bool says_the_same(const AgObject *a, const AgObject *b)
{
    if (is_key(a) && is_key(b))
        return same_key((const AgKey *)a, (const AgKey *)b);
    return a->info->kind == AG_KIND_EXCLUDE && b->info->kind == AG_KIND_EXCLUDE &&
           similar_exclude((const AgIndex *)a, (const AgIndex *)b);
}

/* Of keys over the same columns, and of exclusion constraints over the same elements, CREATE TABLE
 * makes but one: the primary, or the first. */
static bool is_second(const AgChange *table, const AgObject *part)
{
    bool before = true;
    for (guint i = 0; part->info->kind != AG_KIND_PRIMARY_KEY && i < table->folded->len; i++) {
        const AgObject *other = ((const AgChange *)g_ptr_array_index(table->folded, i))->new;
        if (other == part)
            before = false;
        else if ((before || other->info->kind == AG_KIND_PRIMARY_KEY) && says_the_same(part, other))
            return true;
    }
    return false;
}

/* What CREATE TABLE has no clause for. */
static bool stands_outside(AgKind kind)
{
    return kind == AG_KIND_INDEX || kind == AG_KIND_TRIGGER || kind == AG_KIND_POLICY ||
           kind == AG_KIND_RULE;
}

/* The server takes NOT VALID inside CREATE TABLE for an idle word and makes the constraint valid,
 * so that such ones are added afterwards. */
static bool is_added_later(const AgChange *table, const AgObject *part)
{
    if (is_second(table, part))
        return true;
    if (part->info->kind == AG_KIND_CHECK)
        return ((const AgCheck *)part)->not_valid;
    if (part->info->kind == AG_KIND_FOREIGN_KEY)
        return ((const AgForeignKey *)part)->not_valid;
    return false;
}

static bool put_part(AgWriting *w, GString *out, const AgObject *part)
{
    switch (part->info->kind) {
    case AG_KIND_COLUMN:
        return ag_postgres_put_column(w, out, (const AgColumn *)part);
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return ag_postgres_put_key(w, out, part);
    case AG_KIND_EXCLUDE:
        return ag_postgres_put_exclude(w, out, part);
    case AG_KIND_CHECK:
        return ag_postgres_put_check(w, out, part);
    case AG_KIND_FOREIGN_KEY:
        return ag_postgres_put_foreign_key(w, out, part);
    case AG_KIND_INDEX:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        break;
    }
    g_assert_not_reached();
}

/* Columns first, whatever the order of the rest. */
static bool put_parts(AgWriting *w, GString *out, const AgChange *change, bool columns)
{
    bool ok = true;
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgObject *part = ((const AgChange *)g_ptr_array_index(change->folded, i))->new;
        if ((part->info->kind == AG_KIND_COLUMN) != columns || stands_outside(part->info->kind) ||
            is_added_later(change, part))
            continue;
        g_string_append(out, out->len > 0 ? ",\n    " : "    ");
        ok = put_part(w, out, part) && ok;
    }
    return ok;
}

static void put_tail(AgWriting *w, GString *out, const AgTable *table)
{
    if (table->access_method != NULL)
        g_string_append_printf(out, "\nUSING %s", ag_writing_name(w, table->access_method));
    if (table->params != NULL && table->params->len > 0) {
        g_string_append(out, "\nWITH (");
        ag_postgres_put_options(w, out, table->params);
        g_string_append_c(out, ')');
    }
    if (table->server != NULL) {
        g_string_append_printf(out, "\nSERVER %s",
                               ag_postgres_foreign_name(w, &table->object, AG_KIND_SERVER,
                                                        table->server));
        ag_postgres_put_foreign_options(w, out, "\n", table->options);
    }
    if (table->tablespace != NULL)
        g_string_append_printf(out, "\nTABLESPACE %s", ag_writing_name(w, table->tablespace));
}

static bool is_enabled(const char *security)
{
    return g_strcmp0(security, "on") == 0 || g_strcmp0(security, "forced") == 0;
}

static bool is_forced(const char *security)
{
    return g_strcmp0(security, "forced") == 0 || g_strcmp0(security, "off-forced") == 0;
}

static void switch_security(AgWriting *w, const AgChange *change, const char *how, bool exposes)
{
    const AgObject *table = change->verb == AG_ALTER ? change->old : change->new;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s %s ROW LEVEL SECURITY",
                                      ag_writing_qname(w, table), how);
    if (exposes)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_EXPOSES_ROWS, change->new);
}

/* FORCE and the rest are two switches; the model has one for both. */
static void set_security(AgWriting *w, const AgChange *change, const char *old, const char *new)
{
    bool was_on = is_enabled(old), is_on = is_enabled(new);
    if (!was_on && is_on)
        switch_security(w, change, "ENABLE", false);
    if (!is_forced(old) && is_forced(new))
        switch_security(w, change, "FORCE", false);
    if (is_forced(old) && !is_forced(new))
        switch_security(w, change, "NO FORCE", was_on);
    if (was_on && !is_on)
        switch_security(w, change, "DISABLE", true);
}

/* Indexes, triggers, policies and rules, and what CREATE TABLE cannot say. */
static bool create_rest(AgWriting *w, const AgChange *change)
{
    bool ok = true;
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        AgKind kind = part->new->info->kind;
        if (stands_outside(kind) || is_added_later(change, part->new))
            ok = ag_postgres_writer(kind)->create(w, part) && ok;
        else if (kind == AG_KIND_COLUMN)
            ok = ag_postgres_create_column_rest(w, part) && ok;
        else if (is_key(part->new))
            ag_postgres_mark_index(w, part);
        else if (kind == AG_KIND_EXCLUDE)
            ag_postgres_index_statistics(w, part);
    }
    ag_postgres_mark_table(w, change);
    set_security(w, change, NULL, ((const AgTable *)change->new)->row_security);
    return ok;
}

/* A partitioned table has no rows: up to version 17 the server kept the word, and did nothing with
 * it, an ALTER included; then it refuses it. */
static bool can_be_unlogged(AgWriting *w, const AgChange *change)
{
    const AgTable *table = (const AgTable *)change->new;
    bool alters = change->verb == AG_ALTER;
    if (table->partition_by.written == NULL ||
        (!alters && (!table->unlogged || w->options->server_version < 180000)))
        return true;
    ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, change->new->place, "table '%s' is partitioned, %s",
            ag_object_label(w->pool, change->new),
            alters ? "so that it cannot become logged or unlogged"
                   : "so that PostgreSQL 18 does not make it unlogged");
    ag_hint(w->diag, "%s",
            table->unlogged ? "say unlogged=\"true\" of its partitions instead"
                            : "leave unlogged=\"true\" there, where it means nothing");
    return false;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgTable *table = (const AgTable *)change->new;
    if (!can_be_unlogged(w, change))
        return false;
    g_autoptr(GString) parts = g_string_new(NULL);
    g_autoptr(GString) tail = g_string_new(NULL);
    bool ok = put_parts(w, parts, change, true);
    ok = put_parts(w, parts, change, false) && ok;
    ag_postgres_put_parents(w, tail, table);
    put_tail(w, tail, table);
    bool partition = table->partition_of.name != NULL;
    const char *of =
        !partition ? ""
                   : ag_pool_printf(w->pool, " PARTITION OF %s",
                                    ag_postgres_table_name(w, change->new, table->partition_of));
    const char *list = parts->len > 0 ? ag_pool_printf(w->pool, " (\n%s\n)", parts->str)
                       : partition    ? ""
                                      : " ()";
    AgStatement *statement = ag_write(w, change, "CREATE %sTABLE %s%s%s%s",
                                      table->unlogged         ? "UNLOGGED "
                                      : table->server != NULL ? "FOREIGN "
                                                              : "",
                                      ag_writing_qname(w, change->new), of, list, tail->str);
    ag_postgres_mark_partition(w, statement, change->new);
    return create_rest(w, change) && ag_postgres_create_own(w, change->new) && ok;
}

/* --- the rest --- */

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgTable *old = (const AgTable *)change->old, *new = (const AgTable *)change->new;
    const char *name = ag_writing_qname(w, change->old);
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_TABLE_UNLOGGED, &handled) && can_be_unlogged(w, change)) {
        AgStatement *statement = ag_write(w, change, "ALTER TABLE %s SET %s", name,
                                          new->unlogged ? "UNLOGGED" : "LOGGED");
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, change->new);
    }
    if (ag_postgres_take(change, AG_TABLE_TABLESPACE, &handled)) {
        const char *tablespace = new->tablespace != NULL ? new->tablespace : "pg_default";
        AgStatement *statement = ag_write(w, change, "ALTER TABLE %s SET TABLESPACE %s", name,
                                          ag_writing_name(w, tablespace));
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, change->new);
    }
    if (ag_postgres_take(change, AG_TABLE_PARAMS, &handled))
        ag_postgres_alter_options(w, change, "TABLE", name, old->params, new->params);
    if ((change->changed & AG_FIELD_BIT(AG_TABLE_SERVER)) != 0)
        ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, change->new->place,
                "table '%s': the server of a table cannot be changed",
                ag_object_label(w->pool, change->new));
    if (ag_postgres_take(change, AG_TABLE_OPTIONS, &handled))
        ag_write(w, change, "ALTER FOREIGN TABLE %s %s", name,
                 ag_postgres_foreign_options(w, old->options, new->options));
    if (ag_postgres_take(change, AG_TABLE_ROW_SECURITY, &handled))
        set_security(w, change, old->row_security, new->row_security);
    if (ag_postgres_take(change, AG_TABLE_ACCESS_METHOD, &handled) &&
        ag_postgres_needs(w, change->new, 150000, "another access method")) {
        const char *method = new->access_method != NULL ? new->access_method : "heap";
        AgStatement *statement = ag_write(w, change, "ALTER TABLE %s SET ACCESS METHOD %s", name,
                                          ag_writing_name(w, method));
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, change->new);
    }
    if (ag_postgres_take(change, AG_TABLE_OF, &handled))
        ag_postgres_alter_of(w, change);
    return handled | ag_postgres_alter_parents(w, change) | ag_postgres_alter_marks(w, change);
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "TABLE");
}

/* Never CASCADE: what depends on the table and was not dropped before is not autogen's. */
static bool drop(AgWriting *w, const AgChange *change)
{
    bool foreign = ag_table_is_foreign(change->old);
    AgStatement *statement = ag_write(w, change, "DROP %sTABLE %s", foreign ? "FOREIGN " : "",
                                      ag_writing_qname(w, change->old));
    if (foreign ? ((const AgTable *)change->old)->secrets : !change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    return true;
}

const AgKindWriter ag_postgres_table_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
